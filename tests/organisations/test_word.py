"""Quiet hours: local ones, in every zone, also where the clock is changed (M-10, M-11)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.organisations.word import WordTerms
from chalicelib.shared.times import from_iso

NIGHT = WordTerms(quiet_from=21 * 60, quiet_until=8 * 60)
NOON = WordTerms(quiet_from=12 * 60, quiet_until=13 * 60 + 30)
TORONTO, PARIS, APIA, LORD_HOWE = "America/Toronto", "Europe/Paris", "Pacific/Apia", "Australia/Lord_Howe"


@pytest.mark.parametrize(
    ("terms", "zone", "now", "ends"),
    [
        (NIGHT, TORONTO, "2026-01-15T01:59:59Z", None),  # 20:59:59
        (NIGHT, TORONTO, "2026-01-15T02:00:00Z", "2026-01-15T13:00:00Z"),
        (NIGHT, TORONTO, "2026-01-15T12:59:59Z", "2026-01-15T13:00:00Z"),
        (NIGHT, TORONTO, "2026-01-15T13:00:00Z", None),
        # the night in which clocks go forward is an hour shorter, and the one in which they go back an hour longer
        (NIGHT, TORONTO, "2026-03-08T02:00:00Z", "2026-03-08T12:00:00Z"),
        (NIGHT, TORONTO, "2026-11-01T01:00:00Z", "2026-11-01T13:00:00Z"),
        (NIGHT, PARIS, "2026-03-28T20:00:00Z", "2026-03-29T06:00:00Z"),
        (NIGHT, PARIS, "2026-10-24T19:00:00Z", "2026-10-25T07:00:00Z"),
        (NOON, PARIS, "2026-07-01T10:00:00Z", "2026-07-01T11:30:00Z"),
        (NOON, PARIS, "2026-07-01T11:30:00Z", None),
        (NIGHT, APIA, "2026-06-01T10:00:00Z", "2026-06-01T19:00:00Z"),  # thirteen hours ahead
        (NIGHT, LORD_HOWE, "2026-04-04T12:00:00Z", "2026-04-04T21:30:00Z"),  # half an hour back
    ],
)
def test_quiet_hours_are_those_of_the_zone(terms: WordTerms, zone: str, now: str, ends: str | None) -> None:
    """M-11: a table, with the nights on which clocks change."""
    moment = from_iso(now)
    assert terms.is_quiet(moment, zone) is bool(ends)
    if ends:
        assert terms.quiet_ends(moment, zone) == from_iso(ends)


@pytest.mark.parametrize(
    ("until", "zone", "now", "ends"),
    [
        (2 * 60 + 30, TORONTO, "2026-03-08T06:00:00Z", "2026-03-08T07:30:00Z"),  # 02:30 is not there: it is 03:30
        (60 + 30, TORONTO, "2026-11-01T05:00:00Z", "2026-11-01T05:30:00Z"),  # 01:30 is there twice: the first
        (60 + 30, TORONTO, "2026-11-01T06:10:00Z", "2026-11-01T06:11:00Z"),  # after the first, before the second
    ],
)
def test_an_end_that_is_not_there_or_there_twice(until: int, zone: str, now: str, ends: str) -> None:
    """M-10: never in the past, and never a night later."""
    terms = WordTerms(quiet_from=21 * 60, quiet_until=until)
    assert terms.is_quiet(from_iso(now), zone)
    assert terms.quiet_ends(from_iso(now), zone) == from_iso(ends)


def test_the_same_time_twice_is_no_quiet_at_all() -> None:
    assert not any(WordTerms(480, 480).is_quiet(datetime(2026, 6, 1, hour, tzinfo=UTC), TORONTO) for hour in range(24))


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 31)),
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.sampled_from((TORONTO, PARIS, APIA, LORD_HOWE, "Africa/Casablanca", "America/St_Johns", "Asia/Kathmandu")),
)
def test_quiet_ends_within_a_day_and_later(now: datetime, begins: int, until: int, zone: str) -> None:
    """M-10: whatever the zone does, the end is ahead, at most 25 hours off."""
    terms, moment = WordTerms(begins, until), now.replace(tzinfo=UTC)
    if not terms.is_quiet(moment, zone):
        return
    ends = terms.quiet_ends(moment, zone)
    assert 0 < (ends - moment).total_seconds() <= 25 * 3600
