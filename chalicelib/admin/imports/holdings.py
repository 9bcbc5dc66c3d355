"""All that one household has in the portal, loaded for the import to lay its rows over."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from chalicelib.admin.imports.laying import tail
from chalicelib.admin.summaries import Part, part_from, stored_of
from chalicelib.billing.domain import CreditNote, Invoice, Payment
from chalicelib.billing.ledger import LedgerEntry
from chalicelib.bookings.domain import Booking
from chalicelib.consents.domain import Standing
from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.enrolments.rights import Right
from chalicelib.households.domain import Household, Person
from chalicelib.households.models import HouseholdItem, MemberLinkItem, PersonItem, SummaryItem
from chalicelib.households.store import household_from, person_from, summary_from
from chalicelib.households.summary import Summary
from chalicelib.schedule.domain import Enrolment


@dataclass(slots=True)
class Holdings:
    """A household's records; those whose id starts with a day are kept by the rest of the id."""

    household: Household | None = None
    summary: Summary | None = None
    links: set[str] = field(default_factory=set)
    people: dict[str, Person] = field(default_factory=dict)
    enrolments: dict[str, Enrolment] = field(default_factory=dict)
    bookings: dict[str, Booking] = field(default_factory=dict)
    invoices: dict[str, Invoice] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    credit_notes: dict[str, CreditNote] = field(default_factory=dict)
    entries: list[LedgerEntry] = field(default_factory=list)
    others: list[Part] = field(default_factory=list)
    """What no file brings but the summary tells of: rights to make up, quotes, recurring invoices, subscriptions,
    passes, the list of what was bought, documents and consents."""

    def parts(self) -> Iterator[Part]:
        """Everything that the household's summary is made of."""
        yield from self.people.values()
        yield from self.enrolments.values()
        yield from self.bookings.values()
        yield from self.invoices.values()
        yield from self.payments.values()
        yield from self.credit_notes.values()
        yield from self.entries
        yield from self.others

    def take(self, item: Item) -> None:
        """Keeps one item of the household's partition."""
        match part_from(item):
            case Booking() as booking:
                self.bookings[tail(booking.id)] = booking
            case Invoice() as invoice:
                self.invoices[tail(invoice.id)] = invoice
            case Payment() as payment:
                self.payments[tail(payment.id)] = payment
            case CreditNote() as note:
                self.credit_notes[tail(note.id)] = note
            case LedgerEntry() as entry:
                self.entries.append(entry)
            case None:
                self._take_own(item)
            case other:
                self.others.append(other)

    def take_from_person(self, part: Enrolment | Right | Standing) -> None:
        """Keeps what is stored with one of the people."""
        if isinstance(part, Enrolment):
            self.enrolments[tail(part.id)] = part
        else:
            self.others.append(part)

    def _take_own(self, item: Item) -> None:
        """Keeps what makes the household itself."""
        if isinstance(item, HouseholdItem):
            self.household = household_from(item)
        if isinstance(item, MemberLinkItem):
            self.links.add(item.person)


def load(org: str, household_id: str, people: Iterable[str]) -> Holdings:
    """What is stored of a household, and of `people` who belong to it or are about to.

    A household that is new costs one round trip: its own item is the first that an import writes. The summary is
    read before all else: whoever changes the household meanwhile changes its version, and the import begins anew.
    """
    holdings = Holdings()
    first = [keys.household(org, household_id), keys.summary(org, household_id)]
    found = [Item.from_raw_data(item) for item in read.raw([*first, *_persons(org, people)]).values()]
    holdings.summary = next((summary_from(item) for item in found if isinstance(item, SummaryItem)), None)
    persons = {item.person: person_from(item) for item in found if isinstance(item, PersonItem)}
    if any(isinstance(item, HouseholdItem) for item in found):
        for item in read.whole(keys.household_partition(org, household_id)):
            holdings.take(item)
        others = _persons(org, holdings.links - persons.keys())
        more = read.many(PersonItem, others) if others else {}
        persons |= {item.person: person_from(item) for item in more.values()}
    holdings.people = persons
    for person in persons:
        for part in stored_of(org, person):
            holdings.take_from_person(part)
    return holdings


def _persons(org: str, people: Iterable[str]) -> list[keys.Key]:
    return [keys.person(org, person) for person in people]
