"""View models of one payment and of credit notes: what each covered, what went back, what is left (PAY-1, CRED-2)."""

from typing import NamedTuple

from chalicelib.billing.domain import CreditNote, CreditNoteStatus, Dispute, Payment
from chalicelib.billing.invoice_page import LineGroup, line_groups
from chalicelib.billing.ledger import Credit
from chalicelib.billing.pages import PartView, PaymentRow, method_words, part_view, payment_row, sums
from chalicelib.households.summary import Summary
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

_DISPUTE_WORDS: dict[Dispute, tuple[Message, str]] = {
    Dispute.OPEN: (
        say("This payment is contested with the bank. What it had paid is open until that is settled."),
        "warning",
    ),
    Dispute.WON: (say("This payment was contested with the bank; the money has returned."), "info"),
    Dispute.LOST: (say("This payment was contested with the bank, which took the money back."), "warning"),
}
_NOTE_WORDS: dict[CreditNoteStatus, tuple[Message, str]] = {
    CreditNoteStatus.ISSUED: (say("Not used yet", context="credit note"), "info"),
    CreditNoteStatus.PARTIALLY_APPLIED: (say("Partly used", context="credit note"), "info"),
    CreditNoteStatus.APPLIED: (say("Used up", context="credit note"), "neutral"),
}


class RefundView(NamedTuple):
    """Money that went back out of a payment."""

    title: str
    meta: str
    amount: str


class PaymentView(NamedTuple):
    """A payment with all that came of it."""

    id: str
    row: PaymentRow
    facts: list[tuple[str, str]]
    refunds: tuple[RefundView, ...]
    dispute: str
    dispute_tone: str
    left: str
    """What of it covers nothing yet; empty when that is nothing."""
    has_receipt: bool


class CreditRow(NamedTuple):
    """Something left in the family's favour."""

    title: str
    href: str
    meta: str
    left: str


class CreditNoteRow(NamedTuple):
    """A credit note in a list."""

    number: str
    href: str
    meta: str
    amount: str
    status: str
    tone: str
    parts: tuple[PartView, ...]
    """What it was applied to."""


class CreditNoteView(NamedTuple):
    """A credit note with all that is on it."""

    id: str
    row: CreditNoteRow
    facts: list[tuple[str, str]]
    groups: tuple[LineGroup, ...]
    sums: list[tuple[str, str]]
    refunded: str
    left: str
    invoice: str
    """Address of the invoice that it corrects; empty for a credit that was given freely."""


def payment_view(payment: Payment, local: Local, org: str, *, base: str = "") -> PaymentView:
    """A payment as a page."""
    dispute, tone = _DISPUTE_WORDS.get(payment.dispute, (None, ""))
    facts = [
        (say("Received on") if payment.status.came_in else say("Begun on"), local.date(payment.received_on, "long")),
        (say("Reference"), payment.reference),
        (say("Paid by"), payment.payer_name),
    ]
    return PaymentView(
        id=payment.id,
        row=payment_row(payment, local, org, base=base),
        facts=[(local.say(label), value) for label, value in facts if value],
        refunds=tuple(
            RefundView(
                local.say(method_words(refund.method or payment.method)),
                dotted(local.date(refund.on), refund.reason),
                local.money(refund.minor, payment.currency),
            )
            for refund in payment.refunds
        ),
        dispute=local.say(dispute) if dispute else "",
        dispute_tone=tone,
        left=local.money(payment.unapplied_minor, payment.currency) if payment.unapplied_minor > 0 else "",
        has_receipt=payment.status.came_in,
    )


def credit_row(credit: Credit, local: Local, org: str, *, base: str = "") -> CreditRow:
    """What is left of a payment or of a credit note."""
    is_payment = credit.source == "payment"
    title = local.say(say("Payment")) if is_payment else local.say(say("Credit note %(number)s", number=credit.label))
    return CreditRow(
        title=title,
        href=urls.portal(org, f"{base}{'payments' if is_payment else 'credits'}/{credit.document}"),
        meta=dotted(local.date(credit.on), local.say(method_words(credit.label)) if is_payment else ""),
        left=local.money(credit.left_minor, credit.currency),
    )


def credit_note_row(note: CreditNote, local: Local, org: str, *, base: str = "") -> CreditNoteRow:
    """A credit note in the list, with what it was applied to."""
    words, tone = _NOTE_WORDS[note.status]
    about = local.say(say("for invoice %(number)s", number=note.invoice_number)) if note.invoice_number else ""
    return CreditNoteRow(
        number=note.number,
        href=urls.portal(org, f"{base}credits/{note.id}"),
        meta=dotted(local.date(note.issued_on), about, note.reason),
        amount=local.money(note.total_minor, note.currency),
        status=local.say(words),
        tone=tone,
        parts=tuple(part_view(part, note.currency, local, org, base=base) for part in note.allocations),
    )


def credit_note_view(note: CreditNote, home: Summary, local: Local, org: str, *, base: str = "") -> CreditNoteView:
    """A credit note as a page."""
    facts = [
        (say("Issued on"), local.date(note.issued_on, "long")),
        (say("Corrects invoice"), note.invoice_number),
        (say("Reason"), note.reason),
    ]
    return CreditNoteView(
        id=note.id,
        row=credit_note_row(note, local, org, base=base),
        facts=[(local.say(label), value) for label, value in facts if value],
        groups=tuple(line_groups(note.lines, home, local, note.currency)),
        sums=sums(note.lines, note.total_minor, note.currency, local),
        refunded=local.money(note.refunded_minor, note.currency) if note.refunded_minor else "",
        left=local.money(note.unapplied_minor, note.currency) if note.unapplied_minor else "",
        invoice=urls.portal(org, f"{base}invoices/{note.invoice}") if note.invoice else "",
    )
