"""The money clock: every quarter of an hour, makes the invoices that are due, charges what is paid by itself, reminds
of what is overdue, and tells of cards and quotes that end."""

from typing import Any

from chalicelib import bootstrap
from chalicelib.dunning import jobs as dunning
from chalicelib.entry import loaded
from chalicelib.payments import autopay, cards
from chalicelib.quotes import jobs as quotes
from chalicelib.recurring import jobs as recurring
from chalicelib.web import logs, running
from chalicelib.web.running import Job


def tick(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Recurring invoices first and reminders last, so that what was charged now is not reminded of.

    A tick missed or doubled does no harm (M-08).
    """
    logs.configure()
    jobs = (
        Job("made", recurring.make_due_invoices),
        Job("charged", lambda now: autopay.run(bootstrap.gateway, now)),
        Job("cards", cards.run),
        Job("quotes", quotes.run),
        Job("reminded", dunning.run),
    )
    return running.run(jobs, context, bootstrap.clock().now())


loaded()
