"""View models that all pages about money share: rows of lists, lines of documents, and words for states."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from chalicelib.billing.domain import (
    CREDIT_NOTE,
    Allocation,
    InvoiceLine,
    InvoiceStatus,
    ListedInvoice,
    Payment,
    PaymentStatus,
    TaxAmount,
    tax_totals,
)
from chalicelib.billing.glance import OPEN_WORDS, OVERDUE, InvoiceRow, due_words
from chalicelib.households.summary import Summary
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

_STATUS_WORDS: dict[InvoiceStatus, tuple[Message, str]] = {
    InvoiceStatus.DRAFT: (say("Draft"), "neutral"),
    **{InvoiceStatus(status): words for status, words in OPEN_WORDS.items()},
    InvoiceStatus.PAID: (say("Paid"), "success"),
    InvoiceStatus.CANCELLED: (say("Cancelled", context="invoice"), "neutral"),
    InvoiceStatus.REVERSED: (say("Reversed"), "neutral"),
}

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
_CREDIT_NOTE = say("Credit note")


class LineView(NamedTuple):
    """A line of an invoice."""

    description: str
    meta: str
    """For whom, how many at which price, and what was taken off."""
    amount: str


class PartView(NamedTuple):
    """A part of a payment or of a credit note that covers an invoice."""

    number: str
    href: str
    amount: str


class PaymentRow(NamedTuple):
    """A payment in a list."""

    title: str
    href: str
    meta: str
    amount: str
    status: str
    tone: str
    is_pending: bool
    invoices: tuple[PartView, ...]
    """What it covers, or will cover once it is here."""


def status_words(invoice: ListedInvoice, today: date) -> tuple[Message, str]:
    """What an invoice is called today, and the tone of its badge; overdue is worked out, never stored."""
    is_overdue = invoice.due_on is not None and invoice.due_on < today
    return OVERDUE if is_overdue else _STATUS_WORDS[invoice.status]


def method_words(method: str) -> Message:
    """What a way of paying is called, or a credit note that covers an invoice in place of money."""
    return _CREDIT_NOTE if method == CREDIT_NOTE else METHOD_WORDS.get(method, METHOD_WORDS["other"])


def invoice_row(invoice: ListedInvoice, local: Local, org: str, today: date, *, base: str = "") -> InvoiceRow:
    """An invoice in a list."""
    words, tone = status_words(invoice, today)
    when = due_words(invoice.due_on) if invoice.due_on else say("Issued %(day)s", day=invoice.issued_on)
    return InvoiceRow(
        id=invoice.id,
        number=invoice.number,
        href=urls.portal(org, f"{base}invoices/{invoice.id}"),
        meta=local.say(when),
        amount=local.money(invoice.minor, invoice.currency),
        status=local.say(words),
        tone=tone,
    )


def payment_row(payment: Payment, local: Local, org: str, *, base: str = "") -> PaymentRow:
    """A payment with the invoices it covered (PAY-1), or will cover when it comes (INV-7)."""
    words, tone = _PAYMENT_WORDS[payment.status]
    return PaymentRow(
        title=local.say(method_words(payment.method)),
        href=urls.portal(org, f"{base}payments/{payment.id}"),
        meta=dotted(local.date(payment.received_on), payment.reference),
        amount=local.money(payment.minor, payment.currency),
        status=local.say(words),
        tone=tone,
        is_pending=payment.status is PaymentStatus.PENDING,
        invoices=tuple(part_view(part, payment.currency, local, org, base=base) for part in payment.intended),
    )


def part_view(part: Allocation, currency: str, local: Local, org: str, *, base: str = "") -> PartView:
    """What of a payment or credit note covers one invoice."""
    return PartView(part.number, urls.portal(org, f"{base}invoices/{part.invoice}"), local.money(part.minor, currency))


def line_view(line: InvoiceLine, summary: Summary, local: Local, currency: str) -> LineView:
    """A line with for whom it is, and how its amount came about."""
    member = summary.member(line.member)
    price = f"{local.number(line.quantity)} × {local.money(line.unit_minor, currency)}"
    discount = say("discount %(amount)s", amount=local.money(-line.discount_minor, currency))
    meta = dotted(
        member.name if member else "",
        price if line.quantity != 1 or line.discount_minor else "",
        local.say(discount) if line.discount_minor else "",
    )
    return LineView(line.description, meta, local.money(line.amount_minor, currency))


def sums(lines: Sequence[InvoiceLine], total_minor: int, currency: str, local: Local) -> list[tuple[str, str]]:
    """How the total of a document comes about: the sum of its lines where it is another, and each tax."""
    subtotal = sum(line.amount_minor for line in lines)
    told = [(local.say(say("Subtotal")), subtotal)] if subtotal != total_minor else []
    told += [(tax_words(tax, local), tax.minor) for tax in tax_totals(lines)]
    return [(label, local.money(minor, currency)) for label, minor in told]


def tax_words(tax: TaxAmount, local: Local) -> str:
    """A tax by its name and rate, and whether the prices hold it already."""
    words = f"{tax.name}, {local.percent(tax.rate_ppm)}" if tax.rate_ppm else tax.name
    return local.say(say("%(tax)s (included in the prices)", tax=words)) if tax.included else words
