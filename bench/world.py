"""An organisation with one small and one large household, written through the stores."""

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
from chalicelib.organisations.domain import Contact, Organisation
from chalicelib.organisations.terms import BillingTerms
from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentStatus, Occurrence
from chalicelib.schedule.store import class_group_item, enrolment_item
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
        billing=BillingTerms(online=True),
    )  # fmt: skip
    organisations.create(told)
    return told


def home(told: Organisation, name: str, invoices: int) -> Home:
    """Stores a household of three with four classes and so many invoices, and signs somebody in."""
    now = datetime.now(UTC).replace(microsecond=0)
    household = Household(new_id(), name, "1", email="family@example.com")
    members = [Person(new_id(), first, name, households=(household.id,)) for first in ("Ann", "Ben", "Cleo")]
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
    stored = [_invoice(household, members[0], number, now) for number in range(invoices)]
    _save([item for invoice in stored for item in (invoice_item(ORG, invoice), *member_invoice_items(ORG, invoice))])
    _save([item for person in members for item in _classes(person, household, now)])
    rebuild(told, household.id, now)
    return Home(household.id, str(SessionCookie(token, user.id, household.id)), stored[-1].id, members[0].id)


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
        meetings = tuple(Occurrence(new_id(), start, start + timedelta(hours=1), "Room 4") for start in starts)
        group = ClassGroup(new_id(), {"en": title, "fr": title}, instructor="Ann Lee", occurrences=meetings)
        first, last = now.date() - timedelta(days=110), now.date() + timedelta(days=110)
        enrolment = Enrolment(
            dated_id(first), person.id, group.id, household.id, EnrolmentStatus.ACTIVE, first, last, now
        )
        items += [class_group_item(ORG, group), enrolment_item(ORG, enrolment)]
    return items


def _save(items: list[Item]) -> None:
    with Item.batch_write() as batch:
        for item in items:
            batch.save(item)
