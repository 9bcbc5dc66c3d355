"""Who has a place: free seats, holds, offers, absences, and what a place's state puts on the roll."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentStatus, Occurrence, OccurrenceStatus
from chalicelib.schedule.roll import Roll, Seat, Wish, seat_of, wish_of, with_enrolment
from tests.schedule import drawing

ZONE = "America/Toronto"
NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST, LAST = date(2026, 9, 1), date(2027, 6, 30)
MEETINGS = tuple(Occurrence(f"m{week}", NOW + week * drawing.WEEK, NOW + week * drawing.WEEK + HOUR) for week in (1, 2))
GROUP = ClassGroup("c", {"en": "Ballet"}, occurrences=MEETINGS, capacity=2)
ONE, TWO = MEETINGS


def seat(name: str, **changes: object) -> Seat:
    return Seat(name, f"p-{name}", "h", FIRST, LAST)._replace(**changes)  # type: ignore[arg-type]


def wish(name: str, **changes: object) -> Wish:
    return Wish(name, f"p-{name}", "h", NOW)._replace(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("roll", "first", "second"),
    [
        (Roll("c"), 2, 2),
        (Roll("c", (seat("a"),)), 1, 1),
        (Roll("c", (seat("a", meeting="m1"),)), 1, 2),
        (Roll("c", (seat("a", ends_on=date(2026, 11, 30)),)), 1, 2),
        (Roll("c", (seat("a", until=NOW + HOUR),)), 1, 1),
        (Roll("c", (seat("a", until=NOW),)), 2, 2),
        (Roll("c", (seat("a"), seat("b")), away={"m1": frozenset({"b"})}), 1, 0),
        (Roll("c", waiting=(wish("w"),)), 2, 2),
        (Roll("c", waiting=(wish("w", offered_until=NOW + HOUR),)), 1, 1),
        (Roll("c", waiting=(wish("w", offered_until=NOW + HOUR, meeting="m2"),)), 2, 1),
        (Roll("c", waiting=(wish("w", offered_until=NOW),)), 2, 2),
        (Roll("c", (seat("a"), seat("b"), seat("c"))), -1, -1),
    ],
)
def test_places_left_are_capacity_less_seats_holds_and_offers(roll: Roll, first: int, second: int) -> None:
    assert [roll.free(GROUP, each, ZONE, NOW) for each in MEETINGS] == [first, second]


def test_a_class_without_bound_always_has_room() -> None:
    group = replace(GROUP, capacity=None)
    roll = Roll("c", tuple(seat(str(each)) for each in range(50)))
    assert roll.free(group, ONE, ZONE, NOW) is None
    assert roll.has_room(group, MEETINGS, ZONE, NOW)


def test_room_is_needed_at_every_meeting_that_takes_place() -> None:
    roll = Roll("c", (seat("a"), seat("b", meeting="m2")))
    assert roll.has_room(GROUP, [ONE], ZONE, NOW)
    assert not roll.has_room(GROUP, MEETINGS, ZONE, NOW)
    assert roll.has_room(GROUP, [ONE, TWO._replace(status=OccurrenceStatus.CANCELLED)], ZONE, NOW)


def test_an_offer_is_room_for_the_one_whom_it_was_made() -> None:
    roll = Roll("c", (seat("a"),), (wish("w", offered_until=NOW + HOUR),))
    assert not roll.has_room(GROUP, MEETINGS, ZONE, NOW)
    assert roll.has_room(GROUP, MEETINGS, ZONE, NOW, but="w")


def test_changing_a_seat_or_a_wish_keeps_its_place_in_the_order() -> None:
    roll = Roll("c", (seat("a"), seat("b")), (wish("v"), wish("w")))
    changed = roll.with_seat(seat("a", meeting="m1")).with_wish(wish("v", meeting="m1"))
    assert [each.enrolment for each in changed.seats] == ["a", "b"]
    assert [each.id for each in changed.waiting] == ["v", "w"]


@given(drawing.rolls, drawing.names)
def test_a_place_that_is_gone_leaves_nothing_on_the_roll(roll: Roll, name: str) -> None:
    left = roll.without(name)
    assert left.seat(name) is None
    assert left.wish(name) is None
    assert not any(name in told for told in left.away.values())
    assert all(left.away.values())


@given(drawing.rolls, drawing.names, drawing.names)
def test_who_stays_away_and_comes_after_all_changes_nothing(roll: Roll, meeting: str, name: str) -> None:
    before = roll.with_away(meeting, name, away=False)
    assert before.with_away(meeting, name, away=True).with_away(meeting, name, away=False) == before


@given(drawing.rolls, drawing.places)
def test_the_state_of_a_place_gives_it_a_seat_or_a_wish_or_neither(roll: Roll, place: Enrolment) -> None:
    told = with_enrolment(roll, place)
    waits = place.status in (EnrolmentStatus.WAITLISTED, EnrolmentStatus.OFFERED)
    assert (told.seat(place.id) is not None) == place.status.has_seat
    assert (told.wish(place.id) is not None) == waits
    assert with_enrolment(told, place) == told
    assert [each for each in told.seats if each.enrolment != place.id] == [
        each for each in roll.seats if each.enrolment != place.id
    ]


@given(drawing.places)
def test_no_place_has_a_seat_and_waits(place: Enrolment) -> None:
    assert seat_of(place) is None or wish_of(place) is None


@given(st.sampled_from(EnrolmentStatus))
def test_what_fills_a_calendar_has_a_seat(status: EnrolmentStatus) -> None:
    assert not status.holds_place or status.has_seat
