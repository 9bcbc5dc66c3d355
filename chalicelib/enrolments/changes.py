"""What a change of a class means to families: each is told once, and what its places give is given once.

A change waits in a queue (`schedule.changes`) until it was gone through home by home. First every home that somebody
of the class belongs to is told, then every home that enrolled gets what the change gives: a right or a credit for a
meeting that was cancelled, the whole share for a class that was. Each step looks whether it was done before, so that
a crash, a second worker or a repeat does no harm.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.enrolments import leaving, waiting
from chalicelib.enrolments.called_off import organisation_cancelled
from chalicelib.enrolments.leaving import ORGANISATION, Ending
from chalicelib.enrolments.places import Places, keep_places
from chalicelib.households import store as households
from chalicelib.households.domain import Person
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.schedule import changes, classes, listing, store
from chalicelib.schedule.changes import Act, ClassChange
from chalicelib.schedule.domain import ClassGroup, Enrolment, Occurrence, covered
from chalicelib.schedule.roll import Roll, Seat
from chalicelib.shared.errors import NotFound
from chalicelib.shared.ids import named_id
from chalicelib.shared.texts import in_language
from chalicelib.shared.times import to_iso
from chalicelib.web import logs

INLINE_STEPS = 60
"""Steps that whoever made a change waits for; the schedule's tick goes on with the rest."""
_NOTED_EVERY = 20
"""Steps after which it is noted how far telling got."""
_AT_ONCE = 20
"""Meetings of one place in one transaction: each may give a right."""
_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=4)

TEMPLATES: Mapping[Act, str] = {
    Act.CANCELLED: "class_cancelled",
    Act.MOVED: "class_moved",
    Act.SUBSTITUTED: "class_substituted",
    Act.ENDED: "class_ended",
}


class _Concerned(NamedTuple):
    """A class as it is now, who is on its roll, and which of its meetings a change concerns."""

    organisation: Organisation
    change: ClassChange
    group: ClassGroup
    roll: Roll
    persons: Mapping[str, Person]

    def seats(self) -> list[Seat]:
        """Places that are taken and that the change concerns."""
        return [seat for seat in self.roll.seats if seat.until is None and self.meetings(seat)]

    def meetings(self, seat: Seat) -> list[Occurrence]:
        """The meetings of a seat, as they are now, that the change is about and that later changes left so."""
        wanted = {meeting.id for meeting in self.change.meetings}
        stands = self.change.act not in (Act.CANCELLED, Act.ENDED)
        return [
            meeting
            for meeting in covered(self.group, seat, self.organisation.zone)
            if meeting.id in wanted and meeting.takes_place is stands
        ]

    def told(self) -> list[str]:
        """The homes that get a message of the change itself; whose place ends is told of that, with what it gives."""
        pairs = {(home, seat) for seat in self.seats() for home in homes_of(seat, self.persons)}
        ending = self.change.act is Act.ENDED
        return sorted({home for home, seat in pairs if not (ending and home == seat.household and not seat.meeting)})


def run(now: datetime) -> int:
    """Goes on with every change of every organisation that is due; returns how many were finished.

    Cut short or run twice at once it does no harm. Raises Unavailable when the queue can not be read.
    """
    known: dict[str, Organisation | None] = {}
    return sum(_run_one(change, known, now) for change in changes.due(now))


def _run_one(change: ClassChange, known: dict[str, Organisation | None], now: datetime) -> bool:
    if change.org not in known:
        known[change.org] = organisations.get(change.org)
    organisation = known[change.org]
    if organisation is None or organisation.status is Status.SUSPENDED:
        changes.put_off(change, now + _LONGEST_WAIT)
        return False
    try:
        return tell(organisation, change, now)
    except Exception as error:  # whatever is wrong with one change, the others are told
        logs.failure("class_change.failed", error, class_group=change.class_group)
        changes.put_off(change, now + min(_LONGEST_WAIT, _WAIT * 2**change.tries))
        return False


def tell_now(organisation: Organisation, class_id: str, number: int, now: datetime) -> None:
    """Tells of a change that was just made, as far as somebody can wait for it; 0 is no change."""
    change = changes.get(organisation.slug, class_id, number) if number else None
    if change:
        tell(organisation, change, now, most=INLINE_STEPS)


def tell_in_parts(organisation: Organisation, class_id: str, number: int, now: datetime) -> Iterator[int]:
    """Tells of a change, part by part, and yields how many steps are done: for somebody who watches. 0 is no change.

    Ends where something failed: the schedule's tick goes on with it.
    """
    done = tries = 0
    while number and (change := changes.get(organisation.slug, class_id, number)):
        if not change.waits or change.tries > tries:
            return
        tries = change.tries
        tell(organisation, change, now, most=_NOTED_EVERY)
        done += _NOTED_EVERY
        yield done


def tell(organisation: Organisation, change: ClassChange, now: datetime, *, most: int = 0) -> bool:
    """Goes on with a change, at most for so many steps (0: to its end). Returns whether it is finished.

    A step that fails is logged and keeps nobody else waiting: the change is begun again later.
    """
    try:
        if change.rows:
            classes.write_rows(change)
        concerned = _load(organisation, change)
    except NotFound:
        changes.finish(change)
        return True
    steps = [step for step in _steps(concerned) if step > change.cursor]
    failed = [step for step in _noted(change, steps[: most or None]) if not _done(concerned, step, now)]
    if failed:
        changes.put_off(change, now + min(_LONGEST_WAIT, _WAIT * 2**change.tries))
    elif most and len(steps) > most:
        return False
    else:
        changes.finish(change)
    return not failed


def count_homes(organisation: Organisation, class_id: str, meetings: Collection[str]) -> int:
    """How many homes have somebody at these meetings. Two round trips up to a hundred people. Raises NotFound."""
    org = organisation.slug
    groups, rolls = store.get_classes_and_rolls(org, [class_id])
    if class_id not in groups:
        raise NotFound
    wanted = set(meetings)
    seats = [
        seat
        for seat in rolls[class_id].seats
        if seat.until is None
        and any(meeting.id in wanted for meeting in covered(groups[class_id], seat, organisation.zone))
    ]
    persons = households.get_persons(org, {seat.person for seat in seats})
    return len({home for seat in seats for home in homes_of(seat, persons)})


def homes_of(seat: Seat, persons: Mapping[str, Person]) -> tuple[str, ...]:
    """The homes that a seat's person belongs to; the one that enrolled is among them."""
    person = persons.get(seat.person)
    return tuple(dict.fromkeys((seat.household, *(person.households if person else ()))))


def _noted(change: ClassChange, steps: Sequence[str]) -> Iterable[str]:
    """The steps one by one; every so often it is noted how far they got."""
    for done, step in enumerate(steps, start=1):
        yield step
        if done % _NOTED_EVERY == 0 or done == len(steps):
            changes.told_until(change, step)


def _load(organisation: Organisation, change: ClassChange) -> _Concerned:
    groups, rolls = store.get_classes_and_rolls(organisation.slug, [change.class_group])
    if change.class_group not in groups:
        raise NotFound
    roll = rolls[change.class_group]
    persons = households.get_persons(organisation.slug, {seat.person for seat in roll.seats})
    return _Concerned(organisation, change, groups[change.class_group], roll, persons)


def _steps(concerned: _Concerned) -> list[str]:
    """What is to be done, in order: `1 <home>` tells a home, `2 <home>` gives, `3` asks whoever waits."""
    if concerned.change.act not in TEMPLATES:
        return ["3"] if concerned.change.act is Act.ROOMIER else []
    homes, payers = concerned.told(), sorted({seat.household for seat in concerned.seats()})
    gives = concerned.change.act in (Act.CANCELLED, Act.ENDED)
    return [f"1 {home}" for home in homes] + ([f"2 {home}" for home in payers] + ["3"] if gives else [])


def _done(concerned: _Concerned, step: str, now: datetime) -> bool:
    """Whether a step succeeded."""
    kind, _, home = step.partition(" ")
    try:
        if kind == "1":
            _tell_home(concerned, home, now)
        elif kind == "2":
            _give(concerned, home, now)
        else:
            waiting.look_through(concerned.organisation, concerned.group.id, now)
    except Exception as error:  # whatever is wrong with one home, the others are told
        logs.failure("class_change.failed", error, class_group=concerned.group.id, step=kind)
        return False
    return True


def _tell_home(concerned: _Concerned, home: str, now: datetime) -> None:
    """One message to a home about all its members and all the meetings; a repeat sends nothing."""
    change, org = concerned.change, concerned.organisation.slug
    notice = Notice(TEMPLATES[change.act], "", _facts(concerned, home), household=home)
    transaction = Transaction()
    enqueue(transaction, org, notice, now, message=message_of(change, home))
    try:
        transaction.commit()
    except ConditionFailed:  # told before
        return


def message_of(change: ClassChange, home: str) -> str:
    """Id of the message in which a home is told of a change; there is one."""
    return named_id(f"class-change {change.org} {change.class_group} {change.number} {home}")


def _facts(concerned: _Concerned, home: str) -> dict[str, Any]:
    """What a message says: the class, why, and for each meeting who goes, when it is, and what it was."""
    seats = [seat for seat in concerned.seats() if home in homes_of(seat, concerned.persons)]
    going: dict[str, list[str]] = {}
    for seat in seats:
        person = concerned.persons.get(seat.person)
        for meeting in concerned.meetings(seat):
            going.setdefault(meeting.id, []).append(person.first_name if person else "")
    before = {meeting.id: meeting for meeting in concerned.change.meetings}
    return {
        "title": dict(concerned.group.title),
        "reason": dict(concerned.change.reason),
        "members": sorted({name for names in going.values() for name in names if name}),
        "meetings": [
            _meeting_facts(concerned.group, meeting, before[meeting.id], sorted(filter(None, going[meeting.id])))
            for meeting in concerned.group.occurrences
            if meeting.id in going
        ],
    }


def _meeting_facts(group: ClassGroup, now: Occurrence, before: Occurrence, who: list[str]) -> dict[str, Any]:
    was = before if before.starts != now.starts else None
    return {
        "who": who,
        "starts_at": to_iso(now.starts),
        "ends_at": to_iso(now.ends),
        "was_at": to_iso(was.starts) if was else "",
        "room": now.room,
        "new_room": now.room != before.room,
        "instructor": listing.taught_by(group, now),
    }


def _give(concerned: _Concerned, household: str, now: datetime) -> None:
    """Gives a home what its places give for what does not take place. Who came later bought what there is now."""
    seats = [seat for seat in concerned.seats() if seat.household == household]
    wanted = [(seat.person, seat.enrolment) for seat in seats]
    found = store.get_enrolments(concerned.organisation.slug, wanted)
    for seat in seats:
        enrolment = found.get(seat.enrolment)
        if enrolment and enrolment.enrolled_at <= concerned.change.at:
            _give_place(concerned, seat, enrolment, now)


def _give_place(concerned: _Concerned, seat: Seat, enrolment: Enrolment, now: datetime) -> None:
    organisation, change = concerned.organisation, concerned.change
    if change.act is Act.ENDED and leaving.is_live(enrolment):
        ending = Ending(ORGANISATION, reason=in_language(change.reason, organisation.language))
        leaving.leave(organisation, seat.household, seat.person, enrolment.id, now, ending=ending)
        return
    meetings = concerned.meetings(seat)
    for start in range(0, len(meetings), _AT_ONCE):
        part = meetings[start : start + _AT_ONCE]

        def work(places: Places, part: Sequence[Occurrence] = part) -> None:
            for meeting in part:
                organisation_cancelled(places, places.enrolment(seat.person, enrolment.id), meeting)

        keep_places(organisation, seat.household, now, work)
