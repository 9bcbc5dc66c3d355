"""Pages of one place in a class: what it is, giving it back with a preview, and changing group (SCH-5, SCH-10)."""

from collections.abc import Mapping, Sequence

from chalicelib.enrolments.offer_pages import Offer, class_view
from chalicelib.enrolments.place_pages import Possible, exchange_view, place_facts, preview_view
from chalicelib.enrolments.reckoning import Lessons, coming, lessons_of
from chalicelib.enrolments.rule_pages import rule_words
from chalicelib.enrolments.terms_of import terms_now
from chalicelib.forms.domain import Asked
from chalicelib.forms.pages import asked_views
from chalicelib.households.domain import Private
from chalicelib.organisations.domain import Module
from chalicelib.schedule import store
from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentStatus, Occurrence, covered
from chalicelib.schedule.pages import EventView, enrolment_view, occurrence_view
from chalicelib.schedule.terms import EnrolmentTerms
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.texts import Message
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.CLASSES)

_SHOWN = 25
_PLACE = "/{org}/members/{member}/enrolments/{enrolment}"


@routes.get(_PLACE, Actor.MEMBER, owns="enrolment", private=Private.SCHEDULE)
def show_enrolment(request: Request) -> Reply:
    """One place with all its dates, its rules, and what the family may do about it."""
    enrolment, group = _place(request)
    dates = covered(group, enrolment, request.organisation.zone) if group else ()
    ahead = [meeting for meeting in dates if meeting.ends > request.now]
    over = [meeting for meeting in dates if meeting.ends <= request.now]
    return render.page(
        request,
        "enrolments/place.html",
        enrolment=enrolment_view(enrolment, group, request.local, request.org),
        id=enrolment.id,
        member=request.me.home.member(enrolment.person),
        facts=place_facts(enrolment, group, request.me.household, request.local),
        more_coming=max(0, len(ahead) - _SHOWN),
        past_count=len(over),
        coming=[_date_view(request, enrolment, group, meeting) for meeting in ahead[:_SHOWN]] if group else [],
        over=[occurrence_view(meeting, group, request.local) for meeting in over[: -_SHOWN - 1 : -1]] if group else [],
        possible=_possible(request, enrolment, group),
    )


def _date_view(request: Request, enrolment: Enrolment, group: ClassGroup, meeting: Occurrence) -> EventView:
    """A date, with the way to its own page while the place stands."""
    href = urls.portal(request.org, f"{_path(enrolment)}/meetings/{meeting.id}")
    return occurrence_view(meeting, group, request.local, href=href if enrolment.status.holds_place else "")


def _possible(request: Request, enrolment: Enrolment, group: ClassGroup | None) -> Possible:
    """What the page offers to do: only what the rules of the place allow to who looks."""
    from chalicelib.enrolments.leaving import is_live, may_end
    from chalicelib.enrolments.transferring import may_ask, may_change

    mine = enrolment.household == request.me.household and request.me.role.may_edit
    live = group is not None and is_live(enrolment)
    terms = _terms(request, enrolment, group) if live and group else EnrolmentTerms()
    had = _lessons(request, enrolment, group) if group else Lessons(0, 0, None, ahead=False)
    return Possible(
        path=_path(enrolment),
        rules=rule_words(terms, request.local, request.organisation.currency) if live else [],
        invoice=enrolment.price.invoice if enrolment.price and mine else "",
        leave=mine and may_end(enrolment, terms, had),
        change=mine and may_change(enrolment, terms, had),
        ask=mine and not enrolment.wanted and may_ask(enrolment, terms, had),
        asked=_title(request, enrolment.wanted) if enrolment.wanted else "",
        withdraw=mine and bool(enrolment.wanted),
        waits=enrolment.status in (EnrolmentStatus.WAITLISTED, EnrolmentStatus.OFFERED),
        held=mine and enrolment.status is EnrolmentStatus.HELD,
        successor=f"members/{enrolment.person}/enrolments/{enrolment.successor}" if enrolment.successor else "",
    )


def _lessons(request: Request, enrolment: Enrolment, group: ClassGroup) -> Lessons:
    unused = [row.id for row in request.me.home.rights]
    return lessons_of(group, enrolment, request.organisation.zone, request.now, unused)


def _title(request: Request, class_id: str) -> str:
    group = store.get_class_groups(request.org, [class_id]).get(class_id)
    return request.local.text(group.title) if group else class_id


@routes.get(f"{_PLACE}/leave", Actor.EDITOR, owns="enrolment")
def show_leaving(request: Request) -> Reply:
    """What giving the place back comes to, to the cent, before anything happens (NEW-1)."""
    return _leave_page(request)


@routes.post(f"{_PLACE}/leave", Actor.EDITOR, owns="enrolment")
def leave_place(request: Request) -> Reply:
    """Gives the place back, if that comes to what was shown; else it is shown again."""
    from chalicelib.enrolments.enrolling import Changed
    from chalicelib.enrolments.leaving import Ending, leave

    enrolment, _ = _place(request)
    form = Form(request.form)
    reason, digest = form.text("reason", maximum=200), form.text("digest", required=True)
    if form.errors:
        return _leave_page(request, errors=form.errors, status=400 if "reason" in form.errors else 409)
    try:
        leave(
            request.organisation, request.me.household, enrolment.person, enrolment.id, request.now,
            digest=digest, ending=Ending(reason=reason),
        )  # fmt: skip
    except Changed:
        return _leave_page(request, status=409)
    return redirect(urls.portal(request.org, _path(enrolment)))


def _leave_page(request: Request, errors: Mapping[str, Message] | None = None, status: int = 200) -> Reply:
    from chalicelib.billing.books import open_books
    from chalicelib.enrolments.leaving import BY_FAMILY, may_end, preview_of
    from chalicelib.enrolments.places import Places

    enrolment, group = _place(request)
    if group is None:
        raise NotFound
    terms = _terms(request, enrolment, group)
    mine = enrolment.household == request.me.household
    places = Places(open_books(request.organisation, request.me.household, request.now))
    made = preview_of(places, enrolment, BY_FAMILY) if mine else None
    return render.page(
        request,
        "enrolments/leave.html",
        status=status,
        errors={name: text for name, text in (errors or {}).items() if name == "reason"},
        fields=request.form,
        enrolment=enrolment_view(enrolment, group, request.local, request.org),
        member=request.me.home.member(enrolment.person),
        path=_path(enrolment),
        may_leave=made is not None and may_end(enrolment, terms, made.lessons),
        preview=preview_view(made, terms.payout_days, request.local) if made else None,
        rules=rule_words(terms, request.local, request.organisation.currency),
        changed=status == 409,
    )


@routes.get(f"{_PLACE}/change", Actor.EDITOR, owns="enrolment")
def show_groups(request: Request) -> Reply:
    """Other groups of the same programme with a place."""
    from chalicelib.enrolments import offering
    from chalicelib.enrolments.leaving import is_live
    from chalicelib.enrolments.transferring import may_change

    enrolment, group = _place(request)
    if group is None:
        raise NotFound
    offered = offering.list_offered(request.organisation, group.programme or "-", request.query.get("after", ""))
    offer = _offer(request)
    terms = _terms(request, enrolment, group)
    live = is_live(enrolment) and (terms.transfer or terms.transfer_requests)
    return render.page(
        request,
        "enrolments/groups.html",
        enrolment=enrolment_view(enrolment, group, request.local, request.org),
        path=_path(enrolment),
        asks=not may_change(enrolment, terms, _lessons(request, enrolment, group)),
        able=live and enrolment.household == request.me.household,
        groups=[
            (class_view(offer, each, offered.rolls[each.id]), each.id)
            for each in offered.groups
            if each.id != group.id and each.programme == group.programme and coming(each, request.now)
        ],
        next_url=urls.portal(request.org, f"{_path(enrolment)}/change", after=offered.next) if offered.next else None,
        first_url=urls.portal(request.org, f"{_path(enrolment)}/change") if request.query.get("after") else None,
    )


@routes.get(f"{_PLACE}/change/{{class_group}}", Actor.EDITOR, owns="enrolment")
def show_change(request: Request) -> Reply:
    """What changing for a place in another group comes to, to the cent."""
    return _change_page(request)


@routes.post(f"{_PLACE}/change/{{class_group}}", Actor.EDITOR, owns="enrolment")
def change_group(request: Request) -> Reply:
    """Changes group, if that comes to what was shown; where the rules want it so, asks the organisation."""
    from chalicelib.enrolments import transferring
    from chalicelib.enrolments.asking import Unanswered
    from chalicelib.enrolments.enrolling import Changed

    enrolment, _ = _place(request)
    named = (request.organisation, request.me.household, enrolment.person, enrolment.id, request.params["class_group"])
    form = Form(request.form)
    digest, asks = form.text("digest", required=True), form.text("ask") == "yes"
    if form.errors:
        return _change_page(request, status=409)
    try:
        if asks:
            transferring.request(*named, request.now, digest=digest)
            return redirect(urls.portal(request.org, _path(enrolment)))
        new = transferring.transfer(*named, request.now, digest=digest)
    except Changed:
        return _change_page(request, status=409)
    except Conflict as refused:
        if refused.message is None:
            raise
        asked = refused.asked if isinstance(refused, Unanswered) else ()
        return _change_page(request, status=409, refused=refused.message, asked=asked)
    return redirect(urls.portal(request.org, _path(new)))


def _change_page(
    request: Request, status: int = 200, refused: Message | None = None, asked: Sequence[Asked] = ()
) -> Reply:
    from chalicelib.billing.books import open_books
    from chalicelib.enrolments.places import Places
    from chalicelib.enrolments.transferring import asked_for, may_ask, may_change, preview_of

    enrolment, old = _place(request)
    new = store.get_class_groups(request.org, [request.params["class_group"]]).get(request.params["class_group"])
    if old is None or new is None:
        raise NotFound
    terms, had = _terms(request, enrolment, old), _lessons(request, enrolment, old)
    mine, made = enrolment.household == request.me.household, None
    changes, asks = mine and may_change(enrolment, terms, had), mine and may_ask(enrolment, terms, had)
    if changes or (asks and new.programme == old.programme):
        places = Places(open_books(request.organisation, request.me.household, request.now))
        try:
            made = (preview_of if changes else asked_for)(places, enrolment, new.id)
        except Conflict as reason:
            refused = reason.message
    return render.page(
        request,
        "enrolments/change.html",
        status=status,
        enrolment=enrolment_view(enrolment, old, request.local, request.org),
        title=request.local.text(new.title),
        path=_path(enrolment),
        to=f"{_path(enrolment)}/change/{new.id}",
        exchange=exchange_view(made, _offer(request), new) if made else None,
        asks=asks,
        refused=request.local.say(refused) if refused else "",
        asked=asked_views(asked, request.me.home, request.local, request.org, request.today, back=_path(enrolment)),
        changed=status == 409 and not refused,
    )


@routes.post(f"{_PLACE}/keep-group", Actor.EDITOR, owns="enrolment")
def withdraw_request(request: Request) -> Reply:
    """Takes back that another group was asked for."""
    from chalicelib.enrolments.transferring import withdraw

    enrolment, _ = _place(request)
    withdraw(request.organisation, request.me.household, enrolment.person, enrolment.id, request.now)
    return redirect(urls.portal(request.org, _path(enrolment)))


def _place(request: Request) -> tuple[Enrolment, ClassGroup | None]:
    """The member's place that the address names, and its class. Raises NotFound."""
    member = request.me.home.member(request.params["member"])
    enrolment = store.get_enrolment(request.org, member.id, request.params["enrolment"]) if member else None
    if enrolment is None:
        raise NotFound
    return enrolment, store.get_class_groups(request.org, [enrolment.class_group]).get(enrolment.class_group)


def _terms(request: Request, enrolment: Enrolment, group: ClassGroup) -> EnrolmentTerms:
    return enrolment.terms if enrolment.terms is not None else terms_now(request.organisation, group)


def _path(enrolment: Enrolment) -> str:
    return f"members/{enrolment.person}/enrolments/{enrolment.id}"


def _offer(request: Request) -> Offer:
    return Offer(request.organisation, request.local, request.now)
