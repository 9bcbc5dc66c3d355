"""Ledger and statement in plain words: the same on pages, in PDF and in CSV (NEW-4)."""

from chalicelib.billing.ledger import EntryKind, LedgerEntry
from chalicelib.billing.pages import METHOD_WORDS
from chalicelib.billing.statements import Ageing, Hidden, HiddenRow, Statement
from chalicelib.shared.money import Money
from chalicelib.shared.texts import Message, say
from chalicelib.web.language import Local

_WORDS = {
    EntryKind.INVOICE: say("Invoice"),
    EntryKind.CREDIT_NOTE: say("Credit note"),
    EntryKind.PAYMENT: say("Payment"),
    EntryKind.PAYMENT_RETURNED: say("Payment that came back"),
    EntryKind.REFUND: say("Refund"),
    EntryKind.REFUND_RETURNED: say("Refund that came back"),
    EntryKind.DISPUTE: say("Payment contested with the bank"),
    EntryKind.DISPUTE_WON: say("Contested payment, returned to us"),
    EntryKind.CORRECTION: say("Correction"),
}
_HIDDEN = {
    Hidden.PAYMENTS: say("Payments and refunds, added up"),
    Hidden.CREDITS: say("Credit notes, added up"),
}
_PAGES = {EntryKind.INVOICE: "invoices", EntryKind.CREDIT_NOTE: "credits"}

Part = tuple[Message, int]
"""What a sum is called, and its minor units."""


def entry_words(local: Local, entry: LedgerEntry) -> str:
    """What an entry of the ledger is called: `Invoice 2026-00142`, `Payment, card`."""
    words = local.say(_WORDS[entry.kind])
    if entry.number in METHOD_WORDS:
        return f"{words}, {local.say(METHOD_WORDS[entry.number]).lower()}"
    return f"{words} {entry.number}".strip()


def entry_page(entry: LedgerEntry) -> str:
    """The page of the document behind an entry; empty for a correction, which has none of its own."""
    if entry.kind is EntryKind.CORRECTION:
        return ""
    return f"{_PAGES.get(entry.kind, 'payments')}/{entry.document}"


def balance_words(minor: int) -> Message:
    """What a balance is to the family."""
    if minor > 0:
        return say("to pay")
    return say("credit in your favour") if minor < 0 else say("nothing to pay")


def hidden_words(local: Local, row: HiddenRow) -> str:
    """What a line is called that stands for rows which were left out, and how many they are."""
    return f"{local.say(_HIDDEN[row.what])} ({row.entries})"


def total_parts(made: Statement) -> list[Part]:
    """How the closing balance comes about, from the opening balance on."""
    sums = made.totals
    happened: tuple[Part, ...] = (
        (say("Billed"), sums.billed_minor),
        (say("Credit notes"), -sums.credited_minor),
        (say("Payments received"), -sums.paid_minor),
        (say("Refunds"), sums.refunded_minor),
        (say("Corrections"), sums.corrected_minor),
    )
    return [
        (say("Opening balance"), made.opening_minor),
        *((words, minor) for words, minor in happened if minor),
        (say("Closing balance"), made.closing_minor),
    ]


def ageing_parts(aged: Ageing) -> list[Part]:
    """What is open by days overdue, down to the balance; what is nothing is left out."""
    parts: tuple[Part, ...] = (
        (say("Not due yet"), aged.not_due_minor),
        (say("1 to 30 days overdue"), aged.to_30_minor),
        (say("31 to 60 days overdue"), aged.to_60_minor),
        (say("61 to 90 days overdue"), aged.to_90_minor),
        (say("More than 90 days overdue"), aged.over_90_minor),
        (say("Credit not used yet"), -aged.unapplied_minor),
        (say("Balance"), aged.balance_minor),
    )
    return [(words, minor) for words, minor in parts if minor] or [parts[-1]]


def later_words(made: Statement, currency: str) -> Message | None:
    """Why today's balance is another than that of the period's end; None where it is the same."""
    if not made.later_minor:
        return None
    return say(
        "After this period %(later)s was booked. The balance is now %(balance)s.",
        later=Money(made.later_minor, currency),
        balance=Money(made.balance_minor, currency),
    )
