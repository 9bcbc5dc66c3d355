"""Everything that happened with a household in one list, the latest first: acts, documents of money, mails and texts.

Each kind has its own range of keys, and a page of the list is merged of one page of each. Where the next begins is told
for each by itself, so that nothing is left out or shown twice, whatever happened at the same moment.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.billing import store as billing
from chalicelib.billing.domain import Invoice, Payment
from chalicelib.data import keys, read
from chalicelib.data.read import PAGE
from chalicelib.households.activity import Deed, DeedItem
from chalicelib.notifications import archive
from chalicelib.notifications.archive import Sent
from chalicelib.shared.times import day_begins, from_iso

Happening = Deed | Invoice | Payment | Sent

_TOLD_BY_DOCUMENT = frozenset({"invoice_issued", "payment_received"})
"""Acts that the document itself tells of, imported ones too."""


class Row(NamedTuple):
    """Something that happened, and where it stands among its kind."""

    source: str
    place: str
    at: datetime
    what: Happening


class Part(NamedTuple):
    """A page of the list, and after which place of each kind the next begins; empty at the end."""

    rows: Sequence[Row]
    next: Mapping[str, str]


class Asked(NamedTuple):
    """Whose list it is; days of documents are those of the organisation's zone."""

    org: str
    household: str
    zone: str


def page(asked: Asked, sources: Sequence[str], after: Mapping[str, str]) -> Part:
    """The 25 latest rows of some kinds, from beyond a place of each. One round trip for each kind."""
    found: list[Row] = []
    has_more = False
    for source in sources:
        rows, more = SOURCES[source](asked, after.get(source, ""))
        found += rows
        has_more = has_more or more
    found.sort(key=lambda row: row.at, reverse=True)
    shown = found[:PAGE]
    if len(found) == len(shown) and not has_more:
        return Part(shown, {})
    return Part(shown, {**after, **{row.source: row.place for row in shown}})


Read = tuple[list[Row], bool]


def _deeds(asked: Asked, after: str) -> Read:
    start = keys.deed(asked.org, asked.household, "")
    found = read.page(DeedItem, start.pk, keys.DEEDS, after=f"{keys.DEEDS}{after}" if after else "")
    rows = [
        Row("deeds", item.sk.removeprefix(keys.DEEDS), at, Deed(item.deed, at, item.user, item.about or {}))
        for item in found.rows
        for at in (from_iso(item.at),)
    ]
    return rows, bool(found.next)


def _mails(asked: Asked, after: str) -> Read:
    found = archive.page(archive.household_shelf(asked.org, asked.household), after)
    return [Row("mails", sent.id, sent.at, sent) for sent in found.rows], bool(found.next)


def _invoices(asked: Asked, after: str) -> Read:
    found = billing.list_invoices(asked.org, asked.household, after)
    rows = [Row("invoices", each.id, day_begins(each.issued_on, asked.zone), each) for each in found.rows]
    return rows, bool(found.next)


def _payments(asked: Asked, after: str) -> Read:
    found = billing.list_payments(asked.org, asked.household, after)
    rows = [Row("payments", each.id, day_begins(each.received_on, asked.zone), each) for each in found.rows]
    return rows, bool(found.next)


SOURCES: Mapping[str, Callable[[Asked, str], Read]] = {
    "deeds": _deeds, "mails": _mails, "invoices": _invoices, "payments": _payments,
}  # fmt: skip
"""The kinds, each with what reads a page of it."""


def is_told_twice(row: Row) -> bool:
    """Whether a row is an act that the list tells of by its document already."""
    return isinstance(row.what, Deed) and row.what.kind in _TOLD_BY_DOCUMENT
