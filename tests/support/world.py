"""A small organisation for tests: households, users, invoices and classes, written through the stores."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import EllipsisType

from chalicelib.billing.domain import Invoice, InvoiceLine, InvoiceStatus
from chalicelib.billing.items import invoice_items, owed
from chalicelib.bookings.domain import Booking
from chalicelib.bookings.store import booking_items
from chalicelib.data import write
from chalicelib.data.items import connection
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Person, Role
from chalicelib.households.summary import (
    BookingRow,
    MemberRow,
)
from chalicelib.households.summing import SummaryBuilder
from chalicelib.identity import store as identity
from chalicelib.identity.domain import HouseholdLink, StaffRole, User
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Contact, Module, Organisation
from chalicelib.organisations.word import WordTerms
from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentStatus, Occurrence, Programme
from chalicelib.schedule.roll import with_enrolment
from chalicelib.schedule.store import class_items, enrolment_item, get_rolls, programme_item, roll_item
from chalicelib.schedule.summing import away_rows, enrolment_row
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
        modules=frozenset(Module),
        import_key=b"k" * 32,
        word=WordTerms(quiet_from=0, quiet_until=0),  # whatever the time of day when tests run
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
        """A household with members of these first names, children all of them."""
        household = Household(id=new_id(), name=name, number="H-1", email="famille@example.com", language="fr")
        self.builders[household.id] = SummaryBuilder(self.today)
        _save(households.household_item(self.org, household))
        for first_name in members:
            self.member(household, first_name)
        self.settle(household)
        return household

    @property
    def born(self) -> date:
        """When a child was born that is eleven this year, whichever year this is."""
        return date(self.today.year - 11, 5, 31)

    def member(self, household: Household, first_name: str, born: date | EllipsisType | None = ...) -> Person:
        """A person who belongs to the household, a child unless told otherwise."""
        born = self.born if isinstance(born, EllipsisType) else born
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

    def staff(self, role: StaffRole = StaffRole.DESK, *homes: Household, **changes: object) -> User:
        """A user with a role among the staff; `Browser.sign_in_staff` brings him or her to the desk."""
        changes = {"email": f"{role.value}-{new_id()[:6]}@northside.example", "name": "Kate Murphy", **changes}
        return self.user(*homes, staff_role=role, **changes)  # type: ignore[arg-type]

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

    def programme(self, title: str = "Music", **changes: object) -> Programme:
        """A programme."""
        programme = Programme(new_id(), {"en": title, "fr": title})._replace(**changes)  # type: ignore[arg-type]
        _save(programme_item(self.org, programme))
        return programme

    def class_group(self, title: str = "Piano", *starts: datetime, **changes: object) -> ClassGroup:
        """A class that meets at `starts`, an hour each time, for as many as come unless told otherwise."""
        meetings = tuple(Occurrence(new_id(), start, start + timedelta(hours=1), "Room 4") for start in starts)
        plain = ClassGroup(new_id(), {"en": title, "fr": title}, instructor="Ann Lee", occurrences=meetings)
        group = replace(plain, **changes)  # type: ignore[arg-type]
        for item in class_items(self.org, group).values():
            _save(item)
        return replace(group, version=1)

    def enrol(self, household: Household, member: Person, group: ClassGroup, **changes: object) -> Enrolment:
        """A place in a class, active and from two months ago for four, unless told otherwise; it is on the roll."""
        first, last = self.today - timedelta(days=60), self.today + timedelta(days=60)
        plain = Enrolment(
            dated_id(first), member.id, group.id, household.id, EnrolmentStatus.ACTIVE, first, last, self.now
        )
        enrolment = replace(plain, **changes)  # type: ignore[arg-type]
        _save(enrolment_item(self.org, enrolment))
        self.keep_seat(enrolment)
        for home in member.households or (household.id,):
            builder = self.builders[home]
            builder.add_enrolment(enrolment_row(enrolment))
            builder.away += away_rows(enrolment, group, self.organisation.zone, self.now)
            self.settle(self._home(home))
        return replace(enrolment, version=1)

    def enrolment(
        self, household: Household, member: Person, title: str = "Piano", *starts: datetime
    ) -> tuple[Enrolment, ClassGroup]:
        """An active enrolment in a new class that meets at `starts`, an hour each time."""
        group = self.class_group(title, *starts)
        return self.enrol(household, member, group), group

    def keep_seat(self, enrolment: Enrolment) -> None:
        """Gives an enrolment the seat or the wish on its roll that its state asks for, whatever the capacity."""
        roll = get_rolls(self.org, [enrolment.class_group])[enrolment.class_group]
        _save(roll_item(self.org, with_enrolment(roll, enrolment)))

    def booking(self, booking: Booking) -> Booking:
        """Stores a booking, and shows it in its household's summary when it is not over."""
        for item in booking_items(self.org, booking).values():
            _save(item)
        builder = self.builders[booking.household]
        builder.has_bookings = True
        if booking.ends > self.now:
            row = BookingRow(booking.id, booking.resource, booking.starts, booking.ends, booking.status.value)
            builder.add_booking(row)
        self.settle(self._home(booking.household))
        return booking

    def _home(self, household: str) -> Household:
        found = households.get_household(self.org, household)
        assert found
        return found

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
