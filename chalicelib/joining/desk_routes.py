"""The staff's pages of registrations: what waits, what speaks for whom, and the decision (C6, ACC-6)."""

from collections.abc import Mapping

from chalicelib.identity.staff import DESK
from chalicelib.joining import deciding, matching, store
from chalicelib.joining.domain import Request as JoinRequest
from chalicelib.joining.domain import RequestState, Wish
from chalicelib.joining.pages import likeness_view, request_view, told
from chalicelib.shared.texts import Message, say
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import tabs

routes = Routes()

_DONE = "done"
_WAITING, _DECIDED = say("Waiting", context="registration"), say("Decided", context="registration")


@routes.get("/{org}/desk/joining", Actor.STAFF, staff=DESK)
def show_queue(request: Request) -> Reply:
    """Requests that wait, the oldest first; or those that were decided, the latest first. 25 at a time."""
    waiting = request.query.get("show") != _DONE
    found = store.list_requests(request.org, waiting=waiting, beyond=paging.after(request))
    show = {} if waiting else {"show": _DONE}
    return render.page(
        request,
        "joining/queue.html",
        requests=[request_view(request.local, request.org, each) for each in found.rows],
        waiting=waiting,
        shown=tabs(request, "desk/joining", [(_WAITING, {}, waiting), (_DECIDED, {"show": _DONE}, not waiting)]),
        saved=request.query.get("saved", ""),
        **paging.links(request, "desk/joining", found.next, **show),
    )


@routes.get("/{org}/desk/joining/{joining}", Actor.STAFF, staff=DESK, owns="joining")
def show_request(request: Request) -> Reply:
    """One request, with the households that may be meant."""
    return _page(request, _found(request))


@routes.post("/{org}/desk/joining/{joining}/approve", Actor.STAFF, staff=DESK, owns="joining")
def approve(request: Request) -> Reply:
    """Gives access to a household that was offered, or to a new one."""
    found, household = _found(request), request.form.get("home", "")
    if household and household not in _offered(request, found):
        return _page(request, found, status=400)
    deciding.approve(request.organisation, found, household, request.me.user_name, request.now)
    return _done(request)


@routes.post("/{org}/desk/joining/{joining}/decline", Actor.STAFF, staff=DESK, owns="joining")
def decline(request: Request) -> Reply:
    """Says no, with a reason that goes to who asked."""
    found, form = _found(request), Form(request.form)
    reason = form.lines("reason", required=True, maximum=500)
    if form.errors:
        return _page(request, found, form.errors, 400)
    deciding.decline(request.organisation, found, reason, request.me.user_name, request.now)
    return _done(request)


@routes.post("/{org}/desk/joining/{joining}/seen", Actor.STAFF, staff=DESK, owns="joining")
def note_seen(request: Request) -> Reply:
    """Notes that a new household is no second one of a family, or was merged."""
    deciding.note_seen(request.organisation, _found(request), request.me.user_name)
    return _done(request)


def _found(request: Request) -> JoinRequest:
    return deciding.require(request.org, request.params["joining"])


def _done(request: Request) -> Reply:
    return redirect(urls.portal(request.org, "desk/joining", saved="1"))


def _offered(request: Request, found: JoinRequest) -> set[str]:
    alike = matching.likenesses(request.organisation, found.asked)
    return {each.household for each in alike}


def _page(
    request: Request, found: JoinRequest, errors: Mapping[str, Message] | None = None, status: int = 200
) -> Reply:
    local = request.local
    alike = matching.likenesses(request.organisation, found.asked) if found.state.waits else []
    return render.page(
        request,
        "joining/request.html",
        status=status,
        errors=errors,
        fields=request.form,
        view=request_view(local, request.org, found),
        told=told(local, found),
        alike=[likeness_view(local, each) for each in alike if each.household != found.household],
        path=f"desk/joining/{found.id}",
        is_open=found.state is RequestState.OPEN,
        is_new=found.asked.wish is Wish.NEW and found.state is RequestState.OPENED,
        household=found.household,
        reason=found.reason,
        decided_by=found.decided_by,
    )
