"""Invoice, receipt, quote and credit note as papers."""

from datetime import date

from chalicelib.billing.domain import CreditNote, Invoice, InvoiceStatus, Payment, PaymentStatus
from chalicelib.billing.pages import method_words
from chalicelib.papers import composing
from chalicelib.papers.composing import Desk, columns, facts, line_totals, lines_table, notes
from chalicelib.papers.paper import Fact, Group, Kind, Paper, Party, Row, Table, Total
from chalicelib.quotes.domain import Quote, QuoteStatus
from chalicelib.shared.texts import Message, say

_STAMPS = {
    InvoiceStatus.PAID: say("Paid"),
    InvoiceStatus.CANCELLED: say("Cancelled", context="invoice"),
    InvoiceStatus.REVERSED: say("Reversed"),
}
_QUOTE_STAMPS = {
    QuoteStatus.APPROVED: say("Approved", context="quote"),
    QuoteStatus.CONVERTED: say("Approved", context="quote"),
    QuoteStatus.DECLINED: say("Declined", context="quote"),
    QuoteStatus.EXPIRED: say("Expired", context="quote"),
}


def invoice_paper(desk: Desk, invoice: Invoice) -> Paper:
    """An invoice as it stands now: with what was paid, and what is left to pay until when (INV-6)."""
    local = desk.local
    blank = composing.paper(
        desk, Kind.INVOICE, say("Invoice"), invoice.number, composing.billed(desk, say("Bill to"), invoice.payer)
    )
    stamp = _STAMPS.get(invoice.status)
    return blank._replace(
        facts=facts(
            desk,
            (say("Issued"), local.date(invoice.issued_on, "long")),
            (say("Due"), local.date(invoice.due_on, "long")),
            (say("Account number"), desk.household.number),
            (say("Your reference"), invoice.reference),
            (say("Currency"), invoice.currency),
        ),
        headline=_headline(desk, invoice),
        tables=(lines_table(desk, invoice.lines, invoice.currency),),
        totals=tuple(_invoice_totals(desk, invoice)),
        annexes=_instalments(desk, invoice),
        notes=notes(desk, invoice.note, say("Note")),
        stamp=desk.say(stamp) if stamp else "",
    )


def _headline(desk: Desk, invoice: Invoice) -> Fact:
    dues = invoice.dues
    amount = desk.local.money(invoice.balance_minor, invoice.currency)
    if len(dues) > 1:
        return Fact(desk.say(say("Still to pay; the next part is due %(day)s", day=dues[0].on)), amount)
    if dues:
        return Fact(desk.say(say("To pay by %(day)s", day=dues[0].on)), amount)
    if invoice.status in (InvoiceStatus.CANCELLED, InvoiceStatus.REVERSED):
        return Fact(desk.say(say("This invoice was taken back: there is nothing to pay")), amount)
    return Fact(desk.say(say("Paid in full")), desk.local.money(invoice.total_minor, invoice.currency))


def _instalments(desk: Desk, invoice: Invoice) -> tuple[Table, ...]:
    if len(invoice.schedule) < 2:
        return ()
    local = desk.local
    rows = [Row((local.date(due.on, "long"), local.money(due.minor, invoice.currency))) for due in invoice.schedule]
    heads = columns(desk, say("Due"), say("Amount"))
    return (Table(heads, (Group(tuple(rows)),), desk.say(say("When it is due"))),)


def _invoice_totals(desk: Desk, invoice: Invoice) -> list[Total]:
    totals = line_totals(desk, invoice.lines, invoice.total_minor, invoice.currency)
    for part in invoice.coverages:
        words = f"{desk.say(method_words(part.method))}, {desk.local.date(part.on)}"
        totals.append(Total(words, desk.local.money(-part.minor, invoice.currency)))
    if invoice.coverages:
        left = desk.local.money(invoice.balance_minor, invoice.currency)
        totals.append(Total(desk.say(say("Left to pay")), left, is_strong=True))
    return totals


def has_receipt(payment: Payment) -> bool:
    """Whether money came in, so that there is something to confirm; it may have gone back since."""
    return payment.status.came_in


def receipt_paper(desk: Desk, payment: Payment) -> Paper:
    """What came in, from whom, and what it paid.

    Where somebody else paid, it is made out to them and tells of the household nothing but numbers of invoices (NEW-8).
    """
    local = desk.local
    others = bool(payment.payer_name)
    method = method_words(payment.method)
    blank = composing.paper(desk, Kind.RECEIPT, say("Receipt"), payment.receipt_number, _received_from(desk, payment))
    return blank._replace(
        facts=facts(
            desk,
            (say("Received"), local.date(payment.received_on, "long")),
            (say("Method"), desk.say(method)),
            (say("Reference"), payment.reference),
            (say("Account number"), "" if others else desk.household.number),
        ),
        headline=Fact(
            desk.say(say("Received on %(day)s. Thank you.", day=payment.received_on)),
            local.money(payment.minor, payment.currency),
        ),
        tables=(_covered(desk, payment),),
        totals=tuple(_receipt_totals(desk, payment)),
        stamp=desk.say(say("Refunded")) if payment.status is PaymentStatus.REFUNDED else "",
    )


def _received_from(desk: Desk, payment: Payment) -> Party:
    title = say("Received from")
    if payment.payer_name:
        return Party(payment.payer_name, (payment.payer_email,), desk.say(title))
    return composing.billed(desk, title, payment.payer)


def _covered(desk: Desk, payment: Payment) -> Table:
    """The invoices that the payment covers, and what of it covers none."""

    def row(what: Message, minor: int) -> Row:
        return Row((desk.say(what), desk.local.money(minor, payment.currency)))

    rows = [row(say("Invoice %(number)s", number=part.number), part.minor) for part in payment.allocations]
    if payment.unapplied_minor:
        rows.append(row(say("Kept as credit"), payment.unapplied_minor))
    return Table(columns(desk, say("What it paid"), say("Amount")), (Group(tuple(rows)),))


def _receipt_totals(desk: Desk, payment: Payment) -> list[Total]:
    local = desk.local
    received = Total(desk.say(say("Received")), local.money(payment.minor, payment.currency), is_strong=True)
    taken = [
        Total(desk.say(say("Refunded %(day)s", day=refund.on)), local.money(-refund.minor, payment.currency))
        for refund in payment.refunds
    ]
    if payment.disputed_minor:
        disputed = local.money(-payment.disputed_minor, payment.currency)
        taken.append(Total(desk.say(say("Contested with the bank")), disputed))
    left = Total(desk.say(say("Left of it")), local.money(payment.kept_minor, payment.currency), is_strong=True)
    return [received, *taken, left] if taken else [received]


def credit_note_paper(desk: Desk, note: CreditNote) -> Paper:
    """What was taken back of what was billed, and where the credit went (CRED-2)."""
    local = desk.local
    blank = composing.paper(
        desk, Kind.CREDIT_NOTE, say("Credit note"), note.number, composing.billed(desk, say("Credit to"), note.payer)
    )
    return blank._replace(
        facts=facts(
            desk,
            (say("Issued"), local.date(note.issued_on, "long")),
            (say("Corrects invoice"), note.invoice_number),
            (say("Account number"), desk.household.number),
        ),
        headline=Fact(desk.say(say("Credit in your favour")), local.money(note.total_minor, note.currency)),
        tables=(lines_table(desk, note.lines, note.currency),),
        totals=tuple(_credit_totals(desk, note)),
        notes=notes(desk, note.reason, say("Reason")),
    )


def _credit_totals(desk: Desk, note: CreditNote) -> list[Total]:
    local = desk.local
    used = [
        Total(desk.say(say("Used for invoice %(number)s", number=part.number)), local.money(-part.minor, note.currency))
        for part in note.allocations
    ]
    if note.refunded_minor:
        used.append(Total(desk.say(say("Paid out")), local.money(-note.refunded_minor, note.currency)))
    left = Total(desk.say(say("Left as credit")), local.money(note.unapplied_minor, note.currency), is_strong=True)
    return [*line_totals(desk, note.lines, note.total_minor, note.currency), *used, *([left] if used else [])]


def quote_paper(desk: Desk, quote: Quote, today: date) -> Paper:
    """What something would cost, until when, and how it was answered (QUO-1)."""
    local = desk.local
    stamp = _QUOTE_STAMPS.get(quote.status_at(today))
    blank = composing.paper(
        desk, Kind.QUOTE, say("Quote"), quote.number, composing.billed(desk, say("Quote for"), quote.payer)
    )
    return blank._replace(
        facts=facts(
            desk,
            (say("Made on"), local.date(quote.made_on, "long")),
            (say("Good until"), local.date(quote.valid_until, "long") if quote.valid_until else ""),
            (say("Account number"), desk.household.number),
            (say("Currency"), quote.currency),
            (say("Answered by"), f"{quote.answer.name}, {local.date(quote.answer.at)}" if quote.answer else ""),
        ),
        headline=Fact(desk.say(stamp or _offer(quote)), local.money(quote.total_minor, quote.currency)),
        tables=(lines_table(desk, quote.lines, quote.currency),),
        totals=tuple(line_totals(desk, quote.lines, quote.total_minor, quote.currency)),
        notes=notes(desk, quote.note, say("Note")),
        stamp=desk.say(stamp) if stamp else "",
    )


def _offer(quote: Quote) -> Message:
    return say("Good until %(day)s", day=quote.valid_until) if quote.valid_until else say("Our quote")
