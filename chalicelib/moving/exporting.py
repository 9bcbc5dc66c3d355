"""Makes an export of everything an organisation has: a ZIP of records as JSON lines, tables as CSV, and kept files.

It is all that `restoring` needs to make the same organisation anew elsewhere. It goes through the table page by page,
in steps that another worker can take up, and holds a page of it in memory.
"""

import json
import secrets
import struct
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.data import keys, read, write
from chalicelib.data.keys import Key
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.files import keeping
from chalicelib.moving import store, telling
from chalicelib.moving.domain import Stage
from chalicelib.moving.models import QUEUE, ExportItem
from chalicelib.moving.plainly import is_carried, line_of, stored_files
from chalicelib.moving.tables import Tables
from chalicelib.moving.telling import Act
from chalicelib.moving.working import Worker
from chalicelib.notifications.compose import local_for
from chalicelib.organisations import store as organisations
from chalicelib.organisations.audit import Author
from chalicelib.organisations.domain import Organisation
from chalicelib.privacy.packing import Bag
from chalicelib.shared.errors import NotFound, TooMany
from chalicelib.shared.ids import dated_id
from chalicelib.shared.texts import say
from chalicelib.shared.times import DAY, after, from_iso, local_day, moment_or_none, to_iso

FORMAT = 1
"""Of the file; another program may read it as long as this says the same."""
OPEN_SECONDS = DAY
"""How long an export can be fetched: the bucket forgets it then."""
_NAME_BYTES = 24
_LEFT = ".left"


class Export(NamedTuple):
    """A copy of everything that an organisation has."""

    id: str
    stage: Stage
    name: str
    done: int
    size: int
    made_at: datetime
    made_by: str
    ready_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether it can be fetched."""
        return self.ready_at is not None and now < after(self.ready_at, OPEN_SECONDS)

    @property
    def is_failed(self) -> bool:
        """Whether it was given up."""
        return self.stage is Stage.FAILED

    def is_under_way(self, now: datetime) -> bool:
        """Whether it is being made; one that nobody finished in a day never will be."""
        return self.stage is Stage.WRITING and now < after(self.made_at, DAY)


def is_export(key: Key) -> bool:
    """Whether a key of the queue is an export's."""
    return key.sk.startswith(keys.EXPORTS)


def latest(org: str) -> Export | None:
    """The export that was asked for last, or None. One round trip."""
    start = keys.moving_export(org, "")
    found = read.page(ExportItem, start.pk, start.sk, size=1, consistent=True).rows
    return _export(found[0]) if found else None


def ask(org: str, zone: str, by: Author, now: datetime) -> None:
    """Orders an export. Raises TooMany while one is being made."""
    last = latest(org)
    if last and last.is_under_way(now):
        raise TooMany(say("An export is being made already."), retry_after=60)
    export_id = dated_id(local_day(now, zone), to_iso(now).replace(":", ""))
    pk, sk = keys.moving_export(org, export_id)
    item = ExportItem(
        pk, sk, org=org, stage=Stage.WRITING.value, made_at=to_iso(now), made_by=by.name, user=by.user,
        name=secrets.token_urlsafe(_NAME_BYTES), queue=QUEUE, due=to_iso(now), expires=after(now, store.UNDO_SECONDS),
    )  # fmt: skip
    write.put(item)


def fetched(org: str, by: Author, now: datetime) -> None:
    """Notes that somebody takes an export. Raises Unavailable."""
    transaction = Transaction()
    telling.note(transaction, org, Act.FETCHED, by, now)
    transaction.commit()


class _Place(NamedTuple):
    """How far the work is."""

    done: int = 0
    part: int = 0
    start: dict[str, Any] | None = None
    """Key of the table after which it goes on."""


def work(worker: Worker, key: Key, now: datetime) -> str:
    """Makes the export at `key`, until it is ready or time is up; returns what came of it. Raises Unavailable."""
    item = store.claim(ExportItem, key, now)
    if item is None:
        return "not due"
    place, bag, tables = _begin(worker, item)
    for page, start in read.everything(item.org, place.start):
        place = _pack(worker, item.org, bag, tables, page, place)._replace(start=start)
        if start and worker.is_late():
            tables.into(bag, place.part)
            _note(worker, item, bag, place)
            store.leave(item, now, [ExportItem.done.set(place.done)])
            return "left"
        store.mark(item, [ExportItem.done.set(place.done)])
    tables.into(bag, place.part)
    _close(item, bag, place, now)
    return "ready"


def _begin(worker: Worker, item: ExportItem) -> tuple[_Place, Bag, Tables]:
    """From where it was left, else from the beginning."""
    made_at = from_iso(item.made_at)
    try:
        left = worker.archives.noted(item.name + _LEFT)
    except NotFound:
        return _Place(), Bag(worker.archives, item.name, made_at), Tables()
    (size,) = struct.unpack(">I", left[:4])
    bag = Bag.go_on(worker.archives, item.name, made_at, left[4 + size :])
    return _Place(*json.loads(left[4 : 4 + size])), bag, Tables()


def _note(worker: Worker, item: ExportItem, bag: Bag, place: _Place) -> None:
    told = json.dumps(place).encode()
    worker.archives.note(item.name + _LEFT, struct.pack(">I", len(told)) + told + bag.leave())


def _pack(worker: Worker, org: str, bag: Bag, tables: Tables, page: list[dict[str, Any]], place: _Place) -> _Place:
    """Puts a page of the table into the bag, with the files that its records name."""
    carried = [item for item in page if is_carried(item)]
    if not carried:
        return place
    bag.add(f"records/{place.part:06}.jsonl", "".join(map(line_of, carried)).encode())
    for item in carried:
        tables.add(item)
        for name, content in _files(worker, org, item):
            bag.add(name, content)
    return place._replace(done=place.done + len(carried), part=place.part + 1)


def _files(worker: Worker, org: str, item: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Files that a record names, under the names of the vault; what is not there any more is left out."""
    for owner, file in stored_files(item):
        try:
            yield f"files/{owner}/{file}", worker.vault.get(keeping.key(org, owner, file))
        except NotFound:
            continue


def _close(item: ExportItem, bag: Bag, place: _Place, now: datetime) -> None:
    """Ends the file, and tells who asked for it."""
    told = {"format": FORMAT, "organisation": item.org, "made_at": item.made_at, "records": place.done}
    bag.add("manifest.json", json.dumps(told, indent=2).encode())
    organisation = organisations.get(item.org)
    if organisation is None:
        raise NotFound
    bag.add("read-me.txt", _read_me(organisation))
    size = bag.close()
    transaction = Transaction()
    actions = [
        ExportItem.stage.set(Stage.DONE.value), ExportItem.ready_at.set(to_iso(now)), ExportItem.done.set(place.done),
        ExportItem.size.set(size), ExportItem.queue.remove(), ExportItem.due.remove(),
    ]  # fmt: skip
    transaction.update("export", ExportItem(*item.key), actions, ExportItem.lease == item.lease)
    facts = {"until_at": to_iso(after(now, OPEN_SECONDS))}
    telling.note(transaction, item.org, Act.EXPORTED, Author(item.user, item.made_by), now)
    enqueue(transaction, item.org, Notice("export_ready", item.user, facts), now, message=f"export-{item.name}")
    transaction.commit_or_conflict()


_CONTENTS = {
    "manifest.json": say("Which organisation, when, and how many records."),
    "records/": say("Every record as the portal keeps it, one JSON object a line: ./foyer restore makes them anew."),
    "tables/": say(
        "The most asked-for records as CSV, for spreadsheets. A cell that a spreadsheet would take for a formula begins"
        " with an apostrophe."
    ),
    "files/": say("Files that families and staff keep here, by owner and id as the records name them."),
}
_REMARKS = (
    say("In records, $bytes is base 64, and $number a number whose digits count."),
    say(
        "Not in this file, because it opens something or is made anew: who is signed in, codes and authenticators,"
        " messages on their way, people's sealed numbers at tax offices, keys of Stripe."
    ),
)


def _read_me(organisation: Organisation) -> bytes:
    """What is in the file, in the organisation's first language."""
    local = local_for(organisation, organisation.language)
    parts = [f"{name}\n    {local.say(what)}" for name, what in _CONTENTS.items()]
    return "\n\n".join([*parts, *map(local.say, _REMARKS), ""]).encode()


def _export(item: ExportItem) -> Export:
    return Export(
        item.key.sk.removeprefix(keys.EXPORTS), Stage(item.stage), item.name, int(item.done), int(item.size),
        from_iso(item.made_at), item.made_by, moment_or_none(item.ready_at),
    )  # fmt: skip
