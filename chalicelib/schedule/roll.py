"""The roll of a class group: who has, holds or waits for a place. It alone says whether a place is free.

One item for each class, written under its version together with whatever a place belongs to, so that the last
seat goes to exactly one, and what is given back is given back once.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import date, datetime
from typing import NamedTuple, Self

from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentStatus, Occurrence, covered
from chalicelib.schedule.terms import EnrolmentTerms
from chalicelib.shared.frozen import Frozen, frozen

MAX_SEATS = 1500
"""Seats of one roll: it is one item, and DynamoDB's items end at 400 KB."""


class Seat(NamedTuple):
    """A place that somebody has, or holds for a while."""

    enrolment: str
    person: str
    household: str
    starts_on: date
    ends_on: date
    meeting: str = ""
    """The one meeting it is for; empty: all between the days."""
    until: datetime | None = None
    """Until when it is held; None: taken."""

    def counts(self, now: datetime) -> bool:
        """Whether it is taken, or still held."""
        return self.until is None or now < self.until


class Wish(NamedTuple):
    """Somebody who waits for a place: for the class, or to make up at one meeting."""

    id: str
    """The waitlisted enrolment."""
    person: str
    household: str
    since: datetime
    meeting: str = ""
    right: str = ""
    """The right to make up that it would use; empty: it is for the class."""
    offered_until: datetime | None = None
    """Until when the place that came free is kept; None: nothing is offered."""
    patience: int = 24 * 60
    """Minutes for which an offer to it stands."""
    lapses: datetime | None = None
    """When it is of no use any more: the meeting begins, or the last of the class."""

    def is_offered(self, now: datetime) -> bool:
        """Whether a place is kept for it now."""
        return self.offered_until is not None and now < self.offered_until


@frozen
class Roll(Frozen):
    """Who comes to a class group."""

    class_group: str
    seats: tuple[Seat, ...] = ()
    waiting: tuple[Wish, ...] = ()
    """In the order in which they are asked."""
    away: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By meeting, enrolments whose place is free there: the family told that it stays away."""
    look: datetime | None = None
    """When the list has to be looked through again though nothing runs out by then."""
    version: int | None = None

    def seat(self, enrolment: str) -> Seat | None:
        """The seat of an enrolment."""
        return next((seat for seat in self.seats if seat.enrolment == enrolment), None)

    def wish(self, wish: str) -> Wish | None:
        """The wish of this id."""
        return next((each for each in self.waiting if each.id == wish), None)

    def at(self, group: ClassGroup, meeting: Occurrence, zone: str, now: datetime) -> list[Seat]:
        """Seats that count at a meeting, but for those who stay away."""
        away = self.away.get(meeting.id, frozenset())
        return [
            seat
            for seat in self.seats
            if seat.enrolment not in away and seat.counts(now) and meeting in covered(group, seat, zone)
        ]

    def free(self, group: ClassGroup, meeting: Occurrence, zone: str, now: datetime, *, but: str = "") -> int | None:
        """Places left at a meeting; None: no bound. What is offered is kept, except for the wish `but`."""
        if group.capacity is None:
            return None
        offered = sum(
            wish.is_offered(now) and wish.id != but and wish.meeting in ("", meeting.id) for wish in self.waiting
        )
        return group.capacity - len(self.at(group, meeting, zone, now)) - offered

    def left(
        self, group: ClassGroup, wanted: Iterable[Occurrence], zone: str, now: datetime, *, but: str = ""
    ) -> int | None:
        """Places free at every one of `wanted` that takes place, or None without a bound: the least of `free`."""
        if group.capacity is None:
            return None
        taken = self._taken(group, zone, now)
        offers = [wish.meeting for wish in self.waiting if wish.is_offered(now) and wish.id != but]
        return min(
            (
                group.capacity - taken[meeting.id] - sum(offer in ("", meeting.id) for offer in offers)
                for meeting in wanted
                if meeting.takes_place
            ),
            default=group.capacity,
        )

    def _taken(self, group: ClassGroup, zone: str, now: datetime) -> Counter[str]:
        """Seats that count, by meeting. Each span of days is worked out once, for most seats have the same."""
        spans: dict[tuple[date, date, str], list[str]] = {}
        taken: Counter[str] = Counter()
        for seat in self.seats:
            if not seat.counts(now):
                continue
            span = (seat.starts_on, seat.ends_on, seat.meeting)
            if span not in spans:
                spans[span] = [meeting.id for meeting in covered(group, seat, zone)]
            taken.update(each for each in spans[span] if seat.enrolment not in self.away.get(each, ()))
        return taken

    def has_room(
        self, group: ClassGroup, wanted: Iterable[Occurrence], zone: str, now: datetime, *, but: str = ""
    ) -> bool:
        """Whether there is a place at every one of `wanted` that takes place."""
        left = self.left(group, wanted, zone, now, but=but)
        return left is None or left > 0

    def with_seat(self, seat: Seat) -> Self:
        """The roll once a seat is taken, or held; what the same enrolment had is changed where it stands."""
        if self.seat(seat.enrolment):
            return replace(self, seats=tuple(seat if each.enrolment == seat.enrolment else each for each in self.seats))
        return replace(self, seats=(*self.seats, seat))

    def without(self, enrolment: str) -> Self:
        """The roll once an enrolment has no seat and waits for none."""
        away = {meeting: told - {enrolment} for meeting, told in self.away.items()}
        return replace(
            self,
            seats=tuple(seat for seat in self.seats if seat.enrolment != enrolment),
            waiting=tuple(wish for wish in self.waiting if wish.id != enrolment),
            away={meeting: told for meeting, told in away.items() if told},
        )

    def with_away(self, meeting: str, enrolment: str, *, away: bool) -> Self:
        """The roll once somebody told to stay away from a meeting, or to come after all."""
        told = self.away.get(meeting, frozenset())
        told = told | {enrolment} if away else told - {enrolment}
        others = {other: names for other, names in self.away.items() if other != meeting}
        return replace(self, away={**others, meeting: told} if told else others)

    def with_wish(self, wish: Wish) -> Self:
        """The roll once somebody waits; a wish that is known keeps its place in the order."""
        if self.wish(wish.id):
            return replace(self, waiting=tuple(wish if each.id == wish.id else each for each in self.waiting))
        return replace(self, waiting=(*self.waiting, wish))

    def due(self) -> datetime | None:
        """When the next hold, offer or wish runs out, or the list has to be looked through."""
        held = [seat.until for seat in self.seats]
        offered = [wish.offered_until for wish in self.waiting]
        useless = [wish.lapses for wish in self.waiting]
        return min((moment for moment in (*held, *offered, *useless, self.look) if moment), default=None)


def seat_of(enrolment: Enrolment) -> Seat | None:
    """The seat that an enrolment has on the roll of its class; None when it has none."""
    if not enrolment.status.has_seat:
        return None
    return Seat(
        enrolment.id,
        enrolment.person,
        enrolment.household,
        enrolment.starts_on,
        enrolment.ends_on,
        enrolment.meeting,
        enrolment.until if enrolment.status is EnrolmentStatus.HELD else None,
    )


def wish_of(enrolment: Enrolment) -> Wish | None:
    """The wish by which an enrolment waits on the roll of its class; None when it does not wait."""
    if enrolment.status not in (EnrolmentStatus.WAITLISTED, EnrolmentStatus.OFFERED):
        return None
    return Wish(
        enrolment.id,
        enrolment.person,
        enrolment.household,
        enrolment.enrolled_at,
        enrolment.meeting,
        enrolment.right,
        enrolment.until if enrolment.status is EnrolmentStatus.OFFERED else None,
        (enrolment.terms or EnrolmentTerms()).offer_minutes,
    )


def with_enrolment(roll: Roll, enrolment: Enrolment) -> Roll:
    """The roll on which an enrolment has the seat or the wish that its state gives, and no other."""
    seat, wish = seat_of(enrolment), wish_of(enrolment)
    if seat is None and wish is None:
        return roll.without(enrolment.id)
    if seat is None:
        roll = replace(roll, seats=tuple(each for each in roll.seats if each.enrolment != enrolment.id))
    if wish is None:
        roll = replace(roll, waiting=tuple(each for each in roll.waiting if each.id != enrolment.id))
    roll = roll.with_seat(seat) if seat else roll
    known = roll.wish(enrolment.id)
    return roll.with_wish(wish._replace(lapses=known.lapses if known else None)) if wish else roll
