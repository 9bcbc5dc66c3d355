"""Reads and writes recurring invoices."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from chalicelib.billing.domain import Invoice
from chalicelib.billing.models import InvoiceItem, RecurringInvoiceItem
from chalicelib.billing.pricing import LineRequest
from chalicelib.billing.store import invoice_from
from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.organisations.terms import AutopayMode, Tax
from chalicelib.recurring.domain import Frequency, Recurring, RecurringStatus, Terms
from chalicelib.recurring.models import RecurringItem
from chalicelib.shared.ids import is_dated_id
from chalicelib.shared.times import day_begins, day_or_none, from_iso, to_iso

QUEUE = "recurring"


class Made(NamedTuple):
    """A recurring invoice with a page of the invoices it made, newest first."""

    recurring: Recurring
    invoices: Sequence[Invoice]
    next: str
    """Id to go on after; empty at the end."""


def get(org: str, household_id: str, recurring_id: str) -> Recurring | None:
    """The household's recurring invoice, drafts too, or None. One strong read."""
    if not is_dated_id(recurring_id):
        return None
    item = read.one(RecurringItem, keys.recurring(org, household_id, recurring_id))
    return recurring_from(item) if item else None


def list_page(org: str, household_id: str, after: str = "", *, drafts: bool = False) -> read.Page[Recurring]:
    """Recurring invoices, newest first, a page at a time; for staff with `drafts` too. One round trip."""
    found = read.listed(RecurringItem, partial(keys.recurring, org, household_id), after=after, consistent=drafts)
    rows = [recurring_from(item) for item in found.rows if drafts or item.status != RecurringStatus.DRAFT.value]
    return read.Page(rows, found.next)


def has_any(org: str, household_id: str, is_meant: Callable[[Recurring], bool]) -> bool:
    """Whether one of all recurring invoices, but drafts, is as `is_meant` says. A round trip for each 25."""
    after = ""
    while True:
        found = list_page(org, household_id, after)
        if any(map(is_meant, found.rows)):
            return True
        if not found.next:
            return False
        after = found.next


def get_made(org: str, household_id: str, recurring_id: str, after: str = "", *, drafts: bool = False) -> Made | None:
    """A recurring invoice with the invoices it made (REC-2); None for a draft, but for staff with `drafts`.

    Two round trips.
    """
    if not is_dated_id(recurring_id):
        return None
    made_by = partial(keys.recurring_invoice, org, household_id, recurring_id)
    pointers = read.listed(RecurringInvoiceItem, made_by, after=after)
    wanted = [keys.invoice(org, household_id, pointer.invoice) for pointer in pointers.rows]
    own = keys.recurring(org, household_id, recurring_id)
    found = read.many(Item, [own, *wanted])
    item = found.get(own)
    if not isinstance(item, RecurringItem) or (item.status == RecurringStatus.DRAFT.value and not drafts):
        return None
    invoices = [each for key in wanted if isinstance(each := found.get(key), InvoiceItem)]
    return Made(recurring_from(item), [invoice_from(each) for each in invoices], pointers.next)


def save(transaction: Transaction, org: str, zone: str, recurring: Recurring) -> None:
    """Adds the write of a new or changed recurring invoice; refused when it was changed meanwhile.

    `zone` is the organisation's: the next invoice is due when its day begins there.
    """
    transaction.put("recurring", recurring_item(org, zone, recurring))


def remove(transaction: Transaction, org: str, zone: str, recurring: Recurring) -> None:
    """Adds the end of a recurring invoice; refused when it was changed meanwhile."""
    transaction.delete("recurring", recurring_item(org, zone, recurring))


def due_at(key: Key, now: datetime) -> str:
    """Id of the recurring invoice at a key of the queue, if one of its invoices is due; else "". One strong read."""
    item = read.one(RecurringItem, key)
    return item.recurring if item is not None and _is_due(item, now) else ""


def _is_due(item: RecurringItem, now: datetime) -> bool:
    return bool(item.due) and from_iso(item.due) <= now


def put_off(key: Key, until: datetime, now: datetime) -> None:
    """Has the schedule look at it again only `until` then; nothing where somebody changed it meanwhile."""
    item = read.one(RecurringItem, key)
    if item is not None and _is_due(item, now):
        with suppress(ConditionFailed):
            write.update(item, [RecurringItem.due.set(to_iso(until))], RecurringItem.due == item.due)


def recurring_item(org: str, zone: str, recurring: Recurring) -> RecurringItem:
    """The item that stores `recurring`, in the work queue as long as there is a next invoice."""
    pk, sk = keys.recurring(org, recurring.household, recurring.id)
    next_on = recurring.next_on
    return RecurringItem(
        pk,
        sk,
        org=org,
        recurring=recurring.id,
        household=recurring.household,
        title=recurring.title,
        currency=recurring.currency,
        status=recurring.status.value,
        starts_on=recurring.starts_on.isoformat(),
        terms=_terms_row(recurring.terms),
        periods=recurring.periods,
        cycles_left=recurring.cycles_left,
        ends_on=recurring.ends_on.isoformat() if recurring.ends_on else None,
        planned=_terms_row(recurring.planned) if recurring.planned else None,
        autopay=recurring.autopay.value,
        autopay_chosen=recurring.autopay_chosen,
        payer=recurring.payer or None,
        queue=QUEUE if next_on else None,
        due=to_iso(day_begins(next_on, zone)) if next_on else None,
        version=recurring.version,
    )


def recurring_from(item: RecurringItem) -> Recurring:
    """The recurring invoice that `item` stores."""
    return Recurring(
        id=item.recurring,
        household=item.household,
        title=item.title,
        currency=item.currency,
        status=RecurringStatus(item.status),
        starts_on=date.fromisoformat(item.starts_on),
        terms=_terms_from(item.terms),
        periods=int(item.periods),
        cycles_left=_count(item.cycles_left),
        ends_on=day_or_none(item.ends_on),
        planned=_terms_from(item.planned) if item.planned else None,
        autopay=AutopayMode(item.autopay),
        autopay_chosen=item.autopay_chosen,
        payer=item.payer or "",
        version=item.version,
    )


def _count(stored: float | None) -> int | None:
    return None if stored is None else int(stored)


def _terms_row(terms: Terms) -> list[Any]:
    return [terms.since.isoformat(), terms.frequency.value, [_line_row(line) for line in terms.lines]]


def _terms_from(row: list[Any]) -> Terms:
    since, frequency, lines = row
    return Terms(date.fromisoformat(since), Frequency(frequency), tuple(_line_from(line) for line in lines))


def _line_row(line: LineRequest) -> list[Any]:
    taxes = None if line.taxes is None else [list(tax) for tax in line.taxes]
    return [
        line.description, str(line.quantity), line.unit_minor, line.member, line.discount_minor, line.discount_ppm,
        taxes,
    ]  # fmt: skip


def _line_from(row: list[Any]) -> LineRequest:
    description, quantity, unit, member, discount, discount_ppm, taxes = row
    borne = None if taxes is None else tuple(Tax(*tax) for tax in taxes)
    return LineRequest(description, Decimal(quantity), unit, member, discount, discount_ppm, borne)
