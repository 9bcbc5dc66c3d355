"""Which meetings a right is good for, and which suit best: pure rules."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.enrolments.finding import Busy, Candidate, Commitments, Seeker, fits, ranked, suits
from chalicelib.enrolments.rights import Right
from chalicelib.schedule.domain import Ages, ClassGroup, Occurrence, OccurrenceStatus
from tests.support.proof import RULE

ZONE = "America/Toronto"
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RIGHT = Right("r", "p", "h", "e", "c", "missed", ("ballet",), "2", NOW, date(2026, 12, 20))
MISSED = Occurrence("missed", NOW - DAY, NOW - DAY + HOUR)
SEEKER = Seeker(RIGHT, date(2016, 12, 1), Commitments(), MISSED, "Ann Lee")


def found(days: float, name: str = "m", **changes: object) -> Candidate:
    """A meeting so many days from now."""
    starts = NOW + days * DAY
    plain = Candidate("c2", name, starts, starts + HOUR, "2", Ages())
    return plain._replace(**changes)  # type: ignore[arg-type]


def busy(days: float) -> Busy:
    """An hour of something else."""
    return Busy(NOW + days * DAY, NOW + days * DAY + HOUR)


@pytest.mark.parametrize(
    ("candidate", "commitments", "is_good"),
    [
        (found(1), Commitments(), True),
        (found(1, level=""), Commitments(), True),
        (found(1, level="3"), Commitments(), False),
        (found(0), Commitments(), False),
        (found(28), Commitments(), True),
        (found(29), Commitments(), False),
        (found(1, "missed"), Commitments(), False),
        (found(1, ages=Ages(9, 9)), Commitments(), True),
        (found(1, ages=Ages(10, 12)), Commitments(), False),
        (found(10, ages=Ages(10, 12)), Commitments(), True),
        (found(1), Commitments(own=(busy(1),)), False),
        (found(1), Commitments(own=(busy(1 + 1 / 24), busy(1 - 1 / 24))), True),
        (found(1), Commitments(family=(busy(1),)), True),
        (found(1), Commitments(meetings=frozenset({"m"})), False),
    ],
    ids=[
        "fits", "any level", "other level", "begun", "last day", "day after the last", "the missed one",
        "of age", "too young", "of age by then", "busy", "back to back", "a brother is busy", "own class",
    ],
)  # fmt: skip
def test_a_right_is_good_for_what_its_owner_can_come_to(
    candidate: Candidate, commitments: Commitments, is_good: bool
) -> None:
    """NEW-5: level, age, expiry and the owner's own commitments are never overruled."""
    assert suits(SEEKER._replace(commitments=commitments), candidate, ZONE, NOW) is is_good


def test_who_told_no_age_may_come() -> None:
    """X-7: an age is asked, never assumed."""
    assert suits(SEEKER._replace(born=None), found(1, ages=Ages(40, 50)), ZONE, NOW)


def test_only_what_takes_place_in_an_eligible_programme_is_good() -> None:
    meeting = Occurrence("m", NOW + DAY, NOW + DAY + HOUR)
    group = ClassGroup("c2", {}, "ballet", occurrences=(meeting,))

    assert fits(SEEKER, group, meeting, ZONE, NOW)
    assert not fits(SEEKER, replace(group, programme="judo"), meeting, ZONE, NOW)
    assert not fits(SEEKER, group, meeting._replace(status=OccurrenceStatus.CANCELLED), ZONE, NOW)


def test_the_best_comes_first() -> None:
    """Level, then the family's way, then what is like the missed class, then the soonest."""
    family = Commitments(family=(busy(9 + 1.5 / 24),))
    in_order = [
        found(9, "near a sister's class"),
        found(13, "same weekday, hour and teacher", instructor="Ann Lee"),
        found(6, "same weekday and hour"),
        found(2, "same hour"),
        found(4, "same hour, later"),
        found(1.4, "another hour"),
        found(1, "of any level", level=""),
    ]

    ordered = ranked(SEEKER._replace(commitments=family), reversed(in_order), ZONE)

    assert [each.meeting for each in ordered] == [each.meeting for each in in_order]


_CANDIDATES = st.lists(
    st.builds(
        found,
        st.floats(-2, 40, allow_nan=False),
        st.text("abc", min_size=1, max_size=3),
        level=st.sampled_from(["", "1", "2"]),
        ages=st.builds(Ages, st.none() | st.integers(0, 12), st.none() | st.integers(5, 20)),
        instructor=st.sampled_from(["", "Ann Lee", "Bo"]),
    ),
    max_size=8,
)
_BUSY = st.lists(st.builds(busy, st.floats(-2, 40, allow_nan=False)), max_size=3).map(tuple)


@given(candidates=_CANDIDATES, own=_BUSY, family=_BUSY)
@RULE
def test_ranking_loses_nothing_and_does_not_hang_on_the_order_it_is_given(
    candidates: list[Candidate], own: tuple[Busy, ...], family: tuple[Busy, ...]
) -> None:
    seeker = SEEKER._replace(commitments=Commitments(own=own, family=family))
    good = [each for each in candidates if suits(seeker, each, ZONE, NOW)]

    ordered = ranked(seeker, good, ZONE)

    assert sorted(map(repr, ordered)) == sorted(map(repr, good))
    keys = [(each.level != "2", each.starts) for each in ordered]
    assert [key[0] for key in keys] == sorted(key[0] for key in keys), "the very level comes first"
    assert [each[2:4] for each in ranked(seeker, reversed(good), ZONE)] == [each[2:4] for each in ordered]
    for each in ordered:
        assert NOW < each.starts < datetime(2026, 12, 21, 5, tzinfo=UTC)
        assert not any(each.starts < other.ends and other.starts < each.ends for other in own)
