"""Who may take a place in a class, as its ages and its roll say. No storage, no clock."""

from datetime import date, datetime

from chalicelib.households.domain import age
from chalicelib.schedule.domain import Ages
from chalicelib.schedule.roll import Roll, Seat, Wish
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import local_day


def unfit(ages: Ages, born: date | None, first: datetime, zone: str) -> Message | None:
    """Why somebody can not come at his or her age on the first day; None when nothing is in the way (X-7)."""
    if ages == Ages():
        return None
    if born is None:
        return say("This class is for certain ages. Fill in the birth date first.")
    if ages.fit(age(born, local_day(first, zone))):
        return None
    return say("The age on the first day does not fit this class.")


def seat_of_person(roll: Roll, person: str) -> Seat | None:
    """The place that a person has in the whole class."""
    return next((seat for seat in roll.seats if seat.person == person and not seat.meeting), None)


def wish_of_person(roll: Roll, person: str) -> Wish | None:
    """The wish by which a person waits for a place in the whole class."""
    return next((wish for wish in roll.waiting if wish.person == person and not wish.meeting), None)
