"""A booking and its states (glossary)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class BookingStatus(Enum):
    """Where a booking stands."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True)
class Booking:
    """A time that a household has, or asked for, in a place of the organisation's."""

    id: str
    household: str
    resource: str
    starts: datetime
    ends: datetime
    status: BookingStatus
    member: str = ""
    note: str = ""
    requested_at: datetime | None = None
    source: str = ""

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
