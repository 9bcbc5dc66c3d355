"""Builds a household's summary from all that the household has, for imports and repairs.

Pages read the summary instead of the history; whoever writes records in bulk builds it here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chalicelib.admin import kinds
from chalicelib.billing.bought import Bought, bought_from
from chalicelib.billing.domain import CreditNote, Invoice, InvoiceStatus, Payment
from chalicelib.billing.items import owed
from chalicelib.billing.ledger import LedgerEntry
from chalicelib.billing.models import BoughtItem, CreditNoteItem, InvoiceItem, LedgerItem, PaymentItem
from chalicelib.billing.store import credit_note_from, entry_from, invoice_from, payment_from
from chalicelib.bookings.domain import Booking
from chalicelib.bookings.models import BookingItem
from chalicelib.bookings.showing import NEWS, row_of
from chalicelib.bookings.store import booking_from
from chalicelib.consents import signing
from chalicelib.consents.domain import Standing
from chalicelib.consents.models import StandingItem
from chalicelib.consents.store import standing_from
from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.documents import asking as wanted_papers
from chalicelib.documents import service as documents
from chalicelib.documents.domain import Document, Wanted
from chalicelib.documents.models import DocumentItem, WantedItem
from chalicelib.documents.store import document_from, wanted_from
from chalicelib.enrolments.models import RightItem
from chalicelib.enrolments.right_store import right_from
from chalicelib.enrolments.rights import Right, right_row
from chalicelib.forms import answering
from chalicelib.forms.domain import Answers
from chalicelib.forms.models import FormAnswersItem
from chalicelib.forms.store import answers_from
from chalicelib.households.domain import ARCHIVED, Household, Person, Private, Status
from chalicelib.households.models import HouseholdItem, MemberLinkItem, PersonItem, SummaryItem
from chalicelib.households.store import household_from, member_row, person_from, save_summary, summary_from
from chalicelib.households.summary import (
    ENROLMENT_DAYS,
    AccountRow,
    NewsRow,
    Summary,
)
from chalicelib.households.summing import NEWS_DAYS, SummaryBuilder
from chalicelib.memberships.domain import Subscription
from chalicelib.memberships.models import PassItem, SubscriptionItem
from chalicelib.memberships.pass_store import pass_from
from chalicelib.memberships.passes import Pass
from chalicelib.memberships.store import subscription_from
from chalicelib.messages import service as talking
from chalicelib.messages.domain import Thread
from chalicelib.messages.models import ThreadItem
from chalicelib.messages.store import thread_from
from chalicelib.organisations.domain import Organisation
from chalicelib.quotes.domain import Quote, QuoteStatus
from chalicelib.quotes.models import QuoteItem
from chalicelib.quotes.store import quote_from
from chalicelib.recurring.domain import Recurring, RecurringStatus
from chalicelib.recurring.models import RecurringItem
from chalicelib.recurring.store import recurring_from
from chalicelib.schedule.domain import ClassGroup, Enrolment
from chalicelib.schedule.models import EnrolmentItem
from chalicelib.schedule.store import enrolment_from, get_class_groups
from chalicelib.schedule.summing import away_rows, enrolment_news, enrolment_row
from chalicelib.shared.errors import Conflict
from chalicelib.shared.times import day_begins, local_day
from chalicelib.slips.domain import Slip, SlipFile, SlipStatus
from chalicelib.slips.models import SlipFileItem, SlipItem
from chalicelib.slips.store import file_from, slip_from

_TRIES = 3
_UNDONE = (InvoiceStatus.DRAFT, InvoiceStatus.CANCELLED, InvoiceStatus.REVERSED)

assert kinds.MODULES, "all kinds of items are known before a partition is read whole"

_READ: Mapping[type[Item], Callable[[Any], "Part"]] = {
    BookingItem: booking_from,
    InvoiceItem: invoice_from,
    PaymentItem: payment_from,
    CreditNoteItem: credit_note_from,
    LedgerItem: entry_from,
    QuoteItem: quote_from,
    RecurringItem: recurring_from,
    SubscriptionItem: subscription_from,
    PassItem: pass_from,
    BoughtItem: bought_from,
    DocumentItem: document_from,
    StandingItem: standing_from,
    FormAnswersItem: answers_from,
    WantedItem: wanted_from,
    SlipFileItem: file_from,
    SlipItem: slip_from,
    ThreadItem: thread_from,
}
"""How the items that count are read."""

Classes = Callable[[Iterable[str]], Mapping[str, ClassGroup]]
"""Finds class groups by their ids."""

_Billed = Invoice | Payment | CreditNote | LedgerEntry | Quote | Recurring | Subscription | Pass | Bought

Part = (
    Person | Enrolment | Right | Booking | Document | Wanted | Standing | Answers | Slip | SlipFile | Thread | _Billed
)
"""What a summary is made of."""


_HELD: Mapping[type[Part], str] = {
    CreditNote: "credit_note",
    Quote: "quote",
    Recurring: "recurring",
    Subscription: "subscription",
    Pass: "pass",
    Bought: "purchase",
}
"""Names of kinds of things that the summary only says there are some of."""


def summarise(
    organisation: Organisation, household: Household, parts: Iterable[Part], now: datetime, classes: Classes
) -> Summary:
    """The summary of a household that has `parts`, as it stands at `now`. `classes` are asked for where somebody
    was or will be absent."""
    adding = _Adding(organisation, household, now)
    for part in parts:
        adding.add(part)
    adding.add_away(classes({each.class_group for each in adding.absent}) if adding.absent else {})
    adding.add_told()
    archived = household.status is Status.ARCHIVED
    return adding.builder.build(
        household.id, household.name, household.number, archived=archived, terms=household.terms
    )


def rebuild(
    organisation: Organisation,
    household_id: str,
    now: datetime,
    carry: Callable[[write.Transaction], None] = write.Transaction.commit,
) -> Summary | None:
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
        stored = summary_from(before) if before else None
        summary = over(stored, summarise(organisation, household_from(found), parts, now, stored_classes(organisation)))
        if summary == stored:
            return summary
        try:
            carry(_writing(organisation.slug, summary))
        except write.ConditionFailed:
            continue
        return summary
    raise Conflict()


def stored_classes(organisation: Organisation) -> Classes:
    """Finds class groups as they are stored now."""
    return partial(get_class_groups, organisation.slug, consistent=True)


def over(stored: Summary | None, summary: Summary) -> Summary:
    """`summary` as the one to be written over what is `stored`; equal to it when both say the same.

    What somebody keeps who is no member any more, nothing but the summary knows.
    """
    if stored is None:
        return replace(summary, version=None)
    parted = {each: keeps for each, keeps in stored.parted.items() if summary.member(each) is None}
    return replace(summary, version=stored.version, parted=parted)


def _writing(org: str, summary: Summary) -> write.Transaction:
    transaction = write.Transaction()
    save_summary(transaction, org, summary)
    return transaction


def part_from(item: Item) -> Part | None:
    """What an item of a household's partition counts as; None when a summary is not made of it."""
    found = _READ.get(type(item))
    return found(item) if found else None


def _stored_parts(org: str, household_id: str) -> Iterator[Part]:
    links: list[str] = []
    for item in read.whole(keys.household_partition(org, household_id)):
        if isinstance(item, MemberLinkItem):
            links.append(item.person)
        elif part := part_from(item):
            yield part
    people = read.many(PersonItem, [keys.person(org, person) for person in links]) if links else {}
    for found in people.values():
        yield person_from(found)
        yield from stored_of(org, found.person)


def stored_of(org: str, person_id: str) -> Iterator[Enrolment | Right | Standing]:
    """All that a summary is made of in a person's own partition, strongly read."""
    for item in read.whole(keys.person_partition(org, person_id)):
        if isinstance(item, EnrolmentItem):
            yield enrolment_from(item)
        elif isinstance(item, RightItem):
            yield right_from(item)
        elif isinstance(item, StandingItem):
            yield standing_from(item)


def account_row(entry: LedgerEntry, zone: str) -> AccountRow:
    """Where a ledger stands after its entry."""
    day = local_day(entry.booked_at, zone)
    return AccountRow(entry.payer, entry.currency, entry.balance_minor, entry.sequence, day)


class _Adding:
    """Sorts each part into the rows of the summary."""

    def __init__(self, organisation: Organisation, household: Household, now: datetime) -> None:
        self._zone = organisation.zone
        self._household = household.id
        self._now = now
        self._today = local_day(now, organisation.zone)
        self.builder = SummaryBuilder(self._today)
        self.absent: list[Enrolment] = []
        """Enrolments with absences, past or to come."""
        self._told: list[tuple[str, str, str, str, datetime]] = []
        """Whom it is about, and what `_add_news` takes."""

    def add(self, part: Part) -> None:
        match part:
            case Person():
                self._add_person(part)
            case Enrolment() | Right():
                self._add_place(part)
            case Booking():
                self._add_booking(part)
            case Invoice() | Payment() | LedgerEntry():
                self._add_money(part)
            case Thread():
                self._add_thread(part)
            case Document() | Wanted() | Standing() | Answers() | Slip() | SlipFile():
                self._add_paper(part)
            case CreditNote() | Quote() | Recurring() | Subscription() | Pass() | Bought():
                self._add_other(part)

    def _add_person(self, person: Person) -> None:
        if self._household in person.households and person.status is Status.ACTIVE:
            self.builder.members.append(member_row(person))
        if self._household in person.archived_in:
            self.builder.holds.add(ARCHIVED)

    def _add_place(self, part: Enrolment | Right) -> None:
        if isinstance(part, Enrolment):
            self._add_enrolment(part)
        elif row := right_row(part):
            self.builder.rights.append(row)

    def _add_enrolment(self, enrolment: Enrolment) -> None:
        if enrolment.ends_on >= self._today - timedelta(days=ENROLMENT_DAYS):
            self.builder.add_enrolment(enrolment_row(enrolment))
        if any(mark.attendance.is_absence for mark in enrolment.marks.values()):
            self.absent.append(enrolment)
        if news := enrolment_news(enrolment):
            self._add_news(*news)

    def add_away(self, groups: Mapping[str, ClassGroup]) -> None:
        """Adds the meetings to come that members will not be at, as their classes tell when those are."""
        for enrolment in self.absent:
            if group := groups.get(enrolment.class_group):
                self.builder.away += away_rows(enrolment, group, self._zone, self._now)

    def _add_thread(self, thread: Thread) -> None:
        """What nobody of the family has opened is counted; the news is the latest message of the organisation's."""
        self.builder.holds.add(talking.HOLDS)
        self.builder.unread += thread.unread_family
        if thread.answered_at:
            self._add_news(talking.NEWS, thread.id, thread.subject, thread.answered_at)

    def _add_paper(self, part: Document | Wanted | Standing | Answers | Slip | SlipFile) -> None:
        if isinstance(part, Standing):
            self._add_consent(part)
        elif isinstance(part, Slip | SlipFile):
            self._add_slip(part)
        elif isinstance(part, Answers):
            self.builder.holds.add(answering.HELD)
            self.builder.add_given(answering.given_row(part, self._zone))
        else:
            self._add_document(part)

    def _add_consent(self, standing: Standing) -> None:
        self.builder.holds.add(signing.HELD)
        if standing.outcome:
            self.builder.given.append(signing.given_row(standing, standing.outcome))

    def _add_document(self, part: Document | Wanted) -> None:
        self.builder.holds.add(documents.HOLDS)
        if isinstance(part, Document):
            self._told.append((part.member, documents.NEWS, part.id, part.title, part.current.at))
        elif row := wanted_papers.row_of(part):
            self.builder.wanted.append(row)
            at = part.decided_at or part.asked_at
            self._told.append((part.member, wanted_papers.NEWS, part.id, part.title, at))

    def add_told(self) -> None:
        """Adds the news of documents but for those about members who keep them alone, once all members are known."""
        alone = {row.id for row in self.builder.members if Private.PROFILE.value in row.keeps}
        for member, kind, part_id, label, at in self._told:
            if member not in alone:
                self._add_news(kind, part_id, label, at)

    def _add_booking(self, booking: Booking) -> None:
        self.builder.has_bookings = True
        if booking.is_ahead(self._now):
            self.builder.add_booking(row_of(booking))
        if booking.told_at and booking.status in NEWS:
            self._add_news("booking", booking.id, booking.resource, booking.told_at)

    def _add_money(self, part: Invoice | Payment | LedgerEntry) -> None:
        match part:
            case Invoice():
                self._add_invoice(part)
            case Payment():
                self._add_payment(part)
            case LedgerEntry():
                self._add_entry(part)

    def _add_invoice(self, invoice: Invoice) -> None:
        if invoice.status is not InvoiceStatus.DRAFT:
            self.builder.has_invoices = True
        waiting = owed(invoice)
        if waiting:
            self.builder.add_owed(waiting)
        if invoice.status not in _UNDONE:
            self._add_news("invoice", invoice.id, invoice.number, day_begins(invoice.issued_on, self._zone))

    def _add_payment(self, payment: Payment) -> None:
        if payment.status.is_received:
            at = payment.recorded_at or day_begins(payment.received_on, self._zone)
            self._add_news("payment", payment.id, f"{payment.minor} {payment.currency}", at)

    def _add_entry(self, entry: LedgerEntry) -> None:
        """The last entry of each ledger says where it stands."""
        kind = (entry.payer, entry.currency)
        before = self.builder.accounts.get(kind)
        if before is None or before.sequence < entry.sequence:
            self.builder.accounts[kind] = account_row(entry, self._zone)

    def _add_other(self, part: CreditNote | Quote | Recurring | Subscription | Pass | Bought) -> None:
        """Of these the summary knows that there are some; a family does not know of drafts."""
        if isinstance(part, Quote | Recurring) and part.status in (QuoteStatus.DRAFT, RecurringStatus.DRAFT):
            return
        self.builder.holds.add(_HELD[type(part)])
        if isinstance(part, Subscription | Pass) and part.card:
            self.builder.holds.add("card")
        if isinstance(part, Quote):
            self._add_news("quote", part.id, part.number, part.sent_at or day_begins(part.made_on, self._zone))

    def _add_slip(self, part: Slip | SlipFile) -> None:
        """A family is led to its slips as soon as the staff's list has it."""
        if isinstance(part, Slip):
            self.builder.holds.add("slip")
            if part.status is SlipStatus.RELEASED:
                self._add_news("slip", part.id, str(part.year), part.released_at)
        elif part.listed:
            self.builder.holds.add("slip")

    def _add_news(self, kind: str, part_id: str, label: str, at: datetime) -> None:
        if self._now - timedelta(days=NEWS_DAYS) <= at <= self._now:
            self.builder.add_news(NewsRow(kind, part_id, label, at))
