"""A booking as a line of what a family bought and gave back (BOOK-5, SCH-12)."""

from datetime import datetime

from chalicelib.billing.bought import Bought, Thing
from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.organisations.domain import Organisation


def line_of(organisation: Organisation, booking: Booking, at: datetime, minor: int) -> Bought:
    """The line of a booking that was made, or given up, `at` a moment; `minor` is what it cost or gave back."""
    return Bought(
        thing=Thing.BOOKING,
        what=booking.id,
        title={organisation.language: booking.resource},
        at=at,
        member=booking.member,
        minor=minor,
        currency=booking.currency or organisation.currency,
        invoice=booking.invoice,
        is_cancelled=booking.status is BookingStatus.CANCELLED,
    )
