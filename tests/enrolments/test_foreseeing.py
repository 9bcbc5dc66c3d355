"""What comes of an absence, as pure rules."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.enrolments.foreseeing import Foreseen, Lack, digest, foresee
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
from chalicelib.schedule.terms import EnrolmentTerms
from chalicelib.shared.times import from_local
from tests.support.proof import RULE

ZONE = "America/Toronto"
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
DAY = timedelta(days=1)
GROUP = ClassGroup(
    "c", {}, occurrences=tuple(Occurrence(str(n), NOW + n * DAY, NOW + n * DAY + DAY / 24) for n in range(-3, 10))
)
PLACE = Enrolment("e", "p", "c", "h", EnrolmentStatus.ACTIVE, date(2026, 11, 1), date(2026, 12, 31), NOW - 20 * DAY)


def test_only_meetings_to_come_of_a_place_in_use_are_told() -> None:
    cancelled = GROUP.occurrences[5]._replace(status=OccurrenceStatus.CANCELLED)
    group = replace(GROUP, occurrences=(*GROUP.occurrences[:5], cancelled, *GROUP.occurrences[6:]))
    told = replace(PLACE, marks={"4": Mark(Attendance.ABSENT_EXCUSED, NOW)})

    found = foresee(told, EnrolmentTerms(), group, lambda _: True, ZONE, NOW)

    assert [each.meeting.id for each in found] == ["1", "3", "5", "6", "7", "8", "9"]
    for status in EnrolmentStatus:
        open_ones = foresee(replace(PLACE, status=status), EnrolmentTerms(), group, lambda _: True, ZONE, NOW)
        assert bool(open_ones) == (status.holds_place and status is not EnrolmentStatus.COMPLETED)


@pytest.mark.parametrize(
    ("kind", "lack"),
    [
        (EnrolmentKind.COURSE, None),
        (EnrolmentKind.TRIAL, Lack.TERMS),
        (EnrolmentKind.DROP_IN, Lack.TERMS),
        (EnrolmentKind.MAKEUP, "none"),
    ],
)
def test_only_a_place_in_the_class_gives_a_right(kind: EnrolmentKind, lack: Lack | str | None) -> None:
    """A make-up is given back instead: no right may come of a right."""
    place = replace(PLACE, kind=kind, meeting="" if kind is EnrolmentKind.COURSE else "3")
    found = foresee(place, EnrolmentTerms(), GROUP, lambda meeting: meeting.id == "3", ZONE, NOW)

    assert [each.lack for each in found] == ([] if lack == "none" else [lack])


@pytest.mark.parametrize(("day", "hour"), [(date(2026, 3, 8), 9), (date(2026, 11, 1), 9), (date(2026, 7, 1), 9)])
def test_notice_is_real_time_also_over_a_change_of_clocks(day: date, hour: int) -> None:
    starts = from_local(datetime(day.year, day.month, day.day, hour), ZONE)
    group = ClassGroup("c", {}, occurrences=(Occurrence("m", starts, starts + DAY / 24),))
    place = replace(PLACE, starts_on=day, ends_on=day)
    terms = EnrolmentTerms(absence_notice_minutes=12 * 60)
    last = starts - timedelta(hours=12)

    excused = [
        foresee(place, terms, group, lambda _: True, ZONE, now)[0].excused
        for now in (last, last + timedelta(seconds=1))
    ]

    assert excused == [True, False]


def test_a_right_expires_by_local_days_of_the_missed_meeting() -> None:
    """A late evening in Toronto is the next day in UTC, and still that day's class."""
    starts = from_local(datetime(2026, 11, 24, 21), ZONE)
    group = ClassGroup("c", {}, occurrences=(Occurrence("m", starts, starts + DAY / 24),))

    found = foresee(PLACE, EnrolmentTerms(makeup_days=10), group, lambda _: True, ZONE, NOW)

    assert [each.expires_on for each in found] == [date(2026, 12, 4)]


@given(
    limit=st.none() | st.integers(0, 5),
    notice=st.integers(0, 5 * 24 * 60),
    given_before=st.integers(0, 4),
    makeups=st.booleans(),
)
@RULE
def test_rights_never_pass_the_limit_and_always_come_with_an_excuse(
    limit: int | None, notice: int, given_before: int, makeups: bool
) -> None:
    terms = EnrolmentTerms(absence_notice_minutes=notice, makeup_limit=limit, makeups=makeups)
    marks = {f"-{n}": Mark(Attendance.ABSENT_EXCUSED, NOW, right=f"r{n}") for n in range(given_before)}
    marks["x"] = Mark(Attendance.ORG_CANCELLED, NOW, right="the organisation's")

    found = foresee(replace(PLACE, marks=marks), terms, GROUP, lambda _: True, ZONE, NOW)

    gives = [each for each in found if each.expires_on]
    assert all(each.excused and each.lack is None for each in gives)
    assert all((each.lack is None) == (each.expires_on is not None) for each in found)
    if limit is not None:
        assert len(gives) <= max(0, limit - given_before)
    assert makeups or not gives


def test_the_digest_tells_outcomes_apart() -> None:
    one = Foreseen(GROUP.occurrences[5], True, date(2027, 1, 1))
    others = [
        one._replace(excused=False),
        one._replace(expires_on=None),
        one._replace(expires_on=date(2027, 1, 2)),
        one._replace(meeting=GROUP.occurrences[6]),
        one._replace(meeting=GROUP.occurrences[5]._replace(starts=NOW)),
    ]

    assert len({digest([each]) for each in (one, *others)}) == 6
    assert digest([one]) == digest([one._replace()])
