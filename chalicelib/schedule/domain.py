"""What is taught when, and who has a place in it."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple, Protocol

from chalicelib.schedule.terms import EnrolmentTerms
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import Texts
from chalicelib.shared.times import day_begins

MAX_OCCURRENCES = 1000
"""Meetings of one class group: more belongs into another season."""


class Programme(NamedTuple):
    """A line of activity, such as ballet."""

    id: str
    title: Texts
    source: str = ""
    terms: Mapping[str, Any] = {}
    """Rules that differ from the organisation's (`schedule.terms`), by name."""


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
    instructor: str = ""
    """Who stands in for the class's own."""
    sequence: int = 0
    """How often it was changed since it was first told (iCalendar's SEQUENCE)."""
    planned: datetime | None = None
    """When it was to begin, where it was moved."""
    note: str = ""
    """Why it was changed, in words for families."""

    @property
    def takes_place(self) -> bool:
        """Whether it was not cancelled."""
        return self.status is OccurrenceStatus.PLANNED


class Ages(NamedTuple):
    """Whole years somebody must have at a meeting; None: no bound."""

    youngest: int | None = None
    oldest: int | None = None

    def fit(self, years: int | None) -> bool:
        """Whether somebody of that age may come. Who told no age may (X-7: it is asked, never assumed)."""
        if years is None:
            return True
        return (self.youngest is None or years >= self.youngest) and (self.oldest is None or years <= self.oldest)


@frozen
class ClassGroup(Frozen):
    """What one enrols in: a group with a teacher, a place and its meetings in order."""

    id: str
    title: Texts
    programme: str = ""
    instructor: str = ""
    occurrences: tuple[Occurrence, ...] = ()
    source: str = ""
    version: int | None = None
    capacity: int | None = None
    """Places of each meeting; None: as many as come."""
    level: str = ""
    """Groups of one level take each other's make-ups; empty: any."""
    ages: Ages = field(default_factory=Ages)
    online: str = ""
    """Address at which it meets online; only for those who hold a place (SCH-4)."""
    online_opens_minutes: int = 15
    """How long before a meeting the address is shown, and sent."""
    price_minor: int = 0
    """Price of a place for the whole class, before taxes that are added."""
    open: bool = False
    """Whether families may take places themselves."""
    terms: Mapping[str, Any] = field(default_factory=dict)
    """Rules that differ from the programme's (`schedule.terms`), by name."""

    @property
    def is_online(self) -> bool:
        """Whether there is an address at which it can be joined; only a safe one is."""
        return self.online.startswith("https://")

    def opens(self, meeting: Occurrence) -> datetime:
        """From when on the address at which a meeting can be joined is told (SCH-4)."""
        return meeting.starts - timedelta(minutes=self.online_opens_minutes)

    def meeting(self, meeting_id: str) -> Occurrence | None:
        """The meeting of this id, or None."""
        return next((meeting for meeting in self.occurrences if meeting.id == meeting_id), None)


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
    OFFERED = "offered"
    """A place came free and is kept for a while, until it is taken."""
    OFFER_EXPIRED = "offer_expired"
    HELD = "held"
    """A place is kept while its taker makes up his or her mind; gone when the time is over."""

    @property
    def holds_place(self) -> bool:
        """Whether the class belongs into the family's calendar."""
        return self in (
            EnrolmentStatus.PENDING_FORMS,
            EnrolmentStatus.PENDING_PAYMENT,
            EnrolmentStatus.ACTIVE,
            EnrolmentStatus.COMPLETED,
        )

    @property
    def is_bought(self) -> bool:
        """Whether nothing is left to do for it: a place that waits for forms or payment is not bought yet."""
        return self in (EnrolmentStatus.ACTIVE, EnrolmentStatus.COMPLETED)

    @property
    def has_seat(self) -> bool:
        """Whether a seat of the class is kept for it: also while it rests, or while its taker makes up his mind."""
        return self.holds_place or self in (EnrolmentStatus.FROZEN, EnrolmentStatus.HELD)


class EnrolmentKind(Enum):
    """What a place is for."""

    COURSE = "course"
    """The class, from a day to a day."""
    MAKEUP = "makeup"
    """One meeting, for one that was missed."""
    TRIAL = "trial"
    DROP_IN = "drop_in"


class Attendance(Enum):
    """Whether somebody came to a meeting (glossary)."""

    PRESENT = "present"
    LATE = "late"
    ABSENT_EXCUSED = "absent_excused"
    ABSENT_UNEXCUSED = "absent_unexcused"
    ORG_CANCELLED = "org_cancelled"

    @property
    def came(self) -> bool:
        """Whether a lesson was had."""
        return self in (Attendance.PRESENT, Attendance.LATE)

    @property
    def is_absence(self) -> bool:
        """Whether the family stayed away."""
        return self in (Attendance.ABSENT_EXCUSED, Attendance.ABSENT_UNEXCUSED)


class Mark(NamedTuple):
    """What is written about one meeting of an enrolment: told beforehand by the family, or at the door by staff."""

    attendance: Attendance
    at: datetime
    reason: str = ""
    right: str = ""
    """The right to make up that an absence gave."""
    by: str = ""
    """User who wrote it."""
    home: str = ""
    """The home that told it; empty: staff, or nobody noted it."""


class Part(NamedTuple):
    """What another home than the one that enrolled pays of a place (NEW-2)."""

    household: str
    minor: int
    """Before taxes that are added."""
    invoice: str
    line: int


class Price(NamedTuple):
    """What a place cost the home that enrolled."""

    minor: int
    """Before taxes that are added."""
    currency: str
    invoice: str = ""
    line: int = 0
    """Which line of that invoice, from 0."""
    lessons: int = 0
    """For how many lessons it was; 0: it is not known."""
    parts: tuple[Part, ...] = ()
    """What other homes pay of it, each on an invoice of its own."""


@frozen
class Enrolment(Frozen):
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
    kind: EnrolmentKind = EnrolmentKind.COURSE
    meeting: str = ""
    """The one meeting it is for; empty: all meetings between its days."""
    terms: EnrolmentTerms | None = None
    """The rules that hold for it; None, for records from elsewhere: those of today."""
    price: Price | None = None
    marks: Mapping[str, Mark] = field(default_factory=dict)
    """By meeting."""
    right: str = ""
    """The right that a make-up uses."""
    until: datetime | None = None
    """Until when a hold or an offer stands."""
    ended_at: datetime | None = None
    """When it was cancelled or changed for another."""
    ended_by: str = ""
    """`family`, `staff` or `organisation`; `time`, when what was waited for was over."""
    reason: str = ""
    successor: str = ""
    """Enrolment in the group it was changed for."""
    returned: Price | None = None
    """What was given back when it was cancelled; its `invoice` is the number of the credit note."""
    wanted: str = ""
    """Class group that the family asks to change to; staff answer."""
    wanted_at: datetime | None = None
    wanted_minor: int = 0
    """What the family agreed to pay more for it at most, taxes included; below zero: to get back at least."""
    """Since when it asks."""
    version: int | None = None


def covered(group: ClassGroup, place: "EnrolmentSpan", zone: str) -> tuple[Occurrence, ...]:
    """Meetings of `group` that a place covers."""
    if place.meeting:
        found = group.meeting(place.meeting)
        return (found,) if found else ()
    return meetings(group, place.starts_on, place.ends_on, zone)


class EnrolmentSpan(Protocol):
    """What tells which meetings a place covers: an enrolment, a row of a summary, a seat on a roll."""

    @property
    def meeting(self) -> str:
        """The one meeting, or empty for all between the days."""

    @property
    def starts_on(self) -> date:
        """First local day."""

    @property
    def ends_on(self) -> date:
        """Last local day."""


def meetings(group: ClassGroup, starts_on: date, ends_on: date, zone: str) -> tuple[Occurrence, ...]:
    """Meetings of `group` that an enrolment covers: local days of `zone`, first and last included.

    One that was moved is covered by where it was to be: a place keeps its meetings wherever these go.
    """
    first, end = day_begins(starts_on, zone), day_begins(ends_on + timedelta(days=1), zone)
    return tuple(meeting for meeting in group.occurrences if first <= (meeting.planned or meeting.starts) < end)


def as_told_to(enrolment: Enrolment, home: str, *, with_reasons: bool) -> Enrolment:
    """An enrolment as one home of a shared child reads it (NEW-2).

    That the child stays away concerns both homes; why, the other one reads only where the organisation says so.
    """
    if with_reasons:
        return enrolment
    told = {
        meeting: mark if mark.home in ("", home) else mark._replace(reason="")
        for meeting, mark in enrolment.marks.items()
    }
    return replace(enrolment, marks=told)
