"""View models of invoices and payments: amounts, states and dates as words."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from chalicelib.billing.domain import Invoice, InvoiceLine, InvoiceStatus, Payment, PaymentStatus
from chalicelib.households.summary import Summary, UnpaidRow
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local

_STATUS_WORDS: dict[InvoiceStatus, tuple[Message, str]] = {
    InvoiceStatus.DRAFT: (say("Draft"), "neutral"),
    InvoiceStatus.ISSUED: (say("To pay"), "info"),
    InvoiceStatus.PARTIALLY_PAID: (say("Partly paid"), "warning"),
    InvoiceStatus.PAID: (say("Paid"), "success"),
    InvoiceStatus.CANCELLED: (say("Cancelled"), "neutral"),
    InvoiceStatus.REVERSED: (say("Reversed"), "neutral"),
}
_OVERDUE = (say("Overdue"), "danger")

_PAYMENT_WORDS: dict[PaymentStatus, tuple[Message, str]] = {
    PaymentStatus.PENDING: (say("Pending"), "warning"),
    PaymentStatus.COMPLETED: (say("Received"), "success"),
    PaymentStatus.FAILED: (say("Failed"), "danger"),
    PaymentStatus.VOIDED: (say("Voided"), "neutral"),
    PaymentStatus.PARTIALLY_REFUNDED: (say("Partly refunded"), "neutral"),
    PaymentStatus.REFUNDED: (say("Refunded"), "neutral"),
}

METHOD_WORDS: dict[str, Message] = {
    "card": say("Card"),
    "cash": say("Cash"),
    "cheque": say("Cheque"),
    "transfer": say("Bank transfer"),
    "debit": say("Direct debit"),
    "other": say("Other"),
}


class InvoiceRow(NamedTuple):
    """An invoice in a list."""

    number: str
    href: str
    meta: str
    amount: str
    status: str
    tone: str


class LineView(NamedTuple):
    """A line of an invoice."""

    description: str
    meta: str
    """For whom, how many at which price, and what was taken off."""
    amount: str


class PaymentRow(NamedTuple):
    """A payment in a list."""

    title: str
    meta: str
    amount: str
    status: str
    tone: str
    invoices: tuple[tuple[str, str, str], ...]
    """Number, address and covered amount of each invoice."""


class InvoiceView(NamedTuple):
    """An invoice with all that is on it."""

    row: InvoiceRow
    issued_on: str
    due_on: str
    overdue: bool
    lines: tuple[LineView, ...]
    taxes: list[tuple[str, str]]
    subtotal: str
    total: str
    paid: str
    balance: str
    is_open: bool
    payments: tuple[tuple[str, str, str], ...]
    """Method, day and amount of each payment that covered it."""
    note: str


def status_words(invoice: Invoice, today: date) -> tuple[Message, str]:
    """What an invoice is called today, and the tone of its badge; overdue is worked out, never stored."""
    return _OVERDUE if invoice.is_overdue(today) else _STATUS_WORDS[invoice.status]


def unpaid_invoice(row: UnpaidRow, household: str) -> Invoice:
    """The invoice behind a row of the summary, as far as lists need it: what is left to pay of it."""
    return Invoice(
        id=row.id,
        household=household,
        number=row.number,
        currency=row.currency,
        issued_on=row.due_on,
        due_on=row.due_on,
        status=InvoiceStatus(row.status),
        lines=(),
        total_minor=row.balance,
    )


def invoice_row(invoice: Invoice, local: Local, org: str, today: date) -> InvoiceRow:
    """An invoice in a list: what is still to pay of an open one, the total of others."""
    words, tone = status_words(invoice, today)
    still_open = invoice.balance_minor > 0
    when = say("Due %(day)s", day=invoice.due_on) if still_open else say("Issued %(day)s", day=invoice.issued_on)
    return InvoiceRow(
        number=invoice.number,
        href=urls.portal(org, f"invoices/{invoice.id}"),
        meta=local.say(when),
        amount=local.money(invoice.balance_minor if still_open else invoice.total_minor, invoice.currency),
        status=local.say(words),
        tone=tone,
    )


def invoice_view(invoice: Invoice, summary: Summary, local: Local, org: str, today: date) -> InvoiceView:
    """An invoice as a page."""

    def money(minor: int) -> str:
        return local.money(minor, invoice.currency)

    return InvoiceView(
        row=invoice_row(invoice, local, org, today),
        issued_on=local.date(invoice.issued_on, "long"),
        due_on=local.date(invoice.due_on, "long"),
        overdue=invoice.is_overdue(today),
        lines=tuple(_line(line, summary, local, invoice.currency) for line in invoice.lines),
        taxes=[(name, money(minor)) for name, minor in _taxes(invoice.lines)],
        subtotal=money(sum(line.amount_minor for line in invoice.lines)),
        total=money(invoice.total_minor),
        paid=money(invoice.paid_minor),
        balance=money(invoice.balance_minor),
        is_open=invoice.balance_minor > 0,
        payments=tuple(
            (local.say(_method(coverage.method)), local.date(coverage.received_on), money(coverage.minor))
            for coverage in invoice.coverages
        ),
        note=invoice.note,
    )


def payment_row(payment: Payment, local: Local, org: str) -> PaymentRow:
    """A payment with the invoices it covered (PAY-1)."""
    words, tone = _PAYMENT_WORDS[payment.status]
    return PaymentRow(
        title=local.say(_method(payment.method)),
        meta=" · ".join(part for part in (local.date(payment.received_on), payment.reference) if part),
        amount=local.money(payment.minor, payment.currency),
        status=local.say(words),
        tone=tone,
        invoices=tuple(
            (part.number, urls.portal(org, f"invoices/{part.invoice}"), local.money(part.minor, payment.currency))
            for part in payment.allocations
        ),
    )


def _method(name: str) -> Message:
    return METHOD_WORDS.get(name, METHOD_WORDS["other"])


def _line(line: InvoiceLine, summary: Summary, local: Local, currency: str) -> LineView:
    member = summary.member(line.member)
    price = f"{line.quantity} × {local.money(line.unit_minor, currency)}"
    discount = say("discount %(amount)s", amount=local.money(-line.discount_minor, currency))
    parts = (
        member.name if member else "",
        price if line.quantity != 1 or line.discount_minor else "",
        local.say(discount) if line.discount_minor else "",
    )
    return LineView(
        line.description, " · ".join(part for part in parts if part), local.money(line.amount_minor, currency)
    )


def _taxes(lines: Sequence[InvoiceLine]) -> list[tuple[str, int]]:
    totals: dict[str, int] = {}
    for line in lines:
        for tax in line.taxes:
            totals[tax.name] = totals.get(tax.name, 0) + tax.minor
    return list(totals.items())
