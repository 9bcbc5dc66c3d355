"""Moments in UTC, days in the organisation's zone. Nothing here reads a clock (L-09)."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Days(NamedTuple):
    """A stretch of calendar days; both ends belong to it."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


def to_iso(moment: datetime) -> str:
    """`2026-11-22T18:30:00Z`: sortable text of a moment, to the second; the form stored and put in keys."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def from_iso(text: str) -> datetime:
    """The moment that `to_iso` wrote. Raises ValueError for text without a zone or that is no moment."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return moment


def moment_or_none(text: str | None) -> datetime | None:
    """The same of text that may be missing or empty, as records keep what need not be."""
    return from_iso(text) if text else None


def day_or_none(text: str | None) -> date | None:
    """The day that ISO text tells, where it is there. Raises ValueError for text that is no day."""
    return date.fromisoformat(text) if text else None


def epoch(moment: datetime) -> int:
    """Whole seconds since 1970 UTC, as DynamoDB's time to live wants them."""
    return int(moment.timestamp())


def after(moment: datetime, seconds: int) -> datetime:
    """`seconds` of real time after `moment`."""
    return moment + timedelta(seconds=seconds)


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The IANA zone `name`. Raises ZoneInfoNotFoundError (a KeyError) when there is none."""
    return ZoneInfo(name)


def local(moment: datetime, zone_name: str) -> datetime:
    """`moment` on the wall clock of a zone."""
    return moment.astimezone(zone(zone_name))


def local_day(moment: datetime, zone_name: str) -> date:
    """The calendar day that `moment` falls on in a zone."""
    return local(moment, zone_name).date()


def from_local(wall: datetime, zone_name: str) -> datetime:
    """UTC moment of a wall-clock time. A time in a spring gap moves forward, a repeated one is the first (M-10)."""
    return wall.replace(tzinfo=zone(zone_name), fold=0).astimezone(UTC)


def day_begins(day: date, zone_name: str) -> datetime:
    """UTC moment at which a calendar day begins in a zone."""
    return from_local(datetime.combine(day, time()), zone_name)


def months_after(day: date, months: int) -> date:
    """The same day `months` later, or the last of that month where it has no such day (31 January: 28 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
