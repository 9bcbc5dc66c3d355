"""A small organisation for tests: households, users, invoices and classes, written through the stores."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from chalicelib.billing.domain import Invoice, InvoiceLine, InvoiceStatus
from chalicelib.billing.items import invoice_items, owed
from chalicelib.bookings.domain import Booking
from chalicelib.bookings.store import booking_item
from chalicelib.data import write
from chalicelib.data.items import connection
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Person, Role
from chalicelib.households.summary import (
    BookingRow,
    EnrolmentRow,
    MemberRow,
)
from chalicelib.households.summing import SummaryBuilder
from chalicelib.identity import store as identity
from chalicelib.identity.domain import HouseholdLink, User
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Contact, Organisation
from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentStatus, Occurrence
from chalicelib.schedule.store import class_group_item, enrolment_item
from chalicelib.shared.ids import dated_id, new_id
from chalicelib.shared.times import local_day

ZONE = "America/Toronto"


def organisation(org: str, **changes: object) -> Organisation:
    """An organisation as most tests need it, not yet stored."""
    plain = Organisation(
        slug=org,
        name={"en": "Northside Music", "fr": "Musique du Nord", "ru": "Северная музыка"},
        country="CA",
        zone=ZONE,
        currency="CAD",
        languages=("fr", "en", "ru"),
        contact=Contact(email="desk@northside.example", phone="+15145550100", phone_shown="(514) 555-0100"),
        import_key=b"k" * 32,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@dataclass
class World:
    """One stored organisation and what tests add to it."""

    organisation: Organisation
    now: datetime
    builders: dict[str, SummaryBuilder] = field(default_factory=dict)

    @property
    def org(self) -> str:
        """The slug."""
        return self.organisation.slug

    @property
    def today(self) -> date:
        """The organisation's day."""
        return local_day(self.now, ZONE)

    def household(self, name: str = "Tremblay", *members: str) -> Household:
        """A household with members of these first names, born 2015."""
        household = Household(id=new_id(), name=name, number="H-1", email="famille@example.com", language="fr")
        self.builders[household.id] = SummaryBuilder(self.today)
        _save(households.household_item(self.org, household))
        for first_name in members:
            self.member(household, first_name)
        self.settle(household)
        return household

    def member(self, household: Household, first_name: str, born: date | None = date(2015, 5, 31)) -> Person:
        """A person who belongs to the household."""
        person = Person(new_id(), first_name, household.name, born, households=(household.id,))
        transaction = Transaction()
        households.save_person(transaction, self.org, person)
        households.save_member_link(transaction, self.org, household.id, person.id)
        transaction.commit()
        self.builders[household.id].members.append(MemberRow(person.id, first_name, household.name, born))
        self.settle(household)
        return replace(person, version=1)

    def user(
        self,
        *homes: Household,
        email: str = "marie@example.com",
        mobile: str = "",
        role: Role = Role.HOLDER,
        **changes: object,
    ) -> User:
        """A user with a link to each household."""
        links = tuple(HouseholdLink(home.id, role) for home in homes)
        user = User(id=new_id(), name="Marie Tremblay", language="en", email=email, mobile=mobile, households=links)
        user = replace(user, **changes)  # type: ignore[arg-type]
        transaction = Transaction()
        identity.create_user(transaction, self.org, user)
        transaction.commit()
        return user

    def invoice(
        self, household: Household, number: str = "2026-1", *, minor: int = 18000, **changes: object
    ) -> Invoice:
        """An invoice issued ten days ago and due in four, unless told otherwise."""
        issued = self.today - timedelta(days=10)
        line = InvoiceLine("Piano", Decimal(1), minor, minor)
        invoice = Invoice(
            dated_id(issued), household.id, number, "CAD", issued, issued + timedelta(days=14),
            InvoiceStatus.ISSUED, (line,), minor,
        )  # fmt: skip
        invoice = replace(invoice, **changes)  # type: ignore[arg-type]
        for item in invoice_items(self.org, invoice).values():
            _save(item)
        builder = self.builders[household.id]
        builder.has_invoices = True
        waiting = owed(invoice)
        if waiting:
            builder.add_owed(waiting)
        self.settle(household)
        return invoice

    def enrolment(
        self, household: Household, member: Person, title: str = "Piano", *starts: datetime
    ) -> tuple[Enrolment, ClassGroup]:
        """An active enrolment in a new class that meets at `starts`, an hour each time."""
        meetings = tuple(Occurrence(new_id(), start, start + timedelta(hours=1), "Room 4") for start in starts)
        group = ClassGroup(new_id(), {"en": title, "fr": title}, instructor="Ann Lee", occurrences=meetings)
        first, last = self.today - timedelta(days=60), self.today + timedelta(days=60)
        enrolment = Enrolment(
            dated_id(first), member.id, group.id, household.id, EnrolmentStatus.ACTIVE, first, last, self.now
        )
        _save(class_group_item(self.org, group))
        _save(enrolment_item(self.org, enrolment))
        row = EnrolmentRow(enrolment.id, member.id, group.id, enrolment.status.value, first, last)
        self.builders[household.id].add_enrolment(row)
        self.settle(household)
        return enrolment, group

    def booking(self, booking: Booking) -> Booking:
        """Stores a booking, and shows it in its household's summary when it is not over."""
        _save(booking_item(self.org, booking))
        builder = self.builders[booking.household]
        builder.has_bookings = True
        if booking.ends > self.now:
            row = BookingRow(booking.id, booking.resource, booking.starts, booking.ends, booking.status.value)
            builder.add_booking(row)
        self.settle(Household(booking.household, "Tremblay", "H-1"))
        return booking

    def settle(self, household: Household) -> None:
        """Stores the summary of what the tests added to a household."""
        summary = self.builders[household.id].build(household.id, household.name, household.number)
        stored = households.get_summaries(self.org, (household.id,)).get(household.id)
        transaction = Transaction()
        version = stored.version if stored else None
        households.save_summary(transaction, self.org, replace(summary, version=version))
        transaction.commit()


def _save(item: object) -> None:
    write.put(item)  # type: ignore[arg-type]


def build(org: str, now: datetime | None = None, **changes: object) -> World:
    """A stored organisation."""
    connection()
    told = organisation(org, **changes)
    organisations.create(told)
    return World(told, now or datetime.now(UTC).replace(microsecond=0))
