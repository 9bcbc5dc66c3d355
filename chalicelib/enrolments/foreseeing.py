"""What comes of an absence: whether it is excused, and whether it gives a right to make up. Pure rules (SCH-6)."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentKind, EnrolmentStatus, Occurrence, covered
from chalicelib.schedule.terms import EnrolmentTerms
from chalicelib.shared.ids import named_id
from chalicelib.shared.times import local_day, to_iso

OPEN = (EnrolmentStatus.ACTIVE, EnrolmentStatus.PENDING_FORMS, EnrolmentStatus.PENDING_PAYMENT)
"""Places that are used, or soon will be."""

Which = Callable[[Occurrence], bool]
"""Which meetings are meant."""


class Lack(Enum):
    """Why an absence gives no right to make up."""

    NOTICE = "notice"
    """It is told too late."""
    LIMIT = "limit"
    """As many as there may be have been given."""
    TERMS = "terms"
    """The rules of the place give none."""


class Foreseen(NamedTuple):
    """What comes of staying away from one meeting."""

    meeting: Occurrence
    excused: bool
    expires_on: date | None
    """Last day of the right to make up that it gives; None: it gives none."""
    lack: Lack | None = None


def foresee(
    enrolment: Enrolment, terms: EnrolmentTerms, group: ClassGroup, which: Which, zone: str, now: datetime
) -> list[Foreseen]:
    """What comes of telling now that somebody stays away from those of the meetings meant that are still ahead."""
    given = sum(bool(mark.right) and mark.attendance.is_absence for mark in enrolment.marks.values())
    found: list[Foreseen] = []
    for meeting in meant(enrolment, group, which, zone):
        if meeting.id in enrolment.marks or meeting.starts <= now:
            continue
        excused = now <= meeting.starts - timedelta(minutes=terms.absence_notice_minutes)
        lack = _lack(enrolment, terms, given, excused=excused)
        given += lack is None
        expires_on = None if lack else local_day(meeting.starts, zone) + timedelta(days=terms.makeup_days)
        found.append(Foreseen(meeting, excused, expires_on, lack))
    return found


def meant(enrolment: Enrolment, group: ClassGroup, which: Which, zone: str) -> list[Occurrence]:
    """Those of the meetings meant that the family may tell an absence from: none of a make-up, which is given back."""
    if enrolment.status not in OPEN or enrolment.kind is EnrolmentKind.MAKEUP:
        return []
    return [meeting for meeting in covered(group, enrolment, zone) if meeting.takes_place and which(meeting)]


def _lack(enrolment: Enrolment, terms: EnrolmentTerms, given: int, *, excused: bool) -> Lack | None:
    if not terms.makeups or enrolment.kind is not EnrolmentKind.COURSE:
        return Lack.TERMS
    if not excused:
        return Lack.NOTICE
    is_full = terms.makeup_limit is not None and given >= terms.makeup_limit
    return Lack.LIMIT if is_full else None


def digest(found: Iterable[Foreseen]) -> str:
    """A name of what was foreseen: another outcome has another one."""
    rows = [(each.meeting.id, to_iso(each.meeting.starts), each.excused, str(each.expires_on)) for each in found]
    return named_id(repr(rows))
