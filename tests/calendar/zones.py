"""All clocks that the zones of the world have from 2024 to 2035, each once, and when they are set."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import available_timezones

from chalicelib.shared.times import zone

_FIRST, _END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
_STEP = timedelta(days=6)
"""Shorter than any time between two changes of a clock: Ramadan is a month."""


@cache
def clocks() -> dict[str, list[datetime]]:
    """Names of zones whose clocks differ, with the moments at which each is set, to the minute."""
    found: dict[tuple[timedelta | None, ...], str] = {}
    for name in sorted(available_timezones() - {"localtime", "Factory"}):
        here = zone(name)
        signature = tuple(moment.astimezone(here).utcoffset() for moment in _samples())
        found.setdefault(signature, name)
    return {name: _changes(name) for name in found.values()}


@cache
def _samples() -> list[datetime]:
    return [_FIRST + number * _STEP for number in range((_END - _FIRST) // _STEP)]


def _changes(name: str) -> list[datetime]:
    here = zone(name)
    steps = ((moment, moment + _STEP) for moment in _samples())
    return [
        _change(name, before, after)
        for before, after in steps
        if before.astimezone(here).utcoffset() != after.astimezone(here).utcoffset()
    ]


def _change(name: str, before: datetime, after: datetime) -> datetime:
    here = zone(name)
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) / 2
        if middle.astimezone(here).utcoffset() == before.astimezone(here).utcoffset():
            before = middle
        else:
            after = middle
    return after.replace(second=0, microsecond=0)
