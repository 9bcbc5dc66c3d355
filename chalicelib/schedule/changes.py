"""What was changed of a class and concerns families: written with the class, kept until everybody was told.

Changes wait in the queue `class_changes`, so that what a crash leaves undone is done by the next tick.
"""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from enum import Enum
from typing import Any

from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.schedule.domain import Occurrence
from chalicelib.schedule.models import ClassChangeItem
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import Texts
from chalicelib.shared.times import MINUTE, after, from_iso, to_iso
from chalicelib.web import running

QUEUE = "class_changes"
_HEAD_START = 2 * MINUTE
"""How long whoever made a change has to tell of it before the schedule's tick does."""


class Act(Enum):
    """What was done to a class."""

    ARRANGED = "arranged"
    """Created or edited, so that nobody need be told."""
    CANCELLED = "cancelled"
    """Some meetings do not take place."""
    MOVED = "moved"
    """Meetings are at another time or place."""
    SUBSTITUTED = "substituted"
    """Somebody else teaches."""
    ENDED = "ended"
    """The whole class is cancelled, and with it all places."""
    ROOMIER = "roomier"
    """There are more places: whoever waits is asked."""


@frozen
class ClassChange(Frozen):
    """One change of a class."""

    org: str
    class_group: str
    number: int
    """The version that the class had afterwards."""
    act: Act
    at: datetime
    meetings: tuple[Occurrence, ...] = ()
    """As they were before; only when, where and who."""
    programme: str = ""
    """The class's programme before."""
    reason: Texts = field(default_factory=dict)
    by: str = ""
    """User who did it; empty: an operator."""
    rows: bool = False
    """Whether its rows in the lists are still to be written."""
    cursor: str = ""
    """Telling got as far as this step."""
    tries: int = 0
    waits: bool = True
    """Whether somebody is still to be told."""


def add(transaction: Transaction, change: ClassChange) -> None:
    """Adds a change to the transaction that writes the class."""
    transaction.create("change", _item(change))


def get(org: str, class_id: str, number: int) -> ClassChange | None:
    """The change, or None. One strong read."""
    item = read.one(ClassChangeItem, keys.class_change(org, class_id, number))
    return _change(item) if item else None


def due(now: datetime) -> list[ClassChange]:
    """Changes that somebody is still to be told of, earliest first, at most a hundred."""
    until = to_iso(now)
    found = running.due(QUEUE, ClassChangeItem, _with_due, "class_change.failed", now)
    return [change for change, due_at in found if due_at and due_at <= until]


def list_changes(org: str, class_id: str) -> Sequence[ClassChange]:
    """What was changed of a class, latest first, 25."""
    start = keys.class_change(org, class_id, 0)
    found = read.page(ClassChangeItem, start.pk, keys.CHANGES)
    return [_change(item) for item in found.rows]


def rows_written(change: ClassChange) -> None:
    """Notes that the rows are there."""
    _update(change, [ClassChangeItem.rows.remove()])


def told_until(change: ClassChange, step: str) -> None:
    """Notes how far telling got."""
    _update(change, [ClassChangeItem.cursor.set(step)])


def finish(change: ClassChange) -> None:
    """Takes a change out of the queue; it stays as the class's history."""
    _update(change, [ClassChangeItem.queue.remove(), ClassChangeItem.due.remove()])


def put_off(change: ClassChange, until: datetime) -> None:
    """Has a change begun again later, from its first step: each step knows whether it was done."""
    _update(
        change,
        [ClassChangeItem.due.set(to_iso(until)), ClassChangeItem.tries.add(1), ClassChangeItem.cursor.remove()],
    )


def _update(change: ClassChange, actions: list[Any]) -> None:
    pk, sk = keys.class_change(change.org, change.class_group, change.number)
    try:
        write.update(ClassChangeItem(pk, sk), actions, ClassChangeItem.queue == QUEUE)
    except ConditionFailed:  # somebody else finished it
        return


def _item(change: ClassChange) -> Item:
    pk, sk = keys.class_change(change.org, change.class_group, change.number)
    return ClassChangeItem(
        pk,
        sk,
        org=change.org,
        class_group=change.class_group,
        number=change.number,
        act=change.act.value,
        document={
            "at": to_iso(change.at),
            "meetings": [_row(meeting) for meeting in change.meetings],
            "programme": change.programme,
            "reason": dict(change.reason),
            "by": change.by,
        },
        rows=change.rows or None,
        queue=QUEUE,
        due=to_iso(after(change.at, _HEAD_START)),
    )


def _row(meeting: Occurrence) -> list[str]:
    return [meeting.id, to_iso(meeting.starts), to_iso(meeting.ends), meeting.room, meeting.instructor]


def _with_due(item: ClassChangeItem) -> tuple[ClassChange, str]:
    return _change(item), item.due or ""


def _change(item: ClassChangeItem) -> ClassChange:
    told = item.document
    return ClassChange(
        org=item.org,
        class_group=item.class_group,
        number=int(item.number),
        act=Act(item.act),
        at=from_iso(told["at"]),
        meetings=tuple(
            Occurrence(meeting, from_iso(starts), from_iso(ends), room, instructor=instructor)
            for meeting, starts, ends, room, instructor in told["meetings"]
        ),
        programme=told["programme"],
        reason=told["reason"],
        by=told["by"],
        rows=bool(item.rows),
        cursor=item.cursor or "",
        tries=int(item.tries or 0),
        waits=item.queue is not None,
    )
