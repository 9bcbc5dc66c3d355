"""How often codes may be asked for and tried, at every edge."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.identity import limits
from chalicelib.identity.limits import RULES, Bucket, Count, may_try, wait_to_send, wait_to_try
from chalicelib.shared.times import DAY, HOUR

NOW = 1_800_000_000
ADDRESS, SOURCE = RULES[Bucket.ADDRESS], RULES[Bucket.SOURCE]


def count(*ages: int) -> Count:
    """Sendings of these ages, in seconds."""
    return Count(sends=tuple(NOW - age for age in ages))


@pytest.mark.parametrize(("sends_before", "gap"), [(1, 60), (2, 120), (3, 300), (4, 300)])
def test_the_gap_grows_with_the_sendings_of_the_hour(sends_before: int, gap: int) -> None:
    """A-12: 60 s, then 120 s, then 300 s; refused a second before, allowed on the second."""
    earlier = [1000 + number for number in range(sends_before - 1, 0, -1)]

    assert wait_to_send(ADDRESS, count(*earlier, gap - 1), NOW) == 1
    assert wait_to_send(ADDRESS, count(*earlier, gap), NOW) == 0
    assert wait_to_send(ADDRESS, count(*earlier, gap + 1), NOW) == 0
    assert wait_to_send(ADDRESS, count(*earlier, 0), NOW) == gap


def test_five_codes_go_out_within_an_hour() -> None:
    """A-12: the sixth waits until the first is an hour old, to the second."""
    later = (2000, 1500, 1000, 500)

    assert wait_to_send(ADDRESS, count(HOUR - 1, *later), NOW) == 1
    assert wait_to_send(ADDRESS, count(HOUR, *later), NOW) == 0
    assert wait_to_send(ADDRESS, count(HOUR - 600, *later), NOW) == 600


def test_ten_codes_go_out_within_a_day() -> None:
    """A-12: the eleventh waits until the first is a day old, to the second."""
    later = tuple(2 * HOUR + 4000 * number for number in range(9, 0, -1))

    assert wait_to_send(ADDRESS, count(DAY - 1, *later), NOW) == 1
    assert wait_to_send(ADDRESS, count(DAY, *later), NOW) == 0
    assert wait_to_send(ADDRESS, count(DAY - 900, *later), NOW) == 900


def test_a_source_has_no_gap_but_ten_an_hour() -> None:
    """A-13: a family at one router is not made to wait for each other, a script is."""
    assert wait_to_send(SOURCE, count(*[0] * 9), NOW) == 0
    assert wait_to_send(SOURCE, count(*[0] * 10), NOW) == HOUR
    assert wait_to_send(SOURCE, count(HOUR, *[0] * 9), NOW) == 0
    assert wait_to_send(SOURCE, count(HOUR - 1, *[0] * 9), NOW) == 1


@pytest.mark.parametrize(("rule", "allowed", "window"), [(ADDRESS, 5, DAY), (SOURCE, 20, HOUR)])
def test_tries_run_out_and_come_back_with_time_alone(rule: limits.Rule, allowed: int, window: int) -> None:
    """A-10: five failed codes per address and day, twenty per source and hour, to the second."""
    assert may_try(rule, Count(failures=(NOW,) * (allowed - 1)), NOW)
    assert not may_try(rule, Count(failures=(NOW,) * allowed), NOW)
    assert not may_try(rule, Count(failures=(NOW - window + 1,) * allowed), NOW)
    assert may_try(rule, Count(failures=(NOW - window,) + (NOW,) * (allowed - 1)), NOW)


def test_the_second_factor_has_a_window_and_a_day() -> None:
    """A-27: five wrong codes in a quarter of an hour, twenty a day, to the second."""
    rule, quarter = RULES[Bucket.SECOND_FACTOR], 15 * 60
    assert may_try(rule, Count(failures=(NOW,) * 4), NOW)
    assert wait_to_try(rule, Count(failures=(NOW,) * 4), NOW) == 0
    assert wait_to_try(rule, Count(failures=(NOW,) * 5), NOW) == quarter
    assert may_try(rule, Count(failures=(NOW - quarter,) * 19), NOW)
    assert wait_to_try(rule, Count(failures=(NOW - quarter,) * 20), NOW) == DAY - quarter


@given(st.lists(st.integers(0, 2 * DAY), max_size=40))
def test_waiting_as_long_as_told_brings_a_try(ages: list[int]) -> None:
    rule, counted = RULES[Bucket.SECOND_FACTOR], Count(failures=tuple(NOW - age for age in sorted(ages, reverse=True)))
    wait = wait_to_try(rule, counted, NOW)

    assert may_try(rule, counted, NOW + wait)
    assert wait == 0 or not may_try(rule, counted, NOW + wait - 1)


def test_a_sending_brings_no_try_back() -> None:
    """A-09: a new code does not reset what was counted."""
    spent = Count(failures=(NOW - 100,) * 5)

    assert not may_try(ADDRESS, spent.with_send(NOW), NOW)
    assert spent.with_send(NOW).failures == spent.failures


def test_a_right_code_takes_back_its_own_failure_only() -> None:
    counted = Count(failures=(NOW - 10, NOW - 5)).with_failure(NOW)

    assert counted.without_failure(NOW).failures == (NOW - 10, NOW - 5)
    assert counted.without_failure(NOW + 1) == counted


def test_the_guess_budget_is_what_was_decided() -> None:
    """A-10: computed from the settings in force, 5 in 10^6 a day for each address of an account.

    For 10,000 accounts with one address 4.9 %, for as many with an address and a number 9.5 %.
    """
    assert limits.guess_odds(1, 1) == pytest.approx(5e-6)
    assert limits.guess_odds(1, 2) == pytest.approx(10e-6)
    assert limits.guess_odds(10_000, 1) == pytest.approx(0.0488, abs=0.0001)
    assert limits.guess_odds(10_000, 2) == pytest.approx(0.0952, abs=0.0001)
    assert RULES[Bucket.ADDRESS].failures <= 5
    assert RULES[Bucket.BROWSER].failures <= 5


ACTS = st.lists(st.tuples(st.sampled_from(["send", "try"]), st.integers(0, 4000)), max_size=120)


@settings(max_examples=200)
@given(ACTS)
def test_no_history_of_asking_and_guessing_beats_the_budget(acts: list[tuple[str, int]]) -> None:
    """A-09, A-10, A-12: whatever the order and the pauses, in any day at most ten codes and five failures."""
    now, counted = NOW, Count()
    sends: list[int] = []
    failures: list[int] = []
    for act, pause in acts:
        now += pause
        if act == "send" and wait_to_send(ADDRESS, counted, now) == 0:
            counted, sends = counted.with_send(now), [*sends, now]
        if act == "try" and may_try(ADDRESS, counted, now):
            counted, failures = counted.with_failure(now), [*failures, now]
    for moment in (*sends, *failures):
        assert sum(moment - HOUR < other <= moment for other in sends) <= 5
        assert sum(moment - DAY < other <= moment for other in sends) <= 10
        assert sum(moment - DAY < other <= moment for other in failures) <= 5
    assert all(later - earlier >= 60 for earlier, later in pairwise(sends))


@given(st.lists(st.integers(0, 2 * DAY), max_size=40))
def test_waiting_as_long_as_told_is_enough(ages: list[int]) -> None:
    counted = count(*sorted(ages, reverse=True))
    wait = wait_to_send(ADDRESS, counted, NOW)

    assert wait >= 0
    assert wait_to_send(ADDRESS, counted, NOW + wait) == 0


def test_what_no_rule_looks_at_is_forgotten() -> None:
    """The item stays small however long somebody tries."""
    old = Count(sends=(NOW - 2 * DAY,) * 50, failures=(NOW - 2 * DAY,) * 50)

    assert old.with_send(NOW).sends == (NOW,)
    assert old.with_failure(NOW).failures == (NOW,)
