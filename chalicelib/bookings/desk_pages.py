"""View models of the desk's pages of bookings."""

from datetime import datetime
from typing import NamedTuple

from chalicelib.bookings import wording
from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.bookings.pages import STATUS_WORDS, booking_facts
from chalicelib.households.summary import Summary
from chalicelib.web import urls
from chalicelib.web.http import Request
from chalicelib.web.language import dotted


class DeskView(NamedTuple):
    """A booking as the desk sees it."""

    path: str
    """Below the portal."""
    href: str
    title: str
    household: str
    when: str
    meta: str
    status: str
    tone: str
    facts: list[tuple[str, str]]


def desk_view(booking: Booking, home: Summary | None, request: Request) -> DeskView:
    """A booking with whose it is, when, and what it costs."""
    local = request.local
    words, tone = STATUS_WORDS[booking.status_at(request.now)]
    path = f"desk/bookings/{booking.household}/{booking.id}"
    return DeskView(
        path=path,
        href=urls.portal(request.org, path),
        title=booking.resource,
        household=home.name if home else "",
        when=wording.when(booking, local),
        meta=dotted(wording.when(booking, local), wording.cost(booking, local), booking.note),
        status=local.say(words),
        tone=tone,
        facts=booking_facts(booking, home, local) if home else [],
    )


def may_answer(booking: Booking, now: datetime) -> bool:
    """Whether a request waits for the desk."""
    return booking.status_at(now) is BookingStatus.REQUESTED


def may_mark(booking: Booking, now: datetime) -> bool:
    """Whether the desk may note that nobody came."""
    return booking.status is BookingStatus.CONFIRMED and booking.starts <= now
