"""The settling function: works off what Stripe told, as it is kept and every minute what was left over."""

from datetime import datetime
from typing import Any

from chalicelib import bootstrap
from chalicelib.data import handed
from chalicelib.data.keys import Key
from chalicelib.entry import loaded
from chalicelib.payments import closing, inbox, reconciling
from chalicelib.shared import budget
from chalicelib.web import logs, metrics, running
from chalicelib.web.running import Job


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Works off events as they are kept. What fails stays in the queue for the sweep, so nothing is blocked."""
    logs.configure()
    for record in handed.records(event).values():
        handed.begin(record)
        _work_off(handed.key_of(record))
    return handed.failed(())


def sweep(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Works off events that are due and still wait; then ends pages that ask for too much (P-12), and compares
    organisations whose turn it is with Stripe (P-16)."""
    logs.configure()
    jobs = (
        Job("due", _left_over),
        Job("closed", lambda now: closing.run(bootstrap.gateway, now)),
        Job("compared", lambda now: reconciling.run(bootstrap.gateway, now)),
    )
    try:
        return running.run(jobs, context, bootstrap.clock().now())
    finally:
        metrics.count("StripeEventsAge", inbox.oldest_seconds(bootstrap.clock().now()), "Seconds")


def _left_over(now: datetime) -> int:
    found = inbox.due(now)
    for key in budget.each(found):
        _work_off(key)
    return len(found)


def _work_off(key: Key) -> None:
    try:
        outcome = inbox.work_off(bootstrap.gateway, key, bootstrap.clock().now())
    except Exception as error:
        logs.failure("settling.failed", error)
        return
    logs.event("settling", outcome=outcome)


loaded()
