"""Moving in and out: a thousand rows checked, brought in and taken back, and an export of all that there is."""

import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from bench.figures import Figure
from chalicelib import bootstrap
from chalicelib.data import keys
from chalicelib.data.keys import Key
from chalicelib.moving import exporting, service, store, working
from chalicelib.moving.domain import Batch, Source, Wishes
from chalicelib.moving.working import Worker
from chalicelib.organisations import store as organisations
from chalicelib.organisations.audit import Author
from chalicelib.organisations.domain import Organisation
from chalicelib.web.uploads import Upload

_ROWS = 1000
_HEADER = "Family ID,Parent First Name,Parent Last Name,Parent Email,First Name,Last Name,Birth Date,City\n"
_ORG = "bench-moving"
_BY = Author(name="Bench")


def people(rows: int) -> bytes:
    """A file of families with one member each."""
    lines = (f"{n},Marie,Roy{n},marie{n}@example.com,Léa,Roy{n},2015-02-{n % 28 + 1:02},Laval\n" for n in range(rows))
    return (_HEADER + "".join(lines)).encode()


def measure(organisation: Organisation) -> Iterator[Figure]:
    """Processor time of each step; what it needed of memory at most says whether that grows with the rows."""
    organisation, now = replace(organisation, slug=_ORG), datetime.now(UTC)
    organisations.create(organisation)
    name = service.begin(organisation, Source.PLAIN, Upload("people.csv", people(_ROWS)), "Bench", now)
    checking = Wishes()
    yield _timed("import.check-1000", lambda: _worked(name, lambda it: service.ask_to_check(it, checking, now), now))
    yield _timed("import.write-1000", lambda: _worked(name, lambda it: service.ask_to_write(it, _BY, now), now))
    exporting.ask(_ORG, "UTC", _BY, now)
    last = exporting.latest(_ORG)
    key = keys.moving_export(_ORG, last.id if last else "")
    yield _timed("export.1000-families", lambda: exporting.work(_worker(), key, now))
    yield _timed("import.undo-1000", lambda: _worked(name, lambda it: service.ask_to_undo(it, _BY, now), now))
    yield Figure("import.memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "MB")


def _timed(name: str, work: Callable[[], str]) -> Figure:
    started = time.process_time()
    work()
    return Figure(f"{name}.cpu", round((time.process_time() - started) * 1000, 1), "ms")


def _worked(name: str, ask: Callable[[Batch], None], now: datetime) -> str:
    batch = store.get_batch(_ORG, name)
    ask(batch)
    key: Key = keys.moving_batch(_ORG, batch.id)
    return working.work(_worker(), key, now)


def _worker() -> Worker:
    return Worker(bootstrap.archives(), bootstrap.vault(), lambda: False)
