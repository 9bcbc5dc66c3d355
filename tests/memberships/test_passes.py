"""Passes: what the days and the uses make of one, and that every use counts once (SUB-4, X-11)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.memberships import passes
from chalicelib.memberships.passes import Pass, PassStatus, Use
from chalicelib.shared.errors import Conflict
from tests.support.proof import PROOF

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


def punch_card(uses: int = 3, **changes: object) -> Pass:
    plain = Pass("id", "home", {"en": "Swims"}, "swims", NOW, "1234567890", uses=uses, days=90)
    return replace(passes.begun(plain, TODAY), **changes)  # type: ignore[arg-type]


def visit(name: str) -> Use:
    return Use(name, NOW, "Ann")


def test_days_and_uses_decide_where_a_pass_stands() -> None:
    """SUB-4: the last day counts whole; the flag is up for its last two weeks."""
    each = punch_card()
    last = TODAY + timedelta(days=89)
    assert each.expires_on == last
    seen = {
        days: (each.status_at(last + timedelta(days=days)), each.is_expiring(last + timedelta(days=days)))
        for days in (-90, -89, -15, -14, 0, 1)
    }
    assert seen == {
        -90: (PassStatus.UPCOMING, False),
        -89: (PassStatus.ACTIVE, False),
        -15: (PassStatus.ACTIVE, False),
        -14: (PassStatus.ACTIVE, True),
        0: (PassStatus.ACTIVE, True),
        1: (PassStatus.EXPIRED, False),
    }
    assert punch_card(is_cancelled=True).status_at(TODAY) is PassStatus.CANCELLED
    assert punch_card(used=3).status_at(TODAY) is PassStatus.USED_UP


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 6)), max_size=30), st.integers(1, 6))
@PROOF
def test_uses_left_are_always_those_that_nobody_took(acts: list[tuple[bool, int]], uses: int) -> None:
    """X-11: whatever is used and taken back in whatever order, and however often the same is sent."""
    each, counted = punch_card(uses), set[str]()
    undone = set[str]()
    for takes, number in acts:
        name = f"visit {number}"
        if takes and name not in counted | undone:
            if len(counted) == uses:
                with pytest.raises(Conflict):
                    passes.used(each, visit(name), TODAY)
                continue
            counted.add(name)
        elif not takes and name in counted:
            counted.remove(name)
            undone.add(name)
        elif not takes and name not in undone:
            with pytest.raises(Conflict):
                passes.taken_back(each, name, "Ann")
            continue
        each = passes.used(each, visit(name), TODAY) if takes else passes.taken_back(each, name, "Ann")
        assert each.left == uses - len(counted)
        assert sum(not use.undone_by for use in each.taken) == each.used


def test_one_that_begins_with_its_first_visit_waits_for_it_again_when_that_is_taken_back() -> None:
    """SUB-4: nothing runs out while nobody comes."""
    fresh = punch_card(starts_on=None, expires_on=None, from_first_use=True)
    assert fresh.status_at(TODAY + timedelta(days=1000)) is PassStatus.UNUSED

    running = passes.used(fresh, visit("a"), TODAY)
    assert (running.starts_on, running.expires_on) == (TODAY, TODAY + timedelta(days=89))

    waiting = passes.taken_back(running, "a", "Ann")
    assert (waiting.starts_on, waiting.expires_on, waiting.left) == (None, None, 3)
    assert waiting.taken[0].undone_by == "Ann"


@pytest.mark.parametrize(
    "each",
    [
        punch_card(used=3),
        punch_card(is_cancelled=True),
        punch_card(expires_on=TODAY - timedelta(days=1)),
        punch_card(starts_on=TODAY + timedelta(days=1)),
    ],
)
def test_what_is_not_good_lets_nobody_in(each: Pass) -> None:
    with pytest.raises(Conflict):
        passes.used(each, visit("a"), TODAY)


def test_a_pass_without_a_limit_keeps_its_latest_visits_and_counts_all() -> None:
    """No item grows for ever."""
    each = punch_card(uses=0)
    for number in range(passes.KEPT_USES + 10):
        each = passes.used(each, visit(f"{number}"), TODAY)

    assert (each.used, len(each.taken), each.left) == (110, 100, None)
    assert each.taken[0].id == "10"


def test_only_a_pass_that_nobody_came_in_on_is_given_back() -> None:
    assert passes.cancelled(punch_card()).is_cancelled
    with pytest.raises(Conflict):
        passes.cancelled(passes.used(punch_card(), visit("a"), TODAY))
