"""Lays rows of invoices and payments over what a household has: who owes what, and what covers it.

An invoice that is taken back frees the money that covered it: from then on that is credit of the family.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from chalicelib.admin.imports.laying import internal_id
from chalicelib.admin.imports.plan import Operation
from chalicelib.admin.imports.posting import TAKEN_BACK
from chalicelib.admin.imports.rows import fingerprint
from chalicelib.admin.imports.staging import Problem, Record, Reference
from chalicelib.admin.imports.work import Work, changes
from chalicelib.billing.domain import CREDIT_NOTE, Coverage, CreditNote, Invoice, InvoiceStatus, Payment, status_after
from chalicelib.billing.items import credit_note_items, invoice_items, payment_items

Covering = TypeVar("Covering", Payment, CreditNote)


@dataclass(slots=True)
class _Billed:
    """An invoice as it is stored, and as it will be."""

    stored: Invoice | None
    record: Record | None
    invoice: Invoice

    @property
    def is_revived(self) -> bool:
        """Whether it was taken back and is billed again."""
        return self.stored is not None and self.stored.status in TAKEN_BACK and self.invoice.status not in TAKEN_BACK


class _Paid(NamedTuple):
    """A payment as it is stored, and as it will be."""

    stored: Payment | None
    record: Record | None
    payment: Payment

    @property
    def follows(self) -> bool:
        """Whether only an invoice's row changes it, and not its own."""
        return self.stored is not None and self.stored.source == self.payment.source


def plan_bills(work: Work) -> None:
    """Plans invoices, payments and credit notes of a household, and brings its holdings up to date."""
    _Bills(work).plan()


class _Bills:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._credited = {note.invoice for note in work.has.credit_notes.values()}
        self._billed = {place: _Billed(each, None, each) for place, each in work.has.invoices.items()}
        self._billed |= {work.inner(record): self._lay_invoice(record) for record in work.rows("invoice")}
        invoices = [each.invoice for each in self._billed.values()]
        self._freeing = {each.id for each in invoices if each.status in TAKEN_BACK and each.id not in self._credited}

    def plan(self) -> None:
        """Whatever crash leaves a beginning of it, the next import sees what is left to do.

        A payment's changed row is seen until the payment is written, so it comes after the invoices that count it;
        an invoice's changed row until the invoice is written, so payments that only follow from it come before.
        """
        payments = self._lay_payments()
        self._plan_credit_notes()
        self._work.has.payments.update({place: each.payment for place, each in payments.items()})
        for paid in payments.values():
            if paid.follows:
                self._plan_payment(paid)
        covered = self._covered()
        for place, billed in self._billed.items():
            self._plan_invoice(place, billed, covered.get(billed.invoice.id, {}))
        for paid in payments.values():
            if not paid.follows:
                self._plan_payment(paid)

    def _lay_invoice(self, record: Record) -> _Billed:
        work = self._work
        stored = work.has.invoices.get(work.inner(record))
        lines = work.staging.naming("line", "invoice", record.id)
        source = fingerprint([record.source, *(line.source for line in lines)])
        if stored and stored.source == source:
            return _Billed(stored, record, stored)
        invoice = work.build.invoice(record, lines, stored, source)
        refusal = self._refusal(stored, invoice) if stored else ""
        if stored and refusal:
            work.plan.leave_out(Problem("invoices.csv", record.line, "status", refusal))
            return _Billed(stored, record, stored)
        return _Billed(stored, record, invoice)

    def _refusal(self, stored: Invoice, invoice: Invoice) -> str:
        """Why a stored invoice can not become what its row says."""
        if stored.status is not InvoiceStatus.DRAFT and invoice.status is InvoiceStatus.DRAFT:
            return "is issued in the portal already and can not become a draft again; it stays as it is"
        if invoice.status in TAKEN_BACK and stored.status is not invoice.status and stored.id in self._credited:
            return "has a credit note in the portal, which takes back the rest too; it stays as it is"
        return ""

    def _lay_payments(self) -> dict[str, _Paid]:
        """Stored payments, over them those of the files, without what they covered of invoices taken back."""
        work = self._work
        laid = {place: _Paid(stored, None, stored) for place, stored in work.has.payments.items()}
        for record in work.rows("payment"):
            place = work.inner(record)
            laid[place] = self._lay_payment(record, work.has.payments.get(place))
        return {place: each._replace(payment=self._freed(each.payment)) for place, each in laid.items()}

    def _lay_payment(self, record: Record, stored: Payment | None) -> _Paid:
        shares = self._work.staging.named_by(record, "invoice")
        if stored and stored.source == record.source and not self._revive(shares):
            return _Paid(stored, record, stored)
        payment = self._work.build.payment(record, shares, stored, lambda place: self._billed[place].invoice)
        return _Paid(stored, record, payment)

    def _revive(self, shares: list[Reference]) -> bool:
        """Whether an invoice that a row names is billed again, so that the payment covers it again."""
        named = (internal_id(self._work.organisation, "invoice", share.target) for share in shares)
        return any(self._billed[place].is_revived for place in named)

    def _freed(self, document: Covering) -> Covering:
        kept = tuple(part for part in document.allocations if part.invoice not in self._freeing)
        return replace(document, allocations=kept)

    def _plan_credit_notes(self) -> None:
        org, notes = self._work.org, self._work.has.credit_notes
        for place, stored in notes.items():
            notes[place] = self._freed(stored)
            before, after = credit_note_items(org, stored), credit_note_items(org, notes[place])
            self._work.plan.add(*changes("credit_note", before, after))

    def _plan_payment(self, paid: _Paid) -> None:
        work, payment = self._work, paid.payment
        if paid.record:
            work.plan.count("payment", paid.stored, changed=payment != paid.stored)
        if payment != paid.stored:
            before = payment_items(work.org, paid.stored) if paid.stored else {}
            writes = changes("payment", before, payment_items(work.org, payment))
            work.plan.add(*writes, *self._note(paid.record, payment.id))

    def _plan_invoice(self, place: str, billed: _Billed, covered: Mapping[str, Coverage]) -> None:
        work, stored, invoice = self._work, billed.stored, billed.invoice
        if invoice.source != (stored.source if stored else "") or not _says(invoice, covered):
            invoice = _with_coverages(invoice, covered)
        if billed.record:
            work.plan.count("invoice", stored, changed=invoice != stored)
        if invoice != stored:
            work.has.invoices[place] = invoice
            before = invoice_items(work.org, stored) if stored else {}
            writes = changes("invoice", before, invoice_items(work.org, _new(invoice, stored)))
            work.plan.add(*writes, *self._note(billed.record, invoice.id))

    def _note(self, record: Record | None, record_id: str) -> Iterator[Operation]:
        if record:
            yield from self._work.note(record, record_id, self._work.id)

    def _covered(self) -> dict[str, dict[str, Coverage]]:
        """What all payments and credit notes together cover, by invoice and document."""
        found: dict[str, dict[str, Coverage]] = {}
        has = self._work.has
        for payment in has.payments.values():
            for part in payment.allocations if payment.status.is_received else ():
                coverage = Coverage(payment.id, payment.received_on, part.minor, payment.method)
                found.setdefault(part.invoice, {})[payment.id] = coverage
        for note in has.credit_notes.values():
            for part in note.allocations:
                found.setdefault(part.invoice, {})[note.id] = Coverage(note.id, note.issued_on, part.minor, CREDIT_NOTE)
        return found


def _says(invoice: Invoice, covered: Mapping[str, Coverage]) -> bool:
    """Whether the invoice counts what covers it."""
    told = {each.document: each.minor for each in invoice.coverages}
    return told == {document: each.minor for document, each in covered.items()}


def _with_coverages(invoice: Invoice, covered: Mapping[str, Coverage]) -> Invoice:
    """The invoice with what payments and credit notes together cover of it."""
    coverages = tuple(sorted(covered.values(), key=lambda each: (each.on, each.document)))
    paid = sum(each.minor for each in coverages)
    status = status_after(invoice.total_minor, paid, invoice.status)
    return replace(invoice, paid_minor=paid, coverages=coverages, status=status)


def _new(invoice: Invoice, stored: Invoice | None) -> Invoice:
    """The invoice as it is to be written: one that is issued leaves the drafts for a place that is new (INV-2)."""
    issued = stored is not None and stored.status is InvoiceStatus.DRAFT and invoice.status is not InvoiceStatus.DRAFT
    return replace(invoice, version=None) if issued else invoice
