"""Pages of bookings: upcoming, awaiting an answer, and past (BOOK-1, BOOK-2)."""

from collections.abc import Sequence

from chalicelib.bookings import store
from chalicelib.bookings.domain import Booking
from chalicelib.bookings.pages import booking_view, bookings_ahead
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
        tabs=tabs(request, "bookings", choices),
        **links,
    )


@routes.get("/{org}/bookings/{booking}", Actor.MEMBER, owns="booking")
def show_booking(request: Request) -> Reply:
    """One booking."""
    booking = store.get_booking(request.org, request.me.household, request.params["booking"])
    if booking is None:
        raise NotFound
    member = request.me.home.member(booking.member)
    return render.page(
        request,
        "bookings/show.html",
        booking=booking_view(booking, request.local, request.org, request.now),
        on=request.local.date(booking.starts, "weekday"),
        note=booking.note,
        member=member.name if member else "",
        requested_on=request.local.date(booking.requested_at) if booking.requested_at else "",
    )
