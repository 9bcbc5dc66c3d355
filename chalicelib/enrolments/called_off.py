"""What becomes of a place when the organisation cancels a meeting that it covers."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.enrolments import rights
from chalicelib.enrolments.issuing import issue
from chalicelib.enrolments.places import Places
from chalicelib.enrolments.rights import RightStatus
from chalicelib.enrolments.terms_of import terms_held
from chalicelib.schedule.domain import Attendance, Enrolment, EnrolmentKind, EnrolmentStatus, Mark, Occurrence
from chalicelib.shared.times import local_day


def organisation_cancelled(places: Places, enrolment: Enrolment, meeting: Occurrence) -> Enrolment:
    """The place once the organisation cancelled a meeting; done before, it changes nothing.

    A make-up ends, and its right is returned with the days it lost (X-11). Another place keeps a right that an absence
    gave, for it was promised; else it gets one, beyond any limit, where its terms say so.
    """
    mark = enrolment.marks.get(meeting.id)
    if mark and mark.attendance is Attendance.ORG_CANCELLED:
        return enrolment
    right = mark.right if mark else ""
    if not right and enrolment.kind is EnrolmentKind.COURSE:
        right = _right(places, enrolment, meeting)
    marks = {**enrolment.marks, meeting.id: Mark(Attendance.ORG_CANCELLED, places.now, right=right)}
    after = replace(enrolment, marks=marks)
    places.put_roll(places.roll(enrolment.class_group).with_away(meeting.id, enrolment.id, away=False))
    if enrolment.kind is EnrolmentKind.MAKEUP and enrolment.status is EnrolmentStatus.ACTIVE:
        after = _ended(places, after)
    places.put(after)
    return after


def _right(places: Places, enrolment: Enrolment, meeting: Occurrence) -> str:
    terms = terms_held(places, enrolment)
    if not (terms.makeups and terms.makeup_on_cancel):
        return ""
    first = max(local_day(meeting.starts, places.zone), places.books.today)
    return issue(places, enrolment, meeting, first + timedelta(days=terms.makeup_days))


def _ended(places: Places, makeup: Enrolment) -> Enrolment:
    """A make-up that does not take place: its seat is gone, and its right is back."""
    right = places.right(makeup.person, makeup.right)
    if right.place == makeup.id and right.status in (RightStatus.RESERVED, RightStatus.USED):
        places.put_right(rights.returned(right, places.books.today))
    places.put_roll(places.roll(makeup.class_group).without(makeup.id))
    return replace(makeup, status=EnrolmentStatus.CANCELLED, ended_at=places.now, ended_by="organisation", until=None)
