"""The waiting list of a class: joining and leaving it, and offering places that come free (NEW-5).

Whatever frees a place calls `offer_next` in its own transaction, so that a free place and an offer never part.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.data.outbox import Notice
from chalicelib.enrolments.places import Places, keep_places
from chalicelib.enrolments.queueing import advance, wanted
from chalicelib.enrolments.rights import RightStatus, pointed
from chalicelib.households.store import get_summaries
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule import store
from chalicelib.schedule.domain import Enrolment, EnrolmentKind, EnrolmentStatus
from chalicelib.schedule.roll import Roll, Seat, Wish, wish_of
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.texts import say
from chalicelib.shared.times import to_iso

MAX_WAITING = 200
"""Wishes on one list: the roll is one item, and nobody hopes for the two-hundredth place."""

WAITS = (EnrolmentStatus.WAITLISTED, EnrolmentStatus.OFFERED)


def offer_next(places: Places, class_id: str) -> None:
    """Ends holds and offers of a class that ran out, and offers each free place to the first wish that fits.

    To be called by every use case that frees a place, once its own changes are put. Raises NotFound.
    """
    group = places.group(class_id)
    done = advance(places.roll(class_id), group, places.zone, places.now)
    for seat in done.let_go:
        _let_go(places, seat)
    for wish in done.expired:
        _end(places, wish, EnrolmentStatus.OFFER_EXPIRED)
    for wish in done.lapsed:
        _end(places, wish, EnrolmentStatus.CANCELLED)
    places.put_roll(done.roll)
    for wish in done.offered:
        _offer(places, wish)


def _let_go(places: Places, seat: Seat) -> None:
    """A hold leaves nothing behind."""
    held = _enrolment(places, seat.person, seat.enrolment)
    if held and held.status is EnrolmentStatus.HELD:
        release_right(places, held)
        places.drop(held)


def _end(places: Places, wish: Wish, status: EnrolmentStatus) -> None:
    waiting = _enrolment(places, wish.person, wish.id)
    if waiting and waiting.status in WAITS:
        release_right(places, waiting)
        places.put(replace(waiting, status=status, until=None, ended_at=places.now, ended_by="time"))


def _offer(places: Places, wish: Wish) -> None:
    waiting = _enrolment(places, wish.person, wish.id)
    if waiting:
        places.put(replace(waiting, status=EnrolmentStatus.OFFERED, until=wish.offered_until))
        places.books.tell(
            Notice("place_offered", "", _facts(places, wish, waiting.class_group), household=wish.household)
        )


def _facts(places: Places, wish: Wish, class_id: str) -> dict[str, Any]:
    group = places.group(class_id)
    facts: dict[str, Any] = {"title": dict(group.title), "member": places.person(wish.person).first_name}
    if wish.offered_until:
        facts["at"] = to_iso(wish.offered_until)
    return facts


def _enrolment(places: Places, person: str, enrolment_id: str) -> Enrolment | None:
    """An enrolment that a roll names. The roll alone decides on places: one that is gone only has no more to do."""
    try:
        return places.enrolment(person, enrolment_id)
    except NotFound:
        return None


def release_right(places: Places, enrolment: Enrolment) -> None:
    """Has the right, by which a place was held or waited for, free for another one."""
    if not enrolment.right:
        return
    right = places.right(enrolment.person, enrolment.right)
    if right.place == enrolment.id and right.status is RightStatus.ISSUED:
        places.put_right(pointed(right, ""))


def wait(places: Places, enrolment: Enrolment) -> Enrolment:
    """Puts a new enrolment at the end of its class's list; where there is a place after all, it is offered at once.

    Raises Conflict when the list is full, when the person waits or has a place already, or when it is over.
    """
    group, roll = places.group(enrolment.class_group), places.roll(enrolment.class_group)
    waiting = replace(enrolment, status=EnrolmentStatus.WAITLISTED, until=None)
    wish = wish_of(waiting)
    if wish is None or not wanted(wish, group, places.now):
        raise Conflict(say("This class is over."))
    if len(roll.waiting) >= MAX_WAITING:
        raise Conflict(say("So many wait for a place already that the list is closed."))
    if any((each.person, each.meeting) == (wish.person, wish.meeting) for each in roll.waiting):
        raise Conflict(say("Already on the waiting list."))
    places.put(waiting)
    places.put_roll(roll.with_wish(wish))
    places.note("waiting_joined", waiting)
    offer_next(places, group.id)
    return places.enrolment(enrolment.person, enrolment.id)


def leave(organisation: Organisation, household: str, person: str, enrolment_id: str, now: datetime) -> Enrolment:
    """Takes somebody off the list, or declines what was offered; again changes nothing. Raises NotFound, Conflict.

    Only the home that wants to buy a place in a class gives that wish up, like the place itself.
    """

    def work(places: Places) -> Enrolment:
        waiting = places.enrolment(person, enrolment_id)
        if waiting.kind is EnrolmentKind.COURSE and waiting.household != household:
            raise Conflict(say("This place can not be cancelled here. Please contact us."))
        if waiting.status in (EnrolmentStatus.CANCELLED, EnrolmentStatus.OFFER_EXPIRED):
            return waiting
        if waiting.status not in WAITS:
            raise Conflict(say("This is not on the waiting list any more."))
        return give_up(places, waiting)

    return keep_places(organisation, household, now, work)


def give_up(places: Places, waiting: Enrolment) -> Enrolment:
    """Takes a wish off the list at its family's will; its offer goes to the next."""
    ended = replace(waiting, status=EnrolmentStatus.CANCELLED, until=None, ended_at=places.now, ended_by="family")
    places.put(ended)
    release_right(places, waiting)
    places.put_roll(places.roll(waiting.class_group).without(waiting.id))
    offer_next(places, waiting.class_group)
    return ended


def look_through(organisation: Organisation, class_id: str, now: datetime) -> None:
    """Ends and offers what is due in a class, whoever it concerns: the clock does so, and whoever changed the class.

    Raises NotFound, Conflict, Unavailable.
    """
    for household in _concerned(store.get_rolls(organisation.slug, [class_id])[class_id], now):
        if get_summaries(organisation.slug, (household,)):
            keep_places(organisation, household, now, lambda places: offer_next(places, class_id))
            return


def _concerned(roll: Roll, now: datetime) -> list[str]:
    """Households that the roll has something to do with; none when there is nothing to be done."""
    concerned: list[Seat | Wish] = [*roll.waiting, *(seat for seat in roll.seats if not seat.counts(now))]
    if not concerned and roll.look:
        concerned = list(roll.seats)
    return list(dict.fromkeys(each.household for each in concerned))
