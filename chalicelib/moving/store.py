"""Reads and writes batches, what is told of them, and how columns were matched."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from pynamodb.expressions.update import Action

from chalicelib.data import keys, read, write
from chalicelib.data.keys import Key
from chalicelib.data.read import Page
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.moving.domain import Batch, BroughtFile, DayOrder, Duplicates, Row, Source, Stage, Told, Wishes
from chalicelib.moving.models import QUEUE, BatchItem, ColumnsItem, JobItem, RowItem
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.times import DAY, MINUTE, after, from_iso, moment_or_none, to_iso

LEASE_SECONDS = 15 * MINUTE
"""As long as a worker may live."""
MAX_TRIES = 8
IDLE_SECONDS = 14 * DAY
"""After which a batch that nobody goes on with is discarded, with its files."""
UNDO_SECONDS = 30 * DAY
"""How long a batch can be taken back, and what is told of it is kept."""
_LONGEST_TEXT = 400
"""Letters of what is told in one place: a cell of a file can be longer than an item."""
MOST_ROWS = 2000
"""Rows of each kind that are kept of a batch; of more, how many there were."""

J = TypeVar("J", bound=JobItem)


def add_batch(
    org: str, batch_id: str, source: Source, files: tuple[BroughtFile, ...], made_by: str, now: datetime
) -> None:
    """Begins a batch with its first files. Raises Unavailable."""
    pk, sk = keys.moving_batch(org, batch_id)
    write.put(
        BatchItem(
            pk,
            sk,
            org=org,
            batch=batch_id,
            source=source.value,
            stage=Stage.MATCHING.value,
            files=_stored(files),
            wishes=_wishes_json(Wishes()),
            counts={},
            told={},
            made_at=to_iso(now),
            made_by=made_by,
            queue=QUEUE,
            due=to_iso(after(now, IDLE_SECONDS)),
        )
    )


def get_batch(org: str, batch_id: str) -> Batch:
    """A batch; a strong read. Raises NotFound."""
    item = read.one(BatchItem, keys.moving_batch(org, batch_id))
    if item is None:
        raise NotFound
    return batch_from(item)


def list_batches(org: str, after_id: str = "") -> Page[Batch]:
    """Batches, newest first, 25 at a time."""
    found = read.listed(BatchItem, lambda each: keys.moving_batch(org, each), after=after_id)
    return Page([batch_from(item) for item in found.rows], found.next)


def change(batch: Batch, now: datetime, **told: Any) -> None:
    """Changes what people may change, over the version they saw; a stage that works is handed to a worker.

    Raises Conflict when somebody else, or a worker, changed it meanwhile.
    """
    stage: Stage = told.pop("stage", batch.stage)
    actions = [BatchItem.changed.add(1), BatchItem.tries.set(0), *_becoming(stage, told, now)]
    try:
        condition = (BatchItem.changed == batch.version) & (BatchItem.stage == batch.stage.value)
        write.update(BatchItem(*keys.moving_batch(batch.org, batch.id)), actions, condition)
    except ConditionFailed as overtaken:
        raise Conflict from overtaken


def finish(job: BatchItem, stage: Stage, now: datetime, also: Transaction | None = None, **told: Any) -> None:
    """Notes what came of a worker's work, with what else is noted of it. Raises Conflict when another has it by now."""
    transaction = also or Transaction()
    actions = [BatchItem.changed.add(1), *_becoming(stage, told, now)]
    transaction.update("batch", BatchItem(*job.key), actions, BatchItem.lease == job.lease)
    transaction.commit_or_conflict()


def forget_files(batch: Batch) -> None:
    """Notes that the files of a batch, which is over, were dropped; what is cut short before, the broom does."""
    write.update(BatchItem(*keys.moving_batch(batch.org, batch.id)), [BatchItem.files.set([])], BatchItem.pk.exists())


def _becoming(stage: Stage, told: Mapping[str, Any], now: datetime) -> list[Action]:
    """A batch at another stage: one that works waits for a worker, the others for people, and then for the broom."""
    waits = 0 if stage.is_working else UNDO_SECONDS if stage in (Stage.DONE, Stage.UNDONE) else IDLE_SECONDS
    begins = {"done": 0, "total": 0, "doing": ""} if stage.is_working else {}
    values = {**told, **begins, "stage": stage.value, "queue": QUEUE, "due": to_iso(after(now, waits))}
    changes: list[Action] = [getattr(BatchItem, name).set(_stored(value)) for name, value in values.items()]
    return [*changes, BatchItem.lease.remove()]


def _stored(value: Any) -> Any:
    if isinstance(value, Wishes):
        return _wishes_json(value)
    if isinstance(value, tuple):
        return [each.to_json() for each in value]
    return value


def claim(model: type[J], key: Key, now: datetime) -> J | None:
    """Takes work to do for a while; None when it is finished, or somebody else's. One strong read and a write.

    What killed so many workers is given up: its stage is `failed`, and it leaves the queue.
    """
    item = read.one(model, key)
    if item is None or not item.queue or from_iso(item.due or "") > now:
        return None
    gives_up = item.tries >= MAX_TRIES
    actions: list[Action] = [model.lease.set(secrets.token_hex(8)), model.tries.add(1), model.workers.add(1)]
    if gives_up:
        actions += [model.stage.set(Stage.FAILED.value), model.queue.remove(), model.due.remove()]
    else:
        actions.append(model.due.set(to_iso(after(now, LEASE_SECONDS))))
    try:
        write.update(item, actions, (model.queue == QUEUE) & (model.due == item.due))
    except ConditionFailed:
        return None
    return None if gives_up else item


def mark(job: JobItem, actions: Sequence[Action]) -> None:
    """Writes down what a worker did. Raises Conflict when another has the work by now."""
    try:
        write.update(type(job)(*job.key), list(actions), type(job).lease == job.lease)
    except ConditionFailed as overtaken:
        raise Conflict from overtaken


def leave(job: JobItem, now: datetime, actions: Sequence[Action] = ()) -> None:
    """Leaves the rest to the next worker, who may begin at once; it counts as no failure. Raises Conflict."""
    kind = type(job)
    mark(job, [*actions, kind.due.set(to_iso(now)), kind.tries.set(0), kind.lease.remove()])


def put_rows(org: str, batch_id: str, kind: Told, rows: Iterable[Row], now: datetime) -> dict[str, int]:
    """Writes what is told of a batch in place of what was; returns how many rows are kept, and how many are not."""
    kept, more = 0, 0
    forget_rows(org, batch_id, kind)

    def items() -> Iterable[RowItem]:
        nonlocal kept, more
        for row in rows:
            if kept == MOST_ROWS:
                more += 1
                continue
            pk, sk = keys.batch_row(org, batch_id, kind.value, kept)
            kept += 1
            yield RowItem(pk, sk, told=[text[:_LONGEST_TEXT] for text in row], expires=after(now, UNDO_SECONDS))

    write.batch(items())
    return {kind.value: kept, f"{kind.value}+": more}


def forget_rows(org: str, batch_id: str, kind: Told) -> None:
    """Forgets what was told of a batch. Raises Unavailable."""
    pk, sk = keys.batch_row(org, batch_id, kind.value, 0)
    write.batch([], read.each(RowItem, pk, sk.rpartition("#")[0] + "#"))


def all_rows(org: str, batch_id: str, kind: Told) -> list[Row]:
    """All that is kept of what is told of a batch."""
    pk, first = keys.batch_row(org, batch_id, kind.value, 0)
    return [Row(*item.told) for item in read.each(RowItem, pk, first.rpartition("#")[0] + "#")]


def list_rows(org: str, batch_id: str, kind: Told, after_row: str = "") -> Page[Row]:
    """What is told of a batch, 25 at a time; `after_row` is a row's number as the page before gave it."""
    pk, first = keys.batch_row(org, batch_id, kind.value, 0)
    prefix = first.rpartition("#")[0] + "#"
    found = read.page(RowItem, pk, prefix, after=prefix + after_row if after_row else "", newest_first=False)
    return Page([Row(*item.told) for item in found.rows], found.next.removeprefix(prefix))


def remembered(org: str, source: Source, holds: str) -> tuple[dict[str, str], DayOrder | None]:
    """How columns of such files were matched last."""
    item = read.one(ColumnsItem, keys.moving_columns(org, source.value, holds))
    return (dict(item.columns), DayOrder(item.days)) if item else ({}, None)


def remember(org: str, source: Source, holds: str, columns: Mapping[str, str], days: DayOrder) -> None:
    """Keeps how columns were matched, for the next file; what was known of other columns stays known."""
    before, _ = remembered(org, source, holds)
    pk, sk = keys.moving_columns(org, source.value, holds)
    write.put(ColumnsItem(pk, sk, columns={**before, **columns}, days=days.value))


def batch_from(item: BatchItem) -> Batch:
    """The batch that an item stores."""
    return Batch(
        org=item.org,
        id=item.batch,
        source=Source(item.source),
        stage=Stage(item.stage),
        files=tuple(map(BroughtFile.from_json, item.files)),
        wishes=_wishes_from(item.wishes),
        made_at=from_iso(item.made_at),
        made_by=item.made_by,
        asked_by=tuple(item.asked_by or ("", "")),
        counts=item.counts,
        told=item.told,
        doing=item.doing,
        done=int(item.done),
        total=int(item.total),
        written_at=moment_or_none(item.written_at),
        lease=item.lease or "",
        version=int(item.changed),
    )


def _wishes_json(wishes: Wishes) -> dict[str, Any]:
    return {**wishes._asdict(), "duplicates": wishes.duplicates.value}


def _wishes_from(told: Mapping[str, Any]) -> Wishes:
    return Wishes(Duplicates(told["duplicates"]), bool(told["mends"]), bool(told["invites"]))
