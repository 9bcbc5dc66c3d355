"""Puts what was stored before there was a queue for it into the work queue of the money clock; safe to repeat."""

from datetime import datetime

from chalicelib.billing.models import UnpaidItem
from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.dunning import jobs
from chalicelib.payments import cards
from chalicelib.payments.models import MethodItem
from chalicelib.quotes import jobs as quotes
from chalicelib.quotes.models import OpenQuoteItem

KINDS = ("unpaid", "open_quote", "payment_method")
"""Kinds of items that it may have something to do for."""


def mend(org: str, key: Key, _now: datetime) -> bool:
    """Whether something was written for the item at `key` of an organisation. Two calls at the most.

    Raises Unavailable.
    """
    item = read.one(Item, key) if keys.is_of(org, key.pk) else None
    if isinstance(item, UnpaidItem):
        return jobs.mend(item)
    if isinstance(item, OpenQuoteItem):
        return quotes.mend(item)
    return cards.mend(item) if isinstance(item, MethodItem) else False
