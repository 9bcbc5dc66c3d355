"""Pages of rights to make up: where they may be used, taking a place by one and giving it back (SCH-6, SCH-7)."""

from collections.abc import Callable, Sequence

from chalicelib.billing.books import open_books
from chalicelib.enrolments import making_up, right_store
from chalicelib.enrolments.absence import Changed
from chalicelib.enrolments.asking import Unanswered, missing
from chalicelib.enrolments.makeup_pages import RightView, place_view, right_view
from chalicelib.enrolments.making_up import Choice
from chalicelib.enrolments.meeting_pages import meeting_facts
from chalicelib.enrolments.meeting_routes import Seen, meeting_page, seen
from chalicelib.enrolments.places import Places
from chalicelib.enrolments.rights import Right, RightStatus
from chalicelib.enrolments.searching import search
from chalicelib.enrolments.waiting import WAITS
from chalicelib.forms.pages import asked_views
from chalicelib.households.domain import Private
from chalicelib.households.summary import MemberRow
from chalicelib.organisations.domain import Module
from chalicelib.schedule import store
from chalicelib.schedule.domain import Enrolment, EnrolmentStatus
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.texts import say
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import Tab, tabs

routes = Routes(Module.CLASSES)

_MEETING = "/{org}/members/{member}/enrolments/{enrolment}/meetings/{meeting}"


@routes.get("/{org}/makeups", Actor.MEMBER)
def show_makeups(request: Request) -> Reply:
    """Rights that may still be used, soonest to expire first; of one member, all there ever were (SCH-7)."""
    member = next((row for row in _members(request) if row.id == request.query.get("member", "")), None)
    if member is None:
        rights, links = _open_rights(request), paging.WHOLE
    else:
        found = right_store.list_rights(request.org, member.id, paging.after(request))
        rights, links = list(found.rows), paging.links(request, "makeups", found.next, member=member.id)
    return render.page(
        request,
        "enrolments/makeups.html",
        rights=_views(request, rights),
        tabs_shown=_tabs(request, member.id if member else ""),
        is_open=member is None,
        **links,
    )


def _tabs(request: Request, current: str) -> list[Tab]:
    each = [
        (say("All of %(name)s", name=row.first_name), {"member": row.id}, row.id == current)
        for row in _members(request)
    ]
    return tabs(request, "makeups", [(say("To be used"), {}, not current), *each])


def _members(request: Request) -> list[MemberRow]:
    """Those who do not keep where they go from whoever looks (NEW-14)."""
    return [row for row in request.me.home.members if request.me.may_see(row.id, Private.SCHEDULE)]


def _open_rights(request: Request) -> list[Right]:
    rows = [row for row in request.me.open_home.rights if row.expires_on >= request.today]
    found = right_store.get_rights(request.org, [(row.member, row.id) for row in rows]) if rows else {}
    return [found[row.id] for row in rows if row.id in found]


def _views(request: Request, rights: Sequence[Right]) -> list[RightView]:
    groups = store.get_class_groups(request.org, {right.class_group for right in rights})
    return [right_view(right, request.me.home, groups, request.local, request.org, request.now) for right in rights]


def _right(request: Request) -> Right:
    """The right that the address names. One round trip. Raises NotFound when it is no member's."""
    right_id = request.params["right"]
    found = right_store.get_rights(request.org, [(row.id, right_id) for row in _members(request)])
    if right_id not in found:
        raise NotFound
    return found[right_id]


@routes.get("/{org}/makeups/{right}", Actor.MEMBER, owns="right")
def show_makeup(request: Request) -> Reply:
    """One right, and the places that suit best (NEW-5)."""
    return _right_page(request, _right(request))


def _right_page(request: Request, right: Right, problem: Conflict | None = None) -> Reply:
    after = request.query.get("after", "")
    is_free = right.is_free(request.now, request.organisation.zone)
    window = search(request.organisation, request.me.home, right, after, request.now) if is_free else None
    path = f"makeups/{right.id}"
    return render.page(
        request,
        "enrolments/makeup.html",
        status=409 if problem else 200,
        errors={"": problem.message or say("This has changed in the meantime. Look at it again, please.")}
        if problem
        else None,
        right=_views(request, [right])[0],
        here=urls.portal(request.org, path),
        is_free=is_free,
        places=[place_view(found, request.local) for found in window.found] if window else [],
        place=_place_link(request, right),
        may_edit=request.me.role.may_edit,
        next_url=urls.portal(request.org, path, after=window.next) if window and window.next else None,
        first_url=urls.portal(request.org, path) if after else None,
    )


def _place_link(request: Request, right: Right) -> tuple[str, str]:
    """What the right holds, waits for or is used at: where that is, and what it is; empty when there is nothing."""
    place = store.get_enrolment(request.org, right.person, right.place) if right.place else None
    if place is None:
        return "", ""
    if place.status is EnrolmentStatus.HELD and place.until and request.now < place.until:
        return urls.portal(request.org, f"makeups/{right.id}/choice"), "held"
    if place.status in WAITS:
        return urls.portal(request.org, "waiting"), "waiting"
    if right.status in (RightStatus.RESERVED, RightStatus.USED):
        path = f"members/{place.person}/enrolments/{place.id}/meetings/{place.meeting}"
        return urls.portal(request.org, path), "taken"
    return "", ""


@routes.post("/{org}/makeups/{right}/hold", Actor.EDITOR, owns="right")
def hold_makeup(request: Request) -> Reply:
    """Keeps a place for ten minutes, and leads to where it is taken."""
    return _choose(request, making_up.hold, lambda right: f"makeups/{right.id}/choice")


@routes.post("/{org}/makeups/{right}/wait", Actor.EDITOR, owns="right")
def wait_for_makeup(request: Request) -> Reply:
    """Waits for a place at a meeting that is full."""
    return _choose(request, making_up.wait_for, lambda _: "waiting")


def _choose(request: Request, act: Callable[..., Enrolment], leads_to: Callable[[Right], str]) -> Reply:
    right = _right(request)
    class_id, _, meeting = Form(request.form).text("place", maximum=200).partition(" ")
    choice = Choice(right.person, right.id, class_id, meeting)
    try:
        act(request.organisation, request.me.household, choice, request.now)
    except Conflict as refused:
        return _right_page(request, _right(request), refused)
    except NotFound:
        return _right_page(request, right, Conflict(say("This class can not be taken as a make-up.")))
    return redirect(urls.portal(request.org, leads_to(right)))


@routes.get("/{org}/makeups/{right}/choice", Actor.EDITOR, owns="right")
def show_choice(request: Request) -> Reply:
    """The place that is held, for how long, and what taking it means."""
    right = _right(request)
    place = store.get_enrolment(request.org, right.person, right.place) if right.place else None
    group = store.get_class_groups(request.org, [place.class_group]).get(place.class_group) if place else None
    meeting = group.meeting(place.meeting) if group and place else None
    if not (place and group and meeting) or place.status is not EnrolmentStatus.HELD or place.until is None:
        return _right_page(request, right)
    back = f"makeups/{right.id}"
    places = Places(open_books(request.organisation, request.me.household, request.now))
    asked = missing(places, (place.person, place.class_group))
    return render.page(
        request,
        "enrolments/choice.html",
        asked=asked_views(asked, request.me.home, request.local, request.org, request.today, back=f"{back}/choice"),
        here=urls.portal(request.org, back),
        title=request.local.text(group.title),
        right=_views(request, [right])[0],
        facts=meeting_facts(group, meeting, request.local),
        until=request.local.time(place.until),
        is_over=place.until <= request.now,
        place=place.id,
    )


@routes.post("/{org}/makeups/{right}/confirm", Actor.EDITOR, owns="right")
def confirm_makeup(request: Request) -> Reply:
    """Takes the place that is held."""
    right = _right(request)
    place = Form(request.form).text("place")
    try:
        taken = making_up.confirm(request.organisation, request.me.household, right.person, place, request.now)
    except Unanswered:
        return redirect(urls.portal(request.org, f"makeups/{right.id}/choice"))
    except Conflict as refused:
        return _right_page(request, _right(request), refused)
    except NotFound:
        return _right_page(request, _right(request), Conflict(say("This place is not kept for you any more.")))
    path = f"members/{taken.person}/enrolments/{taken.id}/meetings/{taken.meeting}"
    return redirect(urls.portal(request.org, path, saved="makeup"))


@routes.post("/{org}/makeups/{right}/release", Actor.EDITOR, owns="right")
def release_makeup(request: Request) -> Reply:
    """Lets the held place go; when it is gone already, nothing changes."""
    right = _right(request)
    try:
        making_up.release(
            request.organisation, request.me.household, right.person, Form(request.form).text("place"), request.now
        )
    except (Conflict, NotFound):
        return redirect(urls.portal(request.org, f"makeups/{right.id}"))
    return redirect(urls.portal(request.org, f"makeups/{right.id}"))


@routes.get(f"{_MEETING}/give-back", Actor.EDITOR, owns="meeting", private=Private.SCHEDULE)
def show_give_back(request: Request) -> Reply:
    """What comes of giving a make-up back, and the button that does it (NEW-1)."""
    return _give_back_page(request, seen(request))


@routes.post(f"{_MEETING}/give-back", Actor.EDITOR, owns="meeting", private=Private.SCHEDULE)
def give_back_makeup(request: Request) -> Reply:
    """Gives a make-up back, if it comes to what was shown."""
    found = seen(request)
    place, keeps = (found.member.id, found.enrolment.id), request.form.get("keeps") == "yes"
    try:
        making_up.give_back(request.organisation, request.me.household, place, request.now, keeps=keeps)
    except Changed:
        return _give_back_page(request, seen(request), status=409)
    return redirect(urls.portal(request.org, f"makeups/{found.enrolment.right}"))


def _give_back_page(request: Request, found: Seen, status: int = 200) -> Reply:
    if not found.is_makeup:
        return meeting_page(request, found)
    return render.page(
        request,
        "enrolments/give_back.html",
        status=status,
        here=urls.portal(request.org, found.path),
        member=found.member,
        title=request.local.text(found.group.title),
        facts=meeting_facts(found.group, found.meeting, request.local),
        keeps=making_up.keeps_right(found.places, found.enrolment),
        changed=status == 409,
    )
