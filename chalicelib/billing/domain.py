"""Invoices, payments and credit notes; every amount in integer minor units.

An invoice is never edited once it is issued: credit notes correct it, payments cover it.
What is left to pay, what is overdue and what credit is left are worked out, never stored.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from chalicelib.shared.frozen import Frozen, frozen


class InvoiceStatus(Enum):
    """Stored states of an invoice (glossary). Overdue and unpaid are worked out, never stored."""

    DRAFT = "draft"
    ISSUED = "issued"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    CANCELLED = "cancelled"
    """Taken back before any money came."""
    REVERSED = "reversed"
    """Taken back after money came; the money became credit."""

    @property
    def is_open(self) -> bool:
        """Whether money may still be owed on it."""
        return self in (InvoiceStatus.ISSUED, InvoiceStatus.PARTIALLY_PAID)


class TaxAmount(NamedTuple):
    """A tax on a line, as it was charged."""

    name: str
    minor: int
    rate_ppm: int = 0
    """Millionths: 9.975 % is 99750. Zero when only the amount is known (imports)."""
    included: bool = False
    """Whether the line's amount holds it already."""


class InvoiceLine(NamedTuple):
    """One thing on an invoice, for one member or for the household."""

    description: str
    quantity: Decimal
    unit_minor: int
    amount_minor: int
    """Quantity times unit price less discount, before taxes that are added."""
    member: str = ""
    discount_minor: int = 0
    taxes: tuple[TaxAmount, ...] = ()

    @property
    def total_minor(self) -> int:
        """What the line adds to the invoice's total."""
        return self.amount_minor + sum(tax.minor for tax in self.taxes if not tax.included)


class Coverage(NamedTuple):
    """A payment or credit note that covers part of an invoice, as the invoice's page tells it (INV-6)."""

    document: str
    """Id of the payment or of the credit note."""
    on: date
    minor: int
    method: str
    """Method of the payment, or `credit_note`."""


CREDIT_NOTE = "credit_note"
"""Method of coverages that come from a credit note."""


class Due(NamedTuple):
    """A part of an invoice that has its own due date: a deposit, an instalment, the rest."""

    on: date
    minor: int


class ListedInvoice(NamedTuple):
    """An invoice as lists tell it."""

    id: str
    number: str
    currency: str
    issued_on: date
    status: InvoiceStatus
    minor: int
    """What is still to pay of an open one, the total of others."""
    due_on: date | None
    """When the next part falls due; None when nothing is to pay."""


@frozen
class Invoice(Frozen):
    """A bill. It is never edited once it is issued; `paid_minor` counts what was covered."""

    id: str
    household: str
    number: str
    currency: str
    issued_on: date
    due_on: date
    """The last due date."""
    status: InvoiceStatus
    lines: tuple[InvoiceLine, ...]
    total_minor: int
    paid_minor: int = 0
    """What all coverages together come to."""
    coverages: tuple[Coverage, ...] = ()
    note: str = ""
    source: str = ""
    version: int | None = None
    payer: str = ""
    """Who is billed within the household; empty: the household itself."""
    schedule: tuple[Due, ...] = ()
    """Deposit and instalments, earliest first, adding up to the total; empty: all is due on `due_on`."""
    reference: str = ""
    """The family's own reference, e.g. of a purchase order (X-1)."""
    recurring: str = ""
    """Recurring invoice that made it (REC-2)."""
    quote: str = ""
    """Quote it came from (QUO-3)."""
    late_for: str = ""
    """Of a late fee: names of the steps that it is charged for. No fee is ever charged for such an invoice."""
    autopay: bool = False
    """Whether it is charged to the payment method on file when due (X-2)."""
    autopay_ended: int = 0
    """How often charging it ended before it was paid; it begins anew only where the family chooses so again."""
    sent_at: datetime | None = None
    viewed_at: datetime | None = None
    """When the family first opened it (X-3)."""

    @property
    def balance_minor(self) -> int:
        """What is still to pay; nothing on a draft or on an invoice that was cancelled or reversed."""
        return self.total_minor - self.paid_minor if self.status.is_open else 0

    @property
    def dues(self) -> tuple[Due, ...]:
        """What is still to pay and when, earliest first; money covers the earliest part first."""
        if self.balance_minor <= 0:
            return ()
        covered, left = self.paid_minor, []
        for due in self.schedule or (Due(self.due_on, self.total_minor),):
            taken = min(covered, due.minor)
            covered -= taken
            if due.minor > taken:
                left.append(Due(due.on, due.minor - taken))
        return tuple(left)

    @property
    def has_autopay_ended(self) -> bool:
        """Whether it was to be charged by itself, and is not any more: refused, over the cap, or not to be told of."""
        return bool(self.autopay_ended) and not self.autopay

    @property
    def listed(self) -> ListedInvoice:
        """The same as lists tell it."""
        dues = self.dues
        minor, due_on = (self.balance_minor, dues[0].on) if dues else (self.total_minor, None)
        return ListedInvoice(self.id, self.number, self.currency, self.issued_on, self.status, minor, due_on)

    @property
    def members(self) -> tuple[str, ...]:
        """Ids of the members that lines are for."""
        return tuple(dict.fromkeys(line.member for line in self.lines if line.member))


class PaymentStatus(Enum):
    """Where a payment stands (glossary)."""

    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"
    VOIDED = "voided"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"

    @property
    def is_received(self) -> bool:
        """Whether the money came in, so that it covers invoices."""
        return self in (PaymentStatus.COMPLETED, PaymentStatus.PARTIALLY_REFUNDED)

    @property
    def came_in(self) -> bool:
        """Whether the money came in, even if all of it has gone back since; there is a receipt then."""
        return self.is_received or self is PaymentStatus.REFUNDED


class Allocation(NamedTuple):
    """The part of a payment or credit note that covers one invoice."""

    invoice: str
    minor: int
    number: str = ""
    """Number of that invoice, so that a list of payments needs no second read."""


class Dispute(Enum):
    """Where a contested card payment stands (P-15)."""

    NONE = ""
    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Refund(NamedTuple):
    """Money given back out of a payment."""

    id: str
    on: date
    minor: int
    method: str = ""
    """As the payment's unless it went another way, e.g. `cheque`."""
    reason: str = ""


@frozen
class Payment(Frozen):
    """Money that came in, and the invoices it covered (PAY-1)."""

    id: str
    household: str
    received_on: date
    minor: int
    currency: str
    method: str
    status: PaymentStatus
    allocations: tuple[Allocation, ...] = ()
    reference: str = ""
    recorded_at: datetime | None = None
    source: str = ""
    payer: str = ""
    """Who is credited within the household; empty: the household itself."""
    payer_name: str = ""
    """Somebody else who paid, and to whom the receipt is made out (NEW-8)."""
    payer_email: str = ""
    refunds: tuple[Refund, ...] = ()
    dispute: Dispute = Dispute.NONE
    disputed_minor: int = 0
    """What a dispute has taken away; back to zero when it is won."""
    freed: tuple[Allocation, ...] = ()
    """What it will cover when its money is here: it is on its way, or was taken back and may return."""
    intent: str = ""
    """Stripe's payment intent."""
    version: int | None = None

    @property
    def receipt_number(self) -> str:
        """The number of its receipt: its day, and enough of its id to name it."""
        day, _, rest = self.id.partition("-")
        return f"{day}-{rest[:6]}".upper()

    @property
    def refunded_minor(self) -> int:
        """What was given back."""
        return sum(refund.minor for refund in self.refunds)

    @property
    def kept_minor(self) -> int:
        """What of it the organisation still has."""
        return self.minor - self.refunded_minor - self.disputed_minor if self.status.came_in else 0

    @property
    def intended(self) -> tuple[Allocation, ...]:
        """What it covers; while it is on its way, what it will cover (INV-7)."""
        return self.allocations or self.freed if self.status is PaymentStatus.PENDING else self.allocations

    @property
    def allocated_minor(self) -> int:
        """What of it covers invoices."""
        return sum(part.minor for part in self.allocations)

    @property
    def unapplied_minor(self) -> int:
        """What of it covers nothing yet: credit of the family."""
        return self.kept_minor - self.allocated_minor


class CreditNoteStatus(Enum):
    """How much of a credit note is used (glossary)."""

    ISSUED = "issued"
    PARTIALLY_APPLIED = "partially_applied"
    APPLIED = "applied"


@frozen
class CreditNote(Frozen):
    """A document that takes back what was billed, wholly or in part (CRED-2)."""

    id: str
    household: str
    number: str
    currency: str
    issued_on: date
    lines: tuple[InvoiceLine, ...]
    total_minor: int
    invoice: str = ""
    """Invoice it corrects; empty for a credit given freely."""
    invoice_number: str = ""
    reason: str = ""
    allocations: tuple[Allocation, ...] = ()
    refunded_minor: int = 0
    """What of it was paid out."""
    payer: str = ""
    source: str = ""
    version: int | None = None

    @property
    def unapplied_minor(self) -> int:
        """What of it is left as credit."""
        return self.total_minor - self.refunded_minor - sum(part.minor for part in self.allocations)

    @property
    def status(self) -> CreditNoteStatus:
        """Worked out from what is left."""
        if self.unapplied_minor == self.total_minor:
            return CreditNoteStatus.ISSUED
        return CreditNoteStatus.PARTIALLY_APPLIED if self.unapplied_minor else CreditNoteStatus.APPLIED


def status_after(total_minor: int, paid_minor: int, status: InvoiceStatus) -> InvoiceStatus:
    """The status of an issued invoice once `paid_minor` of `total_minor` is covered; others stay what they are."""
    if not status.is_open and status is not InvoiceStatus.PAID:
        return status
    if paid_minor >= total_minor:
        return InvoiceStatus.PAID
    return InvoiceStatus.PARTIALLY_PAID if paid_minor > 0 else InvoiceStatus.ISSUED


def tax_totals(lines: Sequence[InvoiceLine]) -> list[TaxAmount]:
    """Taxes of all lines added up by name, in the order they first appear."""
    totals: dict[tuple[str, int, bool], int] = {}
    for line in lines:
        for tax in line.taxes:
            kind = (tax.name, tax.rate_ppm, tax.included)
            totals[kind] = totals.get(kind, 0) + tax.minor
    return [TaxAmount(name, minor, rate, included) for (name, rate, included), minor in totals.items()]
