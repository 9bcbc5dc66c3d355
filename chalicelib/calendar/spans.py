"""Days, weeks and months of a calendar: their names in addresses, their neighbours, and the weeks of a month."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from chalicelib.shared.times import day_begins, months_after

_EARLIEST, _LATEST = 1970, 2199
"""Years that calendars go through: no record is older, and nobody plans further."""
_WEEK = 7


class View(Enum):
    """How much of the calendar a page shows."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Span(NamedTuple):
    """What a page of the calendar shows, by its first and last day."""

    view: View
    first: date
    last: date

    @property
    def name(self) -> str:
        """As addresses call it: `2026-11` is a month, `2026-11-22` a day, or the week that begins then."""
        return self.first.isoformat()[: len("2026-11") if self.view is View.MONTH else None]

    @property
    def path(self) -> str:
        """Of its page in the portal."""
        return f"schedule/{self.view.value}/{self.name}"

    def days(self) -> Iterator[date]:
        """Each day of it."""
        return (self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))

    def moments(self, zone: str) -> tuple[datetime, datetime]:
        """When its first day begins and its last one ends, on the clock of a zone."""
        return day_begins(self.first, zone), day_begins(self.last + timedelta(days=1), zone)

    def next(self) -> "Span":
        """The span after this."""
        return span_of(self.view, self.last + timedelta(days=1), self.first.weekday())

    def previous(self) -> "Span":
        """The span before this."""
        return span_of(self.view, self.first - timedelta(days=1), self.first.weekday())


def span_of(view: View, day: date, first_weekday: int) -> Span:
    """The span that a day is in; weeks begin on `first_weekday` (0: Monday)."""
    first = day
    if view is View.WEEK:
        first = week_begins(day, first_weekday)
    elif view is View.MONTH:
        first = day.replace(day=1)
    return Span(view, first, _last(view, first))


def _last(view: View, first: date) -> date:
    if view is View.MONTH:
        return months_after(first, 1) - timedelta(days=1)
    return first + timedelta(days=_WEEK - 1 if view is View.WEEK else 0)


def named_span(view: View, name: str, first_weekday: int) -> Span | None:
    """The span that an address calls so; None when it is no name of one, or further away than the calendar goes."""
    try:
        day = date.fromisoformat(f"{name}-01" if view is View.MONTH else name)
    except ValueError:
        return None
    if not _EARLIEST < day.year < _LATEST:
        return None
    written = Span(view, day, day).name
    return span_of(view, day, first_weekday) if written == name else None


def week_begins(day: date, first_weekday: int) -> date:
    """The first day of the week that a day is in."""
    return day - timedelta(days=(day.weekday() - first_weekday) % _WEEK)


def weeks(month: Span, first_weekday: int) -> list[list[date]]:
    """The weeks of a month, seven days each; the first and last reach into the months beside it."""
    begin = week_begins(month.first, first_weekday)
    count = ((month.last - begin).days // _WEEK) + 1
    return [[begin + timedelta(days=_WEEK * week + day) for day in range(_WEEK)] for week in range(count)]
