"""Claims of messages: one worker at a time, for as long as a lease, and nothing from one whose time is over (M-03).

A claim is one conditional write that names its worker, raises the message's fence and moves its due time to the end of
the lease: if the worker never comes back, the message is found again then. Every mark asks for the same worker and the
same fence, so that a late one changes nothing.
"""

import secrets
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.data import write
from chalicelib.data.outbox import MessageItem, MessageState, parked_queue
from chalicelib.notifications import archive
from chalicelib.notifications.archive import Written
from chalicelib.ports import Trouble
from chalicelib.shared.times import MINUTE, after, to_iso

WORST_SECONDS = 90
"""What a sending takes at most: its dozen calls of the table and of a provider, each with all its tries."""
LEASE_SECONDS = 2 * MINUTE
"""Longer than the worst sending."""


class Claim(NamedTuple):
    """A message, as long as one worker has it."""

    item: MessageItem
    worker: str
    fence: int

    @property
    def holds(self) -> Condition:
        """That nobody has claimed it since."""
        held: Condition = (MessageItem.lease == self.worker) & (MessageItem.fence == self.fence)
        return held


def claim(item: MessageItem, now: datetime) -> Claim | None:
    """Takes the message until the lease ends, or None where somebody else was quicker. Raises Unavailable."""
    worker = secrets.token_hex(8)
    waiting = (MessageItem.state == MessageState.WAITING.value) & (MessageItem.due == item.due)
    actions = [
        MessageItem.lease.set(worker),
        MessageItem.fence.add(1),
        MessageItem.due.set(to_iso(after(now, LEASE_SECONDS))),
        MessageItem.tries.add(1),
    ]
    try:
        write.update(item, actions, waiting)
    except write.ConditionFailed:
        return None
    return Claim(item, worker, int(item.fence))


def put_off(claim: Claim, until: datetime, why: str, *, counts: bool, is_wanted_then: bool = False) -> None:
    """Has the message wait until then. Raises Unavailable.

    `counts` is whether this was one of its tries, `is_wanted_then` whether it is late only from that moment on.
    """
    actions: list[Action] = [MessageItem.due.set(to_iso(until)), MessageItem.outcome.set(why)]
    if is_wanted_then:
        actions.append(MessageItem.wanted_at.set(to_iso(until)))
    if not counts:
        actions.append(MessageItem.tries.add(-1))
    with suppress(write.ConditionFailed):  # a late worker changes nothing
        write.update(claim.item, actions, claim.holds)


def finish(
    claim: Claim, state: MessageState, outcome: str, now: datetime, written: Written | None = None,
    trouble: Trouble | None = None,
) -> None:  # fmt: skip
    """Marks the message for good, and keeps what was written where its reader finds it (MSG-2). Raises Unavailable.

    What was given up waits in the organisation's own queue for a person, with what has to be mended; everything else
    leaves its queue.
    """
    transaction = write.Transaction()
    marks = _marks(claim.item.org, state, outcome, now)
    if trouble:
        marks.append(MessageItem.trouble.set(trouble.value))
    transaction.update("message", claim.item, marks, claim.holds)
    shelf = archive.shelf_of(claim.item)
    if written and shelf:
        archive.file(transaction, shelf, claim.item, written, state)
    with suppress(write.ConditionFailed):  # a late worker changes nothing
        transaction.commit()


def _marks(org: str, state: MessageState, outcome: str, now: datetime) -> list[Action]:
    done: list[Action] = [
        MessageItem.state.set(state.value),
        MessageItem.outcome.set(outcome),
        MessageItem.lease.remove(),
    ]
    if state is not MessageState.PARKED:
        return [*done, MessageItem.queue.remove(), MessageItem.due.remove()]
    moment = to_iso(now)
    return [
        *done,
        MessageItem.queue.set(parked_queue(org)),
        MessageItem.due.set(moment),
        MessageItem.parked_at.set(moment),
    ]
