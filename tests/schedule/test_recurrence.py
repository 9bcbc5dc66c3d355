"""Series of meetings: their days, and what clocks that change do to their times."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.schedule.domain import MAX_OCCURRENCES
from chalicelib.schedule.recurrence import HORIZON_DAYS, Series, meeting, meetings, plan
from chalicelib.shared.times import Days, local

MONDAY, WEDNESDAY, SUNDAY = 0, 2, 6
PLAIN = Series(date(2026, 9, 7), frozenset({MONDAY}), time(16, 30), 60, count=3)
TORONTO = "America/Toronto"


def _days(series: Series) -> list[str]:
    return [day.isoformat() for day in plan(series).days]


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({}, ["2026-09-07", "2026-09-14", "2026-09-21"]),
        ({"count": None, "last": date(2026, 9, 21)}, ["2026-09-07", "2026-09-14", "2026-09-21"]),
        ({"count": None, "last": date(2026, 9, 20)}, ["2026-09-07", "2026-09-14"]),
        ({"count": 9, "last": date(2026, 9, 20)}, ["2026-09-07", "2026-09-14"]),
        ({"weekdays": frozenset({MONDAY, WEDNESDAY})}, ["2026-09-07", "2026-09-09", "2026-09-14"]),
        ({"first": date(2026, 9, 9), "weekdays": frozenset({MONDAY, WEDNESDAY})},
         ["2026-09-09", "2026-09-14", "2026-09-16"]),
        ({"weeks": 2}, ["2026-09-07", "2026-09-21", "2026-10-05"]),
        ({"first": date(2026, 9, 9), "weeks": 2}, ["2026-09-21", "2026-10-05", "2026-10-19"]),
        ({"holidays": (Days(date(2026, 9, 7), date(2026, 9, 7)),)}, ["2026-09-14", "2026-09-21", "2026-09-28"]),
        ({"holidays": (Days(date(2026, 9, 10), date(2026, 9, 22)),)}, ["2026-09-07", "2026-09-28", "2026-10-05"]),
        ({"without": frozenset({date(2026, 9, 14)})}, ["2026-09-07", "2026-09-21", "2026-09-28"]),
        ({"count": None, "last": date(2026, 9, 21), "without": frozenset({date(2026, 9, 14)})},
         ["2026-09-07", "2026-09-21"]),
        ({"last": date(2026, 9, 6), "count": None}, []),
        ({"weekdays": frozenset()}, []),
    ],
)  # fmt: skip
def test_a_series_meets_on_its_days(changes: dict[str, object], days: list[str]) -> None:
    """A holiday costs no meeting of those that were counted; weeks are counted from that of the first day."""
    assert _days(replace(PLAIN, **changes)) == days  # type: ignore[arg-type]


def test_what_is_left_out_is_told() -> None:
    series = replace(
        PLAIN, holidays=(Days(date(2026, 9, 14), date(2026, 9, 14)),), without=frozenset({date(2026, 9, 7)})
    )

    assert plan(series).left_out == (date(2026, 9, 7), date(2026, 9, 14))


def test_a_series_without_end_ends() -> None:
    """Neither holidays for ever nor a count beyond reason keep anybody waiting."""
    forever = replace(PLAIN, holidays=(Days(date.min, date.max),))
    endless = replace(PLAIN, count=None, weekdays=frozenset(range(7)))

    assert plan(forever).days == ()
    assert len(plan(endless).days) == MAX_OCCURRENCES
    assert plan(replace(PLAIN, count=900)).days[-1] <= PLAIN.first + timedelta(days=HORIZON_DAYS)


def test_making_a_series_again_makes_the_same_meetings() -> None:
    """Ids follow from the class and the local day and time, so nothing is doubled."""
    assert meetings(PLAIN, "ballet", TORONTO) == meetings(PLAIN, "ballet", TORONTO)
    ids = {each.id for each in (*meetings(PLAIN, "ballet", TORONTO), *meetings(PLAIN, "jazz", TORONTO))}
    assert len(ids) == 6


@pytest.mark.parametrize(
    ("day", "at", "zone", "utc"),
    [
        (date(2026, 10, 31), time(16, 30), TORONTO, "2026-10-31T20:30"),
        (date(2026, 11, 1), time(16, 30), TORONTO, "2026-11-01T21:30"),
        (date(2026, 3, 8), time(2, 30), TORONTO, "2026-03-08T07:30"),  # not there: half past three
        (date(2026, 11, 1), time(1, 30), TORONTO, "2026-11-01T05:30"),  # twice there: the first
        (date(2026, 3, 29), time(2, 30), "Europe/Paris", "2026-03-29T01:30"),
        (date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe", "2026-10-03T15:45"),  # clocks go half an hour on
        (date(2026, 3, 22), time(0, 30), "America/Asuncion", "2026-03-22T03:30"),
    ],
)
def test_a_meeting_stays_at_its_time_when_clocks_change(day: date, at: time, zone: str, utc: str) -> None:
    made = meeting("ballet", day, at, 90, zone)

    assert f"{made.starts.astimezone(UTC):%Y-%m-%dT%H:%M}" == utc
    assert made.ends - made.starts == timedelta(minutes=90)


@cache
def _transitions(zone: str) -> list[tuple[datetime, timedelta]]:
    """Moments at which clocks of a zone change from 2024 to 2035, and by how much."""
    found = []
    step, at, end = timedelta(days=7), datetime(2024, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
    place = ZoneInfo(zone)
    while at < end:
        low, high = at, at + step
        if (change := _offset(high, place) - _offset(low, place)) != timedelta():
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) / 2
                low, high = (low, middle) if _offset(middle, place) != _offset(low, place) else (middle, high)
            found.append((high.replace(second=0, microsecond=0), change))
        at += step
    return found


def _offset(moment: datetime, place: ZoneInfo) -> timedelta:
    return moment.astimezone(place).utcoffset() or timedelta()


ZONES = sorted(zone for zone in available_timezones() if not zone.startswith(("Etc/", "posix/", "right/")))


def test_every_change_of_clocks_in_every_zone_keeps_local_time() -> None:
    """All zones, 2024 to 2035: a meeting at any hour around a change begins at its local time.

    What clocks jump over begins as much later as they jump; what comes twice is the first of both.
    """
    tried = 0
    for zone in ZONES:
        place = ZoneInfo(zone)
        for moment, change in _transitions(zone):
            for minutes in range(-180, 181, 30):
                wall = (moment.astimezone(place) + timedelta(minutes=minutes)).replace(tzinfo=None)
                made = meeting("ballet", wall.date(), wall.time(), 60, zone)
                shown = local(made.starts, zone).replace(tzinfo=None)
                assert shown in (wall, wall + change), (zone, wall)
                if shown != wall:
                    assert change > timedelta(), (zone, wall)
                else:
                    assert local(made.starts, zone).fold == 0, (zone, wall)
                tried += 1
    assert tried > 20_000


@given(
    st.sampled_from(ZONES),
    st.dates(date(2024, 1, 1), date(2035, 6, 1)),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.times().map(lambda each: each.replace(second=0, microsecond=0, tzinfo=None)),
    st.integers(1, 40),
    st.integers(1, 4),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 30)), max_size=4),
)
@settings(max_examples=300, deadline=None)
def test_a_series_holds_what_was_asked_for(
    zone: str, first: date, weekdays: frozenset[int], at: time, count: int, weeks: int, off: list[tuple[int, int]]
) -> None:
    """Whatever the zone: as many meetings as asked, in order, on the asked weekdays and on no holiday."""
    holidays = tuple(Days(first + timedelta(start), first + timedelta(start + days)) for start, days in off)
    series = Series(first, weekdays, at, 45, count=count, weeks=weeks, holidays=holidays)
    days, made = plan(series).days, meetings(series, "ballet", zone)

    assert len(days) == len(made) == count
    assert list(days) == sorted(set(days))
    assert {day.weekday() for day in days} <= weekdays
    assert not [day for day in days for stretch in holidays if day in stretch]
    monday = first - timedelta(days=first.weekday())
    assert all((day - monday).days // 7 % weeks == 0 for day in days)
    assert all(one.starts < other.starts for one, other in pairwise(made))
    assert len({each.id for each in made}) == count
