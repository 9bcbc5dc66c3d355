"""A family opens an invoice: remembered once, and never a reason for the page to fail (X-3)."""

from datetime import datetime

from chalicelib.billing import store
from chalicelib.billing.domain import Invoice
from chalicelib.data.write import ConditionFailed
from chalicelib.shared.errors import Unavailable


def opened(org: str, invoice: Invoice, now: datetime) -> None:
    """Notes that the family saw an invoice that was sent, if nobody did before; one that changes meanwhile is seen
    the next time."""
    if invoice.sent_at is None or invoice.viewed_at:
        return
    try:
        store.mark_viewed(org, invoice, now)
    except (ConditionFailed, Unavailable):
        return
