"""Taking a place by a right to make up: holding it, confirming, waiting where it is full, giving it back (SCH-6)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chalicelib.enrolments import rights
from chalicelib.enrolments.absence import Changed
from chalicelib.enrolments.asking import require_answers
from chalicelib.enrolments.commitments import commitments
from chalicelib.enrolments.finding import Seeker, fits
from chalicelib.enrolments.places import Places, keep_places
from chalicelib.enrolments.rights import Right, pointed
from chalicelib.enrolments.terms_of import terms_held
from chalicelib.enrolments.waiting import WAITS, give_up, offer_next, release_right, wait
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentKind, EnrolmentStatus, Occurrence
from chalicelib.schedule.roll import with_enrolment
from chalicelib.shared.errors import Conflict
from chalicelib.shared.ids import dated_id
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day

HOLD_MINUTES = 10
"""How long a place is kept while the family makes up its mind."""


class Choice(NamedTuple):
    """A place that a family wants by a right."""

    person: str
    right: str
    class_group: str
    meeting: str


def hold(organisation: Organisation, household: str, choice: Choice, now: datetime) -> Enrolment:
    """Keeps the place for `HOLD_MINUTES`, instead of any that the right held or waited for. Again: the same hold.

    Raises NotFound, and Conflict when there is no place, the right is not free, or the place does not fit.
    """

    def work(places: Places) -> Enrolment:
        right = _free_right(places, choice)
        standing = _standing(places, right, choice)
        if standing and standing.status is EnrolmentStatus.HELD:
            return standing
        group, meeting = _fitting(places, right, choice)
        _let_go(places, right)
        held = _new(places, right, group, meeting)
        held = replace(held, status=EnrolmentStatus.HELD, until=now + timedelta(minutes=HOLD_MINUTES))
        _require_room(places, held, group, meeting)
        places.put(held)
        places.put_roll(with_enrolment(places.roll(group.id), held))
        places.put_right(pointed(places.right(right.person, right.id), held.id))
        return held

    return keep_places(organisation, household, now, work)


def wait_for(organisation: Organisation, household: str, choice: Choice, now: datetime) -> Enrolment:
    """Puts the right's owner on the list for a full meeting, instead of what the right held or waited for.

    Raises NotFound, and Conflict when the right is not free, the place does not fit, or the list is closed.
    """

    def work(places: Places) -> Enrolment:
        right = _free_right(places, choice)
        standing = _standing(places, right, choice)
        if standing and standing.status in WAITS:
            return standing
        group, meeting = _fitting(places, right, choice)
        _let_go(places, right)
        waiting = _new(places, right, group, meeting)
        places.put_right(pointed(places.right(right.person, right.id), waiting.id))
        return wait(places, waiting)

    return keep_places(organisation, household, now, work)


def confirm(organisation: Organisation, household: str, person: str, enrolment_id: str, now: datetime) -> Enrolment:
    """Takes the place that is held or offered; again changes nothing.

    Raises NotFound, Unanswered while mandatory answers are missing, and Conflict when it is gone.
    """

    def work(places: Places) -> Enrolment:
        return take(places, places.enrolment(person, enrolment_id))

    return keep_places(organisation, household, now, work)


def take(places: Places, kept: Enrolment) -> Enrolment:
    """Makes a make-up that is held or offered a booked one, and its right reserved.

    Raises Unanswered while mandatory answers are missing (ACC-13, NEW-13), Conflict when it is gone.
    """
    if kept.status is EnrolmentStatus.ACTIVE:
        return kept
    group, meeting = places.group(kept.class_group), places.meeting(kept.class_group, kept.meeting)
    is_ahead = meeting.takes_place and meeting.starts > places.now
    is_offer = kept.status is EnrolmentStatus.OFFERED and kept.until is not None and places.now < kept.until
    if not (is_offer or kept.status is EnrolmentStatus.HELD) or not is_ahead:
        raise Conflict(say("This place is not kept for you any more."))
    require_answers(places, (kept.person, kept.class_group))
    _require_room(places, kept, group, meeting)
    taken = replace(kept, status=EnrolmentStatus.ACTIVE, until=None)
    right = places.right(kept.person, kept.right)
    places.note("makeup_booked", taken)
    places.put(taken)
    places.put_roll(with_enrolment(places.roll(group.id), taken))
    places.put_right(rights.reserved(right, taken.id, meeting.ends, places.books.today))
    return taken


def release(organisation: Organisation, household: str, person: str, enrolment_id: str, now: datetime) -> None:
    """Lets a held place go before its time is over. Raises NotFound, and Conflict when it was taken meanwhile."""

    def work(places: Places) -> None:
        held = places.enrolment(person, enrolment_id)
        if held.status is not EnrolmentStatus.HELD or held.kind is not EnrolmentKind.MAKEUP:
            raise Conflict(say("This place is not held any more."))
        _drop(places, held)

    keep_places(organisation, household, now, work)


def keeps_right(places: Places, makeup: Enrolment) -> bool:
    """Whether giving a make-up back now leaves the right as it was; else it counts as used."""
    meeting = places.meeting(makeup.class_group, makeup.meeting)
    notice = timedelta(minutes=terms_held(places, makeup).makeup_notice_minutes)
    return places.now <= meeting.starts - notice


def give_back(
    organisation: Organisation, household: str, place: tuple[str, str], now: datetime, *, keeps: bool
) -> Enrolment:
    """Gives up a booked make-up; again changes nothing. `place` is person and enrolment.

    Raises NotFound, Changed when the right is not kept or lost as `keeps` says, Conflict once it has begun.
    """

    def work(places: Places) -> Enrolment:
        makeup = places.enrolment(*place)
        if makeup.status is EnrolmentStatus.CANCELLED:
            return makeup
        is_booked = makeup.kind is EnrolmentKind.MAKEUP and makeup.status is EnrolmentStatus.ACTIVE
        if not is_booked or places.meeting(makeup.class_group, makeup.meeting).starts <= now:
            raise Conflict(say("This make-up class can not be given back any more."))
        if keeps_right(places, makeup) is not keeps:
            raise Changed(say("This has changed in the meantime. Look at it again, please."))
        return _give_back(places, makeup, keeps=keeps)

    return keep_places(organisation, household, now, work)


def _give_back(places: Places, makeup: Enrolment, *, keeps: bool) -> Enrolment:
    right = places.right(makeup.person, makeup.right)
    places.note("makeup_given_back", makeup)
    ended = replace(makeup, status=EnrolmentStatus.CANCELLED, ended_at=places.now, ended_by="family")
    places.put(ended)
    places.put_right(rights.given_back(right) if keeps else rights.used(right, places.now))
    places.put_roll(places.roll(makeup.class_group).without(makeup.id))
    offer_next(places, makeup.class_group)
    return ended


def _free_right(places: Places, choice: Choice) -> Right:
    right = places.right(choice.person, choice.right)
    if not right.is_free(places.now, places.zone):
        raise Conflict(say("This right to make up has been used or is over."))
    return right


def _standing(places: Places, right: Right, choice: Choice) -> Enrolment | None:
    """What the right holds or waits for, when that is the choice: a second click finds it."""
    if not right.place:
        return None
    found = places.enrolment(right.person, right.place)
    is_same = (found.class_group, found.meeting) == (choice.class_group, choice.meeting)
    is_over = found.status is EnrolmentStatus.HELD and found.until is not None and found.until <= places.now
    return found if is_same and not is_over else None


def _fitting(places: Places, right: Right, choice: Choice) -> tuple[ClassGroup, Occurrence]:
    """The meeting that is chosen. Raises Conflict when the right is not good for it, or its owner can not come."""
    group, meeting = places.group(choice.class_group), places.meeting(choice.class_group, choice.meeting)
    person = places.person(right.person)
    seeker = Seeker(
        right, person.birth_date, commitments(places.books.organisation, places.books.summary, right, places.now)
    )
    if not fits(seeker, group, meeting, places.zone, places.now):
        raise Conflict(say("This class can not be taken as a make-up."))
    return group, meeting


def _let_go(places: Places, right: Right) -> None:
    """Gives up what the right held or waited for."""
    if not right.place:
        return
    found = places.enrolment(right.person, right.place)
    if found.status is EnrolmentStatus.HELD:
        _drop(places, found)
    elif found.status in WAITS:
        give_up(places, found)


def _drop(places: Places, held: Enrolment) -> None:
    release_right(places, held)
    places.drop(held)
    places.put_roll(places.roll(held.class_group).without(held.id))
    offer_next(places, held.class_group)


def _new(places: Places, right: Right, group: ClassGroup, meeting: Occurrence) -> Enrolment:
    """A place in one meeting, under the terms of the place whose meeting was missed."""
    day: date = local_day(meeting.starts, places.zone)
    return Enrolment(
        id=dated_id(day),
        person=right.person,
        class_group=group.id,
        household=places.books.household,
        status=EnrolmentStatus.WAITLISTED,
        starts_on=day,
        ends_on=day,
        enrolled_at=places.now,
        kind=EnrolmentKind.MAKEUP,
        meeting=meeting.id,
        terms=terms_held(places, places.enrolment(right.person, right.enrolment)),
        right=right.id,
    )


def _require_room(places: Places, wanted: Enrolment, group: ClassGroup, meeting: Occurrence) -> None:
    """Raises Conflict where no seat is left, beside what is kept for `wanted` itself."""
    roll = places.roll(group.id)
    own = roll.seat(wanted.id)
    is_kept = own is not None and own.counts(places.now)
    if not is_kept and not roll.has_room(group, [meeting], places.zone, places.now, but=wanted.id):
        raise Conflict(say("The last place has just been taken."))
