"""The privacy clock: every minute, makes the copies of their data that families asked for, and carries deletions out.

It alone may erase records and open all kept files, which no page may.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from chalicelib import bootstrap
from chalicelib.data.keys import Key
from chalicelib.entry import loaded
from chalicelib.privacy import deletions, ending, erasing, making, takeaways
from chalicelib.privacy.making import Worker
from chalicelib.shared import tracing
from chalicelib.web import logs

_BUDGET_SECONDS = 600
"""After which the rest is left to the next tick: well within the function's time, for a step takes seconds."""


def tick(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Deletions first, so that no copy is made of what goes. A tick missed or doubled does no harm (M-08)."""
    logs.configure()
    tracing.begin_run(context)
    now = bootstrap.clock().now()
    end = time.monotonic() + _BUDGET_SECONDS

    def is_late() -> bool:
        return time.monotonic() > end

    worker = Worker(bootstrap.archives(), bootstrap.vault(), is_late)
    erased = _each("erasure", deletions.due(now), lambda key: erasing.run(worker.vault, key, now), is_late)
    made = _each("takeaway", takeaways.due(now), lambda key: making.make(worker, key, now), is_late)
    ended = _each("ending", ending.due(now), lambda key: ending.run(worker.vault, key, now, is_late), is_late)
    return {"erased": erased, "made": made, "ended": ended}


def _each(what: str, found: Iterable[Key], work: Callable[[Key], str], is_late: Callable[[], bool]) -> int:
    """Works on what is due while there is time; what fails stays in its queue, and the others go on."""
    done = 0
    for key in found:
        if is_late():
            break
        try:
            logs.event(what, outcome=work(key))
        except Exception as error:
            logs.failure(f"{what}.failed", error)
            continue
        done += 1
    return done


loaded()
