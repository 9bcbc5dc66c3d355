"""Attendance as staff write it down: who is expected at a meeting, and who came.

A mark stands on its enrolment, under the enrolment's version. Only what somebody changed is written, over what is
stored then: two people with the same list in their hands do not undo each other's marks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chalicelib.data import write
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.enrolments.issuing import issue
from chalicelib.enrolments.places import Places, keep_places
from chalicelib.enrolments.rights import Right, RightStatus
from chalicelib.enrolments.terms_of import terms_held
from chalicelib.households import store as households
from chalicelib.households.domain import Person
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule import store
from chalicelib.schedule.domain import Attendance, ClassGroup, Enrolment, EnrolmentKind, Mark, Occurrence, covered
from chalicelib.schedule.roll import Seat
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day

OPENS = timedelta(hours=1)
"""How long before a meeting attendance can be taken; afterwards it can be corrected for good."""
TAKEN = (Attendance.PRESENT, Attendance.LATE, Attendance.ABSENT_EXCUSED, Attendance.ABSENT_UNEXCUSED)
"""What staff choose from."""
_TOGETHER = 90
"""Enrolments written in one transaction."""


class Expected(NamedTuple):
    """Somebody who has a place at a meeting."""

    enrolment: Enrolment
    person: Person
    mark: Mark | None

    @property
    def is_guest(self) -> bool:
        """Whether the place is for this meeting alone."""
        return self.enrolment.kind is not EnrolmentKind.COURSE


class Sheet(NamedTuple):
    """The list of one meeting, by name."""

    group: ClassGroup
    meeting: Occurrence
    expected: tuple[Expected, ...]

    def is_open(self, now: datetime) -> bool:
        """Whether attendance can be taken now."""
        return self.meeting.takes_place and now >= self.meeting.starts - OPENS


def sheet(organisation: Organisation, class_id: str, meeting_id: str) -> Sheet:
    """Who is expected at a meeting. Two round trips up to fifty people. Raises NotFound."""
    org = organisation.slug
    group, meeting, seats = _seats(organisation, class_id, meeting_id)
    enrolments, persons = _people(org, seats)
    expected = [
        Expected(enrolment, persons[seat.person], enrolment.marks.get(meeting_id))
        for seat in seats
        if seat.person in persons and (enrolment := enrolments.get(seat.enrolment)) and enrolment.status.holds_place
    ]
    return Sheet(group, meeting, tuple(sorted(expected, key=_by_name)))


def _people(org: str, seats: Iterable[Seat]) -> tuple[dict[str, Enrolment], dict[str, Person]]:
    """The enrolments and persons of seats."""
    pairs = [(seat.person, seat.enrolment) for seat in seats]
    return store.get_enrolments(org, pairs), households.get_persons(org, {person for person, _ in pairs})


def _by_name(each: Expected) -> tuple[str, str, str]:
    return each.person.first_name.casefold(), each.person.last_name.casefold(), each.enrolment.id


def _seats(organisation: Organisation, class_id: str, meeting_id: str) -> tuple[ClassGroup, Occurrence, list[Seat]]:
    groups, rolls = store.get_classes_and_rolls(organisation.slug, [class_id])
    group = groups.get(class_id)
    meeting = group.meeting(meeting_id) if group else None
    if group is None or meeting is None:
        raise NotFound
    seats = [
        seat
        for seat in rolls[class_id].seats
        if seat.until is None and meeting in covered(group, seat, organisation.zone)
    ]
    return group, meeting, seats


def take(
    organisation: Organisation,
    class_id: str,
    meeting_id: str,
    told: Mapping[str, Attendance],
    by: str,
    now: datetime,
) -> None:
    """Writes who came, by enrolment. Who is not on the list is passed over.

    Raises NotFound, or Conflict when the meeting was cancelled or is too far ahead.
    """
    for _ in write.turns():
        found = sheet(organisation, class_id, meeting_id)
        if told and not found.is_open(now):
            raise Conflict(say("Attendance can not be taken at this meeting now."))
        changed = [each for each in found.expected if _differs(each, told)]
        try:
            _write(organisation, found.meeting, changed, told, by, now)
        except ConditionFailed:
            continue
        return
    raise Conflict


def _differs(each: Expected, told: Mapping[str, Attendance]) -> bool:
    stored = each.mark.attendance if each.mark else None
    return each.enrolment.id in told and told[each.enrolment.id] is not stored


def _write(
    organisation: Organisation,
    meeting: Occurrence,
    changed: Sequence[Expected],
    told: Mapping[str, Attendance],
    by: str,
    now: datetime,
) -> None:
    """Marks most enrolments together; one whose absence gave a right goes through its household."""
    marks = {each.enrolment.id: Mark(told[each.enrolment.id], now, by=by) for each in changed}
    plain = [each.enrolment for each in changed if not (each.mark and each.mark.right)]
    for start in range(0, len(plain), _TOGETHER):
        transaction = Transaction()
        for enrolment in plain[start : start + _TOGETHER]:
            after = marked(enrolment, meeting.id, marks[enrolment.id])
            store.save_enrolment(transaction, organisation.slug, after)
        transaction.commit()
    for each in changed:
        if each.mark and each.mark.right:
            _write_with_right(organisation, each.enrolment, meeting, marks[each.enrolment.id], now)


def marked(enrolment: Enrolment, meeting: str, mark: Mark) -> Enrolment:
    """The enrolment with a mark; what the family wrote about an absence, and the right it gave, stay with it."""
    before = enrolment.marks.get(meeting)
    kept = mark._replace(reason=before.reason, right=before.right) if before else mark
    return replace(enrolment, marks={**enrolment.marks, meeting: kept})


def _write_with_right(
    organisation: Organisation, enrolment: Enrolment, meeting: Occurrence, mark: Mark, now: datetime
) -> None:
    """Who came after all has missed nothing: the right goes, unless it was used. Set right again, it is given again."""

    def work(places: Places) -> None:
        current = places.enrolment(enrolment.person, enrolment.id)
        before = current.marks.get(meeting.id)
        if before is None or before.attendance is mark.attendance:
            return
        after = marked(current, meeting.id, mark)
        right = _right(places, current, before.right)
        if mark.attendance.came and right and right.status is RightStatus.ISSUED and not right.place:
            places.drop_right(right)
        elif mark.attendance.is_absence and right is None:
            given = issue(places, current, meeting, _expires_on(places, current, meeting))
            after = marked(current, meeting.id, mark)
            after = replace(after, marks={**after.marks, meeting.id: after.marks[meeting.id]._replace(right=given)})
        places.put(after)

    keep_places(organisation, enrolment.household, now, work)


def _right(places: Places, enrolment: Enrolment, right_id: str) -> Right | None:
    try:
        return places.right(enrolment.person, right_id)
    except NotFound:
        return None


def _expires_on(places: Places, enrolment: Enrolment, meeting: Occurrence) -> date:
    return local_day(meeting.starts, places.zone) + timedelta(days=terms_held(places, enrolment).makeup_days)
