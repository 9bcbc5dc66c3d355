"""Makes the index of clients anew, for records that are older than the index, or when it is in doubt."""

from collections.abc import Iterator

from chalicelib.billing.models import InvoiceItem
from chalicelib.clients import indexing
from chalicelib.data import keys, read
from chalicelib.data.keys import Key


def rebuild(org: str) -> Iterator[str]:
    """Reads every household anew and yields its id when that is done; raises Conflict, Unavailable.

    Begun again it goes through all once more, and writes only what differs. The whole table is read to find them, for
    nobody knows what the list is missing: the operator pays for that.
    """
    for key in _households(org):
        household = keys.owner(key)[1]
        indexing.refresh(org, household)
        for invoice in read.each(InvoiceItem, key.pk, keys.INVOICES):
            indexing.note_invoice(org, household, invoice.invoice, invoice.number)
        yield household


def _households(org: str) -> Iterator[Key]:
    after: Key | None = None
    while True:
        leaf = read.leaf_through(org, after)
        yield from (key for key in leaf.keys if key.sk == keys.household(org, "").sk)
        after = leaf.next
        if after is None:
            return
