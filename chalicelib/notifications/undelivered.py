"""Messages that were given up, for the staff: why, to whom, and what becomes of them now (M-05, M-06).

They wait in the organisation's own queue until somebody has them tried again or takes them off the list. Both are one
conditional write on the message itself, so whoever comes second changes nothing, and a message that is tried again
goes out once however often that was asked.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from chalicelib.data import keys, read, write
from chalicelib.data.outbox import MessageItem, MessageState, lane_of, parked_queue
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.notifications.archive import masked
from chalicelib.organisations import audit
from chalicelib.organisations.audit import Author, Entry
from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import say
from chalicelib.shared.times import from_iso, to_iso

AGAIN = say("A message that could not be delivered is tried again: %(label)s")
ALL_AGAIN = say("All messages that could not be delivered are tried again: %(label)s")
CLOSED = say("A message that could not be delivered was taken off the list: %(label)s")
_EVER = "9999"
"""After all moments."""
CLOSED_BY_STAFF = "closed"


class Undelivered(NamedTuple):
    """A message that was given up."""

    id: str
    template: str
    household: str
    user: str
    address: str
    """As its owner knows it again; empty where it goes to whatever address is on file."""
    reason: str
    """What the provider or the worker said last: a word of theirs."""
    written_at: datetime
    since: datetime
    tries: int


def waiting(org: str, now: datetime) -> list[Undelivered]:
    """What could not be delivered, longest ago first; at most a hundred. Two round trips.

    What the table has not deleted yet, though it may, is left out (D-08).
    """
    found = read.many(MessageItem, read.waiting(parked_queue(org), _EVER))
    parked = (item for item in found.values() if item.state == MessageState.PARKED.value)
    rows = [_row(item) for item in parked if item.expires > now]
    return sorted(rows, key=lambda row: (row.since, row.id))


def count(org: str) -> int:
    """How many there are; counted up to a hundred. One round trip, of keys alone."""
    return len(read.waiting(parked_queue(org), _EVER))


def retry(org: str, message: str, who: Author, now: datetime) -> None:
    """Has a message tried again within a minute, as if for the first time. Raises Conflict when it is not parked."""
    transaction = Transaction()
    _again(transaction, _require(org, message), now)
    audit.note(transaction, org, _entry("message_retried", AGAIN.key, message, who, now))
    transaction.commit_or_conflict()


def retry_all(org: str, messages: Iterable[str], who: Author, now: datetime) -> int:
    """Has all these tried again, and returns how many of them were still parked; what is not is left alone."""
    found = read.many(MessageItem, [keys.outbox(org, each) for each in messages])
    parked = [item for item in found.values() if item.state == MessageState.PARKED.value]
    done = 0
    for item in parked:
        transaction = Transaction()
        _again(transaction, item, now)
        if not done:
            audit.note(transaction, org, _entry("messages_retried", ALL_AGAIN.key, str(len(parked)), who, now))
        try:
            transaction.commit()
        except ConditionFailed:  # somebody else was quicker
            continue
        done += 1
    return done


def close(org: str, message: str, who: Author, now: datetime) -> None:
    """Takes a message off the list; it does not go out any more. Raises Conflict when it is not parked."""
    item = _require(org, message)
    transaction = Transaction()
    actions = [
        MessageItem.state.set(MessageState.SKIPPED.value),
        MessageItem.outcome.set(f"{CLOSED_BY_STAFF}, {item.outcome or ''}"),
        MessageItem.queue.remove(),
        MessageItem.due.remove(),
    ]
    transaction.update("message", item, actions, MessageItem.state == MessageState.PARKED.value)
    audit.note(transaction, org, _entry("message_closed", CLOSED.key, message, who, now))
    transaction.commit_or_conflict()


def _require(org: str, message: str) -> MessageItem:
    item = read.one(MessageItem, keys.outbox(org, message))
    if item is None or item.state != MessageState.PARKED.value:
        raise Conflict
    return item


def _again(transaction: write.Transaction, item: MessageItem, now: datetime) -> None:
    """The fence stays: a worker that comes back from before changes nothing."""
    actions = [
        MessageItem.state.set(MessageState.WAITING.value),
        MessageItem.tries.set(0),
        MessageItem.queue.set(item.lane or lane_of(item.template).value),
        MessageItem.due.set(to_iso(now)),
        MessageItem.parked_at.remove(),
    ]
    transaction.update("message", item, actions, MessageItem.state == MessageState.PARKED.value)


def _entry(act: str, what: str, label: str, who: Author, now: datetime) -> Entry:
    return Entry(act, now, who, {"what": what, "label": label})


def _row(item: MessageItem) -> Undelivered:
    return Undelivered(
        id=item.message,
        template=item.template,
        household=item.household or "",
        user=item.user or "",
        address=masked(item.address) if item.address else "",
        reason=item.outcome or "",
        written_at=from_iso(item.created_at),
        since=from_iso(item.parked_at or item.created_at),
        tries=int(item.tries),
    )
