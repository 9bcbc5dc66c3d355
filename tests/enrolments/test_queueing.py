"""Who is offered a place, as pure rules over one roll."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.enrolments.queueing import AT_ONCE, advance
from chalicelib.schedule.domain import ClassGroup, Occurrence
from chalicelib.schedule.roll import Roll, Seat, Wish
from tests.support.proof import RULE

ZONE = "America/Toronto"
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
DAY = timedelta(days=1)
FIRST, LAST = date(2026, 11, 1), date(2026, 12, 31)
MEETINGS = tuple(Occurrence(f"m{n}", NOW + n * DAY, NOW + n * DAY + DAY / 24) for n in (-1, 1, 2))


def group(capacity: int | None) -> ClassGroup:
    """A class that met once and meets twice more."""
    return ClassGroup("c", {}, occurrences=MEETINGS, capacity=capacity)


def seat(name: str, meeting: str = "", until: datetime | None = None) -> Seat:
    """A place."""
    return Seat(name, name, name, FIRST, LAST, meeting, until)


def wish(name: str, meeting: str = "", until: datetime | None = None, patience: int = 24 * 60) -> Wish:
    """Somebody who waits."""
    return Wish(name, name, name, NOW, meeting, "right" if meeting else "", until, patience)


def test_the_first_that_fits_is_asked_and_who_does_not_fit_is_passed_over() -> None:
    roll = Roll("c", (seat("a", "m2"),), (wish("class"), wish("guest", "m1"), wish("later", "m1")))

    done = advance(roll, group(1), ZONE, NOW)

    assert [(each.id, each.offered_until) for each in done.offered] == [("guest", NOW + DAY)]
    assert [each.id for each in done.roll.waiting] == ["class", "guest", "later"]


def test_an_offer_stands_for_its_time_and_not_beyond_the_meeting() -> None:
    long = wish("long", "m1", patience=3 * 24 * 60)
    done = advance(Roll("c", (), (long,)), group(1), ZONE, NOW)

    assert done.offered[0].offered_until == MEETINGS[1].starts
    short = advance(Roll("c", (), (wish("short", "m1", patience=30),)), group(1), ZONE, NOW)
    assert short.offered[0].offered_until == NOW + timedelta(minutes=30)


def test_what_ran_out_goes_and_makes_room_in_the_same_step() -> None:
    roll = Roll("c", (seat("held", until=NOW),), (wish("offered", until=NOW), wish("past", "m-1"), wish("next")))

    done = advance(roll, group(1), ZONE, NOW)

    assert [each.enrolment for each in done.let_go] == ["held"]
    assert [each.id for each in done.expired] == ["offered"]
    assert [each.id for each in done.lapsed] == ["past"]
    assert [each.id for each in done.offered] == ["next"]
    assert done.roll.due() == NOW + DAY


def test_a_great_many_are_asked_step_by_step() -> None:
    roll = Roll("c", (), tuple(wish(f"w{n:02}") for n in range(AT_ONCE * 2 + 1)))
    asked: list[str] = []
    steps = 0
    while steps == 0 or roll.look:
        done = advance(roll, group(None), ZONE, NOW)
        asked += [each.id for each in done.offered]
        roll, steps = done.roll, steps + 1
        assert roll.look is None or roll.due() == NOW, "the clock comes back at once"

    assert (asked, steps) == ([f"w{n:02}" for n in range(AT_ONCE * 2 + 1)], 3)


_MOMENTS = st.sampled_from([None, NOW - DAY, NOW, NOW + DAY / 2])
_MEETING = st.sampled_from(["", "m-1", "m1", "m2"])
_ROLLS = st.builds(
    lambda seats, waiting, away: Roll(
        "c",
        tuple(seat(f"s{n}", meeting, until) for n, (meeting, until) in enumerate(seats)),
        tuple(wish(f"w{n}", meeting, until) for n, (meeting, until) in enumerate(waiting)),
        {"m1": frozenset(f"s{n}" for n in away)} if away else {},
    ),
    st.lists(st.tuples(_MEETING, _MOMENTS), max_size=6),
    st.lists(st.tuples(_MEETING, _MOMENTS), max_size=8),
    st.frozensets(st.integers(0, 6), max_size=4),
)


@given(roll=_ROLLS, capacity=st.none() | st.integers(0, 5))
@RULE
def test_offers_never_pass_what_is_free_and_nobody_is_passed_over_without_cause(
    roll: Roll, capacity: int | None
) -> None:
    """NEW-5: seats, offers and what is free always balance; the order is that of the list."""
    before = {meeting.id: roll.free(group(capacity), meeting, ZONE, NOW) for meeting in MEETINGS}

    done = advance(roll, group(capacity), ZONE, NOW)

    for meeting in MEETINGS[1:]:
        left = done.roll.free(group(capacity), meeting, ZONE, NOW)
        was = before[meeting.id]
        if left is not None and was is not None:
            assert left >= min(0, was), "what was promised before may have been too much; nothing is added to it"
    if done.roll.look is None:
        for each in done.roll.waiting:
            wanted = [m for m in MEETINGS[1:] if each.meeting in ("", m.id)]
            assert each.is_offered(NOW) or not done.roll.has_room(group(capacity), wanted, ZONE, NOW), each
        due = done.roll.due()
        assert due is None or due > NOW, "a roll that is in order is not looked at again before its time"
    assert advance(replace(done.roll, look=None), group(capacity), ZONE, NOW).offered == [] or done.roll.look
    order = [each.id for each in roll.waiting if done.roll.wish(each.id)]
    assert [each.id for each in done.roll.waiting] == order
