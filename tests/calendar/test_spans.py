"""Days, weeks and months: their names, their neighbours, and the weeks of a month."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.calendar.domain import Entry, EntryKind, Standing, by_day
from chalicelib.calendar.spans import Span, View, named_span, span_of, week_begins, weeks
from chalicelib.shared.times import local_day
from tests.calendar.zones import clocks

DAYS = st.dates(date(1980, 1, 1), date(2150, 1, 1))


@pytest.mark.parametrize(
    ("view", "name", "first", "last"),
    [
        (View.DAY, "2026-11-22", date(2026, 11, 22), date(2026, 11, 22)),
        (View.WEEK, "2026-11-22", date(2026, 11, 16), date(2026, 11, 22)),
        (View.WEEK, "2026-12-31", date(2026, 12, 28), date(2027, 1, 3)),
        (View.MONTH, "2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        (View.MONTH, "2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        (View.MONTH, "2026-12", date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_an_address_names_a_span(view: View, name: str, first: date, last: date) -> None:
    """SCH-2: weeks that begin on Monday."""
    assert named_span(view, name, 0) == Span(view, first, last)


@pytest.mark.parametrize(
    ("view", "name"),
    [
        (View.DAY, "2026-02-30"), (View.DAY, "2026-2-3"), (View.DAY, "20260203"), (View.DAY, "2026-W06-2"),
        (View.DAY, "2026-11"), (View.MONTH, "2026-13"), (View.MONTH, "2026-11-22"), (View.MONTH, "202611"),
        (View.MONTH, ""), (View.DAY, "0001-01-01"), (View.WEEK, "9999-12-31"), (View.MONTH, "9999-12"),
        (View.DAY, "2026-11-22Z"), (View.MONTH, "today"),
    ],
)  # fmt: skip
def test_what_names_no_span_is_none(view: View, name: str) -> None:
    """One address for each span, and none so far away that arithmetic ends."""
    assert named_span(view, name, 0) is None


@given(DAYS, st.sampled_from(View), st.integers(0, 6))
def test_neighbours_meet_without_gap(day: date, view: View, first_weekday: int) -> None:
    """Going on and back leads through every day once."""
    span = span_of(view, day, first_weekday)
    assert span.first <= day <= span.last
    assert span.next().first == span.last + timedelta(days=1)
    assert span.previous().last == span.first - timedelta(days=1)
    assert span.next().previous() == span == span.previous().next()
    assert named_span(view, span.name, first_weekday) == span
    assert next(span.days()) == span.first
    assert list(span.days())[-1] == span.last


@given(DAYS, st.integers(0, 6))
def test_a_months_weeks_hold_each_of_its_days_once(day: date, first_weekday: int) -> None:
    """Whole weeks that begin on the right day, and no week without a day of the month."""
    month = span_of(View.MONTH, day, first_weekday)
    rows = weeks(month, first_weekday)
    flat = [each for row in rows for each in row]
    assert flat == [flat[0] + timedelta(days=number) for number in range(len(flat))]
    assert set(month.days()) <= set(flat)
    assert all(len(row) == 7 and row[0].weekday() == first_weekday for row in rows)
    assert all(any(month.first <= each <= month.last for each in row) for row in rows)
    assert week_begins(day, first_weekday).weekday() == first_weekday


def _entry(starts: datetime, ends: datetime) -> Entry:
    return Entry("one", EntryKind.COURSE, Standing.ON, starts, ends, {"en": "Piano"})


def test_around_every_transition_an_event_lies_on_its_local_day() -> None:
    """SCH-2: days of 23 and 25 hours, and those that a zone leaves out; every change of every zone, 2024 to 2035."""
    for name, changes in clocks().items():
        for change in changes:
            for hours in (-26, -2, -1, 0, 1, 2, 26):
                _lies_on_its_day(name, change + timedelta(hours=hours))


def _lies_on_its_day(name: str, starts: datetime) -> None:
    ends = starts + timedelta(minutes=45)
    found = by_day([_entry(starts, ends)], name)
    assert local_day(starts, name) in found
    for day in found:
        begin, end = span_of(View.DAY, day, 0).moments(name)
        assert begin < ends
        assert starts < end
        assert timedelta(hours=22) <= end - begin <= timedelta(hours=26)


def test_the_transitions_are_found() -> None:
    """The test above has something to try: clocks that are set twice a year, for Ramadan, or never."""
    assert len(clocks()) > 60
    assert {len(changes) for changes in clocks().values()} >= {0, 24}
    assert len(clocks()["Africa/Casablanca"]) > 20


def test_what_goes_over_midnight_stands_on_both_days() -> None:
    """But what ends at midnight stands on its own day alone."""
    late = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)  # 22:30 the day before, in Toronto
    over = by_day([_entry(late, late + timedelta(hours=2))], "America/Toronto")
    until = by_day([_entry(late, late + timedelta(minutes=90))], "America/Toronto")
    assert list(over) == [date(2026, 11, 21), date(2026, 11, 22)]
    assert list(until) == [date(2026, 11, 21)]
