"""Pages of bookings: upcoming, awaiting an answer, and past (BOOK-1, BOOK-2)."""

from chalicelib.bookings import store
from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.bookings.pages import booking_view
from chalicelib.households.summary import BookingRow
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import say
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import tabs

routes = Routes()


@routes.get("/{org}/bookings", Actor.MEMBER)
def show_bookings(request: Request) -> Reply:
    """Bookings to come with requests that wait, from the summary; or all there ever were, a page at a time."""
    if not request.organisation.uses(Module.BOOKINGS):
        raise NotFound
    everything = request.query.get("when") == "all"
    return _all(request) if everything else _upcoming(request)


def _upcoming(request: Request) -> Reply:
    coming = [booking_from_row(row) for row in request.me.home.bookings if row.ends > request.now]
    return _page(request, [booking for booking in coming if _is_ahead(booking)], everything=False)


def _is_ahead(booking: Booking) -> bool:
    return booking.status in (BookingStatus.REQUESTED, BookingStatus.CONFIRMED)


def _all(request: Request) -> Reply:
    after = request.query.get("after", "")
    found = store.list_page(request.org, request.me.household, f"BOOKING#{after}" if after else "")
    next_url = urls.portal(request.org, "bookings", when="all", after=found.next.removeprefix("BOOKING#"))
    return _page(
        request,
        list(found.rows),
        everything=True,
        next_url=next_url if found.next else None,
        first_url=urls.portal(request.org, "bookings", when="all") if after else None,
    )


def _page(
    request: Request,
    bookings: list[Booking],
    *,
    everything: bool,
    next_url: str | None = None,
    first_url: str | None = None,
) -> Reply:
    views = [booking_view(booking, request.local, request.org, request.now) for booking in bookings]
    choices = [(say("Upcoming"), {}, not everything), (say("All bookings"), {"when": "all"}, everything)]
    return render.page(
        request,
        "bookings/list.html",
        bookings=views,
        everything=everything,
        tabs=tabs(request, "bookings", choices),
        next_url=next_url,
        first_url=first_url,
    )


@routes.get("/{org}/bookings/{booking}", Actor.MEMBER, owns="booking")
def show_booking(request: Request) -> Reply:
    """One booking."""
    booking = store.get(request.org, request.me.household, request.params["booking"])
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


def booking_from_row(row: BookingRow) -> Booking:
    """The booking behind a row of the summary, as far as lists need it."""
    return Booking(row.id, "", row.resource, row.starts, row.ends, BookingStatus(row.status))
