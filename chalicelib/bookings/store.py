"""Reads and writes bookings."""

from functools import partial

from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.bookings.models import BookingItem
from chalicelib.data import keys, read
from chalicelib.shared.times import from_iso, to_iso


def get_booking(org: str, household_id: str, booking_id: str) -> Booking | None:
    """The household's booking, or None. One strong read."""
    item = read.one(BookingItem, keys.booking(org, household_id, booking_id))
    return booking_from(item) if item else None


def list_bookings(org: str, household_id: str, after: str = "") -> read.Page[Booking]:
    """The household's bookings, latest first, a page at a time, from beyond the booking `after`."""
    found = read.listed(BookingItem, partial(keys.booking, org, household_id), after=after)
    return read.Page([booking_from(item) for item in found.rows], found.next)


def booking_item(org: str, booking: Booking) -> BookingItem:
    """The item that stores `booking`."""
    pk, sk = keys.booking(org, booking.household, booking.id)
    return BookingItem(
        pk,
        sk,
        booking=booking.id,
        household=booking.household,
        resource=booking.resource,
        starts=to_iso(booking.starts),
        ends=to_iso(booking.ends),
        status=booking.status.value,
        member=booking.member,
        note=booking.note,
        requested_at=to_iso(booking.requested_at) if booking.requested_at else None,
        source=booking.source,
    )


def booking_from(item: BookingItem) -> Booking:
    """The booking that `item` stores."""
    return Booking(
        id=item.booking,
        household=item.household,
        resource=item.resource,
        starts=from_iso(item.starts),
        ends=from_iso(item.ends),
        status=BookingStatus(item.status),
        member=item.member or "",
        note=item.note or "",
        requested_at=from_iso(item.requested_at) if item.requested_at else None,
        source=item.source or "",
    )
