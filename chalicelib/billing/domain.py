"""Invoices with lines, payments with the invoices they cover; every amount in integer minor units."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple


class InvoiceStatus(Enum):
    """Stored states of an invoice (glossary). Overdue and unpaid are worked out, never stored."""

    DRAFT = "draft"
    ISSUED = "issued"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    CANCELLED = "cancelled"
    REVERSED = "reversed"


class TaxAmount(NamedTuple):
    """A tax on a line, as it was charged."""

    name: str
    minor: int


class InvoiceLine(NamedTuple):
    """One thing on an invoice, for one member or for the household."""

    description: str
    quantity: int
    unit_minor: int
    amount_minor: int
    """Quantity times unit price less discount, before taxes that are added."""
    member: str = ""
    discount_minor: int = 0
    taxes: tuple[TaxAmount, ...] = ()


class Coverage(NamedTuple):
    """A payment that came in for an invoice, as the invoice's page tells it (INV-6)."""

    payment: str
    received_on: date
    minor: int
    method: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """A bill. It is never edited once it is issued; `paid_minor` counts what payments covered."""

    id: str
    household: str
    number: str
    currency: str
    issued_on: date
    due_on: date
    status: InvoiceStatus
    lines: tuple[InvoiceLine, ...]
    total_minor: int
    paid_minor: int = 0
    """What all coverages together come to."""
    coverages: tuple[Coverage, ...] = ()
    note: str = ""
    source: str = ""
    version: int | None = None

    @property
    def balance_minor(self) -> int:
        """What is still to pay; nothing on a draft or on an invoice that was cancelled or reversed."""
        if self.status in (InvoiceStatus.ISSUED, InvoiceStatus.PARTIALLY_PAID):
            return self.total_minor - self.paid_minor
        return 0

    def is_overdue(self, today: date) -> bool:
        """Whether money should have come before `today`."""
        return self.balance_minor > 0 and self.due_on < today

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


class Allocation(NamedTuple):
    """The part of a payment that covers one invoice."""

    invoice: str
    minor: int
    number: str = ""
    """Number of that invoice, so that a list of payments needs no second read."""


@dataclass(frozen=True, slots=True)
class Payment:
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


def status_after(total_minor: int, paid_minor: int, status: InvoiceStatus) -> InvoiceStatus:
    """The status of an issued invoice once `paid_minor` of `total_minor` is covered; others stay what they are."""
    if status not in (InvoiceStatus.ISSUED, InvoiceStatus.PARTIALLY_PAID, InvoiceStatus.PAID):
        return status
    if paid_minor >= total_minor:
        return InvoiceStatus.PAID
    return InvoiceStatus.PARTIALLY_PAID if paid_minor > 0 else InvoiceStatus.ISSUED
