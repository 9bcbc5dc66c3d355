"""Absences that a family tells beforehand: what will come of them, telling them, and taking that back (NEW-1).

The preview and the deed are the same function, and the deed is only done when it comes to what was shown.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from chalicelib.data.outbox import Notice
from chalicelib.enrolments.foreseeing import OPEN, Foreseen, Which, digest, foresee, meant
from chalicelib.enrolments.issuing import issue
from chalicelib.enrolments.places import Places, keep_places
from chalicelib.enrolments.rights import RightStatus
from chalicelib.enrolments.terms_of import terms_held
from chalicelib.enrolments.waiting import offer_next
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.domain import Attendance, Enrolment, Mark, Occurrence
from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import say
from chalicelib.shared.times import to_iso

MAX_MEETINGS = 30
"""Meetings of one class told in one go: each may give a right, and a transaction holds a hundred writes."""


class Changed(Conflict):
    """What would come of it is not what was shown any more; nothing was done."""


class Told(NamedTuple):
    """What the family says."""

    reason: str
    by: str
    """User."""
    digest: str
    """Of the preview that was shown."""


def preview(places: Places, person: str, enrolment_id: str, which: Which) -> list[Foreseen]:
    """What comes of staying away from the meetings meant. Raises NotFound."""
    enrolment = places.enrolment(person, enrolment_id)
    group = places.group(enrolment.class_group)
    return foresee(enrolment, terms_held(places, enrolment), group, which, places.zone, places.now)


def report(
    organisation: Organisation, household: str, place: tuple[str, str], which: Which, told: Told, now: datetime
) -> Enrolment:
    """Notes that somebody stays away from the meetings meant; told again, it changes nothing.

    `place` is person and enrolment. Gives the rights that the preview told of, frees the seats, offers them to the
    next, and tells the other home of the child. Raises NotFound, and Changed when the preview does not hold any more.
    """

    def work(places: Places) -> Enrolment:
        enrolment = places.enrolment(*place)
        found = preview(places, *place, which)
        if not found and _is_told(places, enrolment, which):
            return enrolment
        if not found or digest(found) != told.digest:
            raise Changed(say("This has changed in the meantime. Look at it again, please."))
        if len(found) > MAX_MEETINGS:
            raise Conflict(say("These are too many classes at once. Choose fewer days."))
        return _report(places, enrolment, found, told)

    return keep_places(organisation, household, now, work)


def _is_told(places: Places, enrolment: Enrolment, which: Which) -> bool:
    told = meant(enrolment, places.group(enrolment.class_group), which, places.zone)
    marks = [enrolment.marks.get(meeting.id) for meeting in told]
    return any(mark and mark.attendance.is_absence for mark in marks)


def _report(places: Places, enrolment: Enrolment, found: Sequence[Foreseen], told: Told) -> Enrolment:
    roll = places.roll(enrolment.class_group)
    marks = dict(enrolment.marks)
    for each in found:
        right = issue(places, enrolment, each.meeting, each.expires_on) if each.expires_on else ""
        attendance = Attendance.ABSENT_EXCUSED if each.excused else Attendance.ABSENT_UNEXCUSED
        marks[each.meeting.id] = Mark(attendance, places.now, told.reason, right, told.by, places.books.household)
        roll = roll.with_away(each.meeting.id, enrolment.id, away=True)
    after = replace(enrolment, marks=marks)
    places.put(after)
    places.put_roll(roll)
    offer_next(places, enrolment.class_group)
    _tell_other_homes(places, enrolment, found)
    places.note("absence_told", enrolment)
    return after


def _tell_other_homes(places: Places, enrolment: Enrolment, found: Sequence[Foreseen]) -> None:
    """The other parent hears of it; who told it does not."""
    person, group = places.person(enrolment.person), places.group(enrolment.class_group)
    facts = {
        "title": dict(group.title),
        "member": person.first_name,
        "at": to_iso(found[0].meeting.starts),
        "more": len(found) - 1,
    }
    for home in person.households:
        if home != places.books.household:
            places.books.tell(Notice("absence_noted", "", facts, household=home))


def may_withdraw(places: Places, enrolment: Enrolment, meeting: Occurrence) -> bool:
    """Whether an absence can be taken back: nothing came of it yet, and the seat is still free."""
    mark = enrolment.marks.get(meeting.id)
    if mark is None or not mark.attendance.is_absence or meeting.starts <= places.now or not meeting.takes_place:
        return False
    group, roll = places.group(enrolment.class_group), places.roll(enrolment.class_group)
    if enrolment.status not in OPEN or not roll.has_room(group, [meeting], places.zone, places.now):
        return False
    return not mark.right or _is_untouched(places, enrolment.person, mark.right)


def _is_untouched(places: Places, person: str, right_id: str) -> bool:
    right = places.right(person, right_id)
    return right.status is RightStatus.ISSUED and not right.place


def withdraw(
    organisation: Organisation, household: str, place: tuple[str, str], meeting_id: str, now: datetime
) -> Enrolment:
    """Notes that somebody comes after all; the right is gone. Said again, it changes nothing.

    Raises NotFound, and Conflict when the seat or the right went to use meanwhile.
    """

    def work(places: Places) -> Enrolment:
        enrolment = places.enrolment(*place)
        if meeting_id not in enrolment.marks:
            return enrolment
        meeting = places.meeting(enrolment.class_group, meeting_id)
        if not may_withdraw(places, enrolment, meeting):
            raise Conflict(say("The place or the right to make up has been used, so this can not be taken back."))
        return _withdraw(places, enrolment, meeting_id)

    return keep_places(organisation, household, now, work)


def _withdraw(places: Places, enrolment: Enrolment, meeting_id: str) -> Enrolment:
    places.note("absence_withdrawn", enrolment)
    marks = dict(enrolment.marks)
    mark = marks.pop(meeting_id)
    if mark.right and _is_untouched(places, enrolment.person, mark.right):
        places.drop_right(places.right(enrolment.person, mark.right))
    after = replace(enrolment, marks=marks)
    places.put(after)
    places.put_roll(places.roll(enrolment.class_group).with_away(meeting_id, enrolment.id, away=False))
    return after
