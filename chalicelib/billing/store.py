"""Reads and writes invoices and payments."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from chalicelib.billing.domain import (
    CREDIT_NOTE,
    Allocation,
    Coverage,
    CreditNote,
    Dispute,
    Due,
    Invoice,
    InvoiceLine,
    InvoiceStatus,
    ListedInvoice,
    Payment,
    PaymentStatus,
    Refund,
    TaxAmount,
)
from chalicelib.billing.ledger import Credit, EntryKind, LedgerEntry
from chalicelib.billing.models import (
    CreditItem,
    CreditNoteItem,
    InvoiceItem,
    LedgerItem,
    MemberInvoiceItem,
    PaymentItem,
    UnpaidItem,
)
from chalicelib.data import keys, read, write
from chalicelib.households.summary import UnpaidRow
from chalicelib.shared.times import from_iso, moment_or_none, to_iso


def get_invoice(org: str, household_id: str, invoice_id: str) -> Invoice | None:
    """The household's issued invoice, or None; a draft is not found by this key (INV-2). One strong read."""
    item = read.one(InvoiceItem, keys.invoice(org, household_id, invoice_id))
    return invoice_from(item) if item else None


def list_invoices(org: str, household_id: str, after: str = "") -> read.Page[Invoice]:
    """Issued invoices, newest first, a page at a time. One round trip however many there are."""
    found = read.listed(InvoiceItem, partial(keys.invoice, org, household_id), after=after)
    return read.Page([invoice_from(item) for item in found.rows], found.next)


_LISTED = ("invoice", "household", "number", "currency", "issued_on", "due_on", "status", "total", "paid", "schedule")


def skim_invoices(org: str, household_id: str, after: str = "", *, size: int = read.PAGE) -> read.Page[ListedInvoice]:
    """The same as far as lists tell it: without lines, coverages and whatever only the page of one invoice shows."""
    found = read.listed(InvoiceItem, partial(keys.invoice, org, household_id), after=after, size=size, only=_LISTED)
    return read.Page([_listed(item) for item in found.rows], found.next)


def _listed(item: InvoiceItem) -> ListedInvoice:
    """What a list tells of an item; most have nothing to pay, or one day on which all is due."""
    told: dict[str, Any] = item.attribute_values
    if told["schedule"]:
        return invoice_from(item).listed
    status, total = InvoiceStatus(told["status"]), int(told["total"])
    left = total - int(told["paid"]) if status.is_open else 0
    return ListedInvoice(
        told["invoice"],
        told["number"],
        told["currency"],
        date.fromisoformat(told["issued_on"]),
        status,
        left if left > 0 else total,
        date.fromisoformat(told["due_on"]) if left > 0 else None,
    )


def get_invoices(org: str, household_id: str, invoice_ids: Sequence[str]) -> list[Invoice]:
    """The named invoices that exist, in the order of the names. One round trip for each hundred."""
    wanted = [keys.invoice(org, household_id, invoice_id) for invoice_id in invoice_ids]
    found = read.many(InvoiceItem, wanted) if wanted else {}
    return [invoice_from(found[key]) for key in wanted if key in found]


def list_member_invoices(org: str, household_id: str, person_id: str, after: str = "") -> read.Page[str]:
    """Ids of invoices with lines for a member, newest first, a page at a time."""
    found = read.listed(MemberInvoiceItem, partial(keys.member_invoice, org, household_id, person_id), after=after)
    return read.Page([item.invoice for item in found.rows], found.next)


def list_payments(org: str, household_id: str, after: str = "", *, size: int = read.PAGE) -> read.Page[Payment]:
    """Payments, newest first, a page at a time. One round trip."""
    found = read.listed(PaymentItem, partial(keys.payment, org, household_id), after=after, size=size)
    return read.Page([payment_from(item) for item in found.rows], found.next)


def list_member_payments(org: str, household_id: str, person_id: str, after: str = "") -> read.Page[Payment]:
    """Payments that cover invoices with lines for a member, newest first, by pages of those invoices (INV-6).

    What covers invoices of several pages is on each of them. Three round trips.
    """
    listed = list_member_invoices(org, household_id, person_id, after)
    invoices = get_invoices(org, household_id, listed.rows)
    covering = {each.document for invoice in invoices for each in invoice.coverages if each.method != CREDIT_NOTE}
    found = read.many(PaymentItem, [keys.payment(org, household_id, payment) for payment in covering])
    payments = sorted(map(payment_from, found.values()), key=lambda payment: payment.id, reverse=True)
    return read.Page(payments, listed.next)


def list_unpaid(
    org: str, household_id: str, after: str = "", *, size: int = read.PAGE, consistent: bool = False
) -> read.Page[UnpaidRow]:
    """Invoices that wait for money, earliest due first, a page at a time, from beyond `<due day>#<invoice>`.

    One round trip.
    """
    shape = partial(_below, keys.household_partition(org, household_id), keys.UNPAID)
    found = read.listed(UnpaidItem, shape, after=after, newest_first=False, size=size, consistent=consistent)
    return read.Page([unpaid_from(item) for item in found.rows], found.next)


def get_draft(org: str, household_id: str, invoice_id: str) -> Invoice | None:
    """An invoice that is not issued yet; for staff only (INV-2). One strong read."""
    item = read.one(InvoiceItem, keys.draft_invoice(org, household_id, invoice_id))
    return invoice_from(item) if item else None


def list_drafts(org: str, household_id: str, after: str = "", *, size: int = read.PAGE) -> read.Page[Invoice]:
    """Invoices that are not issued yet, newest first, a page at a time; for staff only (INV-2). One round trip."""
    found = read.listed(InvoiceItem, partial(keys.draft_invoice, org, household_id), after=after, size=size)
    return read.Page([invoice_from(item) for item in found.rows], found.next)


def find_bill(org: str, household_id: str, invoice_id: str) -> Invoice | None:
    """The invoice, be it issued or a draft; for staff only (INV-2). One strong read."""
    wanted = [shape(org, household_id, invoice_id) for shape in (keys.invoice, keys.draft_invoice)]
    found = read.many(InvoiceItem, wanted)
    return next((invoice_from(item) for item in found.values()), None)


def get_payment(org: str, household_id: str, payment_id: str) -> Payment | None:
    """The household's payment, or None. One strong read."""
    item = read.one(PaymentItem, keys.payment(org, household_id, payment_id))
    return payment_from(item) if item else None


def get_credit_note(org: str, household_id: str, credit_note_id: str) -> CreditNote | None:
    """The household's credit note, or None. One strong read."""
    item = read.one(CreditNoteItem, keys.credit_note(org, household_id, credit_note_id))
    return credit_note_from(item) if item else None


def list_credit_notes(
    org: str, household_id: str, after: str = "", *, size: int = read.PAGE, consistent: bool = False
) -> read.Page[CreditNote]:
    """Credit notes, newest first, a page at a time. One round trip."""
    shape = partial(keys.credit_note, org, household_id)
    found = read.listed(CreditNoteItem, shape, after=after, size=size, consistent=consistent)
    return read.Page([credit_note_from(item) for item in found.rows], found.next)


def credit_notes_of(org: str, household_id: str, invoice_id: str) -> list[CreditNote]:
    """The credit notes that an invoice has, newest first, strongly read. None of them is older than it."""
    found: list[CreditNote] = []
    day, after, more = invoice_id.partition("-")[0], "", True
    while more:
        page = list_credit_notes(org, household_id, after, consistent=True)
        found += (note for note in page.rows if note.invoice == invoice_id)
        after, more = page.next, bool(page.next) and page.next >= day
    return found


def list_credits(org: str, household_id: str, after: str = "", *, consistent: bool = False) -> read.Page[Credit]:
    """What is left of payments and credit notes, oldest first, a page at a time. One round trip."""
    shape = partial(keys.credit, org, household_id)
    found = read.listed(CreditItem, shape, after=after, newest_first=False, consistent=consistent)
    return read.Page([credit_from(item) for item in found.rows], found.next)


def credit_from(item: CreditItem) -> Credit:
    """The credit that `item` stores."""
    return Credit(
        item.document, item.source, item.label, date.fromisoformat(item.on), int(item.left), item.currency,
        item.payer or "",
    )  # fmt: skip


def list_entries(
    org: str, household_id: str, payer: str, currency: str, after: str = "", *, consistent: bool = False
) -> read.Page[LedgerEntry]:
    """Entries of one ledger, newest first, a page at a time, from beyond `<day booked>#<sequence>`. One round trip."""
    shape = partial(_below, keys.household_partition(org, household_id), keys.ledger_prefix(payer, currency))
    found = read.listed(LedgerItem, shape, after=after, consistent=consistent)
    return read.Page([entry_from(item) for item in found.rows], found.next)


def _below(partition: str, prefix: str, rest: str) -> keys.Key:
    """The key of a range whose records are told apart by a day and something more."""
    return keys.Key(partition, f"{prefix}{rest}")


def mark_viewed(org: str, invoice: Invoice, now: datetime) -> None:
    """Notes when the family first opened it (X-3). One write. Raises ConditionFailed when it was changed meanwhile."""
    pk, sk = keys.invoice(org, invoice.household, invoice.id)
    write.update(InvoiceItem(pk, sk, version=invoice.version), [InvoiceItem.viewed_at.set(to_iso(now))])


def unpaid_from(item: UnpaidItem) -> UnpaidRow:
    """The row that `item` stores."""
    return UnpaidRow(
        item.invoice, item.number, date.fromisoformat(item.due_on), int(item.balance), item.currency, item.status
    )


def credit_note_from(item: CreditNoteItem) -> CreditNote:
    """The credit note that `item` stores."""
    return CreditNote(
        id=item.credit_note,
        household=item.household,
        number=item.number,
        currency=item.currency,
        issued_on=date.fromisoformat(item.issued_on),
        lines=tuple(line_from(row) for row in item.lines),
        total_minor=int(item.total),
        invoice=item.invoice or "",
        invoice_number=item.invoice_number or "",
        reason=item.reason or "",
        allocations=tuple(Allocation(*part) for part in item.allocations),
        refunded_minor=int(item.refunded),
        payer=item.payer or "",
        source=item.source or "",
        version=item.version,
    )


def entry_from(item: LedgerItem) -> LedgerEntry:
    """The entry that `item` stores."""
    return LedgerEntry(
        sequence=int(item.sequence),
        booked_at=from_iso(item.booked_at),
        on=date.fromisoformat(item.on),
        kind=EntryKind(item.entry),
        minor=int(item.minor),
        balance_minor=int(item.balance),
        currency=item.currency,
        document=item.document,
        number=item.number or "",
        payer=item.payer or "",
        note=item.note or "",
    )


def invoice_from(item: InvoiceItem) -> Invoice:
    """The invoice that `item` stores."""
    told: dict[str, Any] = item.attribute_values  # a list reads hundreds: PynamoDB asks itself much at each attribute
    return Invoice(
        id=told["invoice"],
        household=told["household"],
        number=told["number"],
        currency=told["currency"],
        issued_on=date.fromisoformat(told["issued_on"]),
        due_on=date.fromisoformat(told["due_on"]),
        status=InvoiceStatus(told["status"]),
        lines=tuple(map(line_from, told["lines"] or ())),
        total_minor=int(told["total"]),
        paid_minor=int(told["paid"]),
        coverages=tuple(map(_coverage, told["coverages"] or ())),
        note=told["note"] or "",
        source=told["source"] or "",
        version=told["version"],
        payer=told["payer"] or "",
        schedule=tuple(map(_due, told["schedule"] or ())),
        reference=told["reference"] or "",
        recurring=told["recurring"] or "",
        quote=told["quote"] or "",
        late_for=told["late_for"] or "",
        autopay=bool(told["autopay"]),
        autopay_ended=int(told["autopay_ended"] or 0),
        sent_at=moment_or_none(told["sent_at"]),
        viewed_at=moment_or_none(told["viewed_at"]),
    )


def _coverage(row: list[Any]) -> Coverage:
    document, day, minor, method = row
    return Coverage(document, date.fromisoformat(day), minor, method)


def _due(row: list[Any]) -> Due:
    day, minor = row
    return Due(date.fromisoformat(day), minor)


def payment_from(item: PaymentItem) -> Payment:
    """The payment that `item` stores."""
    return Payment(
        id=item.payment,
        household=item.household,
        received_on=date.fromisoformat(item.received_on),
        minor=int(item.minor),
        currency=item.currency,
        method=item.method,
        status=PaymentStatus(item.status),
        allocations=tuple(Allocation(invoice, minor, number) for invoice, minor, number in item.allocations),
        reference=item.reference or "",
        recorded_at=moment_or_none(item.recorded_at),
        source=item.source or "",
        payer=item.payer or "",
        payer_name=item.payer_name or "",
        payer_email=item.payer_email or "",
        refunds=tuple(Refund(i, date.fromisoformat(day), m, how, why) for i, day, m, how, why in item.refunds or ()),
        dispute=Dispute(item.dispute or ""),
        disputed_minor=int(item.disputed or 0),
        freed=tuple(Allocation(*part) for part in item.freed or ()),
        intent=item.intent or "",
        version=item.version,
    )


def line_from(row: list[object]) -> InvoiceLine:
    """The line that `items.line_row` wrote."""
    description, quantity, unit, amount, member, discount, taxes = row
    return InvoiceLine(
        description=str(description),
        quantity=Decimal(str(quantity)),
        unit_minor=int(str(unit)),
        amount_minor=int(str(amount)),
        member=str(member),
        discount_minor=int(str(discount)),
        taxes=tuple(TaxAmount(*tax) for tax in taxes),  # type: ignore[attr-defined]
    )
