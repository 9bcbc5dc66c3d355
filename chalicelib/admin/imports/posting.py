"""What the ledgers of a household still lack after an import: pure bookkeeping, from documents and entries.

Every document calls for entries; those that are booked are never touched. What a document calls for and nobody
booked is booked on its own day; what was booked otherwise than the document now says is corrected by the
difference. So a repeated import books nothing, and one that was cut off is finished by the next.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.admin.summaries import Part
from chalicelib.billing.domain import CreditNote, Invoice, InvoiceStatus, Payment, PaymentStatus
from chalicelib.billing.ledger import EntryKind, LedgerEntry
from chalicelib.shared.times import day_begins, local_day

TAKEN_BACK = (InvoiceStatus.CANCELLED, InvoiceStatus.REVERSED)
"""States of an invoice that nobody owes any more."""

_ORDER = list(EntryKind)


class _Ledger(NamedTuple):
    payer: str
    currency: str


class _Posting(NamedTuple):
    """An entry that a document calls for, before it has a place in its ledger."""

    on: date
    kind: EntryKind
    minor: int
    document: str
    number: str
    own_day: bool = True
    """Whether the document says the day; else it happened, for all we know, when it was first seen."""


def missing_entries(parts: Iterable[Part], now: datetime, zone: str) -> list[LedgerEntry]:
    """Entries that the ledgers of a household lack, each going on from the one before it, in the order of booking."""
    parts = list(parts)
    booked = _by_ledger(part for part in parts if isinstance(part, LedgerEntry))
    wanted: dict[_Ledger, list[_Posting]] = defaultdict(list)
    for ledger, posting in _called_for(parts):
        wanted[ledger].append(posting)
    documents = {part.id for part in parts if isinstance(part, Invoice | Payment | CreditNote)}
    today = local_day(now, zone)
    return [
        entry
        for ledger in sorted({*booked, *wanted})
        for entry in _booked(
            _missing(wanted[ledger], booked[ledger], documents, today), ledger, booked[ledger], now, zone
        )
    ]


def _by_ledger(entries: Iterable[LedgerEntry]) -> dict[_Ledger, list[LedgerEntry]]:
    found: dict[_Ledger, list[LedgerEntry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda each: each.sequence):
        found[_Ledger(entry.payer, entry.currency)].append(entry)
    return found


def _called_for(parts: Iterable[Part]) -> Iterator[tuple[_Ledger, _Posting]]:
    parts = list(parts)
    credited = Counter[str]()
    for part in parts:
        if isinstance(part, CreditNote):
            credited[part.invoice] += part.total_minor
    for part in parts:
        if isinstance(part, Invoice | Payment | CreditNote):
            for posting in _of_document(part, credited):
                if posting.minor:
                    yield _Ledger(part.payer, part.currency), posting


def _of_document(document: Invoice | Payment | CreditNote, credited: Counter[str]) -> Iterator[_Posting]:
    match document:
        case Invoice():
            return _of_invoice(document, credited[document.id])
        case Payment():
            return _of_payment(document)
        case CreditNote():
            return _of_credit_note(document)


def _of_invoice(invoice: Invoice, credited: int) -> Iterator[_Posting]:
    """What was billed; and all of it back when the invoice was taken back, but for what credit notes say."""
    day, number = invoice.issued_on, invoice.number
    if invoice.status is not InvoiceStatus.DRAFT:
        yield _Posting(day, EntryKind.INVOICE, invoice.total_minor, invoice.id, number)
    if invoice.status in TAKEN_BACK:
        yield _Posting(day, EntryKind.CREDIT_NOTE, credited - invoice.total_minor, invoice.id, number, own_day=False)


def _of_payment(payment: Payment) -> Iterator[_Posting]:
    """What came in, and what went back of it."""
    if not (payment.status.is_received or payment.status is PaymentStatus.REFUNDED):
        return
    yield _Posting(payment.received_on, EntryKind.PAYMENT, -payment.minor, payment.id, payment.method)
    for refund in payment.refunds:
        how = refund.method or payment.method
        yield _Posting(refund.on, EntryKind.REFUND, refund.minor, payment.id, how)
    yield _Posting(
        payment.received_on, EntryKind.DISPUTE, payment.disputed_minor, payment.id, payment.method, own_day=False
    )


def _of_credit_note(note: CreditNote) -> Iterator[_Posting]:
    yield _Posting(note.issued_on, EntryKind.CREDIT_NOTE, -note.total_minor, note.id, note.number)
    yield _Posting(note.issued_on, EntryKind.REFUND, note.refunded_minor, note.id, note.number, own_day=False)


def _missing(
    wanted: Iterable[_Posting], booked: Iterable[LedgerEntry], documents: set[str], today: date
) -> list[_Posting]:
    """Postings that one ledger lacks, in the order of their days; corrections, which are of today, at the end."""
    called: dict[str, list[_Posting]] = {}
    for posting in wanted:
        called.setdefault(posting.document, []).append(posting)
    entries: dict[str, list[LedgerEntry]] = {}
    for entry in booked:
        entries.setdefault(entry.document, []).append(entry)
    found = [
        posting
        for document in sorted({*called, *entries} & documents)
        for posting in _of_one(called.get(document, []), entries.get(document, []), today)
    ]
    return sorted(found, key=lambda each: (each.on, _ORDER.index(each.kind), each.number, each.document))


def _of_one(called: list[_Posting], booked: list[LedgerEntry], today: date) -> list[_Posting]:
    """What one document lacks: what it calls for and is not booked, or the difference to what is booked."""
    left, others = list(called), list[LedgerEntry]()
    for entry in booked:
        same = next((each for each in left if (each.kind, each.minor) == (entry.kind, entry.minor)), None)
        if same:
            left.remove(same)
        else:
            others.append(entry)
    if not others:
        return [each._replace(on=min(each.on if each.own_day or not booked else today, today)) for each in left]
    difference = sum(each.minor for each in called) - sum(entry.minor for entry in booked)
    last = booked[-1]
    return [_Posting(today, EntryKind.CORRECTION, difference, last.document, last.number)] if difference else []


def _booked(
    postings: Iterable[_Posting], ledger: _Ledger, booked: list[LedgerEntry], now: datetime, zone: str
) -> Iterator[LedgerEntry]:
    """The postings as entries after the last one that is booked: never at an earlier moment, without gaps."""
    last = booked[-1] if booked else None
    for posting in postings:
        at = now if posting.kind is EntryKind.CORRECTION else day_begins(posting.on, zone)
        last = LedgerEntry(
            sequence=last.sequence + 1 if last else 1,
            booked_at=max(at, last.booked_at) if last else at,
            on=posting.on,
            kind=posting.kind,
            minor=posting.minor,
            balance_minor=(last.balance_minor if last else 0) + posting.minor,
            currency=ledger.currency,
            document=posting.document,
            number=posting.number,
            payer=ledger.payer,
        )
        yield last
