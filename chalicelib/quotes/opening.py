"""A family opens a quote: remembered once, and never a reason for the page to fail (X-3)."""

from datetime import datetime

from chalicelib.data.write import ConditionFailed
from chalicelib.quotes import store
from chalicelib.quotes.domain import Quote, QuoteStatus
from chalicelib.shared.errors import Unavailable


def opened(org: str, quote: Quote, now: datetime) -> None:
    """Notes that the family saw a sent quote, if nobody did before; one that is being answered is seen anyway."""
    if quote.status is not QuoteStatus.SENT or quote.viewed_at:
        return
    try:
        store.mark_viewed(org, quote, now)
    except (ConditionFailed, Unavailable):
        return
