"""Which times are offered, and which of them are free: tables, every zone's odd days, and any sequence of bookings."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from chalicelib.bookings.domain import Terms
from chalicelib.bookings.resources import CLOSED, Opening
from chalicelib.bookings.slots import (
    Taken,
    free,
    full,
    held,
    is_free,
    is_offered,
    minute_of,
    moment_of,
    monday_of,
    offered,
    span_of,
    weeks,
)
from tests.bookings.letting import ALWAYS, resource

TORONTO = "America/Toronto"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NINE_TO_FIVE = ((Opening(540, 720), Opening(780, 1020)),) * 7
ZONES = (
    TORONTO, "Europe/Paris", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu", "America/St_Johns",
    "Pacific/Chatham", "UTC",
)  # fmt: skip


def shown(starts: list[int], zone: str = TORONTO) -> list[str]:
    """Starts as wall times."""
    return [f"{moment_of(start).astimezone(ZoneInfo(zone)):%H:%M}" for start in starts]


@pytest.mark.parametrize(
    ("minutes", "times"),
    [
        (60, ["09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00"]),
        (120, ["09:00", "10:00", "13:00", "14:00", "15:00"]),
        (90, []),
        (30, []),
        (180, []),
    ],
)
def test_a_booking_lies_within_the_hours(minutes: int, times: list[str]) -> None:
    """BOOK-3: several openings a day; durations in steps from the shortest to the longest."""
    room = resource(hours=NINE_TO_FIVE, step=60, horizon_days=9999)
    assert shown(offered(room, date(2026, 11, 25), minutes, TORONTO, LONG_AGO)) == times


def test_special_days_replace_the_weekdays_hours() -> None:
    """BOOK-3: closed on Christmas, short on Christmas Eve."""
    special = {date(2026, 12, 25): CLOSED, date(2026, 12, 24): (Opening(540, 660),)}
    room = resource(hours=NINE_TO_FIVE, step=60, special=special, horizon_days=9999)
    found = [len(offered(room, date(2026, 12, day), 60, TORONTO, LONG_AGO)) for day in (23, 24, 25, 26)]
    assert found == [7, 2, 0, 7]


@pytest.mark.parametrize(("notice", "first"), [(0, "10:00"), (1, "11:00"), (3, "13:00"), (24, None)])
def test_notice_counts_from_now(notice: int, first: str | None) -> None:
    """BOOK-3: a start exactly at the end of the notice is offered; one that began a second ago is not."""
    room = resource(hours=NINE_TO_FIVE, step=60, notice_hours=notice)
    now = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
    times = shown(offered(room, date(2026, 11, 25), 60, TORONTO, now))
    assert (times[0] if times else None) == first
    later = shown(offered(room, date(2026, 11, 25), 60, TORONTO, now + timedelta(seconds=1)))
    assert later == times[1:]


def test_the_horizon_is_a_number_of_days_of_the_organisation() -> None:
    """BOOK-3: late in the evening in Montréal it is tomorrow in UTC, but not there."""
    room = resource(horizon_days=7)
    now = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
    assert offered(room, date(2026, 12, 1), 60, TORONTO, now)
    assert not offered(room, date(2026, 12, 2), 60, TORONTO, now)


def test_a_time_that_the_clocks_skip_is_not_offered() -> None:
    """BOOK-3, M-10: 02:00 and 02:30 do not exist on 14 March 2027 in Toronto."""
    room = resource(horizon_days=9999)
    times = shown(offered(room, date(2027, 3, 14), 60, TORONTO, LONG_AGO))
    assert times[:5] == ["00:00", "00:30", "01:00", "01:30", "03:00"]


def test_a_time_that_the_clocks_repeat_is_offered_once_and_an_hour_stays_an_hour() -> None:
    """BOOK-3, M-10: the first 01:00 on 1 November 2026; the day has 25 hours."""
    room = resource(step=60, horizon_days=9999)
    starts = offered(room, date(2026, 11, 1), 60, TORONTO, LONG_AGO)
    assert shown(starts)[:4] == ["00:00", "01:00", "02:00", "03:00"]
    assert [later - sooner for sooner, later in itertools.pairwise(starts)][:3] == [60, 120, 60]


@given(
    zone=some.sampled_from(ZONES),
    day=some.dates(date(2024, 1, 1), date(2035, 12, 31)),
    opens=some.integers(0, 1380),
    length=some.integers(1, 1440),
    step=some.sampled_from([5, 15, 20, 30, 45, 60]),
    minutes=some.sampled_from([15, 30, 60, 90, 120]),
    notice=some.integers(0, 72),
    ahead=some.integers(-60 * 24 * 3, 60 * 24 * 40),
)
@settings(max_examples=200, deadline=None)
def test_every_time_that_is_offered_keeps_all_rules(
    zone: str, day: date, opens: int, length: int, step: int, minutes: int, notice: int, ahead: int
) -> None:
    """BOOK-3: hours × notice × horizon × days of 23, 24, 24½ and 25 hours; and asking for one time says the same."""
    opening = Opening(opens, min(1440, opens + length))
    room = resource(hours=((opening,),) * 7, step=step, shortest=15, longest=15 + step * 40, notice_hours=notice)
    now = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(minutes=ahead)
    starts = offered(room, day, minutes, zone, now)
    here = ZoneInfo(zone)
    for start in starts:
        moment = moment_of(start)
        wall = moment.astimezone(here)
        minute = wall.hour * 60 + wall.minute
        assert wall.date() == day
        assert opening.opens <= minute < opening.closes
        assert (minute - opening.opens) % step == 0
        assert moment >= now + timedelta(hours=notice)
        assert day <= now.astimezone(here).date() + timedelta(days=room.horizon_days)
        span = span_of(room, [day], zone)
        assert span
        assert span[0] <= start
        assert start + minutes <= span[1]
        assert is_offered(room, start, minutes, zone, now)
        assert not is_offered(room, start + 1, minutes, zone, now)
    assert starts == sorted(set(starts))


bookings = some.lists(
    some.tuples(some.integers(0, 600), some.integers(1, 120), some.booleans()), max_size=30
)  # start, length, whether it is a request that ran out


@given(bookings, some.integers(1, 4), some.integers(0, 620), some.integers(1, 90))
@settings(max_examples=400, deadline=None)
def test_a_time_is_free_exactly_where_there_is_room_at_every_minute(
    told: list[tuple[int, int, bool]], capacity: int, start: int, length: int
) -> None:
    """D-01: against counting minute by minute."""
    now = 5000
    taken = [Taken(first, first + much, str(n), "", 4000 if out else 0) for n, (first, much, out) in enumerate(told)]
    counted = [
        sum(each.starts <= minute < each.ends for each in taken if not each.until)
        for minute in range(start, start + length)
    ]
    assert is_free((start, start + length), full(taken, capacity, now)) is (max(counted) < capacity)


@given(bookings, some.integers(1, 4), some.integers(0, 45), some.integers(0, 45))
@settings(max_examples=200, deadline=None)
def test_the_starts_of_a_day_are_free_where_each_of_them_is(
    told: list[tuple[int, int, bool]], capacity: int, before: int, after: int
) -> None:
    """D-01: looked at all at once, as one by one."""
    room, starts = resource(terms=Terms(before=before, after=after)), range(0, 700, 5)
    busy = full((Taken(first, first + much, str(n), "") for n, (first, much, _) in enumerate(told)), capacity, 0)
    assert free(room, starts, 60, busy) == [start for start in starts if is_free(held(room, start, 60), busy)]


@given(some.integers(0, 4_000_000_0 // 60), some.integers(1, 30_000))
@settings(max_examples=200, deadline=None)
def test_weeks_begin_on_mondays_and_cover_the_span(starts: int, length: int) -> None:
    """D-01: the last minute counts, the end does not."""
    found = weeks(starts, starts + length)
    assert all(monday.weekday() == 0 for monday in found)
    assert found[0] == monday_of(starts)
    assert found[-1] == monday_of(starts + length - 1)
    assert [(b - a).days for a, b in itertools.pairwise(found)] == [7] * (len(found) - 1)


def test_buffers_widen_what_is_held() -> None:
    """BOOK-3: on both sides."""
    room = resource(terms=Terms(before=10, after=20))
    assert held(room, 100, 60) == (90, 180)


@pytest.mark.parametrize(("shortest", "capacity", "most"), [(60, 1, 168), (45, 2, 448), (7 * 1440 + 1, 1, 1)])
def test_how_many_bookings_a_week_can_hold(shortest: int, capacity: int, most: int) -> None:
    """A week sheet has to have room for them."""
    assert resource(shortest=shortest, capacity=capacity).most_in_a_week == most


@pytest.mark.parametrize(
    ("minutes", "minor", "per_booking", "cost"),
    [
        (60, 4000, False, 4000),
        (90, 4000, False, 6000),
        (50, 4000, False, 3333),
        (45, 2, False, 2),
        (90, 4000, True, 4000),
    ],
)
def test_what_a_booking_costs(minutes: int, minor: int, per_booking: bool, cost: int) -> None:
    """BOOK-3, P-17: by the hour, halves away from zero; or a price for each booking."""
    room = resource(price_minor=minor)
    if per_booking:
        room = replace(room, price_per=type(room.price_per).BOOKING)
    assert room.price_of(minutes) == cost


def test_moments_are_minutes_and_back() -> None:
    """A moment within a minute belongs to that minute."""
    moment = datetime(2026, 11, 25, 15, 30, 59, tzinfo=UTC)
    assert moment_of(minute_of(moment)) == moment.replace(second=0)
    assert ALWAYS[0][0].closes == 1440
