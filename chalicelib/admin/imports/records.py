"""Checked rows as records of the portal: new ones, or stored ones with what the row says laid over them.

A column that a file does not have leaves what is stored as it is; an empty cell clears it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TypeVar

from chalicelib.admin.imports.columns import ANSWER
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
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.domain import (
    ClassGroup,
    Enrolment,
    EnrolmentStatus,
    Occurrence,
    OccurrenceStatus,
    Programme,
)
from chalicelib.shared.ids import dated_id, derived_id
from chalicelib.shared.texts import LANGUAGES
from chalicelib.shared.times import day_begins, from_iso, local_day

S = TypeVar("S", bound=Enum)

_HOUSEHOLD_TEXTS = ("name", "number", "language", "email", "phone")
_ADDRESS_TEXTS = ("street", "city", "region", "postcode", "country")
_PERSON_TEXTS = (
    "first_name", "last_name", "email", "phone", "emergency_name", "emergency_phone", "health_notes",
)  # fmt: skip


def internal_id(organisation: Organisation, kind: str, external: str) -> str:
    """The id here of a record that the organisation calls `external`; always the same."""
    return derived_id(organisation.import_key, kind, external)


def tail(record_id: str) -> str:
    """What `internal_id` made of a record whose id starts with a day."""
    return record_id.partition("-")[2]


def _told(record: Record, names: Sequence[str]) -> dict[str, str]:
    """Text columns that the file has."""
    return {name: record.get(name) for name in names if name in record.data}


def _titles(record: Record, stored: Mapping[str, str]) -> dict[str, str]:
    told = {**stored, **{language: record.get(f"title_{language}") for language in LANGUAGES if _has(record, language)}}
    return {language: text for language, text in told.items() if text}


def _has(record: Record, language: str) -> bool:
    return f"title_{language}" in record.data


class Builder:
    """Makes records of one organisation. References come as the internal ids of what they name."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation

    def _id(self, kind: str, external: str) -> str:
        return internal_id(self._organisation, kind, external)

    def _named(self, record: Record, field: str, kind: str) -> str:
        """Internal id of the one record that a column names; empty when it names none."""
        found = record.get(field, [])
        return self._id(kind, found[0][0]) if found else ""

    def _dated(self, record: Record, day: date, stored: str) -> str:
        """A record keeps the id it has, even when its day is corrected later."""
        return stored or dated_id(day, self._id(record.kind, record.id))

    def household(self, record: Record, stored: Household | None) -> Household:
        """The household of a row."""
        base = stored or Household(id=self._id("household", record.id), name="")
        return replace(
            base,
            **_told(record, _HOUSEHOLD_TEXTS),  # type: ignore[arg-type]
            address=replace(base.address, **_told(record, _ADDRESS_TEXTS)),
            status=_status(record, RecordStatus, base.status, RecordStatus.ACTIVE),
            source=record.source,
        )

    def person(self, record: Record, stored: Person | None) -> Person:
        """The person of a row, with the homes and answers it tells."""
        base = stored or Person(id=self._id("member", record.id), first_name="", last_name="")
        born = record.get("birth_date")
        return replace(
            base,
            **_told(record, _PERSON_TEXTS),  # type: ignore[arg-type]
            birth_date=(date.fromisoformat(born) if born else None) if "birth_date" in record.data else base.birth_date,
            answers=_answers(record, base.answers),
            households=tuple(self._id("household", home) for home, _ in record.get("households")),
            status=_status(record, RecordStatus, base.status, RecordStatus.ACTIVE),
            source=record.source,
        )

    def user(self, record: Record, stored: User | None) -> User:
        """The user of a row. Login addresses that a user has stay: only their owner changes them (AUTH-13)."""
        base = stored or User(id=self._id("user", record.id), name="")
        links = tuple(
            HouseholdLink(self._id("household", home), Role(role)) for home, role in record.get("households", [])
        )
        staff = record.get("staff_role")
        return replace(
            base,
            **_told(record, ("name", "language")),  # type: ignore[arg-type]
            email=base.email or record.get("email"),
            mobile=base.mobile or record.get("mobile"),
            staff_role=(StaffRole(staff) if staff else None) if "staff_role" in record.data else base.staff_role,
            households=links if "households" in record.data else base.households,
            source=record.source,
        )

    def programme(self, record: Record, stored: Programme | None) -> Programme:
        """The programme of a row."""
        titles = _titles(record, stored.title if stored else {})
        return Programme(self._id("programme", record.id), titles, record.source)

    def class_group(
        self, class_id: str, record: Record | None, meetings: Sequence[Record], stored: ClassGroup | None, source: str
    ) -> ClassGroup:
        """The class of a row, or the stored one, with its dated meetings laid over those it had."""
        base = stored or ClassGroup(self._id("class", class_id), {})
        if record:
            base = replace(
                base,
                title=_titles(record, base.title),
                programme=self._named(record, "programme", "programme")
                if "programme" in record.data
                else base.programme,
                instructor=record.get("instructor") if "instructor" in record.data else base.instructor,
            )
        told = {meeting.id: meeting for meeting in map(self._meeting, meetings)}
        merged = {**{meeting.id: meeting for meeting in base.occurrences}, **told}
        in_order = sorted(merged.values(), key=lambda meeting: (meeting.starts, meeting.id))
        return replace(base, occurrences=tuple(in_order), source=source)

    def _meeting(self, record: Record) -> Occurrence:
        return Occurrence(
            id=self._id("occurrence", record.id),
            starts=from_iso(record.get("starts")),
            ends=from_iso(record.get("ends")),
            room=record.get("room"),
            status=OccurrenceStatus(record.get("status", "planned")),
        )

    def enrolment(self, record: Record, stored: Enrolment | None) -> Enrolment:
        """The enrolment of a row."""
        first = date.fromisoformat(record.get("starts_on"))
        return Enrolment(
            id=self._dated(record, first, stored.id if stored else ""),
            person=self._named(record, "member", "member"),
            class_group=self._named(record, "class", "class"),
            household=self._named(record, "household", "household"),
            status=_status(record, EnrolmentStatus, stored.status if stored else None, EnrolmentStatus.ACTIVE),
            starts_on=first,
            ends_on=date.fromisoformat(record.get("ends_on")),
            enrolled_at=self._taken(record, first, stored),
            source=record.source,
        )

    def _taken(self, record: Record, first: date, stored: Enrolment | None) -> datetime:
        if stored and "enrolled_at" not in record.data:
            return stored.enrolled_at
        told = record.get("enrolled_at")
        return from_iso(told) if told else day_begins(first, self._organisation.zone)

    def booking(self, record: Record, stored: Booking | None) -> Booking:
        """The booking of a row."""
        starts = from_iso(record.get("starts"))
        asked = record.get("requested_at")
        before = stored.requested_at if stored and "requested_at" not in record.data else None
        return Booking(
            id=self._dated(record, local_day(starts, self._organisation.zone), stored.id if stored else ""),
            household=self._named(record, "household", "household"),
            resource=record.get("resource"),
            starts=starts,
            ends=from_iso(record.get("ends")),
            status=_status(record, BookingStatus, stored.status if stored else None, BookingStatus.CONFIRMED),
            member=stored.member if stored and "member" not in record.data else self._named(record, "member", "member"),
            note=_text(record, "note", stored.note if stored else ""),
            requested_at=from_iso(asked) if asked else before,
            source=record.source,
        )

    def invoice(self, record: Record, lines: Sequence[Record], stored: Invoice | None, source: str) -> Invoice:
        """The invoice of a row and its lines; what was paid of it is for the payments to say."""
        issued_on = date.fromisoformat(record.get("issued_on"))
        due_on, total = date.fromisoformat(record.get("due_on")), record.get("total")
        told = _status(record, InvoiceStatus, stored.status if stored else None, InvoiceStatus.ISSUED)
        paid = told in (InvoiceStatus.PAID, InvoiceStatus.PARTIALLY_PAID)
        fresh = Invoice(
            id=self._dated(record, issued_on, ""),
            household=self._named(record, "household", "household"),
            number=record.get("number"),
            currency=self._organisation.currency,
            issued_on=issued_on,
            due_on=due_on,
            status=InvoiceStatus.ISSUED if paid else told,
            lines=tuple(map(self._line, lines)),
            total_minor=total,
            note=_text(record, "note", stored.note if stored else ""),
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
            member=self._named(record, "member", "member"),
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
            id=self._dated(record, received_on, ""),
            household=self._named(record, "household", "household"),
            received_on=received_on,
            minor=0,
            currency=self._organisation.currency,
            method="",
            status=PaymentStatus.COMPLETED,
        )
        told = replace(
            base,
            received_on=received_on,
            minor=record.get("amount"),
            currency=self._organisation.currency,
            method=record.get("method"),
            status=_status(record, PaymentStatus, stored.status if stored else None, PaymentStatus.COMPLETED),
            reference=_text(record, "reference", base.reference),
            source=record.source,
        )
        refunded = replace(told, refunds=_refunds(record, told))
        return replace(refunded, allocations=self._allocations(record, shares, refunded, invoice))

    def _allocations(
        self, record: Record, shares: Sequence[Reference], payment: Payment, invoice: Callable[[str], Invoice]
    ) -> tuple[Allocation, ...]:
        if not payment.status.is_received:
            return ()
        if "invoices" not in record.data:
            return payment.allocations
        covered = [(invoice(self._id("invoice", share.target)), share.detail or payment.kept_minor) for share in shares]
        return tuple(Allocation(found.id, minor, found.number) for found, minor in covered)


def _status(record: Record, kind: type[S], stored: S | None, usual: S) -> S:
    """The state a row tells; without the column the stored one, with an empty cell the usual one."""
    if "status" not in record.data:
        return stored or usual
    told = record.get("status")
    return kind(told) if told else usual


def _text(record: Record, name: str, stored: str) -> str:
    """A text a row tells; without the column the stored one."""
    return str(record.get(name)) if name in record.data else stored


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
