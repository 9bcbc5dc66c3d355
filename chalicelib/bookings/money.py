"""What bookings cost and what giving them up comes to, told before it happens and then done just so (NEW-1).

A booking has one invoice at a time. What is given back is a credit note on it: it takes off what is still
to pay, and what was paid already stays as credit of the family.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from chalicelib.billing import issuing, store
from chalicelib.billing.books import Books
from chalicelib.billing.covering import apply_document
from chalicelib.billing.domain import CREDIT_NOTE, CreditNote, Invoice, InvoiceStatus
from chalicelib.billing.issuing import InvoiceRequest
from chalicelib.billing.pricing import PER_WHOLE, rounded
from chalicelib.bookings.domain import Booking, Side
from chalicelib.shared.times import local_day

Freed = list[tuple[str, bool]]
"""Payments and credit notes that have something left, and whether each is a credit note."""


class Parting(NamedTuple):
    """What giving a booking up comes to, in minor units."""

    charged_minor: int = 0
    """What is billed for it now."""
    kept_minor: int = 0
    """What of it stays billed."""
    credit_minor: int = 0
    """What was paid beyond that, and becomes credit."""
    currency: str = ""

    @property
    def back_minor(self) -> int:
        """What is taken back."""
        return self.charged_minor - self.kept_minor


def parting(books: Books, booking: Booking, side: Side) -> Parting:
    """What giving `booking` up now comes to. The organisation keeps nothing of what it cancels itself."""
    if not booking.invoice:
        return Parting(currency=booking.currency)
    invoice = books.invoices.get(booking.invoice)
    charged = _charged(invoice, _notes(books, invoice))
    kept = 0 if side is Side.ORGANISATION else min(charged, kept_of(booking, invoice.total_minor, books.now))
    credit = max(0, charged - kept - invoice.balance_minor)
    return Parting(charged, kept, credit, invoice.currency)


def kept_of(booking: Booking, minor: int, now: datetime) -> int:
    """What the organisation keeps of `minor` units by the booking's own terms; halves away from zero."""
    return 0 if now <= booking.free_until else rounded(Fraction(minor * booking.terms.kept_ppm, PER_WHOLE))


def bill(books: Books, booking: Booking, freed: Freed | None = None) -> Booking:
    """The booking with its invoice, issued now and due by its day; what was `freed` covers it first.

    It is not mailed apart: the message about the booking names it.
    """
    if not booking.lines:
        return booking
    usual = books.today + timedelta(days=books.organisation.billing.days_to_pay)
    due_on = min(usual, local_day(booking.starts, books.organisation.zone))
    wanted = InvoiceRequest((), booking.currency, due_on=due_on, autopay=books.organisation.billing.autopay.at_first)
    blank = issuing.draft(books, wanted)
    priced = replace(blank, lines=booking.lines, total_minor=booking.total_minor)
    invoice = issuing.issue(books, priced, send=False)
    for document, is_note in freed or ():
        apply_document(books, document, [invoice.id], is_note=is_note)
    return replace(booking, invoice=invoice.id)


def take_back(books: Books, booking: Booking, parted: Parting) -> Freed:
    """Takes back what `parted` says, and returns what has something left by that."""
    if parted.back_minor <= 0:
        return []
    invoice = books.invoices.get(booking.invoice)
    notes = _notes(books, invoice)
    reason = invoice.lines[0].description
    if not parted.kept_minor:
        issuing.cancel(books, invoice, reason, notes)
        return [(coverage.document, coverage.method == CREDIT_NOTE) for coverage in invoice.coverages]
    note = issuing.credit(books, invoice, reason, earlier=notes, minor=parted.back_minor)
    return [(note.id, True)]


def _notes(books: Books, invoice: Invoice) -> list[CreditNote]:
    return store.credit_notes_of(books.org, books.household, invoice.id)


def _charged(invoice: Invoice, notes: Iterable[CreditNote]) -> int:
    if invoice.status in (InvoiceStatus.CANCELLED, InvoiceStatus.REVERSED):
        return 0
    return invoice.total_minor - sum(note.total_minor for note in notes)
