"""What stands in a calendar, by table."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.bookings.resources import ResourceKind
from chalicelib.calendar.domain import (
    Entry,
    EntryKind,
    Standing,
    booking_entry,
    class_entries,
    holding_of,
    holdings,
)
from chalicelib.households.summary import AwayRow, EnrolmentRow, Summary
from chalicelib.schedule.domain import (
    Attendance,
    ClassGroup,
    Enrolment,
    EnrolmentKind,
    EnrolmentStatus,
    Mark,
    Occurrence,
    OccurrenceStatus,
)

ZONE = "America/Toronto"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FIRST, SECOND = (
    Occurrence(name, NOW + timedelta(days=days), NOW + timedelta(days=days, hours=1), "Room 4")
    for name, days in (("first", 1), ("second", 8))
)
GROUP = ClassGroup(
    "c", {"en": "Ballet"}, instructor="Ann", occurrences=(FIRST, SECOND), online="https://zoom.example/1"
)
PLACE = Enrolment(
    "e",
    "lea",
    "c",
    "h",
    EnrolmentStatus.ACTIVE,
    date(2026, 9, 1),
    date(2027, 1, 1),
    NOW - timedelta(days=90),
    version=1,
)


def _entries(place: Enrolment, group: ClassGroup = GROUP) -> list[Entry]:
    return list(class_entries([holding_of(place)], {"c": group}, ZONE))


def _standings(place: Enrolment, group: ClassGroup = GROUP) -> list[Standing]:
    return [entry.standing for entry in _entries(place, group)]


ON, LOST = Standing.ON, Standing.LOST


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (EnrolmentStatus.ACTIVE, [ON, ON]),
        (EnrolmentStatus.COMPLETED, [ON, ON]),
        (EnrolmentStatus.PENDING_PAYMENT, [ON, ON]),
        (EnrolmentStatus.PENDING_FORMS, [ON, ON]),
        (EnrolmentStatus.CANCELLED, [LOST, LOST]),
        (EnrolmentStatus.TRANSFERRED, [LOST, LOST]),
        (EnrolmentStatus.FROZEN, [LOST, LOST]),
        (EnrolmentStatus.WAITLISTED, []),
        (EnrolmentStatus.OFFERED, []),
        (EnrolmentStatus.OFFER_EXPIRED, []),
        (EnrolmentStatus.HELD, []),
    ],
)
def test_a_place_counts_by_its_status(status: EnrolmentStatus, expected: list[Standing]) -> None:
    """SCH-10, SCH-12: what was given up is told by feeds; what was only wished for is nowhere."""
    assert _standings(replace(PLACE, status=status)) == expected


def test_what_was_attended_before_leaving_stays() -> None:
    """SCH-1: leaving ends what is to come; what was remains."""
    left = replace(PLACE, status=EnrolmentStatus.CANCELLED, ended_at=NOW + timedelta(days=4))
    assert _standings(left) == [ON, LOST]


def test_an_absence_and_a_cancelled_meeting_differ() -> None:
    """SCH-12, NEW-6: who is away reads so; what the organisation called off reads so, also to those away."""
    off = replace(GROUP, occurrences=(FIRST, SECOND._replace(status=OccurrenceStatus.CANCELLED)))
    marks = {name: Mark(Attendance.ABSENT_EXCUSED, NOW) for name in ("first", "second")}
    assert _standings(replace(PLACE, marks=marks), off) == [Standing.AWAY, Standing.CANCELLED]
    assert _standings(replace(PLACE, marks={"first": Mark(Attendance.PRESENT, NOW)})) == [ON, ON]


def test_a_makeup_is_its_one_meeting() -> None:
    makeup = replace(PLACE, kind=EnrolmentKind.MAKEUP, meeting="second")
    (entry,) = _entries(makeup)
    assert (entry.kind, entry.starts, entry.id) == (EntryKind.MAKEUP, SECOND.starts, "second-e")


def test_a_summary_says_the_same_as_the_enrolments() -> None:
    """What is ahead is told from the summary alone."""
    row = EnrolmentRow("e", "lea", "c", "active", PLACE.starts_on, PLACE.ends_on)
    home = Summary("h", "Tremblay", enrolments=(row,), away=(AwayRow("e", "second", date(2026, 11, 30)),))
    told = list(class_entries(holdings(home), {"c": GROUP}, ZONE))
    marked = replace(PLACE, marks={"second": Mark(Attendance.ABSENT_EXCUSED, NOW)})
    assert [(each.id, each.standing, each.starts) for each in told] == [
        (each.id, each.standing, each.starts) for each in _entries(marked)
    ]


def test_whoever_stands_in_is_the_teacher() -> None:
    instead = replace(GROUP, occurrences=(FIRST._replace(instructor="Bob"), SECOND))
    assert [entry.instructor for entry in _entries(PLACE, instead)] == ["Bob", "Ann"]


@pytest.mark.parametrize(
    ("minutes", "is_open"),
    [(-16, False), (-15, True), (-1, True), (0, True), (59, True), (60, False), (61, False)],
)
def test_the_door_opens_before_the_start_and_shuts_at_the_end(minutes: int, is_open: bool) -> None:
    """SCH-4: a quarter of an hour before, to the minute, until the hour is over."""
    entry = _entries(PLACE)[0]
    assert bool(entry.open_door(FIRST.starts + timedelta(minutes=minutes))) == is_open
    assert entry.open_door(FIRST.starts - timedelta(minutes=15, seconds=1)) == ""


@pytest.mark.parametrize(
    "place",
    [
        replace(PLACE, status=EnrolmentStatus.PENDING_PAYMENT),
        replace(PLACE, status=EnrolmentStatus.PENDING_FORMS),
        replace(PLACE, status=EnrolmentStatus.CANCELLED),
        replace(PLACE, marks={"first": Mark(Attendance.ABSENT_EXCUSED, NOW)}),
    ],
    ids=["not paid", "form missing", "cancelled", "away"],
)
def test_the_door_stays_shut_for_whoever_does_not_hold_the_place(place: Enrolment) -> None:
    """SCH-4: only buyers of the class see the link."""
    assert _entries(place)[0].open_door(FIRST.starts) == ""


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://zoom.example", "zoom.example", ""])
def test_a_door_is_an_address_on_the_safe_web(address: str) -> None:
    """S-12: nothing else becomes a link."""
    assert _entries(PLACE, replace(GROUP, online=address))[0].door is None


def test_a_cancelled_meeting_has_no_door() -> None:
    off = replace(GROUP, occurrences=(FIRST._replace(status=OccurrenceStatus.CANCELLED),))
    assert _entries(PLACE, off)[0].open_door(FIRST.starts) == ""


def test_the_sequence_grows_with_meeting_and_place() -> None:
    """NEW-6: a copy that was saved elsewhere is replaced by what is newer, and never by what is older."""
    moved = replace(GROUP, occurrences=(FIRST._replace(sequence=2), SECOND))
    assert [entry.sequence for entry in _entries(PLACE)] == [0, 0]
    assert [entry.sequence for entry in _entries(replace(PLACE, version=4), moved)] == [5, 3]


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        (BookingStatus.REQUESTED, Standing.REQUESTED),
        (BookingStatus.CONFIRMED, Standing.ON),
        (BookingStatus.CANCELLED, Standing.CANCELLED),
        (BookingStatus.DECLINED, Standing.LOST),
        (BookingStatus.EXPIRED, Standing.LOST),
        (BookingStatus.COMPLETED, Standing.ON),
        (BookingStatus.NO_SHOW, Standing.AWAY),
    ],
)
def test_a_booking_counts_by_its_status(status: BookingStatus, standing: Standing) -> None:
    """BOOK-2: requests wait; what was declined or came to nothing stands in no calendar."""
    booking = Booking("20261201-x", "h", "Hall", FIRST.starts, FIRST.ends, status, kind="room")
    assert booking_entry(booking, NOW).standing is standing


def test_a_request_that_nobody_answered_is_gone_at_its_start() -> None:
    """X-10."""
    booking = Booking("20261201-x", "h", "Hall", NOW, NOW + timedelta(hours=1), BookingStatus.REQUESTED)
    assert booking_entry(booking, NOW).standing is LOST


def test_every_kind_has_its_entry() -> None:
    for kind in EnrolmentKind:
        assert EntryKind(kind.value).is_class
    for resource in ResourceKind:
        booking = Booking("20261201-x", "h", "Hall", NOW, NOW, BookingStatus.CONFIRMED, kind=resource.value)
        assert (booking_entry(booking, NOW).kind is EntryKind.APPOINTMENT) == (resource is ResourceKind.APPOINTMENT)
        assert not booking_entry(booking, NOW).kind.is_class
