"""Checked rows as records of the portal: new ones, or stored ones with what the row says laid over them.

A column that a file does not have leaves what is stored as it is; an empty cell clears it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TypeVar

from chalicelib.admin.imports.laying import Laying, status_of, text_of, told
from chalicelib.admin.imports.sheets import ANSWER
from chalicelib.admin.imports.staging import Record, Reference
from chalicelib.billing.domain import (
    Allocation,
    Invoice,
    InvoiceLine,
    InvoiceStatus,
    Payment,
    PaymentStatus,
    Refund,
    TaxAmount,
)
from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.households.domain import Household, Person, Role
from chalicelib.households.domain import Status as RecordStatus
from chalicelib.identity.domain import HouseholdLink, StaffRole, User
from chalicelib.shared.times import day_or_none, from_iso, local_day

S = TypeVar("S", bound=Enum)

_HOUSEHOLD_TEXTS = ("name", "number", "language", "email", "phone")
_AGES = ("age_min", "age_max")
_ADDRESS_TEXTS = ("street", "city", "region", "postcode", "country")
_PERSON_TEXTS = (
    "first_name", "last_name", "email", "phone", "emergency_name", "emergency_phone", "health_notes",
)  # fmt: skip


class Builder(Laying):
    """Makes records of one organisation: households, people, bookings, and all that is about money."""

    def household(self, record: Record, stored: Household | None) -> Household:
        """The household of a row."""
        base = stored or Household(id=self.id_of("household", record.id), name="")
        return replace(
            base,
            **told(record, _HOUSEHOLD_TEXTS),  # type: ignore[arg-type]
            address=replace(base.address, **told(record, _ADDRESS_TEXTS)),
            status=status_of(record, RecordStatus, base.status, RecordStatus.ACTIVE),
            source=record.source,
        )

    def person(self, record: Record, stored: Person | None) -> Person:
        """The person of a row, with the homes and answers it tells."""
        base = stored or Person(id=self.id_of("member", record.id), first_name="", last_name="")
        born = record.get("birth_date")
        if "birth_date" in record.data:
            base = base.born_on(day_or_none(born))
        return replace(
            base,
            **told(record, _PERSON_TEXTS),  # type: ignore[arg-type]
            answers=_answers(record, base.answers),
            households=tuple(self.id_of("household", home) for home, _ in record.get("households")),
            status=status_of(record, RecordStatus, base.status, RecordStatus.ACTIVE),
            source=record.source,
        )

    def user(self, record: Record, stored: User | None) -> User:
        """The user of a row. Login addresses that a user has stay: only their owner changes them (AUTH-13)."""
        base = stored or User(id=self.id_of("user", record.id), name="")
        links = tuple(
            HouseholdLink(self.id_of("household", home), Role(role)) for home, role in record.get("households", [])
        )
        staff = record.get("staff_role")
        return replace(
            base,
            **told(record, ("name", "language")),  # type: ignore[arg-type]
            email=base.email or record.get("email"),
            mobile=base.mobile or record.get("mobile"),
            staff_role=(StaffRole(staff) if staff else None) if "staff_role" in record.data else base.staff_role,
            households=links if "households" in record.data else base.households,
            source=record.source,
        )

    def booking(self, record: Record, stored: Booking | None) -> Booking:
        """The booking of a row; its id begins with the day that the row tells now."""
        starts = from_iso(record.get("starts"))
        asked = record.get("requested_at")
        before = stored.requested_at if stored and "requested_at" not in record.data else None
        base = stored or Booking("", "", "", starts, starts, BookingStatus.CONFIRMED)
        laid = replace(
            base,
            id=self.dated(record, local_day(starts, self.organisation.zone), ""),
            household=self.named(record, "household", "household"),
            resource=record.get("resource"),
            starts=starts,
            ends=from_iso(record.get("ends")),
            status=status_of(record, BookingStatus, stored.status if stored else None, BookingStatus.CONFIRMED),
            member=base.member if stored and "member" not in record.data else self.named(record, "member", "member"),
            note=text_of(record, "note", base.note),
            requested_at=from_iso(asked) if asked else before,
            resource_id=text_of(record, "resource_id", base.resource_id),
        )
        is_changed = stored is not None and laid != stored
        return replace(laid, source=record.source, sequence=base.sequence + is_changed)

    def invoice(self, record: Record, lines: Sequence[Record], stored: Invoice | None, source: str) -> Invoice:
        """The invoice of a row and its lines; what was paid of it is for the payments to say."""
        issued_on = date.fromisoformat(record.get("issued_on"))
        due_on, total = date.fromisoformat(record.get("due_on")), record.get("total")
        stands = status_of(record, InvoiceStatus, stored.status if stored else None, InvoiceStatus.ISSUED)
        paid = stands in (InvoiceStatus.PAID, InvoiceStatus.PARTIALLY_PAID)
        fresh = Invoice(
            id=self.dated(record, issued_on, ""),
            household=self.named(record, "household", "household"),
            number=record.get("number"),
            currency=self.organisation.currency,
            issued_on=issued_on,
            due_on=due_on,
            status=InvoiceStatus.ISSUED if paid else stands,
            lines=tuple(map(self._line, lines)),
            total_minor=total,
            note=text_of(record, "note", stored.note if stored else ""),
            source=source,
        )
        return _over(stored, fresh) if stored else fresh

    def _line(self, record: Record) -> InvoiceLine:
        taxes = [(record.get(f"tax_{number}_name"), record.get(f"tax_{number}_amount", 0)) for number in (1, 2)]
        return InvoiceLine(
            description=record.get("description"),
            quantity=Decimal(record.get("quantity", 1)),
            unit_minor=record.get("unit_price"),
            amount_minor=record.get("amount"),
            member=self.named(record, "member", "member"),
            discount_minor=record.get("discount", 0),
            taxes=tuple(TaxAmount(name, minor) for name, minor in taxes if name),
        )

    def payment(
        self,
        record: Record,
        shares: Sequence[Reference],
        stored: Payment | None,
        invoice: Callable[[str], Invoice],
    ) -> Payment:
        """The payment of a row; `invoice` finds what it covered by the internal id without its day.

        Money that did not come in, or went back whole, covers nothing.
        """
        received_on = date.fromisoformat(record.get("received_on"))
        base = stored or Payment(
            id=self.dated(record, received_on, ""),
            household=self.named(record, "household", "household"),
            received_on=received_on,
            minor=0,
            currency=self.organisation.currency,
            method="",
            status=PaymentStatus.COMPLETED,
        )
        made = replace(
            base,
            received_on=received_on,
            minor=record.get("amount"),
            currency=self.organisation.currency,
            method=record.get("method"),
            status=status_of(record, PaymentStatus, stored.status if stored else None, PaymentStatus.COMPLETED),
            reference=text_of(record, "reference", base.reference),
            source=record.source,
        )
        refunded = replace(made, refunds=_refunds(record, made))
        return replace(refunded, allocations=self._allocations(record, shares, refunded, invoice))

    def _allocations(
        self, record: Record, shares: Sequence[Reference], payment: Payment, invoice: Callable[[str], Invoice]
    ) -> tuple[Allocation, ...]:
        if not payment.status.is_received:
            return ()
        if "invoices" not in record.data:
            return payment.allocations
        covered = [
            (invoice(self.id_of("invoice", share.target)), share.detail or payment.kept_minor) for share in shares
        ]
        return tuple(Allocation(found.id, minor, found.number) for found, minor in covered)


def _over(stored: Invoice, told: Invoice) -> Invoice:
    """`told` as the invoice that is `stored`, with all that no column tells. Changed terms end a schedule."""
    same_terms = (stored.due_on, stored.total_minor) == (told.due_on, told.total_minor)
    return replace(
        stored,
        number=told.number,
        currency=told.currency,
        issued_on=told.issued_on,
        due_on=told.due_on,
        status=told.status,
        lines=told.lines,
        total_minor=told.total_minor,
        schedule=stored.schedule if same_terms else (),
        note=told.note,
        source=told.source,
    )


def _refunds(record: Record, payment: Payment) -> tuple[Refund, ...]:
    """What was given back of a payment; refunds that the portal knows stay while they come to the same."""
    given_back = {
        PaymentStatus.REFUNDED: payment.minor,
        PaymentStatus.PARTIALLY_REFUNDED: record.get("refunded", payment.refunded_minor),
    }
    wanted = given_back.get(payment.status, 0)
    if wanted == payment.refunded_minor:
        return payment.refunds
    day = record.get("refunded_on")
    on = date.fromisoformat(day) if day else payment.received_on
    return (Refund("import", on, wanted, payment.method),) if wanted else ()


def _answers(record: Record, stored: Mapping[str, str]) -> dict[str, str]:
    told = {name.removeprefix(ANSWER): record.get(name) for name in record.data if name.startswith(ANSWER)}
    return {question: answer for question, answer in {**stored, **told}.items() if answer}
