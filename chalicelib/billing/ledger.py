"""The ledger: an append-only row of entries for each payer and currency of a household.

Entries are never changed. Each carries the balance after it, so a balance at any moment is one
read, and a row that does not follow from the one before it is found out (NEW-4). Entries stand
in the order they were booked; `on` says when the thing itself happened.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple


class EntryKind(Enum):
    """What happened to the balance."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"
    PAYMENT_RETURNED = "payment_returned"
    """A payment that had counted came back: a bounced cheque, a direct debit taken back."""
    REFUND = "refund"
    REFUND_RETURNED = "refund_returned"
    """A refund that could not be paid out."""
    DISPUTE = "dispute"
    """The card's bank took the money away (P-15)."""
    DISPUTE_WON = "dispute_won"
    CORRECTION = "correction"
    """What an import changed."""


class LedgerEntry(NamedTuple):
    """One change of a balance, for good."""

    sequence: int
    """1, 2, 3 … without gaps for each payer and currency."""
    booked_at: datetime
    on: date
    """Day of the document: of issue, of receipt. Never after the day of booking."""
    kind: EntryKind
    minor: int
    """Above zero: the family owes more; below: less."""
    balance_minor: int
    """After this entry; below zero it is credit."""
    currency: str
    document: str
    """Id of the invoice, payment or credit note."""
    number: str = ""
    """Number of the document, or the method of a payment."""
    payer: str = ""
    note: str = ""


class Credit(NamedTuple):
    """Something a family has in its favour: what is left of a payment or of a credit note (CRED-2)."""

    document: str
    source: str
    """`payment` or `credit_note`."""
    label: str
    """Method of the payment, number of the credit note."""
    on: date
    left_minor: int
    currency: str
    payer: str = ""


class DoesNotAddUp(Exception):
    """Entries whose balances do not follow from each other; such a statement is never shown (NEW-4)."""


def check(entries: Iterable[LedgerEntry]) -> None:
    """Raises DoesNotAddUp unless each entry follows from the one before it. Oldest first, of one payer and currency."""
    before: LedgerEntry | None = None
    for entry in entries:
        if before and (
            entry.sequence != before.sequence + 1 or entry.balance_minor != before.balance_minor + entry.minor
        ):
            raise DoesNotAddUp(f"entry {entry.sequence} after entry {before.sequence}")
        before = entry
