"""Batches of files for tests: brought in, checked, written and taken back as the desk and the clock do."""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime

from chalicelib import bootstrap
from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.moving import service, store, working
from chalicelib.moving.domain import Batch, Row, Source, Told, Wishes
from chalicelib.moving.working import Worker
from chalicelib.organisations.audit import Author
from chalicelib.web.uploads import Upload
from tests.support.world import World

PEOPLE = (
    "Family ID,Parent First Name,Parent Last Name,Parent Email,Cell Phone,Student First Name,Student Last Name,"
    "Birth Date,Address,City,Zip\n"
    "100,Marie,Tremblay,marie@example.com,514-555-0123,Léa,Tremblay,05/12/2014,1 rue A,Montréal,H2X 1Y4\n"
    "100,Marie,Tremblay,marie@example.com,514-555-0123,Tom,Tremblay,06/30/2016,1 rue A,Montréal,H2X 1Y4\n"
    "200,Andrei,Petrov,andrei@example.com,,Emma,Petrov,02/20/2015,2 rue B,Laval,H7A 1B1\n"
)
"""Two families as Jackrabbit tells them, one row for each student."""
INVOICES = (
    "Invoice Number,Family ID,Invoice Date,Due Date,Amount,Balance,Status,Description\n"
    "A-1,100,01/10/2026,02/10/2026,120.00,0.00,Paid,Ballet\n"
    "A-2,200,03/10/2026,04/10/2026,80.00,30.00,Partial,Piano\n"
)


KATE = Author("kate", "Kate Murphy")
"""Who brings files in."""


def never() -> bool:
    """There is always time."""
    return False


def worker(is_late: Callable[[], bool] = never) -> Worker:
    """What the clock works with."""
    return Worker(bootstrap.archives(), bootstrap.vault(), is_late)


def key_of(batch: Batch) -> Key:
    """Where a batch lies."""
    return keys.moving_batch(batch.org, batch.id)


def packed(files: Mapping[str, str]) -> Upload:
    """Files in a ZIP."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return Upload("all.zip", made.getvalue())


def begun(world: World, files: Mapping[str, str], source: Source = Source.JACKRABBIT) -> Batch:
    """A batch of files whose columns are matched as suggested."""
    batch = service.begin(world.organisation, source, packed(files), "Kate Murphy", world.now)
    return store.get_batch(world.org, batch)


def looked(world: World, batch: Batch, wishes: Wishes | None = None) -> Batch:
    """The batch once it was checked."""
    service.ask_to_check(batch, wishes or Wishes(), world.now)
    assert working.work(worker(), key_of(batch), world.now) == "checked"
    return store.get_batch(world.org, batch.id)


def written(world: World, batch: Batch, wishes: Wishes | None = None) -> Batch:
    """The batch once it was brought in."""
    checked = looked(world, batch, wishes)
    assert not checked.mistakes, rows(checked, Told.MISTAKE)
    service.ask_to_write(checked, KATE, world.now)
    assert working.work(worker(), key_of(batch), world.now) == "done"
    return store.get_batch(world.org, batch.id)


def taken_back(world: World, batch: Batch, now: datetime | None = None) -> Batch:
    """The batch once it was taken back."""
    service.ask_to_undo(store.get_batch(world.org, batch.id), KATE, now or world.now)
    assert working.work(worker(), key_of(batch), now or world.now) == "undone"
    return store.get_batch(world.org, batch.id)


def rows(batch: Batch, kind: Told) -> list[Row]:
    """What is told of a batch."""
    return list(store.list_rows(batch.org, batch.id, kind).rows)


def everything(org: str) -> dict[Key, dict[str, object]]:
    """All items of an organisation, but for the batches themselves, the log, and how often an item was written."""
    found: dict[Key, dict[str, object]] = {}
    for page, _ in read.everything(org):
        for item in page:
            if not item["pk"]["S"].startswith((f"ORG#{org}#MOVING", f"ORG#{org}#AUDIT")):
                found[Key(item["pk"]["S"], item["sk"]["S"])] = {
                    name: value for name, value in item.items() if name not in ("version", "turn")
                }
    return found
