"""Messages that were given up, for the staff: why, to whom, and what becomes of them now (M-05, M-06).

They wait in the organisation's own queue until somebody has them tried again or takes them off the list. Both are one
conditional write on the message itself, so whoever comes second changes nothing, and a message that is tried again
goes out once however often that was asked. What is looked at here is read word by word: the worker may have given a
message up because it can not be read as one.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.outbox import MessageItem, MessageState, lane_of, parked_queue
from chalicelib.data.versions import Stored
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.organisations import audit
from chalicelib.organisations.audit import Author, Entry
from chalicelib.ports import Trouble
from chalicelib.shared.contacts import masked
from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import say
from chalicelib.shared.times import epoch, from_iso, to_iso

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
    trouble: Trouble
    """What has to be mended."""
    written_at: datetime
    since: datetime
    tries: int


def waiting(org: str, now: datetime) -> list[Undelivered]:
    """What could not be delivered, longest ago first; at most a hundred. Two round trips.

    What the table has not deleted yet, though it may, is left out (D-08).
    """
    rows = [_row(item) for item in _parked(read.waiting(parked_queue(org), _EVER)) if not _is_over(item, now)]
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
    parked = _parked([keys.outbox(org, each) for each in messages])
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
        MessageItem.outcome.set(f"{CLOSED_BY_STAFF}, {_text(item, 'outcome')}"),
        MessageItem.queue.remove(),
        MessageItem.due.remove(),
    ]
    transaction.update(
        "message",
        _at(item),
        actions,
        MessageItem.state == MessageState.PARKED.value,
    )
    audit.note(transaction, org, _entry("message_closed", CLOSED.key, message, who, now))
    transaction.commit_or_conflict()


def _require(org: str, message: str) -> Stored:
    found = _parked([keys.outbox(org, message)])
    if not found:
        raise Conflict
    return found[0]


def _parked(wanted: Sequence[Key]) -> list[Stored]:
    found = read.raw(wanted).values()
    return [item for item in found if _text(item, "state") == MessageState.PARKED.value]


def _is_over(item: Stored, now: datetime) -> bool:
    expires = item.get("expires", {}).get("N")
    return expires is not None and int(expires) <= epoch(now)


def _at(item: Stored) -> Item:
    return Item(_text(item, "pk"), _text(item, "sk"))


def _text(item: Stored, name: str) -> str:
    return str(item.get(name, {}).get("S", ""))


def _again(transaction: write.Transaction, item: Stored, now: datetime) -> None:
    """The fence stays: a worker that comes back from before changes nothing."""
    moment = to_iso(now)
    actions = [
        MessageItem.state.set(MessageState.WAITING.value),
        MessageItem.tries.set(0),
        MessageItem.queue.set(_text(item, "lane") or lane_of(_text(item, "template")).value),
        MessageItem.due.set(moment),
        MessageItem.wanted_at.set(moment),
        MessageItem.parked_at.remove(),
        MessageItem.trouble.remove(),
    ]
    transaction.update(
        "message",
        _at(item),
        actions,
        MessageItem.state == MessageState.PARKED.value,
    )


def _entry(act: str, what: str, label: str, who: Author, now: datetime) -> Entry:
    return Entry(act, now, who, {"what": what, "label": label})


def _row(item: Stored) -> Undelivered:
    address, since = _text(item, "address"), _text(item, "parked_at") or _text(item, "due")
    return Undelivered(
        id=_text(item, "message"),
        template=_text(item, "template"),
        household=_text(item, "household"),
        user=_text(item, "user"),
        address=masked(address) if address else "",
        trouble=Trouble(_text(item, "trouble") or Trouble.OURS.value),
        written_at=from_iso(_text(item, "created_at") or since),
        since=from_iso(since),
        tries=int(item.get("tries", {}).get("N", "0")),
    )
