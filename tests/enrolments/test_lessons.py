"""Counting lessons: a table of outcomes, and that each covered meeting is exactly one of them (SCH-9, SCH-11)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.enrolments.certificates import Certificate, CertificateKind, counted_as, covering
from chalicelib.enrolments.lessons import Count, Outcome, count, lessons
from chalicelib.schedule.domain import (
    Attendance,
    ClassGroup,
    Enrolment,
    EnrolmentKind,
    EnrolmentStatus,
    Mark,
    Occurrence,
    OccurrenceStatus,
    covered,
)

ZONE = "America/Toronto"
NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
PLACE = Enrolment(
    "e", "p", "c", "h", EnrolmentStatus.ACTIVE, date(2026, 1, 1), date(2027, 12, 31), NOW
)  # fmt: skip
FLU = Certificate("x", "p", CertificateKind.MEDICAL, date(2026, 11, 15), date(2026, 11, 15), date(2026, 11, 20))


def meeting(weeks: float, status: OccurrenceStatus = OccurrenceStatus.PLANNED, note: str = "") -> Occurrence:
    starts = NOW + weeks * WEEK
    return Occurrence(f"m{weeks}", starts, starts + HOUR, status=status, note=note)


def group(*meetings: Occurrence) -> ClassGroup:
    return ClassGroup("c", {"en": "Ballet"}, occurrences=meetings)


def marked(each: Occurrence, attendance: Attendance) -> Enrolment:
    return replace(PLACE, marks={each.id: Mark(attendance, NOW, "Flu", "r1")})


@pytest.mark.parametrize(
    ("weeks", "attendance", "outcome"),
    [
        (-1, None, Outcome.HAD),
        (-1, Attendance.PRESENT, Outcome.HAD),
        (-1, Attendance.LATE, Outcome.LATE),
        (-1, Attendance.ABSENT_UNEXCUSED, Outcome.MISSED),
        (-1, Attendance.ABSENT_EXCUSED, Outcome.EXCUSED),
        (-1, Attendance.ORG_CANCELLED, Outcome.CANCELLED),
        (1, None, Outcome.LEFT),
        (1, Attendance.ABSENT_EXCUSED, Outcome.EXCUSED),
        (-0.001, None, Outcome.LEFT),
        (-0.001, Attendance.PRESENT, Outcome.HAD),
    ],
)
def test_a_lesson_is_what_was_noted_or_what_its_day_makes_it(
    weeks: float, attendance: Attendance | None, outcome: Outcome
) -> None:
    """SCH-9."""
    each = meeting(weeks)
    place = marked(each, attendance) if attendance else PLACE
    assert [lesson.outcome for lesson in lessons(place, group(each), (), ZONE, NOW)] == [outcome]


def test_a_meeting_the_organisation_cancelled_is_no_absence_whatever_was_noted() -> None:
    each = meeting(-1, OccurrenceStatus.CANCELLED, "Storm")
    (lesson,) = lessons(marked(each, Attendance.ABSENT_UNEXCUSED), group(each), (), ZONE, NOW)
    assert (lesson.outcome, lesson.reason) == (Outcome.CANCELLED, "Storm")


def test_an_absence_that_a_certificate_covers_is_excused() -> None:
    """SCH-11: by its local day, first and last included; the reason stays beside it."""
    each = meeting(-1)
    (lesson,) = lessons(marked(each, Attendance.ABSENT_UNEXCUSED), group(each), [FLU], ZONE, NOW)
    assert (lesson.outcome, lesson.certificate, lesson.reason) == (Outcome.EXCUSED, FLU, "Flu")


@pytest.mark.parametrize("attendance", Attendance)
def test_a_certificate_changes_nothing_but_an_absence_without_excuse(attendance: Attendance) -> None:
    changed = counted_as(attendance, FLU)
    assert changed is (
        Attendance.ABSENT_EXCUSED if attendance is Attendance.ABSENT_UNEXCUSED else attendance
    )  # fmt: skip
    assert counted_as(attendance, None) is attendance


@pytest.mark.parametrize(("day", "found"), [(14, False), (15, True), (16, False)])
def test_a_certificate_covers_its_days_and_no_other(day: int, found: bool) -> None:
    assert (covering([FLU], date(2026, 11, day)) is FLU) is found


def test_a_place_that_was_given_back_has_no_lessons_after_its_end() -> None:
    """SCH-12."""
    meetings = [meeting(-3), meeting(-1), meeting(1)]
    left = replace(PLACE, status=EnrolmentStatus.CANCELLED, ended_at=NOW - 2 * WEEK)
    assert count(lessons(left, group(*meetings), (), ZONE, NOW)) == Count(had=1)


@pytest.mark.parametrize(
    "status", [EnrolmentStatus.WAITLISTED, EnrolmentStatus.OFFERED, EnrolmentStatus.OFFER_EXPIRED, EnrolmentStatus.HELD]
)
def test_who_never_had_a_place_has_no_lessons(status: EnrolmentStatus) -> None:
    assert lessons(replace(PLACE, status=status), group(meeting(-1)), (), ZONE, NOW) == []


def test_a_make_up_is_one_lesson() -> None:
    """SCH-7."""
    other = meeting(-2)
    place = replace(PLACE, kind=EnrolmentKind.MAKEUP, meeting=other.id)
    assert count(lessons(place, group(meeting(-3), other, meeting(1)), (), ZONE, NOW)) == Count(had=1)


_MEETINGS = st.lists(
    st.builds(
        meeting, st.integers(-60, 60).map(lambda days: days / 7), st.sampled_from(OccurrenceStatus)
    ),
    max_size=30,
    unique_by=lambda each: each.id,
)  # fmt: skip


@given(_MEETINGS, st.data())
def test_had_left_missed_and_cancelled_are_all_that_a_place_covers(
    meetings: list[Occurrence], data: st.DataObject
) -> None:
    """SCH-9."""
    taught = group(*sorted(meetings, key=lambda each: each.starts))
    marks = {
        each.id: Mark(data.draw(st.sampled_from(Attendance)), NOW) for each in meetings if data.draw(st.booleans())
    }
    days = sorted(data.draw(st.tuples(*[st.dates(date(2026, 9, 1), date(2027, 2, 1))] * 2)))
    status = data.draw(st.sampled_from([EnrolmentStatus.ACTIVE, EnrolmentStatus.COMPLETED, EnrolmentStatus.FROZEN]))
    place = replace(PLACE, status=status, starts_on=days[0], ends_on=days[1], marks=marks)

    found = lessons(place, taught, [FLU], ZONE, NOW)

    told = count(found)
    assert [lesson.meeting for lesson in found] == list(covered(taught, place, ZONE))
    assert told.covered == len(found)
    assert 0 <= told.excused <= told.missed
    assert 0 <= told.late <= told.had
