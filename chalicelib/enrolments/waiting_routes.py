"""Pages of the waiting list as a household sees it: what it waits for, what is offered, accepting and leaving."""

from chalicelib.enrolments import enrolling, making_up, waiting
from chalicelib.enrolments.asking import Unanswered
from chalicelib.enrolments.makeup_pages import WishView, wish_view
from chalicelib.organisations.domain import Module
from chalicelib.schedule import store
from chalicelib.schedule.domain import Enrolment, EnrolmentKind, EnrolmentStatus
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.texts import say
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.CLASSES)

_WAITING = frozenset(status.value for status in waiting.WAITS)


@routes.get("/{org}/waiting", Actor.MEMBER)
def show_waiting(request: Request) -> Reply:
    """Everything the household waits for, with its number on the list; what is offered first."""
    return _page(request)


def _page(request: Request, problem: Conflict | None = None) -> Reply:
    return render.page(
        request,
        "enrolments/waiting.html",
        status=409 if problem else 200,
        errors={"": problem.message or say("This has changed in the meantime. Look at it again, please.")}
        if problem
        else None,
        wishes=_wishes(request),
        may_edit=request.me.role.may_edit,
    )


def _wishes(request: Request) -> list[WishView]:
    rows = [row for row in request.me.open_home.enrolments if row.status in _WAITING]
    if not rows:
        return []
    found = store.get_enrolments(request.org, [(row.member, row.id) for row in rows])
    groups, rolls = store.get_classes_and_rolls(request.org, [row.class_group for row in rows])
    views = []
    for wish in found.values():
        roll = rolls.get(wish.class_group)
        order = [each.id for each in roll.waiting] if roll else []
        if wish.id in order and wish.class_group in groups:
            group, number = groups[wish.class_group], order.index(wish.id) + 1
            views.append(wish_view(wish, request.me.home, group, number, request.local, request.org, request.now))
    return sorted(views, key=lambda view: not view.is_offered)


def _own(request: Request) -> Enrolment:
    """The wish that the address names. Raises NotFound when it is none of this household's members'."""
    member = request.me.home.member(request.params["member"])
    found = store.get_enrolment(request.org, member.id, request.params["enrolment"]) if member else None
    if found is None:
        raise NotFound
    return found


@routes.post("/{org}/members/{member}/enrolments/{enrolment}/accept", Actor.EDITOR, owns="enrolment")
def accept_offer(request: Request) -> Reply:
    """Takes the place that is kept: a make-up at once, a class after its price was looked at."""
    wish, home = _own(request), request.me.household
    is_makeup = wish.kind is EnrolmentKind.MAKEUP
    again = EnrolmentStatus.ACTIVE if is_makeup else EnrolmentStatus.HELD
    if wish.status not in (EnrolmentStatus.OFFERED, again):
        return _page(request, Conflict(say("This place is not kept for you any more.")))
    try:
        if is_makeup:
            making_up.confirm(request.organisation, home, wish.person, wish.id, request.now)
            path = f"members/{wish.person}/enrolments/{wish.id}/meetings/{wish.meeting}"
            return redirect(urls.portal(request.org, path, saved="makeup"))
        enrolling.hold(request.organisation, home, wish.person, wish.class_group, request.now)
    except Unanswered as refused:
        return redirect(urls.portal(request.org, refused.asked[0].href, next="waiting"))
    except Conflict as refused:
        return _page(request, refused)
    return redirect(urls.portal(request.org, "enrolling"))


@routes.post("/{org}/members/{member}/enrolments/{enrolment}/leave-list", Actor.EDITOR, owns="enrolment")
def leave_waiting_list(request: Request) -> Reply:
    """Leaves the list, or declines what is offered."""
    wish = _own(request)
    try:
        waiting.leave(request.organisation, request.me.household, wish.person, wish.id, request.now)
    except Conflict as refused:
        return _page(request, refused)
    return redirect(urls.portal(request.org, "waiting"))
