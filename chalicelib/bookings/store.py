"""Reads and writes bookings.

A booking's key begins with the day it is for, so that a list and a calendar are one range each. Moved to
another day it gets another key, and a note under its former one leads whoever has an old link there.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from chalicelib.billing.items import line_row
from chalicelib.billing.store import line_from
from chalicelib.bookings.domain import NO_TERMS, Booking, BookingStatus, Side, Terms
from chalicelib.bookings.models import BookingItem, BookingRequestItem, MovedBookingItem
from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.shared.times import from_iso, moment_or_none, to_iso

EXPIRING = "booking_requests"
"""Queue of all requests, due at their start (X-10)."""
_EVER = "9999"
_LONGEST = timedelta(days=8)
"""How long before a moment a booking may have begun that reaches it; and a day for zones."""
_MOST = 500
"""Bookings that one range is read for at most."""


class Waiting(NamedTuple):
    """A request in a queue."""

    org: str
    household: str
    booking: str


def requests(org: str) -> str:
    """Queue of an organisation's bookings that wait for an answer."""
    return f"requests#{org}"


def get_booking(org: str, household_id: str, booking_id: str) -> Booking | None:
    """The household's booking, or None; one that was moved is found by its former ids, too.

    One strong read; three for one that was moved.
    """
    item = read.one(BookingItem, keys.booking(org, household_id, booking_id))
    if item is None:
        moved = read.one(MovedBookingItem, keys.moved_booking(org, household_id, booking_id.partition("-")[2]))
        item = read.one(BookingItem, keys.booking(org, household_id, moved.booking)) if moved else None
    return booking_from(item) if item else None


def list_bookings(org: str, household_id: str, after: str = "") -> read.Page[Booking]:
    """The household's bookings, latest first, a page at a time, from beyond the booking `after`."""
    found = read.listed(BookingItem, partial(keys.booking, org, household_id), after=after)
    return read.Page([booking_from(item) for item in found.rows], found.next)


def list_between(
    org: str, household_id: str, first: datetime, last: datetime, *, size: int = _MOST, consistent: bool = False
) -> list[Booking]:
    """Bookings of a household that touch the time from `first` to before `last`, by day, in whatever state.

    One Query. A booking that takes more than a week is found from the week before its end on.
    """
    begin = keys.booking(org, household_id, f"{first - _LONGEST:%Y%m%d}")
    end = keys.booking(org, household_id, f"{last + timedelta(days=2):%Y%m%d}")
    found = read.between(BookingItem, begin.pk, begin.sk, end.sk, size=size, consistent=consistent)
    bookings = (booking_from(item) for item in found.rows)
    return sorted(
        (each for each in bookings if each.starts < last and first < each.ends), key=lambda each: (each.starts, each.id)
    )


def list_waiting(org: str) -> list[Booking]:
    """Requests that wait for the organisation's answer, those that begin first; at most a hundred. Two round trips."""
    waiting = [_waiting(key) for key in read.waiting(requests(org), _EVER)]
    return get_bookings(waiting)


def get_bookings(wanted: Sequence[Waiting]) -> list[Booking]:
    """The bookings in the order in which they are named, those that exist. One round trip for each hundred."""
    places = [keys.booking(*each) for each in wanted]
    found = read.many(BookingItem, places) if places else {}
    return [booking_from(found[key]) for key in places if key in found]


def expiring(now: datetime) -> list[Waiting]:
    """Requests of all organisations whose start has come, the earliest first; at most a hundred."""
    return [_waiting(key) for key in read.waiting(EXPIRING, to_iso(now))]


def put_off(waiting: Waiting, until: datetime) -> None:
    """Has the schedule look at a request only `until` then. Raises ConditionFailed when somebody wrote it meanwhile."""
    item = read.one(BookingItem, keys.booking(*waiting))
    if item is not None and item.queue:
        write.update(item, [BookingItem.due.set(to_iso(until))])


def _waiting(key: Key) -> Waiting:
    org, household = keys.owner(key)
    return Waiting(org, household, key.sk.partition("#")[2])


def save(transaction: Transaction, org: str, before: Booking | None, after: Booking) -> None:
    """Adds the write of a new or changed booking; refused when it was changed meanwhile."""
    is_moved = before is not None and before.id != after.id
    if is_moved:
        after = replace(after, version=None)
        transaction.put("moved", moved_item(org, after))
    old = booking_items(org, before) if before else {}
    new = booking_items(org, after)
    for key in old.keys() - new.keys():
        transaction.delete("booking", old[key])
    for key, item in new.items():
        if key not in old or not isinstance(item, BookingRequestItem):
            transaction.put("booking", item)


def booking_items(org: str, booking: Booking) -> dict[Key, Item]:
    """All items of a booking: itself, and its place among those that wait for an answer."""
    items: list[Item] = [booking_item(org, booking)]
    if booking.status is BookingStatus.REQUESTED:
        items.append(_request_item(org, booking))
    return {item.key: item for item in items}


def _request_item(org: str, booking: Booking) -> BookingRequestItem:
    pk, sk = keys.booking_request(org, booking.household, booking.id)
    return BookingRequestItem(
        pk,
        sk,
        booking=booking.id,
        household=booking.household,
        queue=requests(org),
        due=to_iso(booking.starts),
    )


def moved_item(org: str, booking: Booking) -> MovedBookingItem:
    """The note that leads from a booking's former ids to it."""
    pk, sk = keys.moved_booking(org, booking.household, booking.tail)
    return MovedBookingItem(pk, sk, booking=booking.id)


def booking_item(org: str, booking: Booking) -> BookingItem:
    """The item that stores `booking`."""
    pk, sk = keys.booking(org, booking.household, booking.id)
    is_waiting = booking.status is BookingStatus.REQUESTED
    return BookingItem(
        pk,
        sk,
        booking=booking.id,
        household=booking.household,
        resource=booking.resource,
        starts=to_iso(booking.starts),
        ends=to_iso(booking.ends),
        status=booking.status.value,
        member=booking.member or None,
        note=booking.note or None,
        requested_at=_text(booking.requested_at),
        source=booking.source or None,
        resource_id=booking.resource_id or None,
        resource_kind=booking.kind or None,
        participants=booking.participants or None,
        lines=[line_row(line) for line in booking.lines] or None,
        currency=booking.currency or None,
        invoice=booking.invoice or None,
        terms=list(booking.terms) if booking.terms != NO_TERMS else None,
        decided_at=_text(booking.decided_at),
        decided_by=booking.decided_by or None,
        reason=booking.reason or None,
        moved_from=_text(booking.moved_from),
        cancelled_by=booking.cancelled_by.value if booking.cancelled_by else None,
        sequence=booking.sequence or None,
        queue=EXPIRING if is_waiting else None,
        due=to_iso(booking.starts) if is_waiting else None,
        version=booking.version,
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
        requested_at=moment_or_none(item.requested_at),
        source=item.source or "",
        resource_id=item.resource_id or "",
        kind=item.resource_kind or "",
        participants=int(item.participants or 0),
        lines=tuple(map(line_from, item.lines or ())),
        currency=item.currency or "",
        invoice=item.invoice or "",
        terms=Terms(*item.terms) if item.terms else NO_TERMS,
        decided_at=moment_or_none(item.decided_at),
        decided_by=item.decided_by or "",
        reason=item.reason or "",
        moved_from=moment_or_none(item.moved_from),
        cancelled_by=Side(item.cancelled_by) if item.cancelled_by else None,
        sequence=int(item.sequence or 0),
        version=item.version,
    )


def _text(moment: datetime | None) -> str | None:
    return to_iso(moment) if moment else None
