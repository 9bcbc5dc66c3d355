"""Reads and writes invoices and payments."""

from collections.abc import Sequence
from datetime import date

from chalicelib.billing.domain import (
    Allocation,
    Coverage,
    Invoice,
    InvoiceLine,
    InvoiceStatus,
    Payment,
    PaymentStatus,
    TaxAmount,
)
from chalicelib.billing.models import InvoiceItem, MemberInvoiceItem, PaymentItem
from chalicelib.data import keys, read
from chalicelib.shared.times import from_iso, to_iso


def get_invoice(org: str, household_id: str, invoice_id: str) -> Invoice | None:
    """The household's issued invoice, or None; a draft is not found by this key (INV-2). One strong read."""
    item = read.one(InvoiceItem, keys.invoice(org, household_id, invoice_id))
    return invoice_from(item) if item else None


def list_invoices(org: str, household_id: str, after: str = "") -> read.Page[Invoice]:
    """Issued invoices, newest first, a page at a time. One round trip however many there are."""
    found = read.page(InvoiceItem, keys.household_partition(org, household_id), "INVOICE#", after=after)
    return read.Page([invoice_from(item) for item in found.rows], found.next)


def get_invoices(org: str, household_id: str, invoice_ids: Sequence[str]) -> list[Invoice]:
    """The named invoices that exist, in the order of the names. One round trip for each hundred."""
    wanted = [keys.invoice(org, household_id, invoice_id) for invoice_id in invoice_ids]
    found = read.many(InvoiceItem, wanted) if wanted else {}
    return [invoice_from(found[key]) for key in wanted if key in found]


def list_member_invoices(org: str, household_id: str, person_id: str, after: str = "") -> read.Page[str]:
    """Ids of invoices with lines for a member, newest first, a page at a time."""
    found = read.page(
        MemberInvoiceItem,
        keys.household_partition(org, household_id),
        keys.member_invoice_prefix(person_id),
        after=after,
    )
    return read.Page([item.invoice for item in found.rows], found.next)


def list_payments(org: str, household_id: str, after: str = "") -> read.Page[Payment]:
    """Payments, newest first, a page at a time. One round trip."""
    found = read.page(PaymentItem, keys.household_partition(org, household_id), "PAYMENT#", after=after)
    return read.Page([payment_from(item) for item in found.rows], found.next)


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
        lines=[_line_row(line) for line in invoice.lines],
        coverages=[[c.payment, c.received_on.isoformat(), c.minor, c.method] for c in invoice.coverages],
        note=invoice.note,
        source=invoice.source,
        version=invoice.version,
    )


def member_invoice_items(org: str, invoice: Invoice) -> list[MemberInvoiceItem]:
    """The pointers that lead from members to `invoice`; none for a draft."""
    if invoice.status is InvoiceStatus.DRAFT:
        return []
    wanted = [keys.member_invoice(org, invoice.household, member, invoice.id) for member in invoice.members]
    return [MemberInvoiceItem(key.pk, key.sk, invoice=invoice.id) for key in wanted]


def invoice_from(item: InvoiceItem) -> Invoice:
    """The invoice that `item` stores."""
    return Invoice(
        id=item.invoice,
        household=item.household,
        number=item.number,
        currency=item.currency,
        issued_on=date.fromisoformat(item.issued_on),
        due_on=date.fromisoformat(item.due_on),
        status=InvoiceStatus(item.status),
        lines=tuple(_line(row) for row in item.lines),
        total_minor=int(item.total),
        paid_minor=int(item.paid),
        coverages=tuple(
            Coverage(p, date.fromisoformat(day), minor, how) for p, day, minor, how in item.coverages or ()
        ),
        note=item.note or "",
        source=item.source or "",
        version=item.version,
    )


def _coverage(payment: str, received_on: str, minor: int, method: str) -> Coverage:
    return Coverage(payment, date.fromisoformat(received_on), minor, method)


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
    )


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
        recorded_at=from_iso(item.recorded_at) if item.recorded_at else None,
        source=item.source or "",
    )


def _line_row(line: InvoiceLine) -> list[object]:
    taxes = [[tax.name, tax.minor] for tax in line.taxes]
    return [
        line.description, line.quantity, line.unit_minor, line.amount_minor, line.member, line.discount_minor, taxes,
    ]  # fmt: skip


def _line(row: list[object]) -> InvoiceLine:
    description, quantity, unit, amount, member, discount, taxes = row
    return InvoiceLine(
        description=str(description),
        quantity=int(str(quantity)),
        unit_minor=int(str(unit)),
        amount_minor=int(str(amount)),
        member=str(member),
        discount_minor=int(str(discount)),
        taxes=tuple(TaxAmount(name, minor) for name, minor in taxes),  # type: ignore[attr-defined]
    )
