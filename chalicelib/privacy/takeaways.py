"""Copies of everything, for families to take along (NEW-12): asked for once a day, one at a time, there for a day."""

import secrets
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households.activity import Deed, note
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict, TooMany
from chalicelib.shared.texts import say
from chalicelib.shared.times import DAY, MINUTE, after, from_iso, local_day, moment_or_none, to_iso

QUEUE = "takeaways"
OPEN_SECONDS = DAY
"""How long a copy can be fetched."""
LEASE_SECONDS = 15 * MINUTE
"""As long as a worker may live."""
MAX_TRIES = 8
_KEPT = 30 * DAY
_NAME_BYTES = 24


class State(Enum):
    """How far a copy is."""

    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"


class TakeawayItem(Item, discriminator="takeaway"):
    """A copy that a household asked for."""

    org = UnicodeAttribute()
    household = UnicodeAttribute()
    user = UnicodeAttribute()
    language = UnicodeAttribute()
    asked_at = UnicodeAttribute()
    state = UnicodeAttribute(default=State.WAITING.value)
    name = UnicodeAttribute()
    """Of its file; nobody can guess it."""
    done = NumberAttribute(default=0)
    tries = NumberAttribute(default=0)
    size = NumberAttribute(default=0)
    ready_at = UnicodeAttribute(null=True)
    lease = UnicodeAttribute(null=True)


class Takeaway(NamedTuple):
    """A copy that a household asked for."""

    key: Key
    org: str
    household: str
    user: str
    language: str
    asked_at: datetime
    state: State
    name: str
    done: int
    """Records and papers that are in it by now."""
    size: int
    ready_at: datetime | None
    lease: str

    def is_open(self, now: datetime) -> bool:
        """Whether it can be fetched."""
        return self.ready_at is not None and now < after(self.ready_at, OPEN_SECONDS)

    def is_under_way(self, now: datetime) -> bool:
        """Whether it is being made; one that nobody finished in a day never will be."""
        unfinished = self.state in (State.WAITING, State.WORKING)
        return unfinished and now < after(self.asked_at, DAY)

    def may_follow(self, now: datetime) -> bool:
        """Whether another may be asked for."""
        return self.state is State.FAILED or now >= after(self.asked_at, DAY)


def latest(org: str, household: str, user: str) -> Takeaway | None:
    """The copy that a user asked for last, or None. One strong read.

    It holds the user's own devices and what others keep from the rest of the household, so it is nobody else's.
    """
    start = keys.takeaway(org, household, user, "")
    found = read.page(TakeawayItem, start.pk, start.sk, size=1, consistent=True).rows
    return _takeaway(found[0]) if found else None


def ask(organisation: Organisation, household: str, user: str, language: str, now: datetime) -> None:
    """Orders a copy; writing it down is what starts it. Raises TooMany within a day of the last one."""
    org, last = organisation.slug, latest(organisation.slug, household, user)
    if last and not last.may_follow(now):
        raise TooMany(_ONE_A_DAY, retry_after=int((after(last.asked_at, DAY) - now).total_seconds()))
    day = local_day(now, organisation.zone).isoformat()
    is_second = last is not None and last.key.sk.startswith(keys.takeaway(org, household, user, day).sk)
    pk, sk = keys.takeaway(org, household, user, f"{day}#{to_iso(now)}" if is_second else day)
    item = TakeawayItem(
        pk, sk, org=org, household=household, user=user, language=language, asked_at=to_iso(now),
        name=secrets.token_urlsafe(_NAME_BYTES), queue=QUEUE, due=to_iso(now), expires=after(now, _KEPT),
    )  # fmt: skip
    transaction = Transaction()
    transaction.create("takeaway", item)
    note(transaction, org, household, Deed("data_asked", now, user))
    try:
        transaction.commit()
    except ConditionFailed as refused:
        raise TooMany(_ONE_A_DAY, retry_after=DAY) from refused


_ONE_A_DAY = say("A copy was asked for already today. Another can be made tomorrow.")


def due(now: datetime) -> list[Key]:
    """Keys of copies that wait for a worker, or whose worker died. Raises Unavailable."""
    return read.waiting(QUEUE, to_iso(now))


def claim(key: Key, now: datetime) -> Takeaway | None:
    """Takes a copy to work on for a while; None when it is finished, given up, or somebody else's.

    One that killed so many workers is given up.
    """
    item = read.one(TakeawayItem, key)
    if item is None or not item.queue or (item.lease and from_iso(item.due or "") > now):
        return None
    lease, gives_up = secrets.token_hex(8), item.tries >= MAX_TRIES
    actions = [TakeawayItem.lease.set(lease), TakeawayItem.tries.add(1)]
    if gives_up:
        actions += [TakeawayItem.state.set(State.FAILED.value), TakeawayItem.queue.remove(), TakeawayItem.due.remove()]
    else:
        actions += [
            TakeawayItem.state.set(State.WORKING.value),
            TakeawayItem.due.set(to_iso(after(now, LEASE_SECONDS))),
        ]
    try:
        write.update(item, actions, (TakeawayItem.queue == QUEUE) & (TakeawayItem.due == item.due))
    except ConditionFailed:
        return None
    return None if gives_up else _takeaway(item)


def progress(takeaway: Takeaway, done: int) -> None:
    """Writes down how far it is. Raises Conflict when somebody else is at it by now."""
    _mark(takeaway, [TakeawayItem.done.set(done)])


def leave(takeaway: Takeaway, done: int, now: datetime) -> None:
    """Leaves it to the next worker, who may begin at once; it counts as no failure. Raises Conflict."""
    actions = [TakeawayItem.done.set(done), TakeawayItem.due.set(to_iso(now)), TakeawayItem.tries.set(0)]
    _mark(takeaway, [*actions, TakeawayItem.lease.remove()])


def finish(takeaway: Takeaway, done: int, size: int, now: datetime) -> None:
    """Makes it ready to fetch, and tells who asked for it. Raises Conflict when somebody else did."""
    transaction = Transaction()
    actions = [
        TakeawayItem.state.set(State.READY.value), TakeawayItem.ready_at.set(to_iso(now)), TakeawayItem.done.set(done),
        TakeawayItem.size.set(size), TakeawayItem.queue.remove(), TakeawayItem.due.remove(),
    ]  # fmt: skip
    transaction.update("takeaway", TakeawayItem(*takeaway.key), actions, TakeawayItem.lease == takeaway.lease)
    facts = {"until_at": to_iso(after(now, OPEN_SECONDS))}
    enqueue(transaction, takeaway.org, Notice("data_ready", takeaway.user, facts), now, message=f"data-{takeaway.name}")
    transaction.commit_or_conflict()


def _mark(takeaway: Takeaway, actions: list[object]) -> None:
    try:
        write.update(TakeawayItem(*takeaway.key), actions, TakeawayItem.lease == takeaway.lease)  # type: ignore[arg-type]
    except ConditionFailed as overtaken:
        raise Conflict from overtaken


def _takeaway(item: TakeawayItem) -> Takeaway:
    return Takeaway(
        key=item.key,
        org=item.org,
        household=item.household,
        user=item.user,
        language=item.language,
        asked_at=from_iso(item.asked_at),
        state=State(item.state),
        name=item.name,
        done=int(item.done),
        size=int(item.size),
        ready_at=moment_or_none(item.ready_at),
        lease=item.lease or "",
    )
