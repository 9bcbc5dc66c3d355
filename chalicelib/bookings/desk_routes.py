"""The desk's pages of bookings: requests that wait, answered in a tap, and one booking with what may be done."""

from collections.abc import Mapping

from chalicelib.bookings import desk_pages, service, store, times_pages
from chalicelib.bookings.domain import Booking, Side
from chalicelib.bookings.times_routes import sentence
from chalicelib.bookings.wishes import Changed
from chalicelib.households.store import get_summaries
from chalicelib.identity.staff import DESK
from chalicelib.organisations.domain import Module
from chalicelib.shared.texts import Message
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.BOOKINGS)

_ANSWERS = ("confirm", "decline")


@routes.get("/{org}/desk/bookings", Actor.STAFF, staff=DESK)
def show_requests(request: Request) -> Reply:
    """Requests that wait for an answer, those that begin first on top (BOOK-2)."""
    waiting = [each for each in store.list_waiting(request.org) if each.is_ahead(request.now)]
    homes = get_summaries(request.org, tuple({each.household for each in waiting}))
    return render.page(
        request,
        "bookings/desk.html",
        requests=[desk_pages.desk_view(each, homes.get(each.household), request) for each in waiting],
        saved=request.query.get("saved", ""),
    )


@routes.get("/{org}/desk/bookings/{household}/{booking}", Actor.STAFF, staff=DESK, owns="booking")
def show_booking(request: Request) -> Reply:
    """One booking of a family, with what the desk may do."""
    return _page(request, _booking(request))


@routes.post("/{org}/desk/bookings/{household}/{booking}/answer", Actor.STAFF, staff=DESK, owns="booking")
def answer(request: Request) -> Reply:
    """Confirms a request, or declines it with a reason."""
    booking = _booking(request)
    form = Form(request.form)
    told = form.choice("answer", _ANSWERS, required=True)
    reason = form.lines("reason", required=told == "decline", maximum=500)
    if form.errors:
        wrong = {"" if name == "answer" else name: words for name, words in form.errors.items()}
        return _page(request, booking, wrong, 400)
    organisation, home, by = request.organisation, booking.household, request.me.user_name
    if told == "confirm":
        service.confirm(organisation, home, booking.id, by, request.now)
    else:
        service.decline(organisation, home, booking.id, by, reason, request.now)
    return redirect(urls.portal(request.org, "desk/bookings", saved=told))


@routes.post("/{org}/desk/bookings/{household}/{booking}/cancel", Actor.STAFF, staff=DESK, owns="booking")
def cancel(request: Request) -> Reply:
    """Takes a booking back; the family gets back what it was billed."""
    booking = _booking(request)
    form = Form(request.form)
    reason = form.lines("reason", required=True, maximum=500)
    if form.errors:
        return _page(request, booking, form.errors, 400)
    agreed = form.text("agreed")
    try:
        service.cancel(
            request.organisation, booking.household, booking.id, Side.ORGANISATION, reason, agreed, request.now
        )
    except Changed as refused:
        return _page(request, booking, {"": sentence(refused)}, 409)
    return _back(request, booking)


@routes.post("/{org}/desk/bookings/{household}/{booking}/no-show", Actor.STAFF, staff=DESK, owns="booking")
def mark_no_show(request: Request) -> Reply:
    """Notes that nobody came."""
    booking = _booking(request)
    service.mark_no_show(request.organisation, booking.household, booking.id, request.now)
    return _back(request, booking)


def _booking(request: Request) -> Booking:
    return service.require(request.org, request.params["household"], request.params["booking"])


def _back(request: Request, booking: Booking) -> Reply:
    return redirect(urls.portal(request.org, f"desk/bookings/{booking.household}/{booking.id}", saved="1"))


def _page(request: Request, booking: Booking, errors: Mapping[str, Message] | None = None, status: int = 200) -> Reply:
    home = get_summaries(request.org, (booking.household,)).get(booking.household)
    step = None
    if booking.is_ahead(request.now):
        step = service.cancelling(request.organisation, booking.household, booking.id, Side.ORGANISATION, request.now)
    charged = step.parting.charged_minor if step else 0
    return render.page(
        request,
        "bookings/desk_booking.html",
        status=status,
        errors=errors,
        fields=request.form,
        booking=desk_pages.desk_view(booking, home, request),
        money=times_pages.parting_facts(step.parting, request.local) if step and charged else [],
        agreed=step.digest if step else "",
        may_answer=desk_pages.may_answer(booking, request.now),
        may_cancel=step is not None,
        may_mark=desk_pages.may_mark(booking, request.now),
        saved=request.query.get("saved", ""),
    )
