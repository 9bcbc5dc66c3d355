"""The money clock: every quarter of an hour, makes the invoices that are due and charges what is paid by itself."""

from typing import Any

from chalicelib import bootstrap
from chalicelib.entry import loaded
from chalicelib.payments import autopay
from chalicelib.recurring import jobs
from chalicelib.web import logs


def tick(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Recurring invoices first, so that one made now is charged now. A tick missed or doubled does no harm (M-08)."""
    logs.configure()
    now = bootstrap.clock().now()
    return {"made": jobs.make_due_invoices(now), "charged": autopay.run(bootstrap.gateway, now)}


loaded()
