"""Invoices, payments, credit notes and ledger entries as the items that store them.

Only what writes documents loads this; pages read by `store`.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chalicelib.billing.domain import CreditNote, Invoice, InvoiceLine, InvoiceStatus, Payment
from chalicelib.billing.ledger import Credit, LedgerEntry
from chalicelib.billing.models import (
    CreditItem,
    CreditNoteItem,
    InvoiceItem,
    JournalItem,
    LedgerItem,
    MemberInvoiceItem,
    PaymentItem,
    ReceivedItem,
    RecurringInvoiceItem,
    UnpaidItem,
)
from chalicelib.data import keys
from chalicelib.data.items import Item
from chalicelib.households.summary import UnpaidRow
from chalicelib.households.summing import Owed
from chalicelib.organisations.terms import LONGEST_NOTICE
from chalicelib.shared.times import to_iso


def invoice_items(org: str, invoice: Invoice) -> dict[keys.Key, Item]:
    """All items that an invoice has in the table, by key: itself, pointers from members, its place among the unpaid."""
    items: list[Item] = [invoice_item(org, invoice), *member_invoice_items(org, invoice)]
    waiting = owed(invoice)
    if waiting:
        items.append(_unpaid_item(org, invoice, waiting.row))
    if invoice.recurring and invoice.status is not InvoiceStatus.DRAFT:
        pk, sk = keys.recurring_invoice(org, invoice.household, invoice.recurring, invoice.id)
        items.append(RecurringInvoiceItem(pk, sk, invoice=invoice.id))
    return {item.key: item for item in items}


AUTOPAY_QUEUE = "autopay"
"""Work queue of invoices that are charged to the method on file when due (X-2)."""
DUNNING_QUEUE = "dunning"
"""Work queue of invoices of which the family is reminded when they are overdue (MSG-3). What is charged by itself waits
in the other, and comes here once that has ended: nobody is reminded of what will be charged."""


def owed(invoice: Invoice) -> Owed | None:
    """What is still to pay of an invoice, as the summary counts it; None when nothing is."""
    dues = invoice.dues
    if not dues:
        return None
    row = UnpaidRow(
        invoice.id, invoice.number, dues[0].on, invoice.balance_minor, invoice.currency, invoice.status.value
    )
    return Owed(row, dues)


def _unpaid_item(org: str, invoice: Invoice, row: UnpaidRow) -> UnpaidItem:
    pk, sk = keys.unpaid(org, invoice.household, row.due_on.isoformat(), row.id)
    # a late fee is looked at at once: whether the words that explain it have gone out
    queue, due = work_of(invoice.issued_on if invoice.late_for else row.due_on, autopay=invoice.autopay)
    return UnpaidItem(
        pk,
        sk,
        invoice=row.id,
        number=row.number,
        due_on=row.due_on.isoformat(),
        balance=row.balance,
        currency=row.currency,
        status=row.status,
        queue=queue,
        due=due,
    )


def work_of(due_on: date, *, autopay: bool) -> tuple[str, str]:
    """Work queue of what is unpaid, and when it is looked at first: before anything of it can be due, in any zone.

    The clock that finds it there reckons the right moment by the organisation's zone and rules.
    """
    begins = due_on - timedelta(days=LONGEST_NOTICE + 1) if autopay else due_on
    return AUTOPAY_QUEUE if autopay else DUNNING_QUEUE, to_iso(datetime.combine(begins, time(), UTC))


def credit_note_item(org: str, note: CreditNote) -> CreditNoteItem:
    """The item that stores `note`."""
    pk, sk = keys.credit_note(org, note.household, note.id)
    return CreditNoteItem(
        pk,
        sk,
        credit_note=note.id,
        household=note.household,
        number=note.number,
        currency=note.currency,
        issued_on=note.issued_on.isoformat(),
        total=note.total_minor,
        lines=[line_row(line) for line in note.lines],
        invoice=note.invoice or None,
        invoice_number=note.invoice_number or None,
        reason=note.reason or None,
        allocations=[[part.invoice, part.minor, part.number] for part in note.allocations],
        refunded=note.refunded_minor,
        payer=note.payer or None,
        source=note.source or None,
        version=note.version,
    )


def entry_item(org: str, household_id: str, entry: LedgerEntry, day: date) -> LedgerItem:
    """The item that stores an entry booked on the organisation's `day`."""
    pk, sk = keys.ledger_entry(org, household_id, entry.payer, entry.currency, day.isoformat(), entry.sequence)
    return LedgerItem(pk, sk, **_entry_values(entry))


def journal_item(org: str, household_id: str, entry: LedgerEntry, day: date, user: str = "") -> JournalItem:
    """The item that stores the same entry in the journal of that day; `user` had it booked."""
    key = keys.journal_entry(
        org, day.isoformat(), to_iso(entry.booked_at), household_id, entry.payer, entry.currency, entry.sequence
    )
    return JournalItem(key.pk, key.sk, household=household_id, user=user or None, **_entry_values(entry))


def _entry_values(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "sequence": entry.sequence,
        "booked_at": to_iso(entry.booked_at),
        "on": entry.on.isoformat(),
        "entry": entry.kind.value,
        "minor": entry.minor,
        "balance": entry.balance_minor,
        "currency": entry.currency,
        "document": entry.document,
        "number": entry.number or None,
        "payer": entry.payer or None,
        "note": entry.note or None,
    }


def invoice_item(org: str, invoice: Invoice) -> InvoiceItem:
    """The item that stores `invoice`, under the key that its status calls for."""
    draft = invoice.status is InvoiceStatus.DRAFT
    pk, sk = (keys.draft_invoice if draft else keys.invoice)(org, invoice.household, invoice.id)
    return InvoiceItem(
        pk,
        sk,
        invoice=invoice.id,
        household=invoice.household,
        number=invoice.number,
        currency=invoice.currency,
        issued_on=invoice.issued_on.isoformat(),
        due_on=invoice.due_on.isoformat(),
        status=invoice.status.value,
        total=invoice.total_minor,
        paid=invoice.paid_minor,
        lines=[line_row(line) for line in invoice.lines],
        coverages=[[c.document, c.on.isoformat(), c.minor, c.method] for c in invoice.coverages],
        note=invoice.note,
        source=invoice.source,
        version=invoice.version,
        payer=invoice.payer or None,
        schedule=[[due.on.isoformat(), due.minor] for due in invoice.schedule] or None,
        reference=invoice.reference or None,
        recurring=invoice.recurring or None,
        quote=invoice.quote or None,
        late_for=invoice.late_for or None,
        autopay=invoice.autopay or None,
        autopay_ended=invoice.autopay_ended or None,
        sent_at=to_iso(invoice.sent_at) if invoice.sent_at else None,
        viewed_at=to_iso(invoice.viewed_at) if invoice.viewed_at else None,
    )


def member_invoice_items(org: str, invoice: Invoice) -> list[MemberInvoiceItem]:
    """The pointers that lead from members to `invoice`; none for a draft."""
    if invoice.status is InvoiceStatus.DRAFT:
        return []
    wanted = [keys.member_invoice(org, invoice.household, member, invoice.id) for member in invoice.members]
    return [MemberInvoiceItem(key.pk, key.sk, invoice=invoice.id) for key in wanted]


def payment_items(org: str, payment: Payment) -> dict[keys.Key, Item]:
    """All items that a payment has in the table, by key: itself, its place in its year, what is left as credit."""
    credit = Credit(
        payment.id, "payment", payment.method, payment.received_on,
        payment.unapplied_minor, payment.currency, payment.payer,
    )  # fmt: skip
    items = _with_credit(org, payment.household, payment_item(org, payment), credit)
    if payment.status.came_in:
        key = keys.received(org, payment.received_on.year, payment.household, payment.id)
        items[key] = ReceivedItem(key.pk, key.sk, household=payment.household)
    return items


def credit_note_items(org: str, note: CreditNote) -> dict[keys.Key, Item]:
    """All items that a credit note has in the table, by key: itself, and what of it is left."""
    credit = Credit(
        note.id, "credit_note", note.number, note.issued_on, note.unapplied_minor, note.currency, note.payer
    )
    return _with_credit(org, note.household, credit_note_item(org, note), credit)


def _with_credit(org: str, household_id: str, document: Item, credit: Credit) -> dict[keys.Key, Item]:
    items = {document.key: document}
    if credit.left_minor > 0:
        pk, sk = keys.credit(org, household_id, credit.document)
        pointer = CreditItem(
            pk,
            sk,
            document=credit.document,
            source=credit.source,
            label=credit.label,
            on=credit.on.isoformat(),
            left=credit.left_minor,
            currency=credit.currency,
            payer=credit.payer or None,
        )
        items[pointer.key] = pointer
    return items


def payment_item(org: str, payment: Payment) -> PaymentItem:
    """The item that stores `payment`."""
    pk, sk = keys.payment(org, payment.household, payment.id)
    return PaymentItem(
        pk,
        sk,
        payment=payment.id,
        household=payment.household,
        received_on=payment.received_on.isoformat(),
        minor=payment.minor,
        currency=payment.currency,
        method=payment.method,
        status=payment.status.value,
        allocations=[[part.invoice, part.minor, part.number] for part in payment.allocations],
        reference=payment.reference,
        recorded_at=to_iso(payment.recorded_at) if payment.recorded_at else None,
        source=payment.source,
        payer=payment.payer or None,
        payer_name=payment.payer_name or None,
        payer_email=payment.payer_email or None,
        refunds=[[r.id, r.on.isoformat(), r.minor, r.method, r.reason] for r in payment.refunds] or None,
        dispute=payment.dispute.value or None,
        disputed=payment.disputed_minor or None,
        freed=[list(part) for part in payment.freed] or None,
        intent=payment.intent or None,
        version=payment.version,
    )


def line_row(line: InvoiceLine) -> list[object]:
    """A line as it stands in the item of its document; `store.line_from` reads it."""
    taxes = [list(tax) for tax in line.taxes]
    return [
        line.description, str(line.quantity), line.unit_minor, line.amount_minor,
        line.member, line.discount_minor, taxes,
    ]  # fmt: skip
