"""What must hold of a household's books whatever was done with them (NEW-4): read from the table, trusting no sum."""

from collections import Counter
from typing import NamedTuple

from chalicelib.billing import ledger, store
from chalicelib.billing.domain import CreditNote, Invoice, InvoiceStatus, Payment
from chalicelib.billing.ledger import LedgerEntry
from chalicelib.billing.models import CreditItem, CreditNoteItem, InvoiceItem, LedgerItem, PaymentItem, UnpaidItem
from chalicelib.data import keys, read
from chalicelib.households.store import get_summaries
from chalicelib.households.summing import MAX_UNPAID

Kind = tuple[str, str]
"""Payer and currency."""


class Found(NamedTuple):
    """All that a household's books hold."""

    invoices: list[Invoice]
    payments: list[Payment]
    notes: list[CreditNote]
    entries: dict[Kind, list[LedgerEntry]]
    unpaid: list[tuple[str, int, str, str]]
    """Of each invoice that waits for money: id, balance, status, when its next part is due."""
    left: list[tuple[str, int]]
    """Of each document that has something left: id and how much."""

    def documents(self) -> list[Payment | CreditNote]:
        """What may cover invoices."""
        return [*self.payments, *self.notes]

    def balances(self) -> dict[Kind, int]:
        """What each payer owes by the ledger; below zero is credit."""
        return {kind: entries[-1].balance_minor for kind, entries in self.entries.items()}


def books_of(org: str, household: str) -> Found:
    """Everything, by strong reads."""
    items = list(read.whole(keys.household_partition(org, household)))
    entries: dict[Kind, list[LedgerEntry]] = {}
    for item in items:
        if isinstance(item, LedgerItem):
            entry = store.entry_from(item)
            entries.setdefault((entry.payer, entry.currency), []).append(entry)
    return Found(
        [store.invoice_from(item) for item in items if isinstance(item, InvoiceItem)],
        [store.payment_from(item) for item in items if isinstance(item, PaymentItem)],
        [store.credit_note_from(item) for item in items if isinstance(item, CreditNoteItem)],
        entries,
        [(each.invoice, int(each.balance), each.status, each.due_on) for each in items if isinstance(each, UnpaidItem)],
        [(item.document, int(item.left)) for item in items if isinstance(item, CreditItem)],
    )


def check(org: str, household: str) -> Found:
    """Fails unless ledger, documents, pointers and summary say the same of every payer and currency."""
    found = books_of(org, household)
    for entries in found.entries.values():
        ledger.check(entries)
        assert entries[0].sequence == 1
        assert entries[0].balance_minor == entries[0].minor
    _ledger_is_what_documents_say(found)
    _covered_on_both_sides(found)
    _pointers_lead_to_what_is_left(found)
    _summary_counts(org, household, found)
    return found


def _ledger_is_what_documents_say(found: Found) -> None:
    owed: Counter[Kind] = Counter()
    for invoice in found.invoices:
        if invoice.status is not InvoiceStatus.DRAFT:
            assert invoice.balance_minor >= 0
            owed[invoice.payer, invoice.currency] += invoice.balance_minor
    for document in found.documents():
        owed[document.payer, document.currency] -= document.unapplied_minor
    kinds = owed.keys() | found.entries.keys()
    told = found.balances()
    assert {kind: owed[kind] for kind in kinds} == {kind: told.get(kind, 0) for kind in kinds}


def _covered_on_both_sides(found: Found) -> None:
    by_invoice = {(i.id, c.document): c.minor for i in found.invoices for c in i.coverages}
    documents = found.documents()
    by_document = {(part.invoice, each.id): part.minor for each in documents for part in each.allocations}
    assert by_invoice == by_document
    assert all(minor > 0 for minor in by_invoice.values())
    for invoice in found.invoices:
        assert invoice.paid_minor == sum(coverage.minor for coverage in invoice.coverages) <= invoice.total_minor


def _pointers_lead_to_what_is_left(found: Found) -> None:
    waiting = [invoice for invoice in found.invoices if invoice.balance_minor and invoice.status.is_open]
    rows = [(i.id, i.balance_minor, i.status.value, i.dues[0].on.isoformat()) for i in waiting]
    assert sorted(found.unpaid) == sorted(rows)
    left = {each.id: each.unapplied_minor for each in found.documents() if each.unapplied_minor > 0}
    assert dict(found.left) == left


def _summary_counts(org: str, household: str, found: Found) -> None:
    summary = get_summaries(org, (household,))[household]
    due: Counter[str] = Counter()
    for invoice in found.invoices:
        due[invoice.currency] += invoice.balance_minor
    assert dict(summary.due()) == {currency: minor for currency, minor in due.items() if minor}
    assert {(row.payer, row.currency): (row.balance, row.sequence) for row in summary.accounts} == {
        kind: (entries[-1].balance_minor, entries[-1].sequence) for kind, entries in found.entries.items()
    }
    credit = Counter(due)
    for (_, currency), balance in found.balances().items():
        credit[currency] -= balance
    assert dict(summary.credit()) == {currency: minor for currency, minor in credit.items() if minor > 0}
    rows = sorted((i.dues[0].on, i.id, i.balance_minor) for i in found.invoices if i.balance_minor)
    assert [(row.due_on, row.id, row.balance) for row in summary.unpaid] == rows[:MAX_UNPAID]
    assert summary.unpaid_count() == len(rows)
