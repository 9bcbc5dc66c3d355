"""Keeps how far steps are. One run at a time works on a step: it has a lease, and what it notes is refused without."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib.data import keys, read, write
from chalicelib.data.versions import Stored
from chalicelib.data.write import ConditionFailed
from chalicelib.migrating.domain import Progress, State, Step
from chalicelib.migrating.models import MigrationItem
from chalicelib.shared.times import MINUTE, after, from_iso, to_iso

LEASE_SECONDS = 2 * MINUTE
"""After which a run that says nothing is taken for dead: each page of the table is noted, which takes seconds."""


class Taken(Exception):
    """Another run is at the step, or has taken it over; the text says so."""


def progress(step: Step) -> Progress:
    """How far a step is. One strong read."""
    return progress_of(_item(step))


def claim(step: Step, by: str, now: datetime) -> MigrationItem:
    """Takes a step for this run, from where the last one left it; one that is done begins a new round.

    Raises Taken while another run is at it.
    """
    begun = _item(step) or _created(step, now)
    actions: list[Action] = [
        MigrationItem.lease.set(secrets.token_hex(8)), MigrationItem.lease_until.set(_until(now)),
        MigrationItem.by.set(by), MigrationItem.state.set(State.UNDER_WAY.value),
        MigrationItem.told_at.set(to_iso(now)),
    ]  # fmt: skip
    if begun.state == State.DONE.value:
        actions += _from_the_beginning()
    _take(begun, actions, now)
    return begun


def begin_anew(step: Step, now: datetime) -> None:
    """Has a step wait again, and its next run go through all of the table, however far it was. Raises Taken while a
    run is at it."""
    begun = _item(step)
    if begun is not None:
        waits: list[Action] = [MigrationItem.state.set(State.WAITING.value), MigrationItem.told_at.set(to_iso(now))]
        _take(begun, [*waits, *_from_the_beginning()], now)


def note(item: MigrationItem, told: Progress, cursor: Stored | None, now: datetime) -> None:
    """Keeps how far a run is, and the step with it. Raises Taken when another run has the step by now."""
    where: Action = MigrationItem.cursor.set(cursor) if cursor else MigrationItem.cursor.remove()
    _change(item, [*_counts(told), where, MigrationItem.lease_until.set(_until(now))], now)


def finish(item: MigrationItem, told: Progress, now: datetime) -> None:
    """Notes that a run came to the end of the table. Raises Taken when another run has the step by now."""
    done: list[Action] = [MigrationItem.state.set(State.DONE.value), MigrationItem.rounds.add(1)]
    _change(item, [*_counts(told), *done, MigrationItem.cursor.remove(), *_free()], now)


def leave(item: MigrationItem, now: datetime) -> None:
    """Lets the next run have the step at once. Raises Taken when another one has it by now."""
    _change(item, _free(), now)


def progress_of(item: MigrationItem | None) -> Progress:
    """What an item tells."""
    if item is None:
        return Progress()
    counts = (int(item.passed), int(item.seen), int(item.changed), int(item.rounds))
    return Progress(State(item.state), *counts, item.by or "", from_iso(item.told_at))


def _take(begun: MigrationItem, actions: Sequence[Action], now: datetime) -> None:
    """Changes a step that no run is at. Raises Taken."""
    free = MigrationItem.lease.does_not_exist() | (MigrationItem.lease_until < to_iso(now))
    try:
        write.update(begun, actions, free)
    except ConditionFailed as taken:
        raise Taken("Another run is at this step. One that was cut off gives it back within two minutes.") from taken


def _from_the_beginning() -> list[Action]:
    fields = (MigrationItem.passed, MigrationItem.seen, MigrationItem.changed)
    return [MigrationItem.cursor.remove(), *(each.set(0) for each in fields)]


def _item(step: Step) -> MigrationItem | None:
    return read.one(MigrationItem, keys.migration(keys.DEPLOYMENT, step.number))


def _created(step: Step, now: datetime) -> MigrationItem:
    pk, sk = keys.migration(keys.DEPLOYMENT, step.number)
    item = MigrationItem(pk, sk, name=step.name, state=State.WAITING.value, told_at=to_iso(now))
    try:
        write.put(item, MigrationItem.pk.does_not_exist())
    except ConditionFailed:
        return _item(step) or item  # another run was quicker
    return item


def _change(item: MigrationItem, actions: list[Any], now: datetime) -> None:
    moment = MigrationItem.told_at.set(to_iso(now))
    try:
        write.update(MigrationItem(*item.key), [*actions, moment], MigrationItem.lease == item.lease)
    except ConditionFailed as overtaken:
        raise Taken("Another run has taken this step over.") from overtaken


def _counts(told: Progress) -> list[Action]:
    return [
        MigrationItem.passed.set(told.passed), MigrationItem.seen.set(told.seen),
        MigrationItem.changed.set(told.changed),
    ]  # fmt: skip


def _free() -> list[Action]:
    return [MigrationItem.lease.remove(), MigrationItem.lease_until.remove()]


def _until(now: datetime) -> str:
    return to_iso(after(now, LEASE_SECONDS))
