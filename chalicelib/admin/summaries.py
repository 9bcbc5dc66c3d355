"""Builds a household's summary from all that the household has, for imports and repairs.

Pages read the summary instead of the history; whoever writes records in bulk builds it here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.billing.domain import Invoice, InvoiceStatus, Payment
from chalicelib.billing.models import InvoiceItem, PaymentItem
from chalicelib.billing.store import invoice_from, payment_from
from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.bookings.models import BookingItem
from chalicelib.bookings.store import booking_from
from chalicelib.data import keys, read, write
from chalicelib.households.domain import Household, Person, Status
from chalicelib.households.models import HouseholdItem, MemberLinkItem, PersonItem, SummaryItem
from chalicelib.households.store import household_from, person_from, save_summary, summary_from
from chalicelib.households.summary import (
    BookingRow,
    EnrolmentRow,
    MemberRow,
    NewsRow,
    Summary,
    UnpaidRow,
)
from chalicelib.households.summing import SummaryBuilder
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.domain import Enrolment, EnrolmentStatus
from chalicelib.schedule.models import EnrolmentItem
from chalicelib.schedule.store import enrolment_from
from chalicelib.shared.errors import Conflict
from chalicelib.shared.times import day_begins, local_day

NEWS_DAYS = 60
ENROLMENT_DAYS = 365
"""How long after its end an enrolment stays in the summary."""

_TRIES = 3
_UNDONE = (InvoiceStatus.DRAFT, InvoiceStatus.CANCELLED, InvoiceStatus.REVERSED)
_LEFT = (EnrolmentStatus.CANCELLED, EnrolmentStatus.TRANSFERRED)
_OPEN_BOOKINGS = (BookingStatus.REQUESTED, BookingStatus.CONFIRMED)

Part = Person | Enrolment | Booking | Invoice | Payment
"""What a summary is made of."""


def summarise(organisation: Organisation, household: Household, parts: Iterable[Part], now: datetime) -> Summary:
    """The summary of a household that has `parts`, as it stands at `now`."""
    adding = _Adding(organisation, household, now)
    for part in parts:
        adding.add(part)
    archived = household.status is Status.ARCHIVED
    return adding.builder.build(household.id, household.name, household.number, archived=archived)


def rebuild(organisation: Organisation, household_id: str, now: datetime) -> Summary | None:
    """Builds the summary anew from what is stored and writes it if it differs; None when there is no such household.

    Reads the household page by page, so a long history needs little memory. Raises Conflict when
    the summary keeps being changed meanwhile.
    """
    for _ in range(_TRIES):
        found = read.one(HouseholdItem, keys.household(organisation.slug, household_id))
        if found is None:
            return None
        before = read.one(SummaryItem, keys.summary(organisation.slug, household_id))
        parts = _stored_parts(organisation.slug, household_id)
        summary = summarise(organisation, household_from(found), parts, now)
        try:
            return write_summary(organisation.slug, summary, summary_from(before) if before else None)
        except write.ConditionFailed:
            continue
    raise Conflict()


def write_summary(org: str, summary: Summary, before: Summary | None) -> Summary:
    """Writes `summary` over `before`, if it says something else. Raises ConditionFailed on a race."""
    wanted = replace(summary, version=before.version if before else None)
    if wanted != before:
        transaction = write.Transaction()
        save_summary(transaction, org, wanted)
        transaction.commit()
    return wanted


def _stored_parts(org: str, household_id: str) -> Iterator[Part]:
    links: list[str] = []
    for item in read.whole(keys.household_partition(org, household_id)):
        match item:
            case MemberLinkItem():
                links.append(item.person)
            case BookingItem():
                yield booking_from(item)
            case InvoiceItem():
                yield invoice_from(item)
            case PaymentItem():
                yield payment_from(item)
    people = read.many(PersonItem, [keys.person(org, person) for person in links]) if links else {}
    for found in people.values():
        yield person_from(found)
        yield from stored_enrolments(org, found.person)


def stored_enrolments(org: str, person_id: str) -> Iterator[Enrolment]:
    """All enrolments of a person, strongly read."""
    for item in read.whole(keys.person_partition(org, person_id)):
        if isinstance(item, EnrolmentItem):
            yield enrolment_from(item)


class _Adding:
    """Sorts each part into the rows of the summary."""

    def __init__(self, organisation: Organisation, household: Household, now: datetime) -> None:
        self._zone = organisation.zone
        self._household = household.id
        self._now = now
        self._today = local_day(now, organisation.zone)
        self.builder = SummaryBuilder(self._today)

    def add(self, part: Part) -> None:
        match part:
            case Person():
                self._add_person(part)
            case Enrolment():
                self._add_enrolment(part)
            case Booking():
                self._add_booking(part)
            case Invoice():
                self._add_invoice(part)
            case Payment():
                self._add_payment(part)

    def _add_person(self, person: Person) -> None:
        if self._household in person.households and person.status is Status.ACTIVE:
            row = MemberRow(person.id, person.first_name, person.last_name, person.birth_date)
            self.builder.members.append(row)

    def _add_enrolment(self, enrolment: Enrolment) -> None:
        if enrolment.ends_on >= self._today - timedelta(days=ENROLMENT_DAYS):
            row = EnrolmentRow(
                enrolment.id,
                enrolment.person,
                enrolment.class_group,
                enrolment.status.value,
                enrolment.starts_on,
                enrolment.ends_on,
            )
            self.builder.add_enrolment(row)
        if enrolment.status not in _LEFT:
            self._add_news("enrolment", enrolment.id, enrolment.class_group, enrolment.enrolled_at)

    def _add_booking(self, booking: Booking) -> None:
        self.builder.has_bookings = True
        row = BookingRow(booking.id, booking.resource, booking.starts, booking.ends, booking.status.value)
        is_open = booking.status_at(self._now) in _OPEN_BOOKINGS
        if is_open and booking.ends > self._now:
            self.builder.add_booking(row)
        if booking.requested_at and booking.status in (*_OPEN_BOOKINGS, BookingStatus.COMPLETED):
            self._add_news("booking", booking.id, booking.resource, booking.requested_at)

    def _add_invoice(self, invoice: Invoice) -> None:
        if invoice.status is not InvoiceStatus.DRAFT:
            self.builder.has_invoices = True
        if invoice.balance_minor > 0:
            row = UnpaidRow(
                invoice.id,
                invoice.number,
                invoice.due_on,
                invoice.balance_minor,
                invoice.currency,
                invoice.status.value,
            )
            self.builder.add_unpaid(row)
        if invoice.status not in _UNDONE:
            self._add_news("invoice", invoice.id, invoice.number, day_begins(invoice.issued_on, self._zone))

    def _add_payment(self, payment: Payment) -> None:
        if payment.status.is_received:
            at = payment.recorded_at or day_begins(payment.received_on, self._zone)
            self._add_news("payment", payment.id, f"{payment.minor} {payment.currency}", at)

    def _add_news(self, kind: str, part_id: str, label: str, at: datetime) -> None:
        if self._now - timedelta(days=NEWS_DAYS) <= at <= self._now:
            self.builder.add_news(NewsRow(kind, part_id, label, at))
