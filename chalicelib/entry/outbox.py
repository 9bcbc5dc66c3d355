"""The outbox function: prompt messages from the table's stream, and every minute bulk mail and what was left over."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from chalicelib import bootstrap, settings
from chalicelib.adapters.clock import SystemClock
from chalicelib.data import handed, outbox
from chalicelib.data.keys import Key
from chalicelib.data.outbox import Lane
from chalicelib.dunning import checking as overdue
from chalicelib.entry import loaded
from chalicelib.notifications import delivery, pace
from chalicelib.payments import cards, noticing
from chalicelib.quotes import jobs as quotes
from chalicelib.reminders import checking as reminders
from chalicelib.reminders import endings
from chalicelib.shared import tracing
from chalicelib.shared.times import after
from chalicelib.web import logs, metrics

CHECKING = (cards, endings, noticing, overdue, quotes, reminders)
"""Modules that `notifications.standing` asks by name whether a message still stands. They are imported here, for a
package holds what is imported, and features may not be by that one."""
_AT_ONCE_SECONDS = 30
"""What is left then stays in the work queue, and the sweep finds it; the last one begun has its time still."""
_SWEEP_SECONDS = 70
"""The last message begun may take as long as the worst sending, `claiming.WORST_SECONDS`."""
_WORKERS = 4
"""What a mail takes is mostly waiting; so many at once keep up with what SES takes in a second."""
_ROUND = 5 * _WORKERS
"""After so many of bulk mail the prompt lane is looked at again: nobody waits behind ten thousand (M-12)."""


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Delivers messages as they are written. What fails stays in the queue for the sweep, so nothing is blocked."""
    logs.configure()
    end = after(bootstrap.clock().now(), _AT_ONCE_SECONDS)
    carriers = _carriers()
    for record in handed.records(event).values():
        handed.begin(record)
        _deliver(carriers, handed.key_of(record), end)
    return handed.failed(())


def sweep(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Delivers what is due and still waits, for as long as the run has time.

    A tick that is missed, late or doubled does no harm (M-08).
    """
    logs.configure()
    tracing.begin_run(context)
    begins = bootstrap.clock().now()
    for lane in Lane:
        metrics.count("OutboxAge", outbox.oldest_seconds(begins, lane), "Seconds", lane=lane.name.lower())
    end, carriers = after(begins, _SWEEP_SECONDS), _carriers()
    with ThreadPoolExecutor(_WORKERS) as pool:

        def work(found: Sequence[Key]) -> None:
            list(pool.map(lambda key: _deliver(carriers, key, end), found))

        return {"due": _by_lanes(work, end)}


def _by_lanes(work: Callable[[Sequence[Key]], None], end: datetime) -> int:
    """Works off the prompt lane, then some of the bulk lane, then looks again; returns how many were taken up.

    Nothing is taken up twice in a run: the index may still tell of what was done a moment ago.
    """
    seen: set[Key] = set()

    def fresh(lane: Lane) -> list[Key]:
        return [key for key in outbox.due(bootstrap.clock().now(), lane) if key not in seen]

    while bootstrap.clock().now() < end:
        prompt = fresh(Lane.PROMPT)
        found = prompt or fresh(Lane.BULK)[:_ROUND]
        if not found:
            break
        seen.update(found)
        work(found)
    return len(seen)


def _carriers() -> delivery.Carriers:
    paced = pace.of(settings.current(), SystemClock())
    return delivery.Carriers(bootstrap.mailer(), bootstrap.texter(), paced)


def _deliver(carriers: delivery.Carriers, key: Key, end: datetime) -> None:
    now = bootstrap.clock().now()
    if now >= end:
        return
    tracing.begin("")  # this thread may have worked for something else before
    try:
        outcome = delivery.deliver(carriers, key, now)
    except Exception as error:
        logs.failure("message.failed", error)
        return
    logs.event("message", outcome=outcome)


loaded()
