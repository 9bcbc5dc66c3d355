"""Writes one household after another: itself, its people, enrolments, bookings, invoices, payments, summary.

Each household is worked out whole from what is stored and what its rows say, and written in that
order. Whatever a crash leaves is a beginning of it, and the next import goes on from there:
the summary always follows from what is stored, never from what a former import believed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from chalicelib.admin.imports.holdings import Holdings, load
from chalicelib.admin.imports.plan import Operation, Outcome, Plan, carry_out
from chalicelib.admin.imports.records import Builder, internal_id
from chalicelib.admin.imports.rows import fingerprint
from chalicelib.admin.imports.staging import Problem, Record, Staging
from chalicelib.admin.summaries import summarise
from chalicelib.billing.domain import Coverage, Invoice, InvoiceStatus, Payment, status_after
from chalicelib.billing.models import PaymentItem
from chalicelib.billing.store import invoice_item, member_invoice_items, payment_item
from chalicelib.bookings.models import BookingItem
from chalicelib.bookings.store import booking_item
from chalicelib.data import keys
from chalicelib.data.items import Item
from chalicelib.data.write import Transaction
from chalicelib.households.domain import Person
from chalicelib.households.models import MemberLinkItem
from chalicelib.households.store import (
    get_summaries,
    household_item,
    person_item,
    save_member_link,
    save_summary,
)
from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.models import EnrolmentItem
from chalicelib.schedule.store import enrolment_item

_WORK = """
SELECT id FROM record WHERE kind = 'household'
UNION SELECT target FROM reference WHERE target_kind = 'household' AND kind != 'user' ORDER BY 1
"""
_ENROLLED = """
SELECT DISTINCT m.target FROM reference h
CROSS JOIN reference m ON m.kind = 'enrolment' AND m.id = h.id AND m.target_kind = 'member'
WHERE h.target_kind = 'household' AND h.target = ? AND h.kind = 'enrolment'
"""
"""The household's own rows come first: SQLite keeps the order of a cross join."""


def names(staging: Staging) -> Iterator[str]:
    """Households that any row touches, by the organisation's id."""
    for (name,) in staging.rows(_WORK):
        yield name


def write_household(organisation: Organisation, staging: Staging, name: str, now: datetime, total: Outcome) -> None:
    """Writes all that the files say of one household. Raises Conflict when others keep changing it meanwhile."""
    carry_out(lambda: _Work(organisation, staging, name, now).plan_all(), total)


@dataclass(slots=True)
class _Billed:
    """An invoice as it is stored, and as it will be."""

    stored: Invoice | None
    record: Record | None
    invoice: Invoice


class _Work:
    """What one household needs, worked out from its rows and its holdings."""

    def __init__(self, organisation: Organisation, staging: Staging, name: str, now: datetime) -> None:
        self._organisation = organisation
        self._staging = staging
        self._name = name
        self._now = now
        self._id = internal_id(organisation, "household", name)
        self._build = Builder(organisation)
        self._plan = Plan()
        self._members = staging.naming("member", "household", name)
        named = {member.id for member in self._members} | {other for (other,) in staging.rows(_ENROLLED, name)}
        people = [internal_id(organisation, "member", member) for member in sorted(named)]
        self._has: Holdings = load(organisation.slug, self._id, people)

    @property
    def _org(self) -> str:
        return self._organisation.slug

    def plan_all(self) -> Plan:
        """Everything to write, in order; nothing when all of it is stored already."""
        self._plan_household()
        for member in self._members:
            self._plan_person(member)
        self._plan_enrolments()
        self._plan_bookings()
        self._plan_billing()
        self._plan_summary()
        return self._plan

    def _plan_household(self) -> None:
        record, stored = self._staging.record("household", self._name), self._has.household
        if record is None:
            return
        changed = stored is None or stored.source != record.source
        self._plan.count("household", stored, changed=changed)
        if changed:
            self._has.household = self._build.household(record, stored)
            self._plan.add(_put("household", household_item(self._org, self._has.household)))

    def _plan_person(self, record: Record) -> None:
        stored = self._has.people.get(internal_id(self._organisation, "member", record.id))
        changed = stored is None or stored.source != record.source
        shared = record.id if len(record.get("households")) > 1 else ""
        self._plan.count("member", stored, changed=changed, shared=shared)
        person = self._build.person(record, stored) if changed or stored is None else stored
        if changed:
            self._has.people[person.id] = person
            self._plan.add(_put("person", person_item(self._org, person)), *self._leave_homes(person, stored))
        if person.id not in self._has.links and self._id in person.households:
            self._plan.add(partial(save_member_link, org=self._org, household_id=self._id, person_id=person.id))

    def _leave_homes(self, person: Person, stored: Person | None) -> Iterator[Operation]:
        """Takes the person out of homes that the row no longer names, and out of their summaries at once."""
        left = tuple(home for home in (stored.households if stored else ()) if home not in person.households)
        enrolments = {each.id for each in self._has.enrolments.values() if each.person == person.id}
        for home, summary in get_summaries(self._org, left).items() if left else ():
            pk, sk = keys.membership_link(self._org, home, person.id)
            yield partial(_remove, name="member", item=MemberLinkItem(pk, sk, person=person.id))
            yield partial(save_summary, org=self._org, summary=_without(summary, person.id, enrolments))

    def _plan_enrolments(self) -> None:
        for record in self._staging.naming("enrolment", "household", self._name):
            place = internal_id(self._organisation, "enrolment", record.id)
            stored = self._has.enrolments.get(place)
            changed = stored is None or stored.source != record.source
            self._plan.count("enrolment", stored, changed=changed)
            if changed:
                enrolment = self._build.enrolment(record, stored)
                self._has.enrolments[place] = enrolment
                same = EnrolmentItem.status == stored.status.value if stored else EnrolmentItem.pk.does_not_exist()
                item = enrolment_item(self._org, enrolment)
                self._plan.add(partial(Transaction.put, name="enrolment", item=item, condition=same))
            self._show_others(self._has.enrolments[place].person)

    def _show_others(self, person: str) -> None:
        """The other home of a shared child sees what this one enrolled it in; also after a crash before its turn."""
        found = self._has.people.get(person)
        for home in found.households if found else ():
            if home != self._id:
                self._staging.add_stale(home)

    def _plan_bookings(self) -> None:
        for record in self._staging.naming("booking", "household", self._name):
            place = internal_id(self._organisation, "booking", record.id)
            stored = self._has.bookings.get(place)
            changed = stored is None or stored.source != record.source
            self._plan.count("booking", stored, changed=changed)
            if changed:
                booking = self._build.booking(record, stored)
                self._has.bookings[place] = booking
                same = BookingItem.status == stored.status.value if stored else BookingItem.pk.does_not_exist()
                item = booking_item(self._org, booking)
                self._plan.add(partial(Transaction.put, name="booking", item=item, condition=same))

    def _plan_billing(self) -> None:
        """Invoices before payments: an invoice counts all payments as they will be, so repeating is harmless."""
        billed = self._billed()
        invoices = {place: each.invoice for place, each in billed.items()}
        payments, touched = self._paid(invoices)
        for place, each in billed.items():
            self._plan_invoice(place, each, recount=each.invoice.id in touched)
        for payment, stored in payments:
            same = PaymentItem.status == stored.status.value if stored else PaymentItem.pk.does_not_exist()
            item = payment_item(self._org, payment)
            self._plan.add(partial(Transaction.put, name="payment", item=item, condition=same))

    def _billed(self) -> dict[str, _Billed]:
        """Stored invoices, and over them those of the files."""
        billed = {place: _Billed(stored, None, stored) for place, stored in self._has.invoices.items()}
        for record in self._staging.naming("invoice", "household", self._name):
            place = internal_id(self._organisation, "invoice", record.id)
            stored = self._has.invoices.get(place)
            lines = self._staging.naming("line", "invoice", record.id)
            source = fingerprint([record.source, *(line.source for line in lines)])
            if stored and stored.source == source:
                billed[place] = _Billed(stored, record, stored)
                continue
            invoice = self._build.invoice(record, lines, stored, source)
            if stored and stored.status is not InvoiceStatus.DRAFT and invoice.status is InvoiceStatus.DRAFT:
                message = "is issued in the portal already and can not become a draft again; it stays as it is"
                self._plan.leave_out(Problem("invoices.csv", record.line, "status", message))
                invoice = stored
            billed[place] = _Billed(stored, record, invoice)
        return billed

    def _paid(self, invoices: dict[str, Invoice]) -> tuple[list[tuple[Payment, Payment | None]], set[str]]:
        """Payments to write with what was stored of them, and ids of all invoices they cover or covered."""
        changed: list[tuple[Payment, Payment | None]] = []
        for record in self._staging.naming("payment", "household", self._name):
            place = internal_id(self._organisation, "payment", record.id)
            stored = self._has.payments.get(place)
            if stored and stored.source == record.source:
                self._plan.count("payment", stored, changed=False)
                continue
            shares = self._staging.named_by(record, "invoice")
            payment = self._build.payment(record, shares, stored, invoices.__getitem__)
            self._has.payments[place] = payment
            self._plan.count("payment", stored, changed=True)
            changed.append((payment, stored))
        both = [each for pair in changed for each in pair if each]
        return changed, {share.invoice for payment in both for share in payment.allocations}

    def _plan_invoice(self, place: str, billed: _Billed, *, recount: bool) -> None:
        stored, invoice = billed.stored, billed.invoice
        if recount or stored is None or invoice.source != stored.source:
            invoice = self._with_payments(invoice)
        changed = invoice != stored
        if billed.record:
            self._plan.count("invoice", stored, changed=changed)
        if changed:
            self._has.invoices[place] = invoice
            self._plan.add(*self._invoice_writes(invoice, stored))

    def _with_payments(self, invoice: Invoice) -> Invoice:
        """The invoice with what all payments together cover of it."""
        coverages = sorted(
            (
                Coverage(payment.id, payment.received_on, share.minor, payment.method)
                for payment in self._has.payments.values()
                if payment.status.is_received
                for share in payment.allocations
                if share.invoice == invoice.id
            ),
            key=lambda coverage: (coverage.received_on, coverage.payment),
        )
        paid = sum(coverage.minor for coverage in coverages)
        status = status_after(invoice.total_minor, paid, invoice.status)
        return replace(invoice, paid_minor=paid, coverages=tuple(coverages), status=status)

    def _invoice_writes(self, invoice: Invoice, stored: Invoice | None) -> list[partial[None]]:
        """The invoice with its pointers; a draft that was issued leaves its place (INV-2)."""
        before = {item.sk: item for item in member_invoice_items(self._org, stored)} if stored else {}
        after = {item.sk: item for item in member_invoice_items(self._org, invoice)}
        draft = InvoiceStatus.DRAFT
        issued = stored is not None and stored.status is draft and invoice.status is not draft
        item = invoice_item(self._org, replace(invoice, version=None) if issued else invoice)
        writes = [_put("invoice", item)]
        if stored and issued:
            writes.append(partial(_remove, name="draft", item=invoice_item(self._org, stored)))
        writes += [_put("member_invoice", each) for sk, each in after.items() if sk not in before]
        writes += [partial(_remove, name="member_invoice", item=each) for sk, each in before.items() if sk not in after]
        return writes

    def _plan_summary(self) -> None:
        if self._has.household is None:
            return
        before = self._has.summary
        summary = summarise(self._organisation, self._has.household, self._has.parts(), self._now)
        wanted = replace(summary, version=before.version if before else None)
        if wanted != before:
            self._plan.add(partial(save_summary, org=self._org, summary=wanted))


def _put(name: str, item: Item) -> partial[None]:
    return partial(Transaction.put, name=name, item=item)


def _without(summary: Summary, person: str, enrolments: set[str]) -> Summary:
    """The summary of a home that a person left."""
    return replace(
        summary,
        members=tuple(row for row in summary.members if row.id != person),
        enrolments=tuple(row for row in summary.enrolments if row.member != person),
        news=tuple(row for row in summary.news if row.id not in enrolments),
    )


def _remove(transaction: Transaction, name: str, item: Item) -> None:
    transaction.delete(name, item)
