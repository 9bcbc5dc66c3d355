"""View models of bookings."""

from datetime import datetime
from typing import NamedTuple

from chalicelib.bookings.domain import Booking, BookingStatus, Side
from chalicelib.households.summary import Summary
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local

STATUS_WORDS: dict[BookingStatus, tuple[Message, str]] = {
    BookingStatus.REQUESTED: (say("Waiting for an answer"), "warning"),
    BookingStatus.CONFIRMED: (say("Confirmed"), "success"),
    BookingStatus.COMPLETED: (say("Took place"), "neutral"),
    BookingStatus.DECLINED: (say("Declined"), "danger"),
    BookingStatus.EXPIRED: (say("Not answered in time"), "neutral"),
    BookingStatus.CANCELLED: (say("Cancelled", context="booking"), "neutral"),
    BookingStatus.NO_SHOW: (say("Nobody came"), "neutral"),
}


class BookingView(NamedTuple):
    """A booking as a dated entry."""

    weekday: str
    day: str
    month: str
    iso: str
    title: str
    meta: str
    status: str
    tone: str
    href: str
    cancelled: bool


def booking_view(booking: Booking, local: Local, org: str, now: datetime) -> BookingView:
    """A booking: when, which place, and where it stands at this moment."""
    status = booking.status_at(now)
    words, tone = STATUS_WORDS[status]
    return BookingView(
        weekday=local.date(booking.starts, "dayname"),
        day=local.date(booking.starts, "day"),
        month=local.date(booking.starts, "month"),
        iso=local.iso(booking.starts),
        title=booking.resource,
        meta=f"{local.time(booking.starts)}\u2013{local.time(booking.ends)}",
        status=local.say(words),
        tone=tone,
        href=urls.portal(org, f"bookings/{booking.id}"),
        cancelled=status in (BookingStatus.CANCELLED, BookingStatus.DECLINED, BookingStatus.EXPIRED),
    )


def bookings_ahead(summary: Summary, now: datetime) -> list[Booking]:
    """The next bookings of a household, as far as lists need them; see `households.summing.MAX_BOOKINGS`."""
    found = (
        Booking(row.id, "", row.resource, row.starts, row.ends, BookingStatus(row.status)) for row in summary.bookings
    )
    return [booking for booking in found if booking.is_ahead(now)]


def booking_facts(booking: Booking, summary: Summary, local: Local) -> list[tuple[str, str]]:
    """What is known of a booking, as a family reads it."""
    member = summary.member(booking.member)
    facts: list[tuple[Message, str]] = [
        (say("Time"), f"{local.time(booking.starts)}\u2013{local.time(booking.ends)}"),
        (say("For"), member.name if member else ""),
        (say("People"), str(booking.participants or "")),
        (say("Note"), booking.note),
        (say("Price, taxes included"), _price(booking, local)),
        (say("Requested on"), local.date(booking.requested_at) if booking.requested_at else ""),
        (say("Moved from"), local.datetime(booking.moved_from) if booking.moved_from else ""),
        (
            say("Cancelled by", context="booking"),
            local.say(_SIDES[booking.cancelled_by]) if booking.cancelled_by else "",
        ),
        (say("Reason"), booking.reason),
    ]
    return [(local.say(words), value) for words, value in facts if value]


_SIDES: dict[Side, Message] = {
    Side.FAMILY: say("You", context="cancelled by"),
    Side.ORGANISATION: say("Us", context="cancelled by"),
}


def _price(booking: Booking, local: Local) -> str:
    return local.money(booking.total_minor, booking.currency) if booking.total_minor else ""
