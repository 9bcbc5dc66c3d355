"""View model of one invoice: for whom, how it adds up, what is due when, and what covered it (INV-6)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from chalicelib.billing.domain import CREDIT_NOTE, Coverage, Invoice, InvoiceLine, InvoiceStatus, Payment
from chalicelib.billing.pages import LineView, line_view, method_words, status_words, sums
from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

_TAKEN_BACK = (InvoiceStatus.CANCELLED, InvoiceStatus.REVERSED)


class LineGroup(NamedTuple):
    """Lines for one member, or for the household as a whole."""

    title: str
    """Empty where no line is for anybody."""
    lines: tuple[LineView, ...]


class Sums(NamedTuple):
    """How what is left to pay comes about."""

    parts: list[tuple[str, str]]
    """Subtotal and taxes; nothing where the total is just the sum of the lines."""
    total: str
    covered: str
    """What was paid or credited; empty while nothing was."""
    left: str


class DueView(NamedTuple):
    """A part of the invoice with a due date of its own: a deposit, an instalment."""

    day: str
    amount: str
    state: str
    tone: str


class CoverageView(NamedTuple):
    """A payment or credit note that covers part of the invoice, or a payment that is on its way."""

    title: str
    href: str
    day: str
    amount: str


class InvoiceView(NamedTuple):
    """An invoice with all that is on it."""

    id: str
    number: str
    status: str
    tone: str
    is_open: bool
    balance: str
    caption: str
    """What the balance is, and until when to pay it."""
    facts: list[tuple[str, str]]
    groups: tuple[LineGroup, ...]
    sums: Sums
    schedule: tuple[DueView, ...]
    coverages: tuple[CoverageView, ...]
    pending: tuple[CoverageView, ...]
    note: str


class Reader(NamedTuple):
    """Who looks at an invoice, when and how."""

    organisation: Organisation
    home: Summary
    local: Local
    today: date
    base: str = ""
    """Begins the addresses of pages about money: empty for the family's own, the family's place at the desk there."""


def invoice_view(invoice: Invoice, reader: Reader, payments: Iterable[Payment] = (), reason: str = "") -> InvoiceView:
    """An invoice as a page; `payments` may be on their way to it, `reason` says why it was taken back."""
    words, tone = status_words(invoice.listed, reader.today)
    local = reader.local
    return InvoiceView(
        id=invoice.id,
        number=invoice.number,
        status=local.say(words),
        tone=tone,
        is_open=invoice.balance_minor > 0,
        balance=local.money(invoice.balance_minor, invoice.currency),
        caption=local.say(_caption(invoice, local)),
        facts=_facts(invoice, reader, reason),
        groups=tuple(line_groups(invoice.lines, reader.home, local, invoice.currency)),
        sums=_sums(invoice, local),
        schedule=() if invoice.status in _TAKEN_BACK else tuple(_schedule(invoice, reader)),
        coverages=tuple(_coverage(each, invoice.currency, reader) for each in invoice.coverages),
        pending=tuple(_pending(invoice, payments, reader)),
        note=invoice.note,
    )


def line_groups(lines: Sequence[InvoiceLine], home: Summary, local: Local, currency: str) -> Iterable[LineGroup]:
    """Lines by member, in the order in which members first appear."""
    members = dict.fromkeys(line.member for line in lines)
    for each in members:
        found = home.member(each)
        others = "" if list(members) == [""] else local.say(say("For the household"))
        mine = (line._replace(member="") for line in lines if line.member == each)
        yield LineGroup(found.name if found else others, tuple(line_view(line, home, local, currency) for line in mine))


def _caption(invoice: Invoice, local: Local) -> Message:
    dues = invoice.dues
    if len(dues) > 1:
        part = local.money(dues[0].minor, invoice.currency)
        return say("still to pay, %(amount)s of it by %(day)s", amount=part, day=local.date(dues[0].on, "long"))
    return say("to pay by %(day)s", day=local.date(dues[0].on if dues else invoice.due_on, "long"))


def _facts(invoice: Invoice, reader: Reader, reason: str) -> list[tuple[str, str]]:
    """Particulars that papers need: by whom, for whom, when. The due date of an open invoice stands on top already."""
    local = reader.local
    told = [
        (say("Issued on"), local.date(invoice.issued_on, "long")),
        (say("Due on"), "" if invoice.dues else local.date(invoice.due_on, "long")),
        (say("Reason for taking it back"), reason),
        (say("Your reference"), invoice.reference),
        (say("Billed to"), _billed_to(invoice, reader)),
        (say("Billed by"), sender(reader.organisation, local)),
    ]
    return [(local.say(label), value) for label, value in told if value]


def _billed_to(invoice: Invoice, reader: Reader) -> str:
    member = reader.home.member(invoice.payer) if invoice.payer else None
    return dotted(member.name if member else reader.home.name, reader.home.number)


def sender(organisation: Organisation, local: Local) -> str:
    """The organisation as it stands on papers: name, address, tax numbers, a line each."""
    name = organisation.billing.legal_name or local.text(organisation.name)
    taxes = dotted(*(f"{tax.name} {tax.registration}" for tax in organisation.billing.taxes if tax.registration))
    return "\n".join(part for part in (name, organisation.contact.address, taxes) if part)


def _sums(invoice: Invoice, local: Local) -> Sums:
    return Sums(
        parts=sums(invoice.lines, invoice.total_minor, invoice.currency, local),
        total=local.money(invoice.total_minor, invoice.currency),
        covered=local.money(-invoice.paid_minor, invoice.currency) if invoice.paid_minor else "",
        left=local.money(invoice.balance_minor, invoice.currency),
    )


def _schedule(invoice: Invoice, reader: Reader) -> Iterable[DueView]:
    """All parts of an invoice that is paid in parts; money covered the earliest first."""
    covered = invoice.paid_minor
    for due in invoice.schedule if len(invoice.schedule) > 1 else ():
        taken = min(covered, due.minor)
        covered -= taken
        state, tone = _due_state(due.minor - taken, due.minor, is_late=due.on < reader.today)
        yield DueView(
            reader.local.date(due.on, "long"),
            reader.local.money(due.minor, invoice.currency),
            reader.local.say(state),
            tone,
        )


def _due_state(left: int, minor: int, *, is_late: bool) -> tuple[Message, str]:
    if not left:
        return say("Paid"), "success"
    if is_late:
        return say("Overdue"), "danger"
    return (say("Partly paid"), "warning") if left < minor else (say("To pay"), "info")


def _coverage(each: Coverage, currency: str, reader: Reader) -> CoverageView:
    page = "credits" if each.method == CREDIT_NOTE else "payments"
    return CoverageView(
        reader.local.say(method_words(each.method)),
        urls.portal(reader.organisation.slug, f"{reader.base}{page}/{each.document}"),
        reader.local.date(each.on),
        reader.local.money(each.minor, currency),
    )


def _pending(invoice: Invoice, payments: Iterable[Payment], reader: Reader) -> Iterable[CoverageView]:
    """Payments on their way to this invoice (INV-7)."""
    for payment in payments:
        for part in payment.intended:
            if part.invoice == invoice.id:
                coverage = Coverage(payment.id, payment.received_on, part.minor, payment.method)
                yield _coverage(coverage, payment.currency, reader)
