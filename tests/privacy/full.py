"""A family that has used everything: something of each kind that anybody keeps of it, all of it settled."""

from datetime import timedelta
from typing import NamedTuple

from chalicelib.billing.books import Books, keep
from chalicelib.data import write
from chalicelib.data.write import Transaction
from chalicelib.documents import store as documents
from chalicelib.files import keeping
from chalicelib.forms import answering
from chalicelib.forms.answering import Author
from chalicelib.forms.domain import Whom
from chalicelib.households.domain import Household, Person
from chalicelib.identity.account import Account
from chalicelib.identity.domain import User
from chalicelib.messages import service as messages
from chalicelib.messages.domain import Author as Speaker
from chalicelib.messages.domain import Side, Words
from chalicelib.messages.service import Beginning
from chalicelib.payments import links, parking
from chalicelib.payments import store as payments
from chalicelib.privacy import reports
from chalicelib.purchases.domain import ProductKind, Variant
from chalicelib.schedule.domain import EnrolmentStatus
from chalicelib.slips import releasing
from chalicelib.web.uploads import Upload
from tests.consents.asking import published as consent
from tests.consents.asking import says
from tests.documents.sharing import sent, shared, shared_with_class, wanted
from tests.feedback.telling import bounce, hand
from tests.files.samples import PDF
from tests.forms.asking import CARD, HEALTH, answered, published
from tests.memberships.subscribing import plan, subscribed
from tests.purchases.selling import buy, product
from tests.slips.giving import Giving, giving
from tests.support.world import World


class Full(NamedTuple):
    """The family, and who of it is asked for everything."""

    giving: Giving
    user: User

    @property
    def home(self) -> Household:
        """The household."""
        return self.giving.home

    @property
    def child(self) -> Person:
        """Its only member."""
        return self.giving.child


def full(world: World, letter: Upload | None = None) -> Full:
    """The family; `letter` is every file that it sends and gets."""
    family = giving(world)
    made = Full(family, world.user(family.home))
    letter = letter or Upload("letter.pdf", PDF)
    _goes_to_class(world, made, letter)
    _pays(world, made)
    _buys(world, made)
    _answers(world, made, letter)
    _talks(world, made, letter)
    hand(bounce(world.org, made.user.email, world.now), world.now)
    return made


def _goes_to_class(world: World, made: Full, letter: Upload) -> None:
    start = world.now - timedelta(days=40)
    group = world.class_group("Piano", start)
    over = world.today - timedelta(days=1)
    world.enrol(made.home, made.child, group, status=EnrolmentStatus.COMPLETED, ends_on=over)
    listed = shared_with_class(world, group, upload=letter)
    documents.save_seen(world.org, made.home.id, listed, listed.current.file.id, world.now)


def _pays(world: World, made: Full) -> None:
    family, home = made.giving, made.home.id
    invoice = family.bill()
    until = world.today + timedelta(days=7)
    links.create(world.organisation, home, invoice.id, 1000, "Grandma Tremblay", until, world.now)
    family.pay()
    for item in payments.customer_items(world.org, home, "", f"cus_{home[:12]}"):
        write.put(item)
    family.name_parent()
    releasing.relist(family.desk)
    releasing.release(family.desk)


def _buys(world: World, made: Full) -> None:
    """For nothing: what is open would stand in the way of a deletion."""
    buy(world, made.home, product(world, "cap", 0, variants=(Variant("", 5),)), member=made.child.id)
    buy(world, made.home, product(world, "swims", 0, kind=ProductKind.PUNCH_CARD, uses=10), member=made.child.id)
    plan(world, "member", 0, has_card=True)
    subscribed(world, made.home, world.today - timedelta(days=400), member=made.child.id, plan="member")


def _answers(world: World, made: Full, letter: Upload) -> None:
    shared(world, made.home, upload=letter)
    sent(world, made.home, wanted(world, made.home), letter)
    answered(world, published(world, *HEALTH, CARD), made.home, made.child)
    begun = Whom(published(world, title="Second form").id, made.home.id, made.child.id)
    sheet = answering.open_sheet(world.org, begun)
    answering.keep_draft(world.organisation, sheet, {"q-doctor": "Dr Begun"}, Author("u", "Marie", "en", world.now))
    says(world, made.user, made.home, consent(world), made.child)


def _talks(world: World, made: Full, letter: Upload) -> None:
    org, home = world.organisation, made.home.id
    speaker = Speaker(Side.FAMILY, made.user.id, made.user.name)
    words = Words("Which shoes?", (keeping.keep(world.org, home, letter),))
    messages.begin(org, home, Beginning("Shoes", words), speaker, world.now)
    transaction = Transaction()
    me = Account(made.user.id, made.user.name, "en", "s", (), world.now, summary=made.giving.summary)
    reports.report(transaction, org, me, world.now)
    transaction.commit()

    def park(books: Books) -> None:
        parking.add(books, "sender not proven", "mail-1", {"text": "Tremblay asks"})

    keep(org, home, world.now, park)
