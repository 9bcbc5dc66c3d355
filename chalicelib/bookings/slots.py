"""Which times can be booked: hours, notice and horizon first, then what others have taken.

All is reckoned in whole minutes since 1970 UTC, so that an hour is an hour on every day of the year.
Hours are wall times of the organisation's zone. A time that the clocks skip in spring is not offered;
one that they repeat in autumn is offered once, the first time round, and a booking may run through it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from chalicelib.bookings.resources import DAY_MINUTES, WEEK_MINUTES, Opening, Resource
from chalicelib.shared.times import from_local, local, local_day

_SECONDS = 60
_FIRST_MONDAY = 4 * DAY_MINUTES
"""Minute at which the first Monday after 1 January 1970, a Thursday, began in UTC."""


class Taken(NamedTuple):
    """A time of a resource that somebody has, with what is kept clear before and after it."""

    starts: int
    ends: int
    booking: str
    household: str
    until: int = 0
    """Minute at which a request lets go of it if nobody answers; 0: it is taken for good."""


Span = tuple[int, int]
"""From a minute to before another."""


def minute_of(moment: datetime) -> int:
    """The minute that a moment lies in."""
    return int(moment.timestamp()) // _SECONDS


def moment_of(minute: int) -> datetime:
    """The moment at which a minute begins."""
    return datetime.fromtimestamp(minute * _SECONDS, UTC)


def monday_of(minute: int) -> date:
    """The Monday (UTC) of the week that a minute lies in."""
    week = (minute - _FIRST_MONDAY) // WEEK_MINUTES
    return moment_of(_FIRST_MONDAY + week * WEEK_MINUTES).date()


def weeks(starts: int, ends: int) -> list[date]:
    """Mondays of all weeks that a span touches."""
    first, last = monday_of(starts), monday_of(max(starts, ends - 1))
    return [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]


def full(taken: Iterable[Taken], capacity: int, now: int) -> list[Span]:
    """The spans in which no more fits, in order and apart. Requests that ran out unanswered take nothing (X-10)."""
    changes: list[tuple[int, int]] = []
    for each in taken:
        if not each.until or now < each.until:
            changes += [(each.starts, 1), (each.ends, -1)]
    spans: list[Span] = []
    count, since = 0, 0
    for minute, change in sorted(changes):
        before, count = count, count + change
        if before < capacity <= count:
            since = minute
        elif count < capacity <= before and since < minute:
            spans.append((since, minute))
    return spans


def is_free(span: Span, busy: Sequence[Span]) -> bool:
    """Whether a span touches none of those of `full`."""
    place = bisect_left(busy, span[1], key=lambda each: each[0])
    return place == 0 or busy[place - 1][1] <= span[0]


def held(resource: Resource, start: int, minutes: int) -> Span:
    """What a booking takes, with what is kept clear around it."""
    return start - resource.terms.before, start + minutes + resource.terms.after


def offered(resource: Resource, day: date, minutes: int, zone: str, now: datetime) -> list[int]:
    """Starts of a day at which a booking of so many minutes may begin, whether or not the time is taken."""
    if minutes not in resource.durations or day > local_day(now, zone) + timedelta(days=resource.horizon_days):
        return []
    earliest = -(-int((now + timedelta(hours=resource.notice_hours)).timestamp()) // _SECONDS)
    return [
        start
        for opening in resource.openings(day)
        for start, closes in _starts(day, opening, resource.step, zone)
        if start >= earliest and start + minutes <= closes
    ]


def free(resource: Resource, starts: Iterable[int], minutes: int, busy: Sequence[Span]) -> list[int]:
    """Those of the starts whose time nobody has: whatever begins before its end is over at its start."""
    begins, ends = [begin for begin, _ in busy], [end for _, end in busy]
    early, late = held(resource, 0, minutes)
    return [start for start in starts if bisect_left(begins, start + late) == bisect_right(ends, start + early)]


def is_offered(resource: Resource, start: int, minutes: int, zone: str, now: datetime) -> bool:
    """Whether hours, notice and horizon allow a booking that begins at `start`."""
    day = local_day(moment_of(start), zone)
    return resource.is_offered and start in offered(resource, day, minutes, zone, now)


def span_of(resource: Resource, days: Sequence[date], zone: str) -> Span | None:
    """From the first opening to the last closing of some days; None when it is closed on all of them."""
    ends = [
        (_minute(day, opening.opens, zone), _minute(day, opening.closes, zone))
        for day in days
        for opening in resource.openings(day)
    ]
    if not ends:
        return None
    first, last = min(opens for opens, _ in ends), max(closes for _, closes in ends)
    return first - resource.terms.before, last + resource.terms.after


@lru_cache(maxsize=2048)
def _starts(day: date, opening: Opening, step: int, zone: str) -> tuple[tuple[int, int], ...]:
    """Each start within hours, with the minute at which they end. Rooms have many hours in common."""
    closes = _minute(day, opening.closes, zone)
    return tuple((start, closes) for start in _existing(day, range(opening.opens, opening.closes, step), zone))


def _existing(day: date, walls: Iterable[int], zone: str) -> Iterator[int]:
    for wall in walls:
        shown = _wall(day, wall)
        moment = from_local(shown, zone)
        if local(moment, zone).replace(tzinfo=None) == shown:
            yield minute_of(moment)


@lru_cache(maxsize=2048)
def _minute(day: date, wall: int, zone: str) -> int:
    return minute_of(from_local(_wall(day, wall), zone))


def _wall(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minutes)
