"""All that one household has in the portal, loaded for the import to lay its rows over."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from chalicelib.admin.imports.records import tail
from chalicelib.admin.summaries import Part, stored_enrolments
from chalicelib.billing.domain import Invoice, Payment
from chalicelib.billing.models import InvoiceItem, PaymentItem
from chalicelib.billing.store import invoice_from, payment_from
from chalicelib.bookings.domain import Booking
from chalicelib.bookings.models import BookingItem
from chalicelib.bookings.store import booking_from
from chalicelib.data import keys, read
from chalicelib.data.items import Item
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

    def parts(self) -> Iterator[Part]:
        """Everything that the household's summary is made of."""
        yield from self.people.values()
        yield from self.enrolments.values()
        yield from self.bookings.values()
        yield from self.invoices.values()
        yield from self.payments.values()

    def take(self, item: Item) -> None:
        """Keeps one item of the household's partition."""
        match item:
            case HouseholdItem():
                self.household = household_from(item)
            case SummaryItem():
                self.summary = summary_from(item)
            case MemberLinkItem():
                self.links.add(item.person)
            case BookingItem():
                self.bookings[tail(item.booking)] = booking_from(item)
            case InvoiceItem():
                self.invoices[tail(item.invoice)] = invoice_from(item)
            case PaymentItem():
                self.payments[tail(item.payment)] = payment_from(item)


def load(org: str, household_id: str, people: Iterable[str]) -> Holdings:
    """What is stored of a household, and of `people` who belong to it or are about to.

    A household that is new costs one round trip: its own item is the first that an import writes.
    """
    holdings = Holdings()
    first = [keys.household(org, household_id), *(keys.person(org, person) for person in people)]
    found = [Item.from_raw_data(item) for item in read.raw(first).values()]
    persons = {item.person: person_from(item) for item in found if isinstance(item, PersonItem)}
    if any(isinstance(item, HouseholdItem) for item in found):
        for item in read.whole(keys.household_partition(org, household_id)):
            holdings.take(item)
        others = [keys.person(org, person) for person in holdings.links - persons.keys()]
        more = read.many(PersonItem, others) if others else {}
        persons |= {item.person: person_from(item) for item in more.values()}
    holdings.people = persons
    for person in persons:
        holdings.enrolments |= {tail(each.id): each for each in stored_enrolments(org, person)}
    return holdings
