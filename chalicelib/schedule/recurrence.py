"""A series of meetings: on which days of a term a class meets, and when that is.

Days and times are the organisation's own: a class at half past four stays at half past four when clocks change. A time
that clocks jump over moves forward by as much as they do; one that comes twice is the first of the two. A meeting
lasts as long as it is said to last, whatever clocks do meanwhile.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from chalicelib.schedule.domain import MAX_OCCURRENCES, Occurrence
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.ids import named_id
from chalicelib.shared.times import Days, from_local

HORIZON_DAYS = 5 * 366
"""How far a series reaches at most: a term, a season, a few years of one."""
_WEEK = 7


@frozen
class Series(Frozen):
    """When a class meets: every so many weeks on some weekdays, up to a last day or a number of meetings."""

    first: date
    """No meeting before; its week is the one that weeks are counted from."""
    weekdays: frozenset[int]
    """0 is Monday."""
    starts: time
    minutes: int
    last: date | None = None
    count: int | None = None
    """Meetings that take place: a holiday in between does not cost one."""
    weeks: int = 1
    """1: every week; 2: every other."""
    holidays: tuple[Days, ...] = ()
    without: frozenset[date] = frozenset()
    """Single days on which it does not meet, whatever the reason."""


class Plan(NamedTuple):
    """The days of a series."""

    days: tuple[date, ...]
    left_out: tuple[date, ...]
    """Days that would be among them, were they no holiday or exception."""


def plan(series: Series) -> Plan:
    """On which days a series meets, in order; at most `MAX_OCCURRENCES`, and none beyond `HORIZON_DAYS`."""
    most = min(MAX_OCCURRENCES, series.count or MAX_OCCURRENCES)
    days: list[date] = []
    left_out: list[date] = []
    for day in _candidates(series):
        if len(days) >= most:
            break
        (left_out if _is_off(series, day) else days).append(day)
    return Plan(tuple(days), tuple(left_out))


def _candidates(series: Series) -> Iterator[date]:
    farthest = series.first + timedelta(days=HORIZON_DAYS)
    last = min(series.last or farthest, farthest)
    monday = series.first - timedelta(days=series.first.weekday())
    while monday <= last:
        for weekday in sorted(series.weekdays):
            day = monday + timedelta(days=weekday)
            if series.first <= day <= last:
                yield day
        monday += timedelta(days=_WEEK * max(1, series.weeks))


def _is_off(series: Series, day: date) -> bool:
    return day in series.without or any(day in stretch for stretch in series.holidays)


def meetings(series: Series, class_id: str, zone: str, *, room: str = "") -> tuple[Occurrence, ...]:
    """The meetings of a series, in order. The same series makes the same meetings, ids and all."""
    return tuple(meeting(class_id, day, series.starts, series.minutes, zone, room=room) for day in plan(series).days)


def meeting(class_id: str, day: date, starts: time, minutes: int, zone: str, *, room: str = "") -> Occurrence:
    """One meeting of a class at a local time."""
    wall = datetime.combine(day, starts)
    begins = from_local(wall, zone)
    return Occurrence(meeting_id(class_id, wall), begins, begins + timedelta(minutes=minutes), room)


def meeting_id(class_id: str, wall: datetime) -> str:
    """The id of a class's meeting at a local day and time; it stays the meeting's when that is moved."""
    return named_id(f"meeting {class_id} {wall:%Y-%m-%dT%H:%M}")
