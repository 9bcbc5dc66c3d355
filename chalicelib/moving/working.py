"""The work on a batch in the background: reads and checks it, writes it, takes it back; all of it in steps that another
worker can take up, in memory that does not grow with the files.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from pynamodb.expressions.update import Action

from chalicelib.admin.imports.plan import Outcome
from chalicelib.admin.imports.service import Checked, check_into
from chalicelib.admin.imports.staging import Problem, Staging, staging_at
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.moving import store, telling
from chalicelib.moving.before import WritingDown, entries_of
from chalicelib.moving.comparing import Comparing
from chalicelib.moving.domain import Batch, Row, Stage, Told
from chalicelib.moving.duplicates import duplicate_rows, namesakes
from chalicelib.moving.laying_out import Laid, laid_out, row_of
from chalicelib.moving.mending import mend
from chalicelib.moving.models import BatchItem
from chalicelib.moving.service import drop_files
from chalicelib.moving.spare import fetch, spare
from chalicelib.moving.taking_back import Undo, undo_of
from chalicelib.moving.telling import Act
from chalicelib.moving.undoing import take_back, told_of
from chalicelib.organisations import store as organisations
from chalicelib.organisations.audit import Author
from chalicelib.organisations.domain import Organisation
from chalicelib.ports import Archives, Vault
from chalicelib.shared.errors import NotFound
from chalicelib.shared.times import to_iso

_MORE_CHANGES = f"{Told.CHANGE.value}+"
_OFTEN = 50
"""After so many steps it is written down how far the work is."""


class Worker(NamedTuple):
    """What work on a batch needs from the world."""

    archives: Archives
    vault: Vault
    is_late: Callable[[], bool]
    """Whether it is time to leave the rest to the next worker."""


class Late(Exception):
    """Time is up; what was done is kept."""


class _Job(NamedTuple):
    worker: Worker
    item: BatchItem
    batch: Batch
    organisation: Organisation
    folder: Path
    now: datetime


class _Progress:
    """Hears how far the import is, writes it down now and then, and ends it when time is up."""

    def __init__(self, job: _Job, *, stops: bool) -> None:
        self._job = job
        self._stops = stops
        self._done = job.batch.done
        self._before = job.batch.done
        self._total = job.batch.total
        self._what = ""

    def begin(self, what: str, total: int | None) -> None:
        """A stage begins. One that was left half done goes on counting."""
        goes_on = what == self._job.batch.doing
        self._what, self._done = what, self._before if goes_on else 0
        self._total = (total or 0) + (self._before if goes_on else 0)
        self._note()

    def step(self) -> None:
        """One step of the stage is done. Raises Late."""
        self._done += 1
        if self._done % _OFTEN == 0:
            self._note()
        if self._stops and self._job.worker.is_late():
            self._note()
            raise Late

    def _note(self) -> None:
        store.mark(
            self._job.item,
            [BatchItem.done.set(self._done), BatchItem.total.set(self._total), BatchItem.doing.set(self._what)],
        )


def work(worker: Worker, key: Key, now: datetime) -> str:
    """Does what a batch waits for; returns what came of it, for the log. Raises Conflict, Unavailable."""
    item = store.claim(BatchItem, key, now)
    if item is None:
        return "not due"
    batch, organisation = store.batch_from(item), organisations.get(item.org)
    if organisation is None:
        raise NotFound
    with tempfile.TemporaryDirectory(prefix="foyer-moving-") as folder:
        return _STEPS[batch.stage](_Job(worker, item, batch, organisation, Path(folder), now))


def _check(job: _Job) -> str:
    """Reads and checks the files, and finds out what writing them would do; nothing is written."""
    path = job.folder / "staging"
    goes_on = fetch(job.worker.archives, _spare_name(job), path)
    told = dict(job.batch.told) if goes_on else _looked_through(job, path)
    comparing = _comparing(job) if goes_on else Comparing()
    total = Outcome(_counted(job.batch) if goes_on else Counter(), carry=comparing.carry)
    with staging_at(path) as staging:
        is_left = not told[Told.MISTAKE.value] and _goes_on(job, staging, total)
    told |= _tell(job, Told.CHANGE, comparing.rows()) | {_MORE_CHANGES: comparing.more}
    if is_left:
        return _leave(job, path, [BatchItem.counts.set(_counts(total)), BatchItem.told.set(told)])
    store.finish(job.item, Stage.CHECKED, job.now, counts=_counts(total), told=told)
    return "checked"


def _comparing(job: _Job) -> Comparing:
    """What the worker before saw of differences, to go on with."""
    known = store.all_rows(job.batch.org, job.batch.id, Told.CHANGE)
    return Comparing(known, job.batch.told.get(_MORE_CHANGES, 0))


def _looked_through(job: _Job, path: Path) -> dict[str, int]:
    """Reads the files into a staging database, and tells of what is wrong with them, and of who is here already."""
    with _laid(job) as laid, staging_at(path) as staging:
        told = _tell(job, Told.LEFT, _mended(job, laid))
        found = check_into(staging, job.organisation, laid.folder, job.now, _Progress(job, stops=False))
        told |= _tell(job, Told.MISTAKE, map(laid.row, found.problems()))
        if laid.translation:
            twice = duplicate_rows(job.batch.org, laid.translation, laid.duplicates)
            told |= _tell(job, Told.DUPLICATE, chain(twice, namesakes(laid.translation)))
    return told


def _leave(job: _Job, path: Path, actions: Sequence[Action] = ()) -> str:
    """Keeps a database for the worker who goes on."""
    spare(job.worker.archives, _spare_name(job), path)
    store.leave(job.item, job.now, actions)
    return "left"


def _write(job: _Job) -> str:
    """Writes the batch, with what was there before; what is left when time is up, the next worker goes on with."""
    path = job.folder / "staging"
    goes_on = fetch(job.worker.archives, _spare_name(job), path)
    if not goes_on and not _staged(job, path):
        return "mistaken"
    carry = WritingDown(job.batch.org, job.batch.id, int(job.item.workers), job.now).carry
    total = Outcome(_counted(job.batch) if goes_on else Counter(), carry=carry)
    with staging_at(path) as staging:
        is_left = _goes_on(job, staging, total)
    if is_left:
        return _leave(job, path, [BatchItem.counts.set(_counts(total))])
    left = chain(store.all_rows(job.batch.org, job.batch.id, Told.LEFT), map(_plainly, total.left_out))
    told = {**job.batch.told, **_tell(job, Told.LEFT, left)}
    done = {"counts": _counts(total), "told": told, "written_at": to_iso(job.now)}
    store.finish(job.item, Stage.DONE, job.now, _noted(job, Act.BROUGHT_IN), **done)
    drop_files(job.worker.vault, job.batch)
    store.forget_files(job.batch)
    return "done"


def _staged(job: _Job, path: Path) -> bool:
    """Reads and checks the files once more, for the portal went on since; whether they may be written."""
    with _laid(job) as laid, staging_at(path) as staging:
        for _ in _mended(job, laid):
            pass
        found = check_into(staging, job.organisation, laid.folder, job.now, _Progress(job, stops=False))
        if not found.mistakes:
            return True
        told = {**job.batch.told, **_tell(job, Told.MISTAKE, map(laid.row, found.problems()))}
    store.finish(job.item, Stage.CHECKED, job.now, told=told)
    return False


def _goes_on(job: _Job, staging: Staging, total: Outcome) -> bool:
    """Writes what is not written yet; whether something is left when time is up."""
    try:
        found = Checked(job.organisation, staging, job.now, _Progress(job, stops=True))
        found.write(send_activation=job.batch.wishes.invites, total=total)
    except Late:
        return True
    return False


def _mended(job: _Job, laid: Laid) -> Iterator[Row]:
    """What is left out of the files, if whoever brings them wishes so."""
    if job.batch.wishes.mends:
        yield from map(laid.row, mend(job.organisation, laid.folder, job.now))


def _undo(job: _Job) -> str:
    """Takes the batch back, but for what was changed since; what is left when time is up, the next worker does."""
    org, path = job.batch.org, job.folder / "undo"
    goes_on = fetch(job.worker.archives, _spare_name(job), path)
    with undo_of(org, path) as undo:
        if not goes_on:
            undo.load(entries_of(org, job.batch.id))
        is_left = _goes_back(job, undo)
        told = {} if is_left else {**job.batch.told, **_tell(job, Told.KEPT, told_of(org, undo))}
    if is_left:
        return _leave(job, path)
    store.finish(job.item, Stage.UNDONE, job.now, _noted(job, Act.TAKEN_BACK), told=told)
    return "undone"


def _goes_back(job: _Job, undo: Undo) -> bool:
    """Takes back what is not yet; whether something is left when time is up."""
    progress = _Progress(job, stops=True)
    progress.begin("Undo", undo.count() - undo.count_done())
    try:
        take_back(job.organisation, undo, job.now, progress.step)
    except Late:
        return True
    return False


def _discard(job: _Job) -> str:
    """Forgets a batch that nobody went on with, and its files."""
    drop_files(job.worker.vault, job.batch)
    stage = Stage.DISCARDED if job.batch.stage.is_open else job.batch.stage
    over = [BatchItem.stage.set(stage.value), BatchItem.files.set([]), BatchItem.queue.remove(), BatchItem.due.remove()]
    store.mark(job.item, over)
    return "tidied"


_STEPS: dict[Stage, Callable[[_Job], str]] = {
    **dict.fromkeys(Stage, _discard),
    Stage.CHECKING: _check,
    Stage.WRITING: _write,
    Stage.UNDOING: _undo,
}


def _noted(job: _Job, act: Act) -> Transaction:
    """What the organisation's log says of the work, on its way into the transaction that ends it."""
    transaction = Transaction()
    telling.note(transaction, job.batch.org, act, Author(*job.batch.asked_by), job.now, telling.label_of(job.batch))
    return transaction


def _spare_name(job: _Job) -> str:
    return f"moving-{job.batch.id}-{job.batch.version}"


def _laid(job: _Job) -> AbstractContextManager[Laid]:
    return laid_out(job.organisation, job.worker.vault, job.batch, job.folder)


def _plainly(problem: Problem) -> Row:
    """What was left out while writing, when the files it came from are gone."""
    return row_of(problem, problem.file, problem.field)


def _tell(job: _Job, kind: Told, rows: Iterable[Row]) -> dict[str, int]:
    return store.put_rows(job.batch.org, job.batch.id, kind, rows, job.now)


def _counts(total: Outcome) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for (kind, what), number in total.counts.items():
        counts.setdefault(kind, {})[what] = number
    return counts


def _counted(batch: Batch) -> Counter[tuple[str, str]]:
    """What the worker before counted."""
    return Counter({(kind, what): number for kind, each in batch.counts.items() for what, number in each.items()})
