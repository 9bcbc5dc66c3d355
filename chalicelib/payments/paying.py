"""Starting to pay: one hosted page for one wish, however many ask for it at once (P-10 to P-12).

An attempt is stored before the gateway is asked, with everything that is asked; whoever comes while
it is being made asks the same with the same idempotency key and gets the same page. An invoice has
one attempt under way at most: another wish for it first ends the page that is open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from chalicelib.billing import store as billing
from chalicelib.billing.allocating import check_amount
from chalicelib.billing.domain import Invoice
from chalicelib.billing.models import InvoiceItem
from chalicelib.data import keys
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.gateway import CheckoutOrder, Declined, Faulted, Gateway, HostedCheckout
from chalicelib.identity.braking import Brake
from chalicelib.organisations.domain import Organisation
from chalicelib.payments import braking, customers, store
from chalicelib.payments.domain import LIFETIME, Checkout, CheckoutState, Claim, Purpose, Wish
from chalicelib.payments.settling import settle_session
from chalicelib.shared.errors import Conflict, Invalid
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.money import exponent
from chalicelib.shared.texts import Message, in_language, say
from chalicelib.shared.times import epoch
from chalicelib.web import urls

_TRIES = 10
_THOUSANDTHS = 3
MOST_AT_ONCE = 20
"""Invoices that are paid together."""
UNDER_WAY = say("A payment of this invoice is already on its way.")


class Counts(Protocol):
    """What counts an attempt, in the transaction that claims its invoices."""

    def add(self, transaction: Transaction) -> None:
        """Adds the write."""


@frozen
class Buyer(Frozen):
    """Who pays, and where to come back to."""

    language: str
    back: str
    """Path within the portal, e.g. `invoices/…`."""
    name: str = ""
    email: str = ""
    is_other: bool = False
    """Somebody else than the family: nothing of theirs is kept on file (NEW-8)."""
    save_method: bool = False
    source: str = ""
    """Network address whose pages are counted (P-19); empty where nobody is at a browser."""

    @property
    def keeps(self) -> tuple[str, str, bool]:
        """What an attempt keeps of whoever pays: name and email of somebody else, whether to save the method."""
        return (self.name, self.email, False) if self.is_other else ("", "", self.save_method)


def start(
    gateway: Gateway, organisation: Organisation, household_id: str, asked: Wish, buyer: Buyer, now: datetime
) -> str:
    """Address of the hosted page for the wish that was `asked`.

    Raises Invalid (`amount`) for an amount that is not allowed, Conflict when the invoices are not open any more
    or a payment is on its way, TooMany when too many pages were made within the hour, Unavailable when Stripe can
    not be reached; repeating is safe.
    """
    for _ in range(_TRIES):
        wish, invoices = _checked(organisation, household_id, asked)
        checkout_id = wish.checkout_id(household_id)
        before, claims = store.get_with_claims(organisation.slug, household_id, checkout_id, wish.invoices)
        if before and before.is_usable(now) and _is_for(before, buyer):
            return _page(gateway, organisation, before)
        if wish.link and before and before.state is CheckoutState.DONE:
            raise Conflict(say("Nothing is left to pay"))
        brake = _brake(organisation.slug, household_id, wish, buyer, now)
        if _end_others(gateway, organisation, household_id, claims, before, now):
            continue
        checkout = _new(organisation, household_id, wish, buyer, invoices, before, now)
        if not buyer.is_other:
            customer = customers.customer_of(gateway, organisation, household_id, wish.payer, now)
            checkout = replace(checkout, customer=customer)
        try:
            return _page(gateway, organisation, claim(organisation.slug, checkout, claims, invoices, brake))
        except ConditionFailed:
            continue
    raise Conflict


def _is_for(checkout: Checkout, buyer: Buyer) -> bool:
    """Whether a page that is open says about the buyer what a new one would: who corrects a name gets another."""
    return (checkout.payer_name, checkout.payer_email, checkout.save_method) == buyer.keeps


def _brake(org: str, household_id: str, wish: Wish, buyer: Buyer, now: datetime) -> Brake | None:
    """What counts the new page. Raises TooMany (P-19)."""
    if not buyer.source:
        return None
    subjects = wish.invoices or (f"{household_id} {wish.purpose.value}",)
    if wish.link:  # whoever has a link counts apart: it must not use up the family's own tries
        subjects = (f"link {wish.link}",)
    brake = braking.load(org, subjects, buyer.source, now)
    brake.check()
    return brake


def _checked(organisation: Organisation, household_id: str, wish: Wish) -> tuple[Wish, list[Invoice]]:
    """The wish with its amount, by what the invoices say now; the client never names a price (P-18)."""
    if not wish.invoices:
        if wish.purpose is Purpose.AMOUNT and wish.minor <= 0:
            raise Invalid({"amount": say("Enter an amount above zero")})
        if problem := _not_taken(wish.minor, wish.currency):
            raise Invalid({"amount": problem})
        return wish, []
    invoices = billing.get_invoices(organisation.slug, household_id, sorted(set(wish.invoices)))
    opened = [i for i in invoices if i.balance_minor and (i.currency, i.payer) == (wish.currency, wish.payer)]
    if len(opened) != len(set(wish.invoices)):
        raise Conflict(say("This is paid already, or nothing is to pay on it."))
    owed = sum(invoice.balance_minor for invoice in opened)
    next_due = min((invoice.dues[0] for invoice in opened), key=lambda due: due.on).minor
    minor = wish.minor or owed
    shared = wish.purpose is Purpose.LINK and minor <= owed  # the family said how much somebody else pays
    problem = None if shared else check_amount(minor, owed, next_due, organisation.billing, wish.currency)
    problem = problem or _not_taken(minor, wish.currency)
    if problem:
        raise Invalid({"amount": problem})
    return wish._replace(minor=minor), opened


def _not_taken(minor: int, currency: str) -> Message | None:
    """Why Stripe would not take an amount: of thousandths it takes whole hundredths alone."""
    if exponent(currency) == _THOUSANDTHS and minor % 10:
        return say("Enter an amount whose last digit is 0")
    return None


def _end_others(
    gateway: Gateway,
    organisation: Organisation,
    household_id: str,
    claims: Mapping[str, Claim],
    mine: Checkout | None,
    now: datetime,
) -> bool:
    """Ends pages that are open for the same invoices; True when something changed and all is to be read again.

    Raises Conflict when one of them was paid, or its money is on its way.
    """
    for checkout_id in {claim.checkout for claim in claims.values()} - {mine.id if mine else ""}:
        other = store.get_checkout(organisation.slug, household_id, checkout_id)
        if other and other.state.is_live:
            end(gateway, organisation, other, now)
            return True
    if mine and mine.state.is_live:
        end(gateway, organisation, mine, now)
        return True
    return False


def end(gateway: Gateway, organisation: Organisation, checkout: Checkout, now: datetime) -> None:
    """Closes an attempt's page, so that no money can come of it any more.

    Raises Conflict when it was paid meanwhile, which is booked at once, or its money is on its way.
    """
    if checkout.state is CheckoutState.PENDING:
        raise Conflict(UNDER_WAY)
    if checkout.purpose is Purpose.AUTOPAY:
        _end_charge(organisation, checkout, now)
        return
    if not checkout.session:
        try:
            checkout = _asked(gateway, organisation, checkout)
        except Declined:  # too late to make the page, and none was made
            return
    session = gateway.close_checkout(checkout.session)
    settle_session(gateway, organisation, session, now)
    if session.status == "complete":
        raise Conflict(UNDER_WAY)


def _end_charge(organisation: Organisation, checkout: Checkout, now: datetime) -> None:
    """A charge without a page can not be stopped: it is over when it was refused, or nothing came of it in a day."""
    if not checkout.is_stale(now):
        raise Conflict(UNDER_WAY)
    _give_up(organisation, checkout)


def _new(
    organisation: Organisation,
    household_id: str,
    wish: Wish,
    buyer: Buyer,
    invoices: Sequence[Invoice],
    before: Checkout | None,
    now: datetime,
) -> Checkout:
    name = in_language(organisation.name, buyer.language)
    payer_name, payer_email, save_method = buyer.keeps
    numbers = ", ".join(invoice.number for invoice in invoices[:5])
    return Checkout(
        id=wish.checkout_id(household_id),
        household=household_id,
        purpose=wish.purpose,
        currency=wish.currency,
        minor=wish.minor,
        attempt=before.attempt + 1 if before else 1,
        state=CheckoutState.CREATING,
        created_at=now.replace(microsecond=0),
        expires_at=now.replace(microsecond=0) + LIFETIME,
        invoices=wish.invoices,
        payer=wish.payer,
        link=wish.link,
        payer_name=payer_name,
        payer_email=payer_email,
        description=f"{name} · {numbers}" if numbers else name,
        email=buyer.email,
        language=buyer.language,
        save_method=save_method,
        back=buyer.back,
        version=before.version if before else None,
    )


def claim(
    org: str,
    checkout: Checkout,
    claims: Mapping[str, Claim],
    invoices: Sequence[Invoice],
    brake: Counts | None = None,
) -> Checkout:
    """Stores the attempt and its claims, and counts it. Raises ConditionFailed when somebody else was quicker.

    Each invoice must still be as it was read: one that was paid in between is not paid again (P-12).
    """
    transaction = Transaction()
    for invoice in invoices:
        place = keys.invoice(org, checkout.household, invoice.id)
        transaction.check("invoice", InvoiceItem, place.pk, place.sk, InvoiceItem.version == invoice.version)
    if brake:
        brake.add(transaction)
    store.save_checkout(transaction, org, checkout)
    for each in checkout.invoices:
        mine = Claim(each, checkout.id, checkout.attempt)
        store.save_claim(transaction, org, checkout.household, mine, claims.get(each))
    transaction.commit()
    return replace(checkout, version=(checkout.version or 0) + 1)


def _page(gateway: Gateway, organisation: Organisation, checkout: Checkout) -> str:
    """The attempt's page, asked of the gateway if that was not done yet."""
    if checkout.state is CheckoutState.CREATING:
        try:
            checkout = _asked(gateway, organisation, checkout)
        except Declined as refused:
            if refused.code == "resource_missing" and checkout.customer:
                customers.forget_customer(organisation.slug, checkout)
            raise Conflict(say("Stripe does not take this payment (%(code)s).", code=refused.code)) from refused
    return checkout.url


def _asked(gateway: Gateway, organisation: Organisation, checkout: Checkout) -> Checkout:
    """Has the page made and remembers it; whoever else does so at the same time gets the same one."""
    try:
        page = gateway.open_checkout(order(organisation, checkout), checkout.key(organisation.slug))
    except (Faulted, Declined):  # no page came of it that anybody could open; the next try needs a new key
        _give_up(organisation, checkout)
        raise
    made = _made(checkout, page)
    transaction = Transaction()
    store.save_checkout(transaction, organisation.slug, made)
    try:
        transaction.commit()
    except ConditionFailed:  # somebody else remembered the same page, or it is settled already
        found = store.get_checkout(organisation.slug, checkout.household, checkout.id)
        return found if found and found.attempt == checkout.attempt and found.url else made
    return replace(made, version=(made.version or 0) + 1)


def _give_up(organisation: Organisation, checkout: Checkout) -> None:
    transaction = Transaction()
    store.save_checkout(transaction, organisation.slug, replace(checkout, state=CheckoutState.CLOSED))
    try:
        transaction.commit()
    except ConditionFailed:  # somebody else got further
        return


def _made(checkout: Checkout, page: HostedCheckout) -> Checkout:
    return replace(checkout, state=CheckoutState.OPEN, session=page.id, url=page.url)


def order(organisation: Organisation, checkout: Checkout) -> CheckoutOrder:
    """What is asked of the gateway for an attempt: of stored facts alone, so that repeating asks the same."""
    done = checkout.back if checkout.link else f"pay/done/{checkout.id}"
    return CheckoutOrder(
        currency=checkout.currency,
        minor=0 if checkout.purpose is Purpose.SETUP else checkout.minor,
        description=checkout.description,
        customer=checkout.customer,
        email=checkout.email if not checkout.customer else "",
        locale=checkout.language,
        success_url=urls.absolute(organisation.slug, done),
        cancel_url=urls.absolute(organisation.slug, checkout.back),
        expires_at=epoch(checkout.expires_at),
        facts=facts(organisation.slug, checkout),
        save_method=checkout.save_method,
    )


def facts(org: str, checkout: Checkout) -> dict[str, str]:
    """What the gateway keeps with a payment, so that it can be found again: ids alone, nothing personal."""
    return {
        "organisation": org,
        "household": checkout.household,
        "checkout": checkout.id,
        "attempt": str(checkout.attempt),
    }
