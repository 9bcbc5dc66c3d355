"""A booking: its states and who may bring it from one into another (glossary).

That a request was not answered in time or that a visit took place is worked out from its hours; the
schedule only writes down later what every reader sees at once (X-10).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.shared.errors import Conflict
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import say

if TYPE_CHECKING:  # the home page shows bookings, and nothing of invoices
    from chalicelib.billing.domain import InvoiceLine


class BookingStatus(Enum):
    """Where a booking stands."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class Side(Enum):
    """Who gave a booking up."""

    FAMILY = "family"
    ORGANISATION = "organisation"


class Terms(NamedTuple):
    """What the family may do with a booking; copied from the resource when it was booked, and kept (NEW-1)."""

    may_cancel: bool = False
    may_move: bool = False
    free_hours: int = 0
    """Hours before the start until which giving it up costs nothing."""
    kept_ppm: int = 0
    """Millionths of the price that the organisation keeps after that."""
    before: int = 0
    """Minutes before it that are kept clear."""
    after: int = 0


NO_TERMS = Terms()
"""The family asks the organisation: a booking that was not made here."""


@frozen
class Booking(Frozen):
    """A time that a household has, or asked for, in a place of the organisation's or with one of its people."""

    id: str
    """Starts with the day it is for; what follows stays when it is moved."""
    household: str
    resource: str
    """What was booked, as it was called then."""
    starts: datetime
    ends: datetime
    status: BookingStatus
    member: str = ""
    note: str = ""
    requested_at: datetime | None = None
    source: str = ""
    resource_id: str = ""
    """Empty for what stands in no list of resources (imports)."""
    kind: str = ""
    """Value of the resource's kind."""
    participants: int = 0
    """How many come; 0: nobody asked."""
    lines: "tuple[InvoiceLine, ...]" = ()
    """What it costs, as it was told when it was booked; empty: nothing."""
    currency: str = ""
    invoice: str = ""
    terms: Terms = NO_TERMS
    decided_at: datetime | None = None
    decided_by: str = ""
    """Name of whoever confirmed or declined; empty when nobody had to."""
    reason: str = ""
    """Why it was declined or cancelled."""
    moved_from: datetime | None = None
    """When it would have started before it was last moved."""
    cancelled_by: Side | None = None
    sequence: int = 0
    """How often it was changed."""
    version: int | None = None

    @property
    def tail(self) -> str:
        """What of its id stays when it is moved to another day."""
        return self.id.partition("-")[2]

    @property
    def total_minor(self) -> int:
        """What it costs with taxes, as it was told when it was booked."""
        return sum(line.total_minor for line in self.lines)

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return int((self.ends - self.starts) / timedelta(minutes=1))

    @property
    def free_until(self) -> datetime:
        """Until when giving it up costs nothing."""
        return self.starts - timedelta(hours=self.terms.free_hours)

    @property
    def told_at(self) -> datetime | None:
        """When the family last heard of it as of something new."""
        return self.decided_at or self.requested_at

    @property
    def holds_time(self) -> bool:
        """Whether nobody else can have its time."""
        return bool(self.resource_id) and self.status in (BookingStatus.REQUESTED, BookingStatus.CONFIRMED)

    def status_at(self, now: datetime) -> BookingStatus:
        """The status as it must be shown: a request ends unanswered at its start (X-10), a visit at its end."""
        if self.status is BookingStatus.REQUESTED and self.starts <= now:
            return BookingStatus.EXPIRED
        if self.status is BookingStatus.CONFIRMED and self.ends <= now:
            return BookingStatus.COMPLETED
        return self.status

    def is_ahead(self, now: datetime) -> bool:
        """Whether it is still to come, or waits for an answer."""
        return self.status_at(now) in (BookingStatus.REQUESTED, BookingStatus.CONFIRMED)

    def _has_begun(self, now: datetime) -> bool:
        return self.starts <= now

    def may_cancel(self, now: datetime) -> bool:
        """Whether the family may cancel it by itself now."""
        return self.terms.may_cancel and self.is_ahead(now) and not self._has_begun(now)

    def may_move(self, now: datetime) -> bool:
        """Whether the family may choose another time by itself now."""
        return self.terms.may_move and bool(self.resource_id) and self.is_ahead(now) and not self._has_begun(now)


def confirmed(booking: Booking, by: str, now: datetime) -> Booking:
    """The booking once the organisation agreed. Raises Conflict when it does not wait for an answer any more."""
    _require_waiting(booking, now)
    return _changed(booking, status=BookingStatus.CONFIRMED, decided_at=now, decided_by=by)


def declined(booking: Booking, by: str, reason: str, now: datetime) -> Booking:
    """The booking once the organisation said no. Raises Conflict when it does not wait for an answer any more."""
    _require_waiting(booking, now)
    return _changed(booking, status=BookingStatus.DECLINED, decided_at=now, decided_by=by, reason=reason)


def expired(booking: Booking, now: datetime) -> Booking:
    """The request once its start came unanswered (X-10). Raises Conflict when that is not so."""
    if booking.status is not BookingStatus.REQUESTED or not booking.starts <= now:
        raise Conflict(say("This request has not expired."))
    return _changed(booking, status=BookingStatus.EXPIRED)


def cancelled(booking: Booking, side: Side, reason: str, now: datetime) -> Booking:
    """The booking once one side gave it up. Raises Conflict where that side may not any more."""
    may = booking.may_cancel(now) if side is Side.FAMILY else booking.is_ahead(now)
    if not may:
        raise Conflict(say("This booking can not be cancelled here. Please ask us."))
    return _changed(booking, status=BookingStatus.CANCELLED, cancelled_by=side, reason=reason)


def no_show(booking: Booking, now: datetime) -> Booking:
    """The booking when nobody came. Raises Conflict unless it was confirmed and has begun."""
    if booking.status is not BookingStatus.CONFIRMED or booking.starts > now:
        raise Conflict(say("Only a confirmed booking that has begun can be marked so."))
    return _changed(booking, status=BookingStatus.NO_SHOW)


def moved(booking: Booking, to: Booking, now: datetime) -> Booking:
    """The booking at another time: its hours, price, terms and standing are those of `to`.

    Raises Conflict where the family may not any more.
    """
    if not booking.may_move(now):
        raise Conflict(say("This booking can not be moved here. Please ask us."))
    return _changed(
        booking,
        id=to.id,
        starts=to.starts,
        ends=to.ends,
        status=to.status,
        lines=to.lines,
        invoice=to.invoice,
        terms=to.terms,
        requested_at=now,
        decided_at=to.decided_at,
        decided_by="",
        moved_from=booking.starts,
    )


def _require_waiting(booking: Booking, now: datetime) -> None:
    if booking.status_at(now) is not BookingStatus.REQUESTED:
        raise Conflict(say("This request does not wait for an answer any more."))


def _changed(booking: Booking, **changes: object) -> Booking:
    return replace(booking, **changes, sequence=booking.sequence + 1)  # type: ignore[arg-type]
