"""Which meetings a right to make up is good for, and which of them suit the family best. Pure rules (NEW-5)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chalicelib.enrolments.rights import Right
from chalicelib.households.domain import age
from chalicelib.schedule.domain import Ages, ClassGroup, Occurrence
from chalicelib.shared.times import local, local_day

NEAR = timedelta(hours=2)
"""A class of a brother or sister so shortly before or after makes it one way for both."""
_SAME_TIME = timedelta(minutes=90)


class Busy(NamedTuple):
    """A meeting that a member goes to."""

    starts: datetime
    ends: datetime


class Commitments(NamedTuple):
    """What a family has to do already."""

    meetings: frozenset[str] = frozenset()
    """Of the member's own classes, also those he or she stays away from."""
    own: tuple[Busy, ...] = ()
    family: tuple[Busy, ...] = ()
    """Of the other members."""


class Seeker(NamedTuple):
    """Who looks for a place: by which right, how old, and what the family has to do already."""

    right: Right
    born: date | None
    commitments: Commitments
    missed: Occurrence | None = None
    """The meeting that was missed: one like it suits best."""
    instructor: str = ""
    """Who teaches the class that it was missed in."""


class Candidate(NamedTuple):
    """A meeting that may suit."""

    class_group: str
    meeting: str
    starts: datetime
    ends: datetime
    level: str
    ages: Ages
    instructor: str = ""
    """Empty where it is not known yet."""


def candidate(group: ClassGroup, meeting: Occurrence) -> Candidate:
    """A meeting of a class that was read."""
    instructor = meeting.instructor or group.instructor
    return Candidate(group.id, meeting.id, meeting.starts, meeting.ends, group.level, group.ages, instructor)


def fits(seeker: Seeker, group: ClassGroup, meeting: Occurrence, zone: str, now: datetime) -> bool:
    """Whether the right is good for a meeting of a class that takes place, and its owner can come."""
    is_eligible = group.programme in seeker.right.programmes and meeting.takes_place
    return is_eligible and suits(seeker, candidate(group, meeting), zone, now)


def suits(seeker: Seeker, found: Candidate, zone: str, now: datetime) -> bool:
    """Whether a meeting is in time, of a fitting level and age, and at an hour at which its owner is free."""
    right, day = seeker.right, local_day(found.starts, zone)
    if found.starts <= now or day > right.expires_on or found.meeting in seeker.commitments.meetings:
        return False
    if found.meeting == right.meeting or (right.level and found.level and right.level != found.level):
        return False
    years = age(seeker.born, day) if seeker.born else None
    return found.ages.fit(years) and not any(_overlap(found, busy) for busy in seeker.commitments.own)


def ranked(seeker: Seeker, found: Iterable[Candidate], zone: str) -> list[Candidate]:
    """The best first: of the very level, near the family's other classes, like the missed one; then the soonest."""
    return sorted(found, key=lambda each: _rank(seeker, each, zone))


def _rank(seeker: Seeker, found: Candidate, zone: str) -> tuple[bool, int, datetime, str, str]:
    merit = 3 * any(_is_near(found, busy) for busy in seeker.commitments.family)
    if seeker.missed:
        was, will = local(seeker.missed.starts, zone), local(found.starts, zone)
        merit += 2 * (was.weekday() == will.weekday())
        minutes = abs((was.hour * 60 + was.minute) - (will.hour * 60 + will.minute))
        merit += 2 * (timedelta(minutes=min(minutes, 24 * 60 - minutes)) <= _SAME_TIME)
    merit += bool(seeker.instructor) and seeker.instructor == found.instructor
    return found.level != seeker.right.level, -merit, found.starts, found.class_group, found.meeting


def _overlap(found: Candidate, busy: Busy) -> bool:
    return found.starts < busy.ends and busy.starts < found.ends


def _is_near(found: Candidate, busy: Busy) -> bool:
    return found.starts - NEAR < busy.ends and busy.starts < found.ends + NEAR
