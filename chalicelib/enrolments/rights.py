"""Rights to make up: how one is given, reserved, used, returned, and when it is over. No storage, no clock.

A right is used when the class takes place, not when a place is taken (X-11).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import Enum

from chalicelib.households.summary import RightRow
from chalicelib.shared.errors import Conflict
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import say
from chalicelib.shared.times import day_begins, local_day


class RightStatus(Enum):
    """States of a make-up credit (glossary)."""

    ISSUED = "issued"
    RESERVED = "reserved"
    """A make-up is booked by it."""
    USED = "used"
    EXPIRED = "expired"


FOLLOWING: Mapping[RightStatus, frozenset[RightStatus]] = {
    RightStatus.ISSUED: frozenset({RightStatus.RESERVED, RightStatus.EXPIRED}),
    RightStatus.RESERVED: frozenset({RightStatus.ISSUED, RightStatus.USED}),
    RightStatus.USED: frozenset({RightStatus.ISSUED}),
    RightStatus.EXPIRED: frozenset(),
}
"""What a right may become. One that was used is only returned by the organisation, which cancels the class."""


@frozen
class Right(Frozen):
    """What a missed meeting gives: one meeting of another class."""

    id: str
    person: str
    household: str
    """The home that enrolled; both homes of a child may use it."""
    enrolment: str
    """Whose meeting was missed; its terms hold."""
    class_group: str
    meeting: str
    programmes: tuple[str, ...]
    """In which it may be used."""
    level: str
    issued_at: datetime
    expires_on: date
    """The last local day on which the make-up may take place."""
    status: RightStatus = RightStatus.ISSUED
    place: str = ""
    """The enrolment that is held, waited for or taken by it."""
    reserved_on: date | None = None
    used_at: datetime | None = None
    """When the class that it is reserved for is over, and the right used."""
    version: int | None = None

    def stands(self, now: datetime, zone: str) -> RightStatus:
        """Its state by reading: nothing need have been written for it to be over."""
        if self.status is RightStatus.ISSUED and local_day(now, zone) > self.expires_on:
            return RightStatus.EXPIRED
        if self.status is RightStatus.RESERVED and self.used_at and self.used_at <= now:
            return RightStatus.USED
        return self.status

    def is_free(self, now: datetime, zone: str) -> bool:
        """Whether a place may be taken by it."""
        return self.stands(now, zone) is RightStatus.ISSUED

    def due(self, zone: str) -> datetime | None:
        """When it changes by itself; None: never."""
        if self.status is RightStatus.ISSUED:
            return day_begins(self.expires_on + timedelta(days=1), zone)
        return self.used_at if self.status is RightStatus.RESERVED else None


def pointed(right: Right, place: str) -> Right:
    """The right with a place that is held or waited for by it; empty: none."""
    return replace(right, place=place)


def reserved(right: Right, place: str, ends: datetime, today: date) -> Right:
    """The right once a make-up that ends at `ends` is booked by it. Raises Conflict when it is not free."""
    return replace(_moved(right, RightStatus.RESERVED), place=place, reserved_on=today, used_at=ends)


def given_back(right: Right) -> Right:
    """The right once the family gave the make-up back in time: as it was."""
    if right.status is not RightStatus.RESERVED:
        raise _over()
    return replace(_moved(right, RightStatus.ISSUED), place="", reserved_on=None, used_at=None)


def used(right: Right, now: datetime) -> Right:
    """The right once the class took place, or the make-up was given back too late."""
    return replace(_moved(right, RightStatus.USED), used_at=now)


def expired(right: Right) -> Right:
    """The right once its last day is over."""
    return replace(_moved(right, RightStatus.EXPIRED), place="")


def returned(right: Right, today: date) -> Right:
    """The right once the organisation cancelled the make-up: with as many days as it had when it was reserved."""
    lost = max(timedelta(), today - right.reserved_on) if right.reserved_on else timedelta()
    back = replace(_moved(right, RightStatus.ISSUED), place="", reserved_on=None, used_at=None)
    return replace(back, expires_on=right.expires_on + lost)


def _moved(right: Right, status: RightStatus) -> Right:
    if status not in FOLLOWING[right.status]:
        raise _over()
    return replace(right, status=status)


def _over() -> Conflict:
    return Conflict(say("This right to make up has been used or is over."))


def right_row(right: Right) -> RightRow | None:
    """What a household's summary tells of a right: those that may still be used."""
    return RightRow(right.id, right.person, right.expires_on) if right.status is RightStatus.ISSUED else None
