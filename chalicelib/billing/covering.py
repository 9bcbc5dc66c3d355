"""What covers what: money and credit notes laid over open invoices, and taken off again.

Works on the books of one household. The balance stays as it is, for only the ledger changes it;
what moves is which invoice is paid and what is left as credit.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from chalicelib.billing import store
from chalicelib.billing.allocating import allocate
from chalicelib.billing.books import Books
from chalicelib.billing.domain import (
    CREDIT_NOTE,
    Allocation,
    Coverage,
    CreditNote,
    Invoice,
    Payment,
    status_after,
)

P = TypeVar("P", Payment, CreditNote)

MOST_INVOICES = 20
"""Invoices that one use case covers at once: each takes up to four of a transaction's hundred writes."""


def open_invoices(books: Books, currency: str, payer: str, wanted: Sequence[str] = ()) -> list[Invoice]:
    """Invoices of a payer that wait for money: those `wanted`, else those due first. Strongly read."""
    ids = wanted or [row.id for row in store.list_unpaid(books.org, books.household, consistent=True).rows]
    ids = list(dict.fromkeys(ids))[:MOST_INVOICES]
    known = books.invoices.known(ids)
    unread = [invoice_id for invoice_id in ids if invoice_id not in known]
    stored = store.get_invoices(books.org, books.household, unread) if unread else []
    return [
        invoice
        for invoice in (*known.values(), *map(books.invoices.take, stored))
        if invoice.balance_minor > 0 and (invoice.currency, invoice.payer) == (currency, payer)
    ]


def apply_payment(books: Books, payment: Payment, wanted: Sequence[str] = ()) -> Payment:
    """Covers invoices with what is left of a payment: the `wanted` ones, else those due first."""
    parts = _cover(books, payment.unapplied_minor, payment, wanted, payment.received_on, payment.method)
    payment = replace(payment, allocations=_added(payment.allocations, parts))
    books.payments.put(payment)
    return payment


def apply_credit_note(books: Books, note: CreditNote, wanted: Sequence[str]) -> CreditNote:
    """Covers the `wanted` invoices with what is left of a credit note."""
    parts = _cover(books, note.unapplied_minor, note, wanted, note.issued_on, CREDIT_NOTE)
    note = replace(note, allocations=_added(note.allocations, parts))
    books.credit_notes.put(note)
    return note


def apply_credit(books: Books, invoice_id: str) -> int:
    """Covers an invoice with what the family has in its favour, oldest first; returns the minor units used."""
    before = books.invoices.get(invoice_id)
    for credit in store.list_credits(books.org, books.household, consistent=True).rows:
        if (credit.currency, credit.payer) != (before.currency, before.payer):
            continue
        apply_document(books, credit.document, [invoice_id], is_note=credit.source == CREDIT_NOTE)
    return before.balance_minor - books.invoices.get(invoice_id).balance_minor


def apply_document(books: Books, document_id: str, wanted: Sequence[str], *, is_note: bool) -> None:
    """Covers the `wanted` invoices with what is left of a payment, or of a credit note."""
    if is_note:
        apply_credit_note(books, books.credit_notes.get(document_id), wanted)
    else:
        apply_payment(books, books.payments.get(document_id), wanted)


def free(books: Books, payment: Payment, minor: int) -> Payment:
    """Takes `minor` units off the invoices a payment covers, the last first, and remembers it.

    Where a credit note has something left it steps in, so that what was taken back and then paid
    out does not look unpaid.
    """
    for part in reversed(payment.allocations):
        taken = min(minor, part.minor)
        if taken:
            minor -= taken
            payment = take_off(books, payment, part.invoice, taken)
            payment = replace(payment, freed=_added(payment.freed, [part._replace(minor=taken)]))
            _step_in(books, part.invoice)
            _stop_autopay(books, part.invoice)
    books.payments.put(payment)
    return payment


def _stop_autopay(books: Books, invoice_id: str) -> None:
    """Whoever got money back, or fetched it back, is not charged for the same again without being asked."""
    invoice = books.invoices.get(invoice_id)
    if invoice.autopay and invoice.balance_minor:
        books.invoices.put(replace(invoice, autopay=False))


def take_off(books: Books, document: P, invoice_id: str, minor: int) -> P:
    """Takes `minor` units of a payment or credit note off one invoice that it covers."""
    invoice = books.invoices.get(invoice_id)
    coverages = (
        each._replace(minor=each.minor - minor) if each.document == document.id else each for each in invoice.coverages
    )
    books.invoices.put(_covered(invoice, tuple(each for each in coverages if each.minor)))
    parts = (
        part._replace(minor=part.minor - minor) if part.invoice == invoice_id else part for part in document.allocations
    )
    document = replace(document, allocations=tuple(part for part in parts if part.minor))
    if isinstance(document, Payment):
        books.payments.put(document)
    else:
        books.credit_notes.put(document)
    return document


def cover_again(books: Books, payment: Payment) -> Payment:
    """Lays money that returned over the invoices that it had covered, what was taken off last first.

    So a payment covers the same whichever refunds failed and whenever that was noticed. What is still
    missing goes on being remembered; what an invoice no longer needs stays as credit.
    """
    still: list[Allocation] = []
    for part in reversed(payment.freed):
        back = min(part.minor, payment.unapplied_minor)
        parts = _cover(books, back, payment, [part.invoice], payment.received_on, payment.method)
        payment = replace(payment, allocations=_added(payment.allocations, parts))
        if part.minor > back:
            still = [part._replace(minor=part.minor - back), *still]
    payment = replace(payment, freed=tuple(still))
    books.payments.put(payment)
    return payment


def _step_in(books: Books, invoice_id: str) -> None:
    """Lets credit notes of the same invoice cover what money no longer covers."""
    for credit in store.list_credits(books.org, books.household, consistent=True).rows:
        if credit.source == CREDIT_NOTE:
            note = books.credit_notes.get(credit.document)
            if note.invoice == invoice_id and note.unapplied_minor:
                apply_credit_note(books, note, [invoice_id])


def _cover(
    books: Books, minor: int, document: Payment | CreditNote, wanted: Sequence[str], on: date, method: str
) -> list[Allocation]:
    if minor <= 0:
        return []
    invoices = open_invoices(books, document.currency, document.payer, wanted)
    parts, _ = allocate(minor, invoices, wanted)
    for part in parts:
        invoice = books.invoices.get(part.invoice)
        before = next((c.minor for c in invoice.coverages if c.document == document.id), 0)
        others = tuple(c for c in invoice.coverages if c.document != document.id)
        coverages = (*others, Coverage(document.id, on, before + part.minor, method))
        books.invoices.put(_covered(invoice, coverages))
    return parts


def _covered(invoice: Invoice, coverages: tuple[Coverage, ...]) -> Invoice:
    paid = sum(coverage.minor for coverage in coverages)
    status = status_after(invoice.total_minor, paid, invoice.status)
    return replace(invoice, coverages=coverages, paid_minor=paid, status=status)


def _added(parts: Sequence[Allocation], more: Sequence[Allocation]) -> tuple[Allocation, ...]:
    merged = {part.invoice: part for part in parts}
    for part in more:
        before = merged[part.invoice].minor if part.invoice in merged else 0
        merged[part.invoice] = part._replace(minor=before + part.minor)
    return tuple(merged.values())
