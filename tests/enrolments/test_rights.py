"""Rights to make up as a table of transitions, and what holds on whatever way through it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.enrolments import rights
from chalicelib.enrolments.right_store import right_from, right_item
from chalicelib.enrolments.rights import FOLLOWING, Right, RightStatus, right_row
from chalicelib.shared.errors import Conflict
from chalicelib.shared.times import day_begins
from tests.support.proof import RULE

ZONE = "America/Toronto"
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
ISSUED = Right("r", "p", "h", "e", "c", "m", ("ballet",), "2", NOW, TODAY + timedelta(days=30))
_STATES = {
    RightStatus.ISSUED: ISSUED,
    RightStatus.RESERVED: rights.reserved(ISSUED, "place", NOW + timedelta(days=2), TODAY),
    RightStatus.USED: rights.used(rights.reserved(ISSUED, "place", NOW, TODAY), NOW),
    RightStatus.EXPIRED: rights.expired(ISSUED),
}
_ACTS: dict[str, Callable[[Right], Right]] = {
    "reserve": lambda right: rights.reserved(right, "x", NOW, TODAY),
    "give back": rights.given_back,
    "use": lambda right: rights.used(right, NOW),
    "expire": rights.expired,
    "return": lambda right: rights.returned(right, TODAY),
}
_LEADS = {
    ("issued", "reserve"): "reserved", ("issued", "expire"): "expired",
    ("reserved", "give back"): "issued", ("reserved", "use"): "used", ("reserved", "return"): "issued",
    ("used", "return"): "issued",
}  # fmt: skip
"""The glossary's machine; a right that was used is only returned by the organisation, which cancels."""


@pytest.mark.parametrize("act", _ACTS)
@pytest.mark.parametrize("state", RightStatus)
def test_a_right_moves_as_the_table_says(state: RightStatus, act: str) -> None:
    """Make-up credit: issued, reserved, used, expired (glossary)."""
    leads = _LEADS.get((state.value, act))
    if leads is None:
        with pytest.raises(Conflict):
            _ACTS[act](_STATES[state])
    else:
        assert _ACTS[act](_STATES[state]).status.value == leads
        assert RightStatus(leads) in FOLLOWING[state]


@pytest.mark.parametrize("zone", ["America/Toronto", "Pacific/Auckland", "Africa/Cairo"])
@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 24), date(2026, 12, 31)])
def test_a_right_is_good_to_the_end_of_its_last_local_day(zone: str, day: date) -> None:
    """Also where clocks change on that day: the day ends when the next one begins."""
    right = replace(ISSUED, expires_on=day)
    ends = day_begins(day + timedelta(days=1), zone)

    assert right.stands(ends - timedelta(seconds=1), zone) is RightStatus.ISSUED
    assert right.stands(ends, zone) is RightStatus.EXPIRED
    assert right.due(zone) == ends


def test_a_reserved_right_is_used_when_the_class_is_over_though_nobody_wrote_it() -> None:
    """X-11."""
    ends = NOW + timedelta(days=2)
    right = rights.reserved(ISSUED, "place", ends, TODAY)

    assert right.stands(ends - timedelta(seconds=1), ZONE) is RightStatus.RESERVED
    assert right.stands(ends, ZONE) is RightStatus.USED
    late = replace(right, expires_on=TODAY)
    assert late.stands(ends - timedelta(seconds=1), ZONE) is RightStatus.RESERVED, "a booked one does not expire"


@given(left=st.integers(0, 400), waited=st.integers(0, 400))
@RULE
def test_returned_it_has_as_many_days_as_when_it_was_reserved(left: int, waited: int) -> None:
    """X-11: what the organisation cancels costs the family no day."""
    right = replace(ISSUED, expires_on=TODAY + timedelta(days=left))
    booked = rights.reserved(right, "place", NOW + timedelta(days=left), TODAY)

    back = rights.returned(booked, TODAY + timedelta(days=waited))

    assert back.expires_on - (TODAY + timedelta(days=waited)) == timedelta(days=left)
    assert (back.status, back.place, back.reserved_on, back.used_at) == (RightStatus.ISSUED, "", None, None)


@pytest.mark.parametrize("state", RightStatus)
def test_a_right_is_stored_and_read_back_and_waits_while_it_can_change(state: RightStatus) -> None:
    right = _STATES[state]
    item = right_item("org", right, ZONE)

    assert right_from(item) == right
    waits = state in (RightStatus.ISSUED, RightStatus.RESERVED)
    assert (item.queue == "rights", bool(item.due)) == (waits, waits)
    assert (right_row(right) is not None) == (state is RightStatus.ISSUED)
