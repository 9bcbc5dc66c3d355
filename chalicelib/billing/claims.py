"""What somebody is about to pay online while its balance falls: such a page must not stay open (P-12).

Payments says by a claim which attempt to pay an invoice is under way. Here nothing of it is known but its key:
it is put into the work queue, with the write that lowers the balance, and payments does the rest.
"""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.data.write import Transaction
from chalicelib.shared.times import to_iso

QUEUE = "closing"
"""Work queue of claims whose invoice owes less than when its page was made."""


def recheck(transaction: Transaction, org: str, household_id: str, invoices: Sequence[str], now: datetime) -> None:
    """Has open pages for `invoices` looked at. One strong round trip, unless the transaction ends their claims itself.

    The transaction is refused when a claim comes or goes meanwhile: whoever starts to pay checks the invoice, and
    whoever lowers it checks the claim, so that no two of them can miss each other.
    """
    wanted = {keys.claim(org, household_id, invoice) for invoice in invoices} - transaction.keys()
    found = read.raw(sorted(wanted)) if wanted else {}
    for key in sorted(wanted):
        if key in found:
            actions = [Item.queue.set(QUEUE), Item.due.set(to_iso(now))]
            transaction.update("claim", Item(*key), actions, Item.pk.exists())
        else:
            transaction.check("claim", Item, *key, Item.pk.does_not_exist())
