"""What tells of a family from outside its own partitions, and goes with the record that it belongs to (NEW-12).

Lists of the organisation's, such as the desk's, name families beside their own records. Each record knows where: so a
deletion finds all of it without looking through other families' things. A test walks through every shape of key.
"""

from collections.abc import Collection, Iterator, Sequence

from chalicelib.billing.bought import Thing
from chalicelib.billing.models import BoughtItem, InvoiceItem, LedgerItem, PaymentItem
from chalicelib.billing.store import payment_from
from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.documents import store as documents
from chalicelib.documents.models import WantedItem
from chalicelib.forms.models import FormAnswersItem
from chalicelib.households import store as households
from chalicelib.households.activity import DeedItem
from chalicelib.identity import store as identity
from chalicelib.memberships.models import PassItem, SubscriptionItem
from chalicelib.messages.models import ThreadItem
from chalicelib.messages.store import hash_of
from chalicelib.organisations.domain import Organisation
from chalicelib.payments import parking
from chalicelib.payments.links import InvoiceLinkItem
from chalicelib.payments.models import CustomerItem
from chalicelib.privacy.reports import DEED
from chalicelib.purchases.models import OrderItem
from chalicelib.schedule.models import EnrolmentItem
from chalicelib.shared.folding import LEAST, number_words
from chalicelib.shared.times import from_iso, local_day
from chalicelib.slips.listing import rows_of
from chalicelib.slips.models import SlipFileItem
from chalicelib.slips.store import file_from


def pointers(organisation: Organisation, household: str, item: Item) -> Iterator[Key]:
    """Keys outside the household's partitions that tell of one of its items; each is erased before the item."""
    org = organisation.slug
    match item:
        case ThreadItem():
            yield keys.desk_thread(org, item.state, item.updated_at, household, item.thread)
            yield keys.reply_address(org, hash_of(item.reply))
        case FormAnswersItem():
            yield keys.answered_form(org, item.form, household, item.member or "")
        case WantedItem():
            yield from documents.places_at_desk(org, documents.wanted_from(item))
        case SlipFileItem():
            yield from rows_of(org, file_from(item))
        case EnrolmentItem():
            yield from seen(org, household, item)
        case DeedItem() if item.deed == DEED:
            yield keys.stranger_report(org, item.at, item.user)
        case _:
            yield from _of_money(organisation, household, item)


def seen(org: str, household: str, place: EnrolmentItem) -> Iterator[Key]:
    """Which documents of the class the household opened. One round trip."""
    shelves = documents.get_shelves(org, [place.class_group])
    for document in (each for shelf in shelves.values() for each in shelf.documents):
        yield keys.seen_document(org, place.class_group, document.id, household)


def _of_money(organisation: Organisation, household: str, item: Item) -> Iterator[Key]:
    org = organisation.slug
    match item:
        case InvoiceItem():
            yield from (keys.found(org, w[:LEAST], w, household, item.invoice) for w in number_words(item.number))
        case CustomerItem():
            yield keys.customer_owner(org, item.customer)
        case InvoiceLinkItem():
            yield keys.pay_link(org, item.link)
        case PaymentItem():
            paid = payment_from(item)
            yield keys.received(org, paid.received_on.year, household, paid.id)
        case LedgerItem():
            day = keys.day_of_entry(item.key)
            entry = (item.payer or "", item.currency, int(item.sequence))
            yield keys.journal_entry(org, day, item.booked_at, household, *entry)
        case SubscriptionItem() | PassItem() if item.card:
            yield keys.card(org, item.card)
        case BoughtItem() if item.thing in (Thing.GOODS.value, Thing.PASS.value):
            yield from _orders(organisation, household, item)


def _orders(organisation: Organisation, household: str, line: BoughtItem) -> Iterator[Key]:
    """The orders behind a line: those of its day, for a line that is for a pass names the pass."""
    day = local_day(from_iso(line.at), organisation.zone)
    start = keys.order(organisation.slug, f"{day:%Y%m%d}")
    found = read.each(OrderItem, start.pk, start.sk)
    return (order.key for order in found if order.household == household)


def parked(org: str, household: str) -> Iterator[Key]:
    """What waits for a person at the desk about a household, such as a mail that fitted nothing."""
    return (item.key for item in parking.waiting(org) if getattr(item, "household", None) == household)


def asked_and_merged(org: str, homes: Sequence[str]) -> Iterator[Key]:
    """Registrations, notes of merges, and what was told of files that were brought in, that name a family: by an id of
    its own or by an address that it is known by; and what was there of the family before those files.

    All go by themselves within months, so all that there are can be looked through. Their kinds are of features that
    know this one, so they are looked for by what they say.
    """
    words = set(homes)
    for home in homes:
        household = households.get_household(org, home)
        words.update((household.email, household.phone) if household else ())
        for user in identity.list_household(org, home):
            words.update((user.id, user.email, user.mobile))
        members = keys.membership_link(org, home, "")
        words.update(link.sk.removeprefix(members.sk) for link in read.under(members.pk, members.sk))
    for partition in (keys.join_request(org, True, "").pk, keys.merge(org, "").pk):
        yield from read.telling(partition, words - {""})
    for batch in read.under(keys.moving_partition(org), keys.BATCHES):
        yield from _of_files(org, batch.sk.removeprefix(keys.BATCHES), words - {""})


def addresses(org: str, homes: Sequence[str]) -> set[str]:
    """A family's addresses and numbers, of which is known what came back: the households' own, and those with which
    nobody else's users sign in."""
    found: set[str] = set()
    for home in homes:
        household = households.get_household(org, home)
        found.update((household.email, household.phone, household.bills_to) if household else ())
        for user in identity.list_household(org, home):
            if user.staff_role is None and not {link.household for link in user.households} - set(homes):
                found.update((user.email, user.mobile))
    return found - {""}


def _of_files(org: str, batch: str, words: Collection[str]) -> Iterator[Key]:
    yield from read.telling(keys.batch_partition(org, batch), words)
    for word in words:
        yield from read.under(keys.before_partition(org, batch), f"{keys.BEFORE}{word}#")
