"""Pages of bookings: upcoming, awaiting an answer, and past (BOOK-1, BOOK-2)."""

from collections.abc import Sequence

from chalicelib.bookings import store, wording
from chalicelib.bookings.domain import Booking
from chalicelib.bookings.pages import booking_facts, booking_view, bookings_ahead
from chalicelib.households.summing import MAX_BOOKINGS
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import say
from chalicelib.web import paging, render
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import tabs

routes = Routes(Module.BOOKINGS)


@routes.get("/{org}/bookings", Actor.MEMBER)
def show_bookings(request: Request) -> Reply:
    """Bookings to come with requests that wait, from the summary; or all there ever were, a page at a time."""
    everything = request.query.get("when") == "all"
    return _all(request) if everything else _upcoming(request)


def _upcoming(request: Request) -> Reply:
    rows = request.me.home.bookings
    ahead = bookings_ahead(request.me.home, request.now)
    return _page(request, ahead, paging.WHOLE, everything=False, only_next=len(rows) == MAX_BOOKINGS)


def _all(request: Request) -> Reply:
    found = store.list_bookings(request.org, request.me.household, paging.after(request))
    return _page(request, found.rows, paging.links(request, "bookings", found.next, when="all"), everything=True)


def _page(
    request: Request, bookings: Sequence[Booking], links: paging.Links, *, everything: bool, only_next: bool = False
) -> Reply:
    choices = [(say("Upcoming"), {}, not everything), (say("All bookings"), {"when": "all"}, everything)]
    return render.page(
        request,
        "bookings/list.html",
        bookings=[booking_view(booking, request.local, request.org, request.now) for booking in bookings],
        everything=everything,
        only_next=only_next,
        may_book=request.organisation.offers_bookings and request.me.role.may_edit,
        tabs=tabs(request, "bookings", choices),
        **links,
    )


@routes.get("/{org}/bookings/{booking}", Actor.MEMBER, owns="booking")
def show_booking(request: Request) -> Reply:
    """One booking: what is known of it, its rules, and what may still be done."""
    booking = store.get_booking(request.org, request.me.household, request.params["booking"])
    if booking is None:
        raise NotFound
    may_edit = request.me.role.may_edit
    return render.page(
        request,
        "bookings/show.html",
        booking=booking_view(booking, request.local, request.org, request.now),
        id=booking.id,
        on=request.local.date(booking.starts, "weekday"),
        facts=booking_facts(booking, request.me.home, request.local),
        rules=wording.rules(booking, request.local, request.now) if booking.may_cancel(request.now) else [],
        invoice=booking.invoice if request.organisation.uses(Module.INVOICES) else "",
        may_move=may_edit and booking.may_move(request.now),
        may_cancel=may_edit and booking.may_cancel(request.now),
        saved=request.query.get("saved", ""),
    )
