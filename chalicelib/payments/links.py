"""Links by which somebody else pays an invoice or a share of it (NEW-8).

A link opens a page that names the organisation, the invoice's number and the amount, and nothing else
of the family. Only the hash of its token is stored; it ends by date, by use, or when the family takes it back.
"""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.billing import store as billing
from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.data.write import Transaction
from chalicelib.gateway import Gateway
from chalicelib.identity.tokens import token_hash
from chalicelib.organisations.domain import Organisation
from chalicelib.payments import paying, store
from chalicelib.payments.domain import CheckoutState, Purpose, Wish
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import say
from chalicelib.shared.times import DAY, after, day_begins, local_day

LONGEST = timedelta(days=90)
_KEPT = 30 * DAY
"""A link that ended is told apart from one that never was for so long."""


class PayLinkItem(Item, discriminator="pay_link"):
    """A link by which somebody else pays."""

    org = UnicodeAttribute()
    household = UnicodeAttribute()
    invoice = UnicodeAttribute()
    number = UnicodeAttribute()
    minor = NumberAttribute()
    currency = UnicodeAttribute()
    name = UnicodeAttribute()
    payer = UnicodeAttribute(null=True)
    until = UnicodeAttribute()
    taken_back = BooleanAttribute(default=False)


class InvoiceLinkItem(Item, discriminator="invoice_link"):
    """That an invoice has a link, so that the family can take it back."""

    link = UnicodeAttribute()
    minor = NumberAttribute()
    name = UnicodeAttribute()
    until = UnicodeAttribute()


@frozen
class PayLink(Frozen):
    """A link that is still good."""

    hash: str
    household: str
    invoice: str
    number: str
    minor: int
    """What is asked of whoever has it, at most; less when less is left to pay."""
    currency: str
    name: str
    """For whom it was made."""
    until: date
    payer: str = ""
    """Who is billed within the household, and so credited."""

    def wish(self, minor: int) -> Wish:
        """To pay `minor` units of it."""
        return Wish(Purpose.LINK, self.currency, minor, (self.invoice,), self.payer, self.hash)


class Link(NamedTuple):
    """A link as the family sees it in its list."""

    hash: str
    minor: int
    name: str
    until: date


class Ended(NotFound):
    """The link was good once: its day is over, or the family took it back."""


def create(
    organisation: Organisation, household_id: str, invoice_id: str, minor: int, name: str, until: date, now: datetime
) -> str:
    """Makes a link to pay `minor` units of an invoice until a day, and returns its token.

    Raises NotFound, Invalid (`amount`, `until`), Conflict when nothing is left to pay.
    """
    invoice = billing.get_invoice(organisation.slug, household_id, invoice_id)
    if invoice is None or not organisation.billing.pay_links:
        raise NotFound
    if not invoice.balance_minor:
        raise Conflict(say("Nothing is left to pay"))
    today = local_day(now, organisation.zone)
    wrong = {}
    if not 0 < minor <= invoice.balance_minor:
        wrong["amount"] = say("Enter an amount above zero, up to what is left to pay")
    if not today <= until <= today + LONGEST:
        wrong["until"] = say("Choose a day within the next 90 days")
    if wrong:
        raise Invalid(wrong)
    token = new_id()
    transaction = Transaction()
    for item in _items(organisation, PayLink(
        token_hash(token), household_id, invoice.id, invoice.number, minor, invoice.currency, name, until, invoice.payer
    )):  # fmt: skip
        transaction.create("link", item)
    transaction.commit()
    return token


def find(organisation: Organisation, token: str, now: datetime) -> PayLink:
    """The link that a token opens. Raises Ended for one that is over or was taken back, NotFound for any other."""
    item = read.one(PayLinkItem, keys.pay_link(organisation.slug, token_hash(token)))
    if item is None or not organisation.billing.pay_links:
        raise NotFound
    link = _link(token_hash(token), item)
    if item.taken_back or link.until < local_day(now, organisation.zone):
        raise Ended
    return link


def open_amount(organisation: Organisation, link: PayLink) -> int:
    """What a link still asks for: its amount, or what is left of the invoice if that is less; it is paid once."""
    used = store.get_checkout(organisation.slug, link.household, link.wish(link.minor).checkout_id(link.household))
    if used and used.state is CheckoutState.DONE:
        return 0
    invoice = billing.get_invoice(organisation.slug, link.household, link.invoice)
    return min(link.minor, invoice.balance_minor) if invoice else 0


def outcome(organisation: Organisation, link_hash: str) -> CheckoutState | None:
    """How far a payment by a link has come, as far as it is booked; None when nothing is. Raises NotFound."""
    item = read.one(PayLinkItem, keys.pay_link(organisation.slug, link_hash))
    if item is None:
        raise NotFound
    org, whole = organisation.slug, _link(link_hash, item).wish(int(item.minor)).checkout_id(item.household)
    checkout, claims = store.get_with_claims(org, item.household, whole, [item.invoice])
    claim = claims.get(item.invoice)
    if claim and claim.checkout != whole:
        checkout = store.get_checkout(org, item.household, claim.checkout)
    return checkout.state if checkout and checkout.link == link_hash else None


def list_of(org: str, household_id: str, invoice_id: str) -> list[Link]:
    """Links of an invoice that are not taken back."""
    prefix = keys.invoice_link_prefix(invoice_id)
    found = read.page(InvoiceLinkItem, keys.household_partition(org, household_id), prefix, consistent=True).rows
    return [Link(item.link, int(item.minor), item.name, date.fromisoformat(item.until)) for item in found]


def take_back(org: str, household_id: str, invoice_id: str, link: str) -> None:
    """Ends a link now. Raises NotFound when the household has none such."""
    pointer = read.one(InvoiceLinkItem, keys.invoice_link(org, household_id, invoice_id, link))
    item = read.one(PayLinkItem, keys.pay_link(org, link))
    if pointer is None or item is None or item.household != household_id:
        raise NotFound
    transaction = Transaction()
    transaction.delete("pointer", pointer)
    transaction.update("link", item, [PayLinkItem.taken_back.set(True)])
    transaction.commit()


def pay(
    gateway: Gateway,
    organisation: Organisation,
    token: str,
    name: str,
    email: str,
    language: str,
    now: datetime,
    *,
    source: str = "",
) -> str:
    """Address of the hosted page for whoever has the link; the receipt is made out to `name`.

    Raises what `find` and `paying.start` raise, and Conflict when nothing is left to pay.
    """
    link = find(organisation, token, now)
    minor = open_amount(organisation, link)
    if not minor:
        raise Conflict(say("Nothing is left to pay"))
    back = f"pay/returned/{link.hash}"
    buyer = paying.Buyer(language, back, name=name, email=email, is_other=True, source=source)
    return paying.start(gateway, organisation, link.household, link.wish(minor), buyer, now)


def _link(link_hash: str, item: PayLinkItem) -> PayLink:
    return PayLink(
        link_hash, item.household, item.invoice, item.number, int(item.minor), item.currency, item.name,
        date.fromisoformat(item.until), item.payer or "",
    )  # fmt: skip


def _items(organisation: Organisation, link: PayLink) -> list[Item]:
    org = organisation.slug
    mine, pointer = keys.pay_link(org, link.hash), keys.invoice_link(org, link.household, link.invoice, link.hash)
    ends = after(day_begins(link.until, organisation.zone), _KEPT)
    told: dict[str, Any] = {"minor": link.minor, "name": link.name, "until": link.until.isoformat(), "expires": ends}
    return [
        PayLinkItem(
            mine.pk, mine.sk, org=org, household=link.household, invoice=link.invoice, number=link.number,
            currency=link.currency, payer=link.payer or None, **told,
        ),
        InvoiceLinkItem(pointer.pk, pointer.sk, link=link.hash, **told),
    ]  # fmt: skip
