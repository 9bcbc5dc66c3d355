"""What stands in a family's calendar: one kind of entry for classes and bookings alike, and what is said of it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from operator import attrgetter
from typing import NamedTuple

from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.households.summary import EnrolmentRow, Summary
from chalicelib.schedule.domain import (
    Attendance,
    ClassGroup,
    Enrolment,
    EnrolmentKind,
    EnrolmentStatus,
    Mark,
    Occurrence,
    covered,
)
from chalicelib.shared.texts import Texts
from chalicelib.shared.times import local_day

_APPOINTMENT = "appointment"
"""Value of that `bookings.resources.ResourceKind`; a page of classes does not load how resources are booked."""
_AN_INSTANT = timedelta(microseconds=1)
_GIVEN_UP = (EnrolmentStatus.CANCELLED, EnrolmentStatus.TRANSFERRED, EnrolmentStatus.FROZEN)


class EntryKind(Enum):
    """What an entry is."""

    COURSE = "course"
    MAKEUP = "makeup"
    TRIAL = "trial"
    DROP_IN = "drop_in"
    BOOKING = "booking"
    APPOINTMENT = "appointment"

    @property
    def is_class(self) -> bool:
        """Whether it is a place in a class, and so for a delegate to see (C5)."""
        return self not in (EntryKind.BOOKING, EntryKind.APPOINTMENT)


class Standing(Enum):
    """Whether somebody goes there."""

    ON = "on"
    REQUESTED = "requested"
    """The organisation has not agreed yet."""
    CANCELLED = "cancelled"
    """It does not take place."""
    AWAY = "away"
    """It takes place, and the member stays away."""
    LOST = "lost"
    """The family gave the place up, or a request came to nothing. Pages do not show it; a feed calls it off."""


class Door(NamedTuple):
    """Where a meeting is attended online, and from when on that is told (SCH-4)."""

    address: str
    opens: datetime


class Entry(NamedTuple):
    """One dated thing in a family's calendar."""

    id: str
    """Names its page and file, and stays when it is moved to another hour."""
    kind: EntryKind
    standing: Standing
    starts: datetime
    ends: datetime
    title: Texts
    member: str = ""
    """Empty: it is the household's."""
    room: str = ""
    instructor: str = ""
    note: str = ""
    """Why it was changed, in words for families."""
    planned: datetime | None = None
    """When it was to begin, where it was moved."""
    attendance: Attendance | None = None
    door: Door | None = None
    sequence: int = 0
    """Grows with each change (iCalendar's SEQUENCE)."""
    changed_at: datetime | None = None
    """When that was last told, as far as it is known."""
    source: str = ""
    """The enrolment, or the booking."""

    def open_door(self, now: datetime) -> str:
        """The address at which to join now: from some minutes before the start until the end, else empty (SCH-4)."""
        goes = self.door is not None and self.standing is Standing.ON
        return self.door.address if goes and self.door and self.door.opens <= now < self.ends else ""

    def days(self, zone: str) -> Iterator[date]:
        """The local days that it touches; what ends at midnight does not touch the day that then begins."""
        day = local_day(self.starts, zone)
        last = max(day, local_day(self.ends - _AN_INSTANT, zone))
        while day <= last:
            yield day
            day += timedelta(days=1)


class Holding(NamedTuple):
    """A place in a class as a calendar sees it: from a row of the summary, or from the enrolment itself."""

    id: str
    member: str
    class_group: str
    status: EnrolmentStatus
    starts_on: date
    ends_on: date
    kind: EnrolmentKind
    meeting: str = ""
    away: frozenset[str] = frozenset()
    """Meetings that the summary knows the member will not be at."""
    marks: Mapping[str, Mark] = {}
    enrolled_at: datetime | None = None
    ended_at: datetime | None = None
    changes: int = 0
    """How often the enrolment was written since it began."""

    def touches(self, first: date, last: date) -> bool:
        """Whether its days and those from `first` to `last` have one in common."""
        return self.starts_on <= last and first <= self.ends_on


def holdings(home: Summary) -> Iterator[Holding]:
    """The places that a summary tells of."""
    away: dict[str, set[str]] = {}
    for row in home.away:
        away.setdefault(row.enrolment, set()).add(row.meeting)
    return (holding_of_row(row, frozenset(away.get(row.id, ()))) for row in home.enrolments)


def holding_of_row(row: EnrolmentRow, away: frozenset[str]) -> Holding:
    """The place that a row tells of."""
    status, kind = EnrolmentStatus(row.status), EnrolmentKind(row.kind)
    return Holding(row.id, row.member, row.class_group, status, row.starts_on, row.ends_on, kind, row.meeting, away)


def holding_of(enrolment: Enrolment) -> Holding:
    """The place that an enrolment is."""
    return Holding(
        enrolment.id,
        enrolment.person,
        enrolment.class_group,
        enrolment.status,
        enrolment.starts_on,
        enrolment.ends_on,
        enrolment.kind,
        enrolment.meeting,
        marks=enrolment.marks,
        enrolled_at=enrolment.enrolled_at,
        ended_at=enrolment.ended_at,
        changes=max(0, (enrolment.version or 1) - 1),
    )


class Meeting(NamedTuple):
    """A meeting that a place covers."""

    occurrence: Occurrence
    group: ClassGroup
    holding: Holding


BY_TIME = attrgetter("occurrence.starts", "holding.member")
"""By which calendars sort meetings."""


def meetings_of(held: Iterable[Holding], groups: Mapping[str, ClassGroup], zone: str) -> Iterator[Meeting]:
    """The meetings that places cover. A season has hundreds, and a page shows few: only those become entries."""
    for holding in held:
        group = groups.get(holding.class_group)
        if group:
            yield from (Meeting(occurrence, group, holding) for occurrence in covered(group, holding, zone))


def entries_of(met: Iterable[Meeting]) -> list[Entry]:
    """Meetings as entries; those of a place that is only wished for stand in no calendar."""
    return [entry for meeting in met if (entry := class_entry(meeting))]


def class_entries(held: Iterable[Holding], groups: Mapping[str, ClassGroup], zone: str) -> list[Entry]:
    """All meetings of places as entries."""
    return entries_of(meetings_of(held, groups, zone))


def _standing(holding: Holding, meeting: Occurrence) -> Standing | None:
    """How a meeting stands for a place; None: it was never the family's."""
    had = holding.ended_at is not None and meeting.starts < holding.ended_at
    if not holding.status.holds_place and not had:
        return Standing.LOST if holding.status in _GIVEN_UP else None
    if not meeting.takes_place:
        return Standing.CANCELLED
    mark = holding.marks.get(meeting.id)
    stays_away = meeting.id in holding.away or (mark is not None and mark.attendance.is_absence)
    return Standing.AWAY if stays_away else Standing.ON


def class_entry(seen: Meeting) -> Entry | None:
    """A meeting as an entry; None where the place was never the family's."""
    meeting, group, holding = seen
    standing = _standing(holding, meeting)
    if standing is None:
        return None
    mark = holding.marks.get(meeting.id)
    told = (holding.enrolled_at, holding.ended_at, mark.at if mark else None)
    return Entry(
        id=f"{meeting.id}-{holding.id}",
        kind=EntryKind(holding.kind.value),
        standing=standing,
        starts=meeting.starts,
        ends=meeting.ends,
        title=group.title,
        member=holding.member,
        room=meeting.room,
        instructor=meeting.instructor or group.instructor,
        note=meeting.note,
        planned=meeting.planned,
        attendance=mark.attendance if mark else None,
        door=_door(holding, group, meeting),
        sequence=meeting.sequence + holding.changes,
        changed_at=max((moment for moment in told if moment), default=None),
        source=holding.id,
    )


def _door(holding: Holding, group: ClassGroup, meeting: Occurrence) -> Door | None:
    """Where those who hold the place join (SCH-4)."""
    return Door(group.online, group.opens(meeting)) if holding.status.is_bought and group.is_online else None


_BOOKED = {
    BookingStatus.REQUESTED: Standing.REQUESTED,
    BookingStatus.CONFIRMED: Standing.ON,
    BookingStatus.COMPLETED: Standing.ON,
    BookingStatus.NO_SHOW: Standing.AWAY,
    BookingStatus.CANCELLED: Standing.CANCELLED,
}
"""All others were wishes that the organisation did not meet."""


def booking_entry(booking: Booking, now: datetime) -> Entry:
    """A booking, as it stands now."""
    return Entry(
        id=booking.id,
        kind=EntryKind.APPOINTMENT if booking.kind == _APPOINTMENT else EntryKind.BOOKING,
        standing=_BOOKED.get(booking.status_at(now), Standing.LOST),
        starts=booking.starts,
        ends=booking.ends,
        title={"": booking.resource},
        member=booking.member,
        note=booking.reason,
        planned=booking.moved_from,
        sequence=booking.sequence,
        changed_at=booking.told_at,
        source=booking.tail,
    )


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Entries by time, then by member."""
    return sorted(entries, key=lambda entry: (entry.starts, entry.ends, entry.member, entry.id))


def by_day(entries: Iterable[Entry], zone: str) -> dict[date, list[Entry]]:
    """Entries by each local day they touch, in order of time."""
    found: dict[date, list[Entry]] = {}
    for entry in in_order(entries):
        for day in entry.days(zone):
            found.setdefault(day, []).append(entry)
    return found
