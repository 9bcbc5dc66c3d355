"""Giving a right to make up for one meeting of an enrolment."""

from datetime import date

from chalicelib.enrolments.places import Places
from chalicelib.enrolments.rights import Right
from chalicelib.enrolments.terms_of import terms_held
from chalicelib.schedule.domain import Enrolment, Occurrence
from chalicelib.shared.ids import dated_id


def issue(places: Places, enrolment: Enrolment, meeting: Occurrence, expires_on: date) -> str:
    """Gives the right, and returns its id. Where it may be used is as the terms of the enrolment say."""
    group = places.group(enrolment.class_group)
    right = Right(
        id=dated_id(expires_on),
        person=enrolment.person,
        household=enrolment.household,
        enrolment=enrolment.id,
        class_group=group.id,
        meeting=meeting.id,
        programmes=terms_held(places, enrolment).makeup_programmes or (group.programme,),
        level=group.level,
        issued_at=places.now,
        expires_on=expires_on,
    )
    places.put_right(right)
    return right.id
