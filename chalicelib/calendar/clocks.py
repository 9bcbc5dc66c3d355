"""How the clock of a zone goes, as iCalendar's VTIMEZONE: each change by itself, from a year to a year.

The library can make one, too, but overlooks changes that are undone within weeks (Morocco's Ramadan), and begins
summer time an hour late.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vDatetime, vText, vUTCOffset

from chalicelib.shared.times import local

_STEP = timedelta(days=1)
"""No clock is set twice within a day."""
_EXACT = timedelta(seconds=1)


@lru_cache(maxsize=64)
def clock(zone: str, first: int, last: int) -> Timezone:
    """The clock of a zone in the years from `first` to `last`, and on the days around them."""
    begin = datetime(first, 1, 1, tzinfo=UTC) - _STEP
    found = Timezone()
    found["tzid"] = vText(zone)
    found.add_component(_period(zone, begin, _offset(zone, begin)))
    for change in _changes(zone, begin, datetime(last + 1, 1, 1, tzinfo=UTC) + _STEP):
        found.add_component(_period(zone, change, _offset(zone, change - _EXACT)))
    return found


def _changes(zone: str, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The moments at which the clock is set."""
    while begin < end:
        if _offset(zone, begin) != _offset(zone, begin + _STEP):
            yield _change(zone, begin, begin + _STEP)
        begin += _STEP


def _change(zone: str, before: datetime, after: datetime) -> datetime:
    """The first moment that has the later offset, of two around a change."""
    while after - before > _EXACT:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    return after


def _period(zone: str, begin: datetime, offset_before: timedelta) -> TimezoneStandard | TimezoneDaylight:
    """What holds from a moment on. RFC 5545 tells that moment by the clock as it went until then."""
    here = local(begin, zone)
    period = TimezoneDaylight() if here.dst() else TimezoneStandard()
    period["dtstart"] = vDatetime((begin + offset_before).replace(tzinfo=None))
    period["tzoffsetfrom"], period["tzoffsetto"] = vUTCOffset(offset_before), vUTCOffset(_offset(zone, begin))
    period["tzname"] = vText(here.tzname() or zone)
    return period


def _offset(zone: str, moment: datetime) -> timedelta:
    return local(moment, zone).utcoffset() or timedelta()
