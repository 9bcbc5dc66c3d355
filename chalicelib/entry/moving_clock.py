"""The moving clock: every minute, checks, writes and takes back batches of files, and makes exports of everything.

It alone may look through the whole table, which only an export does.
"""

import time
from typing import Any

from chalicelib import bootstrap
from chalicelib.data import read
from chalicelib.entry import loaded
from chalicelib.moving import exporting, working
from chalicelib.moving.models import QUEUE
from chalicelib.moving.working import Worker
from chalicelib.shared import tracing
from chalicelib.shared.times import to_iso
from chalicelib.web import logs

_BUDGET_SECONDS = 600
"""After which the rest is left to the next tick: well within the function's time, for a step takes seconds."""


def tick(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Works on what waits while there is time. A tick missed or doubled does no harm (M-08)."""
    logs.configure()
    tracing.begin_run(context)
    now = bootstrap.clock().now()
    end = time.monotonic() + _BUDGET_SECONDS
    worker = Worker(bootstrap.archives(), bootstrap.vault(), lambda: time.monotonic() > end)
    done = {"batches": 0, "exports": 0}
    for key in read.waiting(QUEUE, to_iso(now)):
        if worker.is_late():
            break
        what, work = ("exports", exporting.work) if exporting.is_export(key) else ("batches", working.work)
        try:
            logs.event(what, outcome=work(worker, key, now))
        except Exception as error:  # what fails stays in its queue, and the others go on
            logs.failure(f"{what}.failed", error)
            continue
        done[what] += 1
    return done


loaded()
