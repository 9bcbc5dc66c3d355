"""What is taught when, and who has a place in it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from chalicelib.shared.texts import Texts
from chalicelib.shared.times import day_begins

MAX_OCCURRENCES = 1000
"""Meetings of one class group: more belongs into another season."""


class Programme(NamedTuple):
    """A line of activity, such as ballet."""

    id: str
    title: Texts
    source: str = ""


class OccurrenceStatus(Enum):
    """Whether a meeting takes place."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


class Occurrence(NamedTuple):
    """One dated meeting of a class group."""

    id: str
    starts: datetime
    ends: datetime
    room: str = ""
    status: OccurrenceStatus = OccurrenceStatus.PLANNED


@dataclass(frozen=True, slots=True)
class ClassGroup:
    """What one enrols in: a group with a teacher, a place and its meetings in order."""

    id: str
    title: Texts
    programme: str = ""
    instructor: str = ""
    occurrences: tuple[Occurrence, ...] = ()
    source: str = ""
    version: int | None = None


class EnrolmentStatus(Enum):
    """States of an enrolment (glossary)."""

    PENDING_FORMS = "pending_forms"
    PENDING_PAYMENT = "pending_payment"
    ACTIVE = "active"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    TRANSFERRED = "transferred"
    FROZEN = "frozen"
    WAITLISTED = "waitlisted"

    @property
    def holds_place(self) -> bool:
        """Whether the class belongs into the family's calendar."""
        return self in (
            EnrolmentStatus.PENDING_FORMS,
            EnrolmentStatus.PENDING_PAYMENT,
            EnrolmentStatus.ACTIVE,
            EnrolmentStatus.COMPLETED,
        )


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A person's place in a class group, for all of it or from a day to a day."""

    id: str
    person: str
    class_group: str
    household: str
    """The home that enrolled and pays."""
    status: EnrolmentStatus
    starts_on: date
    ends_on: date
    enrolled_at: datetime
    source: str = ""


class Event(NamedTuple):
    """One thing in a family's calendar: a meeting of a class that a member has a place in."""

    occurrence: Occurrence
    class_group: ClassGroup
    member: str
    enrolment: str


def meetings(group: ClassGroup, starts_on: date, ends_on: date, zone: str) -> tuple[Occurrence, ...]:
    """Meetings of `group` that an enrolment covers: local days of `zone`, first and last included."""
    first, end = day_begins(starts_on, zone), day_begins(ends_on + timedelta(days=1), zone)
    return tuple(meeting for meeting in group.occurrences if first <= meeting.starts < end)
