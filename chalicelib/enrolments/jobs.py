"""The clock's work on places: where to join online, holds and offers that ran out, rights that are used or over.

What is due is found by the work queue, never by looking at everything. Reading tells the same before it is written,
so that a run missed, doubled or cut short does no harm.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from chalicelib.data import failing, keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.write import ConditionFailed
from chalicelib.enrolments import joining, right_store, rights
from chalicelib.enrolments.called_off import organisation_cancelled
from chalicelib.enrolments.models import RightItem
from chalicelib.enrolments.places import Places, keep_places
from chalicelib.enrolments.rights import Right, RightStatus
from chalicelib.enrolments.waiting import look_through
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.schedule.models import MeetingItem, RollItem
from chalicelib.schedule.store import DOORS, ROLLS
from chalicelib.shared.errors import Fault
from chalicelib.shared.times import HOUR, MINUTE, after, from_iso, to_iso
from chalicelib.web import logs

_Work = Callable[[Organisation, Item], None]


class _Queue(NamedTuple):
    """What waits, what is done with it, and after how many seconds what could not be done is tried again."""

    name: str
    work: _Work
    again: int = HOUR


class Done(NamedTuple):
    """How much a run did."""

    doors: int
    rolls: int
    rights: int


def run(now: datetime) -> Done:
    """Does all that is due at `now`. What can not be done is put off, so that it keeps nobody waiting.

    Raises Unavailable when a queue can not be read.
    """
    known: dict[str, Organisation | None] = {}
    queues = (
        _Queue(DOORS, partial(_open, now=now), MINUTE),
        _Queue(ROLLS, partial(_look_through, now=now)),
        _Queue(right_store.RIGHTS, partial(_settle, now=now)),
    )
    return Done(*[_each(queue, known, now) for queue in queues])


def _each(queue: _Queue, known: dict[str, Organisation | None], now: datetime) -> int:
    """Works on everything in a queue, at most once on each; returns how often it came to its end."""
    seen: set[Key] = set()
    done = 0
    while fresh := [key for key in read.waiting(queue.name, to_iso(now)) if key not in seen]:
        seen.update(fresh)
        items, broken = read.readable(Item, fresh)
        for key, error in broken.items():
            logs.failure("places.failed", error, failures=failing.put_off(key, queue.name, now))
        done += sum(_one(queue, items[key], known, now) for key in fresh if key in items and _is_due(items[key], now))
    return done


def _is_due(item: Item, now: datetime) -> bool:
    return bool(item.due) and from_iso(item.due) <= now


def _one(queue: _Queue, item: Item, known: dict[str, Organisation | None], now: datetime) -> bool:
    org = keys.organisation_of(item.key)
    if org not in known:
        known[org] = organisations.get(org)
    organisation = known[org]
    if organisation is None or organisation.status is Status.SUSPENDED:
        _put_off(item, after(now, HOUR))
        return False
    try:
        queue.work(organisation, item)
    except Exception as error:  # whatever is wrong with one, the others are done
        logs.failure("places.failed", error, item=f"{item.pk} {item.sk}")
        _put_off(item, after(now, queue.again))
        return False
    return True


def _put_off(item: Item, until: datetime) -> None:
    try:
        write.update(item, [Item.due.set(to_iso(until))], Item.queue.exists())
    except (ConditionFailed, Fault):  # somebody else is at it, or DynamoDB is away: it stays due
        return


def _open(organisation: Organisation, item: Item, now: datetime) -> None:
    if isinstance(item, MeetingItem):
        joining.open_door(organisation, item, now)


def _look_through(organisation: Organisation, item: Item, now: datetime) -> None:
    if isinstance(item, RollItem):
        look_through(organisation, item.class_group, now)


def _settle(organisation: Organisation, item: Item, now: datetime) -> None:
    if isinstance(item, RightItem):
        settle(organisation, right_store.right_from(item), now)


def settle(organisation: Organisation, found: Right, now: datetime) -> None:
    """Writes that a right is used or over, if it is. Raises NotFound, Conflict, Unavailable."""

    def work(places: Places) -> None:
        right = places.right(found.person, found.id)
        state = right.stands(now, places.zone)
        if state is RightStatus.EXPIRED and right.status is RightStatus.ISSUED:
            places.put_right(rights.expired(right))
        elif state is RightStatus.USED and right.status is RightStatus.RESERVED:
            _use(places, right)

    keep_places(organisation, found.household, now, work)


def _use(places: Places, right: Right) -> None:
    """The make-up should be over: it may have been moved or cancelled since it was booked."""
    makeup = places.enrolment(right.person, right.place)
    meeting = places.group(makeup.class_group).meeting(makeup.meeting)
    if meeting is None:
        places.put_right(rights.returned(right, places.books.today))
    elif not meeting.takes_place:
        organisation_cancelled(places, makeup, meeting)
    elif meeting.ends > places.now:
        places.put_right(replace(right, used_at=meeting.ends))
    else:
        places.put_right(rights.used(right, meeting.ends))
