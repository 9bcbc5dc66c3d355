"""Invoices from draft to issue and back: publishing, cancelling, crediting (INV-3, C8).

An issued invoice is never edited. A credit note with a number of its own corrects it, wholly when
it is cancelled, so that statements add up and nothing a family saw disappears.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from chalicelib.billing import store
from chalicelib.billing.books import Books
from chalicelib.billing.covering import apply_credit_note, apply_document, take_off
from chalicelib.billing.crediting import credit_lines
from chalicelib.billing.domain import (
    CREDIT_NOTE,
    CreditNote,
    Due,
    Invoice,
    InvoiceLine,
    InvoiceStatus,
)
from chalicelib.billing.items import invoice_items
from chalicelib.billing.ledger import EntryKind
from chalicelib.billing.numbering import next_number
from chalicelib.billing.pricing import LineRequest, price, total
from chalicelib.data.outbox import Notice
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.ids import dated_id
from chalicelib.shared.texts import say
from chalicelib.shared.times import day_begins, to_iso


class InvoiceRequest(NamedTuple):
    """What to bill."""

    lines: Sequence[LineRequest]
    currency: str = ""
    """Empty: the organisation's."""
    due_on: date | None = None
    """None: the organisation's usual days after issue."""
    payer: str = ""
    schedule: tuple[Due, ...] = ()
    note: str = ""
    reference: str = ""
    recurring: str = ""
    quote: str = ""
    autopay: bool = False
    late_for: str = ""


def draft(books: Books, request: InvoiceRequest) -> Invoice:
    """A new invoice that nobody in the family sees yet (INV-2)."""
    lines = price(request.lines, books.organisation.billing)
    due_on = request.due_on or books.today + timedelta(days=books.organisation.billing.days_to_pay)
    invoice = Invoice(
        id=dated_id(books.today),
        household=books.household,
        number="",
        currency=request.currency or books.organisation.currency,
        issued_on=books.today,
        due_on=request.schedule[-1].on if request.schedule else due_on,
        status=InvoiceStatus.DRAFT,
        lines=lines,
        total_minor=total(lines),
        note=request.note,
        payer=request.payer,
        schedule=request.schedule,
        reference=request.reference,
        recurring=request.recurring,
        quote=request.quote,
        autopay=request.autopay,
        late_for=request.late_for,
    )
    books.invoices.put(invoice)
    return invoice


def find_draft(books: Books, invoice_id: str) -> Invoice:
    """A stored draft. Raises NotFound, also when it was issued meanwhile."""
    found = store.get_draft(books.org, books.household, invoice_id)
    if found is None:
        raise NotFound
    return books.invoices.take(found)


def discard(books: Books, draft: Invoice) -> Invoice:
    """Throws a draft away, which the family never saw (C8); returns it as what became of it."""
    for item in invoice_items(books.org, draft).values():
        books.transaction.delete("draft", item)
    return replace(draft, status=InvoiceStatus.CANCELLED)


def issue(books: Books, invoice: Invoice, *, send: bool = True) -> Invoice:
    """Publishes a draft under its number; `send` also mails it (INV-3). From now on it counts.

    An invoice over nothing is paid at once. Raises Conflict for an invoice below zero.
    """
    if invoice.total_minor < 0:
        raise Conflict(say("An invoice can not be below zero; use a credit note."))
    published = replace(
        invoice,
        id=dated_id(books.today, invoice.id.partition("-")[2]),
        number=next_number(books.transaction, books.organisation, "invoice", books.today),
        issued_on=books.today,
        due_on=max(invoice.due_on, books.today),
        status=InvoiceStatus.ISSUED if invoice.total_minor else InvoiceStatus.PAID,
        sent_at=books.now,
        version=None,
    )
    books.invoices.replace(invoice, published)
    books.post(EntryKind.INVOICE, published.total_minor, published, published.issued_on, number=published.number)
    books.news("invoice", published.id, published.number)
    books.note("invoice_issued", published.number)
    if send:
        tell(books, published)
    return published


def tell(books: Books, invoice: Invoice, *, again: str = "") -> None:
    """Mails an issued invoice to the family: once, and once more for each `again`."""
    facts = {
        "invoice": invoice.id,
        "number": invoice.number,
        "minor": invoice.balance_minor,
        "currency": invoice.currency,
        "at": to_iso(day_begins(invoice.dues[0].on if invoice.dues else invoice.due_on, books.organisation.zone)),
        "autopay": invoice.autopay,
    }
    books.tell(Notice("invoice", "", facts, household=books.household), message=message_of(invoice, again))


def message_of(invoice: Invoice, again: str = "") -> str:
    """Name of the message that tells of an invoice."""
    return f"invoice-{invoice.id}{again and '-'}{again}"


def credit(
    books: Books,
    invoice: Invoice,
    reason: str,
    *,
    earlier: Iterable[CreditNote] = (),
    chosen: Collection[int] | None = None,
    minor: int | None = None,
) -> CreditNote:
    """Takes back an invoice, some of its lines or `minor` units of it; what is still to pay shrinks first.

    `earlier` are the credit notes it has already. Raises ValueError when not as much is left to take back.
    """
    credited = [line for note in earlier for line in note.lines]
    note = _note(books, invoice, credit_lines(invoice, credited, chosen=chosen, minor=minor), reason)
    return apply_credit_note(books, note, [invoice.id])


def credit_part(books: Books, invoice: Invoice, lines: tuple[InvoiceLine, ...], reason: str) -> CreditNote:
    """Takes back parts of an invoice's lines (`crediting.part_of_line`); what is still to pay shrinks first."""
    return apply_credit_note(books, _note(books, invoice, lines, reason), [invoice.id])


def cancel(books: Books, invoice: Invoice, reason: str, earlier: Iterable[CreditNote] = ()) -> Invoice:
    """Takes an issued invoice back whole. It stays visible with its mark; money paid on it becomes credit (C8).

    `earlier` are the credit notes it has already. Raises Conflict when nothing of it is left to take back.
    """
    was_paid = any(coverage.method != CREDIT_NOTE for coverage in invoice.coverages)
    notes = [books.credit_notes.take(note) for note in earlier]
    left = invoice.total_minor - sum(note.total_minor for note in notes)
    if left <= 0 or invoice.status in (InvoiceStatus.CANCELLED, InvoiceStatus.REVERSED):
        raise Conflict(say("Nothing of this invoice is left to take back."))
    elsewhere = _gather(books, invoice, notes)
    freed = _make_room(books, invoice, {note.id for note in notes})
    for note in notes:
        apply_credit_note(books, books.credit_notes.get(note.id), [invoice.id])
    credit(books, books.invoices.get(invoice.id), reason, earlier=notes)
    status = InvoiceStatus.REVERSED if was_paid else InvoiceStatus.CANCELLED
    cancelled = replace(books.invoices.get(invoice.id), status=status)
    books.invoices.put(cancelled)
    for document, is_note in freed if elsewhere else ():
        apply_document(books, document, elsewhere, is_note=is_note)
    return cancelled


def _gather(books: Books, invoice: Invoice, notes: Iterable[CreditNote]) -> list[str]:
    """Takes an invoice's own credit notes off other invoices, and returns those: its money shall cover them instead."""
    found = [(note.id, part) for note in notes for part in note.allocations if part.invoice != invoice.id]
    for note_id, part in found:
        take_off(books, books.credit_notes.get(note_id), part.invoice, part.minor)
    return list(dict.fromkeys(part.invoice for _, part in found))


def _make_room(books: Books, invoice: Invoice, own: Collection[str]) -> list[tuple[str, bool]]:
    """Takes all but its `own` credit notes off an invoice that is taken back; what covered it becomes credit.

    So nothing that may be given back later covers an invoice which nobody has to pay any more.
    """
    others = [coverage for coverage in invoice.coverages if coverage.document not in own]
    for coverage in others:
        if coverage.method == CREDIT_NOTE:
            take_off(books, books.credit_notes.get(coverage.document), invoice.id, coverage.minor)
        else:
            take_off(books, books.payments.get(coverage.document), invoice.id, coverage.minor)
    return [(coverage.document, coverage.method == CREDIT_NOTE) for coverage in others]


def give_credit(
    books: Books, lines: tuple[InvoiceLine, ...], currency: str, reason: str, payer: str = "", *, note_id: str = ""
) -> CreditNote:
    """A credit that corrects no invoice, such as a gesture of goodwill; under `note_id`, or under a new id."""
    return _write_note(books, "", "", lines, currency, payer, reason, note_id)


def _note(books: Books, invoice: Invoice, lines: tuple[InvoiceLine, ...], reason: str) -> CreditNote:
    return _write_note(books, invoice.id, invoice.number, lines, invoice.currency, invoice.payer, reason)


def _write_note(
    books: Books,
    invoice: str,
    number: str,
    lines: tuple[InvoiceLine, ...],
    currency: str,
    payer: str,
    reason: str,
    note_id: str = "",
) -> CreditNote:
    note = CreditNote(
        id=note_id or dated_id(books.today),
        household=books.household,
        number=next_number(books.transaction, books.organisation, "credit_note", books.today),
        currency=currency,
        issued_on=books.today,
        lines=lines,
        total_minor=total(lines),
        invoice=invoice,
        invoice_number=number,
        reason=reason,
        payer=payer,
    )
    books.credit_notes.put(note)
    books.hold("credit_note")
    books.post(EntryKind.CREDIT_NOTE, -note.total_minor, note, note.issued_on, number=note.number)
    books.news("credit_note", note.id, note.number)
    books.note("credited", note.number)
    return note
