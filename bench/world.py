"""An organisation that uses every part, with one small and one large household, written through the stores.

Classes are written as the desk writes them: with the rows that find them, a roll, and a seat for each place.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from chalicelib.admin.summaries import rebuild
from chalicelib.billing.domain import Invoice, InvoiceLine, InvoiceStatus
from chalicelib.billing.items import invoice_item, member_invoice_items
from chalicelib.data.items import Item
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Person, Role
from chalicelib.identity import store as identity
from chalicelib.identity import tokens
from chalicelib.identity.domain import HouseholdLink, Session, User
from chalicelib.identity.guard import SessionCookie
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Contact, Module, Organisation
from chalicelib.organisations.terms import BillingTerms
from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentStatus, Occurrence
from chalicelib.schedule.roll import Roll, with_enrolment
from chalicelib.schedule.store import class_changes, enrolment_item, roll_item
from chalicelib.shared.ids import dated_id, new_id

ORG = "bench"
_UNPAID = 3


@dataclass(frozen=True, slots=True)
class Home:
    """A household and the cookie of somebody signed in to it."""

    household: str
    cookie: str
    invoice: str
    member: str


def organisation() -> Organisation:
    """Stores the organisation."""
    told = Organisation(
        ORG, {"en": "Northside Music", "fr": "Musique du Nord"}, "CA", "America/Toronto", "CAD", ("en", "fr", "ru"),
        contact=Contact("desk@northside.example", "+15145550100", "https://northside.example"),
        import_key=b"k" * 32,
        modules=frozenset(Module), billing=BillingTerms(online=True),
    )  # fmt: skip
    organisations.create(told)
    return told


@dataclass(frozen=True, slots=True)
class Family:
    """A household, its members, and somebody signed in to it."""

    household: Household
    members: list[Person]
    user: str
    cookie: str


def family(name: str, *first_names: str) -> Family:
    """Stores a household with members of these names, and signs somebody in."""
    now = moment()
    household = Household(new_id(), name, "1", email="family@example.com")
    members = [Person(new_id(), first, name, households=(household.id,)) for first in first_names]
    user = User(new_id(), f"Ann {name}", "en", f"{name}@example.com".lower(), "", None, (_link(household),))
    token = tokens.new_token()
    transaction = Transaction()
    households.save_household(transaction, ORG, household)
    for person in members:
        households.save_person(transaction, ORG, person)
        transaction.put(f"link {person.id}", _member_link(household, person))
    identity.create_user(transaction, ORG, user)
    identity.create_session(transaction, ORG, Session(tokens.token_hash(token), user.id, now, now, now, "Bench"))
    transaction.commit()
    return Family(household, members, user.id, str(SessionCookie(token, user.id, household.id)))


def moment() -> datetime:
    """Now, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def home(told: Organisation, name: str, invoices: int) -> Home:
    """Stores a household of three with six classes and so many invoices, and signs somebody in."""
    now = moment()
    stored = family(name, "Ann", "Ben", "Cleo")
    household, members = stored.household, stored.members
    billed = save_invoices(stored, invoices)
    save([item for person in members for item in _classes(person, household, now)])
    rebuild(told, household.id, now)
    return Home(household.id, stored.cookie, billed[-1].id, members[0].id)


def save_invoices(family: Family, count: int) -> list[Invoice]:
    """Stores so many invoices of a family, one a day."""
    now = moment()
    billed = [_invoice(family.household, family.members[0], number, now) for number in range(count)]
    save([item for invoice in billed for item in (invoice_item(ORG, invoice), *member_invoice_items(ORG, invoice))])
    return billed


def _link(household: Household) -> HouseholdLink:
    return HouseholdLink(household.id, Role.HOLDER)


def _member_link(household: Household, person: Person) -> Item:
    return households.member_link_item(ORG, household.id, person.id)


def _invoice(household: Household, member: Person, number: int, now: datetime) -> Invoice:
    issued = now.date() - timedelta(days=number % 3000)
    line = InvoiceLine("Piano, ten lessons", Decimal(1), 18000, 18000, member.id)
    unpaid = number < _UNPAID
    status = InvoiceStatus.ISSUED if unpaid else InvoiceStatus.PAID
    paid = 0 if unpaid else 18000
    due = issued + timedelta(days=14)
    return Invoice(dated_id(issued), household.id, f"2026-{number}", "CAD", issued, due, status, (line,), 18000, paid)


def _classes(person: Person, household: Household, now: datetime) -> list[Item]:
    """Two classes of thirty weekly meetings each."""
    items: list[Item] = []
    for title in ("Piano", "Choir"):
        starts = [now + timedelta(days=7 * week, hours=2) for week in range(-15, 15)]
        group = class_group(title, starts)
        first, last = now.date() - timedelta(days=110), now.date() + timedelta(days=110)
        enrolment = Enrolment(
            dated_id(first), person.id, group.id, household.id, EnrolmentStatus.ACTIVE, first, last, now
        )
        items += taught(group, [enrolment])
    return items


def class_group(title: str, starts: Iterable[datetime], programme: str = "") -> ClassGroup:
    """A class of twelve places that meets at `starts`, an hour each time."""
    meetings = tuple(Occurrence(new_id(), start, start + timedelta(hours=1), "Room 4") for start in starts)
    return ClassGroup(
        new_id(), {"en": title, "fr": title}, programme, "Ann Lee", meetings, capacity=12, open=bool(programme)
    )


def taught(group: ClassGroup, places: Iterable[Enrolment]) -> list[Item]:
    """All items of a class in which people have places."""
    own, beside, _ = class_changes(ORG, None, group)
    roll = Roll(group.id)
    items: list[Item] = [own, *beside]
    for place in places:
        roll = with_enrolment(roll, place)
        items.append(enrolment_item(ORG, place))
    return [*items, roll_item(ORG, roll)]


def save(items: Iterable[Item]) -> None:
    """Stores items, whatever they are."""
    with Item.batch_write() as batch:
        for item in items:
            batch.save(item)
