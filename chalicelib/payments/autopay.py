"""Charging invoices to the payment method on file on the day they are due, nobody there (X-2, X-16).

The method is the payer's own, so one parent's card never pays the other's share. A refused charge is
tried again after three days, three times at most; the family is told each time and can pay itself.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from chalicelib.billing import store as billing
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import Invoice
from chalicelib.billing.items import AUTOPAY_QUEUE
from chalicelib.billing.models import UnpaidItem
from chalicelib.data import keys, outbox, read, write
from chalicelib.data.keys import Key
from chalicelib.data.outbox import Notice
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.gateway import Declined, Gateway
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.payments import paying, store
from chalicelib.payments.domain import Checkout, CheckoutState, Claim, Purpose, Wish
from chalicelib.payments.settling import end_charge, settle_intent
from chalicelib.shared.errors import Conflict, NotFound, Unavailable
from chalicelib.shared.texts import in_language
from chalicelib.shared.times import DAY, HOUR, after, to_iso
from chalicelib.web import logs

MOST_TRIES = 3
_AGAIN = 3 * DAY
_STOPPED = 365 * DAY


def run(gateway_of: Callable[[str], Gateway], now: datetime) -> int:
    """Charges what is due by now; returns how many invoices were looked at. Safe to run twice or at once."""
    found = read.waiting(AUTOPAY_QUEUE, to_iso(now))
    for key in found:
        try:
            wait = _one(gateway_of, key, now)
        except (Unavailable, Conflict, NotFound) as error:
            logs.event("autopay", outcome=type(error).__name__)
            wait = HOUR
        except Exception as error:  # one family's trouble must not keep the others from being charged
            logs.failure("autopay.failed", error)
            wait = HOUR
        if wait:
            _put_off(key, after(now, wait))
    return len(found)


def _one(gateway_of: Callable[[str], Gateway], key: Key, now: datetime) -> int:
    """Charges one invoice; returns after how many seconds to look again, 0 when that is over."""
    org, household = keys.owner(key)
    item = read.one(UnpaidItem, key)
    organisation = organisations.get(org)
    if item is None or organisation is None:
        return 0
    if not organisation.billing.online or organisation.status is Status.SUSPENDED:
        return DAY
    invoice = billing.get_invoice(org, household, item.invoice)
    if invoice is None or not (invoice.autopay and invoice.balance_minor):
        return 0
    outcome = charge(gateway_of(org), organisation, invoice, now)
    logs.event("autopay", organisation=org, outcome=outcome)
    return {"paid": 0, "pending": _AGAIN, "stopped": _STOPPED}.get(outcome, _AGAIN)


def charge(gateway: Gateway, organisation: Organisation, invoice: Invoice, now: datetime) -> str:
    """Charges what falls due next on an invoice; says what came of it. Raises Conflict while a payment is under way.

    What was asked and never answered is asked again under the same key, and only once a day has gone by without
    a word, with comparisons in it, under another: nothing is charged twice.
    """
    org, household, due = organisation.slug, invoice.household, invoice.dues[0]
    wish = Wish(Purpose.AUTOPAY, invoice.currency, due.minor, (invoice.id,), invoice.payer, due=due.on.isoformat())
    before, claims = store.get_with_claims(org, household, wish.checkout_id(household), wish.invoices)
    if before and before.state.is_live and not before.is_stale(now):
        return "pending" if before.state is CheckoutState.PENDING else _charged(gateway, organisation, before, now)
    if before and before.state is CheckoutState.CREATING and _was_charged(gateway, organisation, before, now):
        return "paid"
    if before and before.attempt >= MOST_TRIES:
        return "stopped"
    if before and before.state is CheckoutState.CLOSED and now < before.created_at + timedelta(seconds=_AGAIN):
        return "refused"
    if _end_idle(gateway, organisation, household, claims, now):
        before, claims = store.get_with_claims(org, household, wish.checkout_id(household), wish.invoices)
    checkout = _attempt(organisation, invoice, wish, before, now)
    if checkout is None:
        return _no_method(organisation, invoice, now)
    try:
        checkout = paying.claim(org, checkout, claims, [invoice])
    except ConditionFailed as error:
        raise Conflict(paying.UNDER_WAY) from error
    return _charged(gateway, organisation, checkout, now)


def _was_charged(gateway: Gateway, organisation: Organisation, checkout: Checkout, now: datetime) -> bool:
    """Looks for a charge whose answer never came, before another is made; books it if there is one."""
    facts = paying.facts(organisation.slug, checkout)
    for intent in gateway.intents_since(checkout.created_at):
        if dict(intent.facts) == facts:
            settle_intent(gateway, organisation, intent.id, now, household=checkout.household)
            return intent.state in ("paid", "processing")
    return False


def _end_idle(
    gateway: Gateway, organisation: Organisation, household: str, claims: Mapping[str, Claim], now: datetime
) -> bool:
    """Ends pages whose time is over, whatever was heard of it; True when there was one.

    Raises Conflict while somebody may be paying.
    """
    found = [store.get_checkout(organisation.slug, household, claim.checkout) for claim in claims.values()]
    live = [checkout for checkout in found if checkout and checkout.state.is_live and not checkout.is_stale(now)]
    for checkout in live:
        if checkout.state is CheckoutState.PENDING or checkout.expires_at > now:
            raise Conflict(paying.UNDER_WAY)
        paying.end(gateway, organisation, checkout, now)
    return bool(live)


def _attempt(
    organisation: Organisation, invoice: Invoice, wish: Wish, before: Checkout | None, now: datetime
) -> Checkout | None:
    """The attempt to make, with the payer's default method; None when the payer has none that is good."""
    org, household = organisation.slug, invoice.household
    methods = [m for m in store.list_methods(org, household) if m.payer == invoice.payer]
    method = next((m for m in methods if m.is_default and not m.is_expired(now.date())), None)
    customer = store.get_customer(org, household, invoice.payer)
    if method is None or not customer:
        return None
    return Checkout(
        id=wish.checkout_id(household),
        household=household,
        purpose=Purpose.AUTOPAY,
        currency=wish.currency,
        minor=wish.minor,
        attempt=before.attempt + 1 if before else 1,
        state=CheckoutState.CREATING,
        created_at=now.replace(microsecond=0),
        expires_at=now.replace(microsecond=0) + timedelta(days=1),
        invoices=wish.invoices,
        payer=invoice.payer,
        description=f"{in_language(organisation.name, organisation.language)} · {invoice.number}",
        customer=customer,
        method=method.id,
        version=before.version if before else None,
    )


def _charged(gateway: Gateway, organisation: Organisation, checkout: Checkout, now: datetime) -> str:
    order = paying.order(organisation, checkout)
    try:
        intent = gateway.charge(order, checkout.method, checkout.key(organisation.slug))
    except Declined as refused:
        problem = refused.code
        return keep(organisation, checkout.household, now, lambda books: _refused(books, checkout, problem))
    return settle_intent(gateway, organisation, intent.id, now, household=checkout.household)


def _refused(books: Books, checkout: Checkout, problem: str) -> str:
    found = store.get_checkout(books.org, books.household, checkout.id)
    if found and found.attempt == checkout.attempt:
        end_charge(books, found, problem)
    return "refused"


def _no_method(organisation: Organisation, invoice: Invoice, now: datetime) -> str:
    """Tells the family that there is nothing to charge, once for each invoice."""
    facts = {"invoice": invoice.id, "minor": invoice.dues[0].minor, "currency": invoice.currency}
    notice = Notice("payment_failed", "", facts, household=invoice.household)
    transaction = Transaction()
    outbox.enqueue(transaction, organisation.slug, notice, now, message=f"autopay-none-{invoice.id}")
    try:
        transaction.commit()
    except ConditionFailed:  # told before
        return "no_method"
    return "no_method"


def _put_off(key: Key, until: datetime) -> None:
    item = UnpaidItem(key.pk, key.sk)
    try:
        write.update(item, [UnpaidItem.due.set(to_iso(until))], UnpaidItem.queue == AUTOPAY_QUEUE)
    except ConditionFailed:  # paid meanwhile
        return
