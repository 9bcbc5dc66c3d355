"""Everybody who may stand before a route, and every route there is: the access matrix is made of these (T-02)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalice.app import Chalice

from app import tables
from chalicelib.api import endpoints
from chalicelib.api.hooks import Event
from chalicelib.billing.books import keep
from chalicelib.billing.domain import CreditNote, Invoice, Payment, PaymentStatus
from chalicelib.billing.items import credit_note_items, payment_items
from chalicelib.billing.ledger import EntryKind
from chalicelib.bookings import resource_store
from chalicelib.bookings.domain import Booking, BookingStatus, Terms
from chalicelib.clients import indexing
from chalicelib.data import write
from chalicelib.data.outbox import MessageItem, MessageState
from chalicelib.data.write import Transaction
from chalicelib.enrolments import certifying, right_store
from chalicelib.enrolments.certificates import CertificateKind
from chalicelib.enrolments.rights import Right
from chalicelib.files import keeping
from chalicelib.households.domain import Household, Person, Role
from chalicelib.identity import store, tokens
from chalicelib.identity.domain import IDLE_SECONDS, STAFF_IDLE_SECONDS, Session, StaffRole, User, UserStatus, Viewing
from chalicelib.identity.guard import SessionCookie, guard
from chalicelib.joining import domain as joining_domain
from chalicelib.joining import merges
from chalicelib.joining import store as joining_store
from chalicelib.memberships import cards
from chalicelib.messages import service as talking
from chalicelib.messages.domain import Author, Side, Words
from chalicelib.moving import store as batches
from chalicelib.moving.domain import Source
from chalicelib.notifications import archive
from chalicelib.organisations.audit import OPERATOR
from chalicelib.organisations.terms import BillingTerms
from chalicelib.payments import store as payments_store
from chalicelib.payments.domain import Checkout, CheckoutState, Method, Purpose
from chalicelib.privacy import deletions
from chalicelib.privacy.deletions import Deletion, DeletionState
from chalicelib.purchases.domain import ProductKind
from chalicelib.schedule.domain import ClassGroup, Enrolment
from chalicelib.shared.ids import dated_id, named_id, new_id
from chalicelib.shared.times import to_iso
from chalicelib.sharing import store as sharing_store
from chalicelib.sharing.domain import Grant, Invitation
from chalicelib.web import cookies, serve
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Policy, Route
from chalicelib.web.uploads import Upload
from local.gateway import Gateway
from tests.bookings.letting import resource
from tests.consents.asking import published, says
from tests.documents import sharing as sharing_documents
from tests.forms import asking as asking_forms
from tests.memberships.subscribing import plan, subscribed
from tests.purchases.selling import buy, product
from tests.quotes.quoting import sent
from tests.slips.giving import slips_in
from tests.support import world as worlds
from tests.support.browser import Browser
from tests.support.world import World

BASE_URL = "https://portal.test"

ROUTES: list[Route] = [route for table in tables for route in table]
POLICIES: list[Policy] = [route.policy for route in ROUTES]
OWNED = [policy for policy in POLICIES if policy.owns and not policy.staff]
"""What names something of a household's, and is for the household."""
OWNED_FOR_STAFF = [policy for policy in POLICIES if policy.owns and policy.staff]
"""What names something of the organisation's, and is for its staff."""


def name_of(policy: Policy) -> str:
    """A route's name in reports."""
    return f"{policy.method} {policy.path}"


def portal() -> Gateway:
    """The real app behind a gateway."""
    from app import app

    return Gateway(app.routes, app, BASE_URL, "test")


def doors_only() -> Gateway:
    """All routes with guard and checks, but behind each only a word that it was reached."""
    app = Chalice("doors", configure_logs=False)

    def reached(_request: Request) -> Reply:
        return Reply(body="reached", content_type="text/plain")

    serve.install(app, guard, [[Route(policy, reached) for policy in POLICIES]])
    return Gateway(app.routes, app, BASE_URL, "test")


@dataclass
class Home:
    """A household with one thing of each kind that a route can name."""

    household: Household
    things: dict[str, str]

    @property
    def own(self) -> list[str]:
        """Ids that nobody else may read; a class that is open for enrolment is for all to see."""
        public = ("class_group", "form", "product", "plan", "consent")
        return [thing for name, thing in self.things.items() if name not in public]


@dataclass
class Cast:
    """Two organisations, three households and everybody around them."""

    world: World
    own: Home
    other: Home
    foreign_world: World
    foreign: Home
    actors: dict[str, dict[str, str]]
    """Cookies by actor."""
    users: dict[str, User]

    @property
    def org(self) -> str:
        """The organisation whose routes are tried."""
        return self.world.org

    def browser(self, actor: str, gateway: Gateway) -> Browser:
        """A browser with an actor's cookies."""
        return Browser(gateway, cookies=dict(self.actors[actor]))

    def path(self, policy: Policy, thing: str = "", home: Home | None = None) -> str:
        """The address of a route; what it names is `thing`, or else the household's own."""
        things = (home or self.own).things
        parts = {
            "org": self.org,
            "version": "v",
            "name": "portal.css",
            "file": "none",
            "token": "none",
            "act": "cancel",
            "link": "none",
            "section": "none",
            "entry": "none",
            "question": "new",
            "note": "none",
            "field": "q-card",
            "day": self.world.today.isoformat(),
            "month": f"{self.world.today:%Y-%m}",
            **things,
        }
        if policy.owns and thing:
            parts[policy.owns] = thing
        path = policy.path
        for name, value in parts.items():
            path = path.replace(f"{{{name}}}", value)
        return path


def home_in(world: World, name: str) -> Home:
    """A furnished household."""
    household = world.household(name)
    member = world.member(household, f"Child of {name}")
    invoice = world.invoice(household, f"INV-{name}")
    enrolment, group = world.enrolment(household, member, f"Piano of {name}", world.now + timedelta(days=1))
    begins = world.now + timedelta(days=2)
    booking = world.booking(
        Booking(
            dated_id(date(2026, 12, 1)), household.id, f"Room of {name}", begins, begins + timedelta(hours=1),
            BookingStatus.CONFIRMED, resource_id="hall", terms=Terms(may_cancel=True, may_move=True),
        )
    )  # fmt: skip
    resource_store.save_all(world.org, [resource(id="hall")])
    things = {"member": member.id, "invoice": invoice.id, "enrolment": enrolment.id, "booking": booking.id}
    things["household"] = household.id
    things["class_group"] = world.class_group("Ballet", world.now + timedelta(days=3), open=True).id
    things["event"] = f"{group.occurrences[0].id}-{enrolment.id}"
    things |= _papers_in(world, household, invoice) | _offers_in(world, household)
    things |= {"meeting": group.occurrences[0].id, "right": _right_in(world, enrolment, group.occurrences[0].id)}
    things |= _belongings_in(world, household, member)
    things |= _consents_in(world, household, member)
    things |= _forms_in(world, household, member)
    things |= slips_in(world, household, member)
    things |= _messages_in(world, household)
    things |= _documents_in(world, household, member, group)
    things |= _access_in(world, household)
    things |= _deletion_in(world, household)
    things |= _joining_in(world, household)
    things["batch"] = _batch_in(world)
    things["endpoint"] = endpoints.add(
        world.org, "https://hooks.example.com/", [Event.INVOICE_ISSUED], OPERATOR, world.now
    ).id
    return Home(household, things | _payments_in(world, household))


def _batch_in(world: World) -> str:
    """A batch of files of another system."""
    batch = dated_id(world.today)
    batches.add_batch(world.org, batch, Source.PLAIN, (), "Kate Murphy", world.now)
    return batch


def _documents_in(world: World, household: Household, member: Person, group: ClassGroup) -> dict[str, str]:
    """A document of the household and one of its class, a paper that is wanted and was sent, and a certificate."""
    listed = sharing_documents.shared_with_class(world, group)
    paper = sharing_documents.sent(world, household, sharing_documents.wanted(world, household))
    scan = keeping.keep(world.org, member.id, sharing_documents.LETTER)
    ill = certifying.record(
        world.org, member.id, CertificateKind.MEDICAL, (world.today, world.today), world.today, paper=scan
    )
    return {
        "document": sharing_documents.shared(world, household).id,
        "class_document": f"{group.id}-{listed.id}",
        "wanted": paper.id,
        "certificate": ill.id,
    }


def _right_in(world: World, enrolment: Enrolment, meeting: str) -> str:
    """A right to make up."""
    expires_on = world.today + timedelta(days=30)
    right = Right(
        dated_id(expires_on), enrolment.person, enrolment.household, enrolment.id, enrolment.class_group, meeting,
        ("",), "", world.now, expires_on,
    )  # fmt: skip
    write.put(right_store.right_item(world.org, right, world.organisation.zone))
    return right.id


def _deletion_in(world: World, household: Household) -> dict[str, str]:
    """A request to delete; it is named by the household whose it is."""
    asked = Deletion(household.id, DeletionState.RECEIVED, world.now, name=household.name)
    deletions.ask(world.organisation, asked, world.now)
    return {"deletion": household.id}


def _joining_in(world: World, household: Household) -> dict[str, str]:
    """Somebody who registered, a second household of the family, and a merge that was done."""
    asked = joining_domain.Asked(
        joining_domain.Wish.MATCH, "+15145550177", "en", "Anna", household.name, "a@example.com"
    )
    request = joining_domain.Request(dated_id(world.today), asked, world.now)
    second = world.household(f"Second of {household.name}")
    done = merges.Merge(
        dated_id(world.today), merges.What.HOUSEHOLDS, household.id, household.id, second.id, household.name,
        second.name, "Kate", world.now, merges.MergeState.DONE,
    )  # fmt: skip
    transaction = Transaction()
    joining_store.create_request(transaction, world.org, request)
    merges.save(transaction, world.org, done)
    transaction.commit()
    for each in (household, second):
        indexing.refresh(world.org, each.id)
    return {"joining": request.id, "other": second.id, "merge": done.id}


def _access_in(world: World, household: Household) -> dict[str, str]:
    """Somebody with a role beside the holder, and somebody whom another invited: who goes takes invitations along."""
    guest = world.user(household, email=f"{household.id[:8]}@example.com", role=Role.VIEWER)
    invitation = Invitation(
        new_id(), household.id, f"Guest of {household.name}", "guest@example.com", Grant(Role.VIEWER), new_id(),
        "Somebody", "en", world.now,
    )  # fmt: skip
    write.put(sharing_store.invitation_item(world.org, invitation))
    return {"user": guest.id, "invitation": invitation.id}


def _messages_in(world: World, household: Household) -> dict[str, str]:
    """A thread that the family began, and a mail that went out to it."""
    file = keeping.keep(world.org, household.id, Upload("Paper.pdf", b"%PDF-1.7\n%%EOF"))
    words = Words(f"Words of {household.name}", (file,))
    beginning = talking.Beginning(f"Subject of {household.name}", words)
    author = Author(Side.FAMILY, "", household.name)
    thread = talking.begin(world.organisation, household.id, beginning, author, world.now)
    transaction = Transaction()
    message = MessageItem(
        org=world.org, household=household.id, message=f"mail-{household.id}", created_at=to_iso(world.now)
    )
    written = archive.Written(household.email, f"Mail to {household.name}", "Words")
    shelf = archive.shelf_of(message)
    assert shelf
    archive.file(transaction, shelf, message, written, MessageState.SENT)
    transaction.commit()
    [mail] = archive.page(shelf).rows
    return {"thread": thread.id, "mail": mail.id, "attachment": f"1-{file.id}"}


def _forms_in(world: World, home: Household, member: Person) -> dict[str, str]:
    """A form that was answered about the member."""
    asked = (*asking_forms.HEALTH, asking_forms.CARD)
    form = asking_forms.published(world, *asked, title="Health and habits")
    sent = asking_forms.answered(world, form, home, member)
    return {"form": form.id, "answers": sent.id, "whom": member.id}


def _consents_in(world: World, home: Household, member: Person) -> dict[str, str]:
    """A consent that somebody signed about the member."""
    signer = world.user(home, email=f"signer-{home.id}@example.com", name=f"Signer of {home.name}")
    entry = says(world, signer, home, published(world), member)
    return {"consent": entry.consent, "whom": member.id, "signature": entry.id}


def _belongings_in(world: World, home: Household, member: Person) -> dict[str, str]:
    """A pass with its card, bought in the shop."""
    swims = product(world, f"swims-{new_id()}", kind=ProductKind.PUNCH_CARD, uses=10, days=90)
    order = buy(world, home, swims, member=member.id)
    held = cards.get_held(world.org, home.id, order.pass_id)
    assert held
    code = cards.code(world.organisation, held.card)
    things = {"pass_id": order.pass_id, "card": order.pass_id, "code": code, "order": order.id}
    return {**things, "product": swims.id, "plan": plan(world, f"plan-{new_id()}").id}


def _offers_in(world: World, household: Household) -> dict[str, str]:
    """A quote to answer, and a subscription with the recurring invoice that bills it."""
    quote = sent(world, household)
    plan(world)
    subscription = subscribed(world, household, world.today)
    return {"quote": quote.id, "subscription": subscription.id, "recurring": subscription.recurring}


def _payments_in(world: World, household: Household) -> dict[str, str]:
    """An attempt to pay that is over, and two payment methods on file."""
    checkout = Checkout(
        new_id(), household.id, Purpose.AMOUNT, "CAD", 100, 1, CheckoutState.DONE, world.now, world.now, back="pay"
    )
    write.put(payments_store.checkout_item(world.org, checkout))
    default, other = (
        Method(f"pm_{number}_{household.id}", "card", "visa", "4242", "2031-05", is_default=not number)
        for number in range(2)
    )
    for method in (default, other):
        write.put(payments_store.method_item(world.org, household.id, method))
    return {"checkout": checkout.id, "method": named_id(default.id)}


def _papers_in(world: World, household: Household, invoice: Invoice) -> dict[str, str]:
    """A payment and a credit note, by what routes call them; the ledger is brought to what the documents come to."""
    day, total = world.today, 100
    payment = Payment(dated_id(day), household.id, day, total, "CAD", "cash", PaymentStatus.COMPLETED)
    note = CreditNote(dated_id(day), household.id, f"C-{household.name}", "CAD", day, (), total)
    written = {**payment_items(world.org, payment), **credit_note_items(world.org, note)}
    for item in written.values():
        write.put(item)
    owed = invoice.balance_minor - payment.unapplied_minor - note.unapplied_minor
    keep(
        world.organisation, household.id, world.now,
        lambda books: books.post(EntryKind.CORRECTION, owed, invoice, invoice.issued_on),
    )  # fmt: skip
    return {"payment": payment.id, "credit_note": note.id}


def session_cookie(org: str, user: User, household: str, **changes: object) -> dict[str, str]:
    """Signs a user in without a code: the cookie of a new session."""
    token = tokens.new_token()
    now = datetime.now(UTC).replace(microsecond=0)
    whole = Session(tokens.token_hash(token), user.id, now, now, now, "Firefox, Linux")
    session = replace(whole, **changes)  # type: ignore[arg-type]
    transaction = Transaction()
    store.create_session(transaction, org, session)
    transaction.commit()
    return {cookies.name(cookies.SESSION, org): str(SessionCookie(token, user.id, household))}


def assemble() -> Cast:
    """Builds it all."""
    org = f"org-{secrets.token_hex(6)}"
    terms = BillingTerms(online=True, overpayment=True)
    world, foreign_world = worlds.build(org, billing=terms), worlds.build(f"{org}-b", billing=terms)
    own, other, foreign = home_in(world, "Own"), home_in(world, "Other"), home_in(foreign_world, "Foreign")
    users = {
        "holder": world.user(own.household, email="holder@example.com"),
        "holder of another household": world.user(other.household, email="other@example.com"),
        "guardian": world.user(own.household, email="guardian@example.com", role=Role.GUARDIAN),
        "viewer": world.user(own.household, email="viewer@example.com", role=Role.VIEWER),
        "delegate": world.user(own.household, email="delegate@example.com", role=Role.DELEGATE),
        "staff without household": world.user(email="staff@example.com", staff_role=StaffRole.OWNER),
        "holder and owner": world.staff(StaffRole.OWNER, own.household),
        **{f"staff, {role.value}": world.staff(role) for role in StaffRole},
        "staff, confirmed long ago": world.staff(StaffRole.OWNER),
        "staff, idle": world.staff(StaffRole.OWNER),
        "staff, suspended": world.staff(StaffRole.OWNER, status=UserStatus.SUSPENDED),
        "looking as the family": world.staff(StaffRole.OWNER),
        "acting for the family": world.staff(StaffRole.OWNER),
        "looked an hour ago": world.staff(StaffRole.OWNER),
        "looking, another household in the cookie": world.staff(StaffRole.OWNER),
        "looking, of the staff no more": world.user(email="gone@example.com"),
        "acting for somebody suspended": world.staff(StaffRole.OWNER),
        "looking in another organisation": foreign_world.staff(StaffRole.OWNER),
        "staff of another organisation": foreign_world.staff(StaffRole.OWNER),
        "suspended": world.user(own.household, email="suspended@example.com", status=UserStatus.SUSPENDED),
        "expired": world.user(own.household, email="expired@example.com"),
        "long ago confirmed": world.user(own.household, email="stale@example.com"),
        "of another organisation": foreign_world.user(foreign.household, email="holder@example.com"),
    }
    return Cast(world, own, other, foreign_world, foreign, _cookies(world, foreign_world, own, other, users), users)


def _cookies(
    world: World, foreign_world: World, own: Home, other: Home, users: dict[str, User]
) -> dict[str, dict[str, str]]:
    now = datetime.now(UTC).replace(microsecond=0)
    passed = {"second_factor_at": now}
    stale = {"authenticated_at": now - timedelta(minutes=11)}
    idle = {"seen_at": now - timedelta(seconds=STAFF_IDLE_SECONDS + 5), "created_at": now - timedelta(hours=2)}
    ended = {"seen_at": now - timedelta(seconds=IDLE_SECONDS + 5), "created_at": now - timedelta(days=2)}
    homes = {"holder of another household": other.household.id, "staff without household": new_id()}
    homes["looking, another household in the cookie"] = other.household.id
    viewings = _viewings(own, users, now)
    found: dict[str, dict[str, str]] = {"anonymous": {}}
    special: dict[str, Mapping[str, object]] = {
        "long ago confirmed": stale,
        "expired": ended,
        "holder and owner": passed,
        "staff, confirmed long ago": stale | passed,
        "staff, idle": idle | passed,
        **{name: {**passed, "viewing": viewing} for name, viewing in viewings.items()},
    }
    for name, user in users.items():
        if "another organisation" in name:
            continue
        changes = special.get(name, passed if name.startswith("staff, ") else {})
        found[name] = session_cookie(world.org, user, homes.get(name, own.household.id), **changes)
    there: dict[str, dict[str, Any]] = {
        "of another organisation": {},
        "staff of another organisation": passed,
        "looking in another organisation": passed | {"viewing": viewings["looking as the family"]},
    }
    for name, changes in there.items():
        found[name] = session_cookie(foreign_world.org, users[name], own.household.id, **changes)
        found[f"{name}, cookie renamed"] = {
            cookies.name(cookies.SESSION, world.org): one for one in found[name].values()
        }
    return found


def _viewings(own: Home, users: dict[str, User], now: datetime) -> dict[str, Viewing]:
    """What sessions of staff carry who see the portal as the household "Own" does, or did."""
    looks = Viewing(own.household.id, "They asked us to look", now)
    acts = replace(looks, reason="They asked us to act", user=users["holder"].id)
    return {
        "looking as the family": looks,
        "acting for the family": acts,
        "looked an hour ago": replace(looks, since=now - timedelta(minutes=61)),
        "looking, another household in the cookie": looks,
        "looking, of the staff no more": looks,
        "acting for somebody suspended": replace(acts, user=users["suspended"].id),
    }
