"""When recurring invoices are due: every frequency, month ends, pauses, ends and changes."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.pricing import LineRequest
from chalicelib.organisations.terms import AutopayMode
from chalicelib.recurring import domain
from chalicelib.recurring.domain import Frequency, Recurring, RecurringStatus, Terms
from chalicelib.shared.errors import Conflict
from tests.support.proof import RULE

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
FREQUENCIES = st.sampled_from(Frequency)
LINE = LineRequest("Piano", Decimal(1), 5000)


def recurring(since: date, frequency: Frequency = Frequency.MONTHLY, **changes: object) -> Recurring:
    plain = Recurring("id", "home", "Piano", "CAD", RecurringStatus.ACTIVE, since, Terms(since, frequency, (LINE,)))
    return replace(plain, **changes)  # type: ignore[arg-type]


def dates(frequency: Frequency, first: date, number: int) -> list[str]:
    return [frequency.period(first, each).isoformat() for each in range(number)]


def test_a_31st_falls_on_the_last_day_of_shorter_months_and_comes_back() -> None:
    """REC-1: nothing drifts to the 28th for good."""
    assert dates(Frequency.MONTHLY, date(2026, 12, 31), 5) == [
        "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30",
    ]  # fmt: skip
    assert dates(Frequency.YEARLY, date(2024, 2, 29), 5)[-2:] == ["2027-02-28", "2028-02-29"]


def test_each_frequency_is_what_it_says() -> None:
    second = {each.value: each.period(date(2026, 1, 15), 1).isoformat() for each in Frequency}

    assert second == {
        "weekly": "2026-01-22",
        "two_weeks": "2026-01-29",
        "four_weeks": "2026-02-12",
        "monthly": "2026-02-15",
        "two_months": "2026-03-15",
        "three_months": "2026-04-15",
        "six_months": "2026-07-15",
        "yearly": "2027-01-15",
    }


@given(FREQUENCIES, DAYS, st.integers(0, 400))
@RULE
def test_periods_go_on_without_gaps_and_keep_their_day(frequency: Frequency, first: date, number: int) -> None:
    """Each begins after the one before; months keep the first day's number wherever they have it."""
    here, following = frequency.period(first, number), frequency.period(first, number + 1)

    assert here < following
    assert frequency.index(first, here) == number
    assert frequency.index(first, here + timedelta(days=1)) == number + 1
    if frequency.value.endswith("weeks") or frequency is Frequency.WEEKLY:
        assert here.weekday() == first.weekday()
    else:
        assert here.day == first.day or (here + timedelta(days=1)).day == 1


@given(FREQUENCIES, DAYS, DAYS)
@RULE
def test_the_index_names_the_first_period_from_a_day_on(frequency: Frequency, first: date, day: date) -> None:
    number = frequency.index(first, day)

    assert frequency.period(first, number) >= day or number == 0
    assert number == 0 or frequency.period(first, number - 1) < day


def test_states_follow_the_glossary() -> None:
    """Draft, pending while it lies ahead, active, paused, completed when nothing is left."""
    today = date(2026, 11, 22)
    draft = recurring(date(2026, 12, 1), status=RecurringStatus.DRAFT, cycles_left=1)
    assert (draft.status_at(today), draft.next_on) == (RecurringStatus.DRAFT, None)

    started = domain.started(draft)
    assert started.status_at(today) is RecurringStatus.PENDING
    assert started.status_at(date(2026, 12, 1)) is RecurringStatus.ACTIVE
    assert domain.paused(started).status_at(today) is RecurringStatus.PAUSED
    assert domain.after_one(started).status is RecurringStatus.COMPLETED


@pytest.mark.parametrize("status", [RecurringStatus.DRAFT, RecurringStatus.COMPLETED])
def test_only_what_is_on_can_be_paused_and_go_on(status: RecurringStatus) -> None:
    for act in (domain.paused, lambda each: domain.resumed(each, date(2026, 11, 22))):
        with pytest.raises(Conflict):
            act(recurring(date(2026, 1, 1), status=status))


@given(DAYS, st.integers(0, 3000), st.integers(0, 30), FREQUENCIES)
@RULE
def test_what_lies_in_a_pause_is_not_billed(first: date, away: int, before: int, frequency: Frequency) -> None:
    """Going on never bills a day before today, never goes back, and stays on the same days."""
    paused = recurring(first, frequency, periods=before, status=RecurringStatus.PAUSED)
    today = first + timedelta(days=away)

    resumed = domain.resumed(paused, today)

    assert resumed.next_on is not None
    assert resumed.periods >= before
    assert resumed.next_on >= today
    assert resumed.next_on == frequency.period(first, resumed.periods)
    assert resumed.periods == before or frequency.period(first, resumed.periods - 1) < today


def test_no_period_after_the_end_is_billed() -> None:
    ending = recurring(date(2026, 1, 15), ends_on=date(2026, 2, 15), periods=1)

    assert ending.next_on == date(2026, 2, 15)
    assert domain.after_one(ending).next_on is None
    assert domain.after_one(ending).status_at(date(2026, 3, 1)) is RecurringStatus.COMPLETED
    assert domain.ending(domain.after_one(ending), None).next_on == date(2026, 3, 15)


def test_planned_terms_hold_from_their_own_period_on() -> None:
    """A change of plan: what begins before it is billed as before."""
    yearly = Terms(date(2026, 3, 15), Frequency.YEARLY, (LINE._replace(unit_minor=100),))
    before = domain.planning(recurring(date(2026, 1, 15), periods=1), yearly)

    assert domain.in_force(before).terms == before.terms
    after = domain.in_force(domain.after_one(before))
    assert (after.terms, after.planned, after.next_on) == (yearly, None, date(2026, 3, 15))
    assert domain.after_one(after).next_on == date(2027, 3, 15)


def test_lines_say_for_which_days_they_are() -> None:
    """Months that are caught up on one day can be told apart."""
    lines = domain.period_lines(recurring(date(2026, 1, 31), periods=1))

    assert [line.description for line in lines] == ["Piano (2026-02-28 – 2026-03-30)"]


@pytest.mark.parametrize(
    ("mode", "at_first", "is_choice"),
    [
        (AutopayMode.ALWAYS, True, False),
        (AutopayMode.OFF, False, False),
        (AutopayMode.OPT_IN, False, True),
        (AutopayMode.OPT_OUT, True, True),
    ],
)
def test_the_family_switches_autopay_only_in_the_two_middle_modes(
    mode: AutopayMode, at_first: bool, is_choice: bool
) -> None:
    """X-2: always and off are the organisation's word, even over an older choice."""
    plain = recurring(date(2026, 1, 1), autopay=mode)
    assert plain.is_autopay is at_first
    assert replace(plain, autopay_chosen=not at_first).is_autopay is (not at_first if is_choice else at_first)
    if is_choice:
        assert domain.switched(plain, on=not at_first).is_autopay is not at_first
    else:
        with pytest.raises(Conflict):
            domain.switched(plain, on=not at_first)
