"""The outbox worker: claims a message, writes it in the reader's language, sends it, marks it.

Safe to run twice or in parallel (M-03): a claim is a conditional write with a lease, and only its
owner marks the message. A crash between sending and marking can repeat one message (M-02), never lose one.
"""

import random
import secrets
from contextlib import suppress
from datetime import datetime
from typing import Any

from chalicelib.data import read, write
from chalicelib.data.keys import Key
from chalicelib.data.outbox import MessageItem, MessageState
from chalicelib.notifications import archive, letters
from chalicelib.notifications.letters import Letter, NotWanted
from chalicelib.organisations import store as organisations
from chalicelib.ports import DeliveryFailed, Mailer, Texter
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import HOUR, MINUTE, after, from_iso, to_iso

LEASE_SECONDS = 2 * MINUTE
"""Longer than the worst sending: connect, read and retries of one provider call."""
MAX_TRIES = 12
_FIRST_WAIT = 30
_LONGEST_WAIT = 4 * HOUR


@frozen
class Carriers(Frozen):
    """Who takes messages out."""

    mailer: Mailer
    texter: Texter


def deliver(carriers: Carriers, key: Key, now: datetime) -> str:
    """Sends the message at `key` if it is due and nobody else is at it. Returns what became of it, for the log."""
    item = read.one(MessageItem, key)
    if item is None or item.state != MessageState.WAITING.value or not _is_due(item, now):
        return "not_due"
    lease = secrets.token_hex(8)
    if not _claim(item, lease, now):
        return "claimed_elsewhere"
    if item.tries > MAX_TRIES:
        return _finish(item, lease, MessageState.PARKED, "never came to an end")
    if item.until and from_iso(item.until) <= now:
        return _finish(item, lease, MessageState.SKIPPED, "past its use")
    letter = None
    try:
        letter = letters.write(item)
        outcome = _carry(carriers, letter)
    except NotWanted as why:
        return _finish(item, lease, MessageState.SKIPPED, str(why))
    except DeliveryFailed as failed:
        return _after_failure(item, lease, failed, now, letter)
    except Exception as error:  # whatever is wrong with one message, it is counted and parked like any failure (M-05)
        return _after_failure(item, lease, DeliveryFailed(type(error).__name__, permanent=False), now, letter)
    return _finish(item, lease, MessageState.SENT, outcome, letter)


def _is_due(item: MessageItem, now: datetime) -> bool:
    """By the clock where it was written: that one may be ahead, in a demonstration (NEW-17)."""
    if not item.due or from_iso(item.due) <= now:
        return bool(item.due)
    organisation = organisations.get(item.org)
    return organisation is not None and from_iso(item.due) <= organisation.clock(now)


def _claim(item: MessageItem, lease: str, now: datetime) -> bool:
    """Takes the message until the lease ends: it stays in the queue, due again only then."""
    waiting = (MessageItem.state == MessageState.WAITING.value) & (MessageItem.due == item.due)
    actions = [
        MessageItem.lease.set(lease),
        MessageItem.due.set(to_iso(after(now, LEASE_SECONDS))),
        MessageItem.tries.add(1),
    ]
    try:
        write.update(item, actions, waiting)
    except write.ConditionFailed:
        return False
    return True


def _carry(carriers: Carriers, letter: Letter) -> str:
    if letter.is_demo:
        return "demo"
    if letter.mail is None:
        return carriers.texter.send(letter.address, letter.text)
    return carriers.mailer.send(letter.mail)


def _after_failure(item: MessageItem, lease: str, failed: DeliveryFailed, now: datetime, letter: Letter | None) -> str:
    """Puts the message off with a growing, jittered wait, or parks it for a person (M-04, M-05)."""
    if failed.permanent or item.tries >= MAX_TRIES:
        return _finish(item, lease, MessageState.PARKED, str(failed), letter)
    wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** int(item.tries))
    wait = random.randint(wait // 2, wait)  # noqa: S311 - jitter, not a secret
    _mark(item, lease, [MessageItem.due.set(to_iso(after(now, wait))), MessageItem.outcome.set(str(failed))])
    return "later"


def _finish(item: MessageItem, lease: str, state: MessageState, outcome: str, letter: Letter | None = None) -> str:
    """Marks the message, takes it out of the queue, and keeps what was written where its reader finds it (MSG-2)."""
    transaction = write.Transaction()
    actions = [
        MessageItem.state.set(state.value),
        MessageItem.outcome.set(outcome),
        MessageItem.queue.remove(),
        MessageItem.due.remove(),
    ]
    transaction.update("message", item, actions, MessageItem.lease == lease)
    shelf = archive.shelf_of(item)
    if letter and shelf:
        archive.file(transaction, shelf, item, letter.written, state)
    with suppress(write.ConditionFailed):  # a late owner changes nothing (M-03)
        transaction.commit()
    return state.value


def _mark(item: MessageItem, lease: str, actions: list[Any]) -> None:
    """Writes only while the lease is ours: a late owner changes nothing (M-03)."""
    try:
        write.update(item, actions, MessageItem.lease == lease)
    except write.ConditionFailed:
        return
