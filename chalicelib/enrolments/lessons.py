"""What became of the lessons of a place: had, still to come, missed, or not given (SCH-9). Counting only.

Every meeting that a place covers is exactly one of these. A lesson that took place counts as had unless an absence
is noted: where nobody takes attendance, nothing is noted.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from chalicelib.enrolments.certificates import Certificate, counted_as, covering
from chalicelib.schedule.domain import (
    Attendance,
    ClassGroup,
    Enrolment,
    EnrolmentStatus,
    Occurrence,
    covered,
)
from chalicelib.shared.times import local_day

_ENDED = (EnrolmentStatus.CANCELLED, EnrolmentStatus.TRANSFERRED)


class Outcome(Enum):
    """What became of a lesson."""

    HAD = "had"
    LATE = "late"
    MISSED = "missed"
    EXCUSED = "excused"
    """Missed with a reason that the organisation takes."""
    CANCELLED = "cancelled"
    """Not given by the organisation."""
    LEFT = "left"
    """Still to come."""


class Lesson(NamedTuple):
    """One meeting of a place, and what became of it."""

    meeting: Occurrence
    outcome: Outcome
    reason: str = ""
    certificate: Certificate | None = None
    """What excuses the absence."""
    right: str = ""
    """The right to make up that the absence gave."""


class Count(NamedTuple):
    """How many lessons of each kind; together all that the place covers."""

    had: int = 0
    """Those that somebody came late to among them."""
    left: int = 0
    missed: int = 0
    """Those that are excused among them."""
    cancelled: int = 0
    late: int = 0
    excused: int = 0

    @property
    def covered(self) -> int:
        """All lessons."""
        return self.had + self.left + self.missed + self.cancelled


def lessons(
    place: Enrolment, group: ClassGroup, certificates: Sequence[Certificate], zone: str, now: datetime
) -> list[Lesson]:
    """Lessons that a place covers, in order of time; after it has ended there are none."""
    if not (place.status.holds_place or place.status in (*_ENDED, EnrolmentStatus.FROZEN)):
        return []
    end = (place.ended_at or now) if place.status in _ENDED else None
    meetings = (meeting for meeting in covered(group, place, zone) if end is None or meeting.starts < end)
    return [_lesson(place, meeting, certificates, zone, now) for meeting in meetings]


def _lesson(
    place: Enrolment, meeting: Occurrence, certificates: Sequence[Certificate], zone: str, now: datetime
) -> Lesson:
    mark = place.marks.get(meeting.id)
    if not meeting.takes_place or (mark and mark.attendance is Attendance.ORG_CANCELLED):
        return Lesson(meeting, Outcome.CANCELLED, meeting.note)
    if mark and mark.attendance.is_absence:
        certificate = covering(certificates, local_day(meeting.starts, zone))
        excused = counted_as(mark.attendance, certificate) is Attendance.ABSENT_EXCUSED
        outcome = Outcome.EXCUSED if excused else Outcome.MISSED
        return Lesson(meeting, outcome, mark.reason, certificate, mark.right)
    if mark and mark.attendance is Attendance.LATE:
        return Lesson(meeting, Outcome.LATE)
    return Lesson(meeting, Outcome.HAD if mark or meeting.ends <= now else Outcome.LEFT)


def count(found: Iterable[Lesson]) -> Count:
    """How many lessons of each kind."""
    told = [lesson.outcome for lesson in found]
    late, excused = told.count(Outcome.LATE), told.count(Outcome.EXCUSED)
    return Count(
        had=told.count(Outcome.HAD) + late,
        left=told.count(Outcome.LEFT),
        missed=told.count(Outcome.MISSED) + excused,
        cancelled=told.count(Outcome.CANCELLED),
        late=late,
        excused=excused,
    )
