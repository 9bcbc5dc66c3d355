"""Charging invoices to the payment method on file, nobody there, with brakes (X-2, X-16, NEW-15).

The method is the payer's own, so one parent's card never pays the other's share. Nothing is charged that was not told
of before, and no more in a month than the payer wants. A refused charge is tried again after three days, three times at
most; the family is told each time and can pay itself. What is not charged any more is reminded of like everything else.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from chalicelib.billing import store as billing
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import Due, Invoice
from chalicelib.billing.items import AUTOPAY_QUEUE, DUNNING_QUEUE
from chalicelib.billing.models import UnpaidItem
from chalicelib.data import keys, outbox, read, write
from chalicelib.data.keys import Key
from chalicelib.data.outbox import Notice
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.gateway import Declined, Gateway
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.payments import capping, noticing, parking, paying, plans, store
from chalicelib.payments.brakes import Plan
from chalicelib.payments.domain import Checkout, CheckoutState, Claim, Purpose, Wish
from chalicelib.payments.settling import end_charge, settle_intent
from chalicelib.shared.errors import Conflict, NotFound, Unavailable
from chalicelib.shared.texts import in_language
from chalicelib.shared.times import DAY, HOUR, after, local_day, to_iso
from chalicelib.web import logs, metrics

MOST_TRIES = 3
AGAIN = 3 * DAY
"""Seconds between a refusal and the next try."""
_GIVES_UP = timedelta(seconds=MOST_TRIES * AGAIN)
"""So long after the day of a charge a method is waited for that could be charged."""


def run(gateway_of: Callable[[str], Gateway], now: datetime) -> int:
    """Charges what is due by now; returns how many invoices were looked at. Safe to run twice or at once."""
    seen: set[Key] = set()
    while fresh := [key for key in read.waiting(AUTOPAY_QUEUE, to_iso(now)) if key not in seen]:
        seen.update(fresh)
        for key in fresh:
            _look(gateway_of, key, now)
    return len(seen)


def _look(gateway_of: Callable[[str], Gateway], key: Key, now: datetime) -> None:
    try:
        again = _one(gateway_of, key, now)
    except (Unavailable, Conflict, NotFound) as error:
        logs.event("autopay", outcome=type(error).__name__)
        again = after(now, HOUR)
    except Exception as error:  # one family's trouble must not keep the others from being charged
        logs.failure("autopay.failed", error)
        again = after(now, HOUR)
    if again:
        _put_off(key, again)


def _one(gateway_of: Callable[[str], Gateway], key: Key, now: datetime) -> datetime | None:
    """Charges one invoice, if it is time to; returns when to look again, None when that is over."""
    org, household = keys.owner(key)
    item = read.one(UnpaidItem, key)
    organisation = organisations.get(org)
    if item is None or organisation is None:
        _leave(key)
        return None
    if not organisation.billing.online or organisation.status is Status.SUSPENDED:
        return after(now, DAY)
    invoice = billing.get_invoice(org, household, item.invoice)
    if invoice is None or not (invoice.autopay and invoice.balance_minor):
        _leave(key)
        return None
    plan = plans.get(org, household)
    wait = noticing.wait(organisation, invoice, plan, now)
    if wait.is_untold:
        _give_up(organisation, invoice, key, "untold", now)
        return None
    if wait.until:
        return wait.until
    return _charge_now(gateway_of(org), organisation, invoice, key, now)


def _charge_now(
    gateway: Gateway, organisation: Organisation, invoice: Invoice, key: Key, now: datetime
) -> datetime | None:
    """Charges what was told of, within the payer's cap; returns when to look again, None when that is over."""
    plan, due = plans.get(organisation.slug, invoice.household), invoice.dues[0]
    capped = capping.look(organisation, invoice, plan, _wish(invoice).checkout_id(invoice.household), now)
    if capped and not capped.until:
        _give_up(organisation, invoice, key, "capped", now)
        return None
    if capped and capped.until:
        return noticing.moment(capped.until, organisation.zone)
    outcome = charge(gateway, organisation, invoice, now, plan)
    logs.event("autopay", organisation=organisation.slug, outcome=outcome)
    metrics.count("AutopayCharged", int(outcome == "paid"))
    metrics.count("AutopayRefused", int(outcome == "refused"))
    day = plan.day_of(invoice.id, due.on)
    is_over = outcome == "no_method" and local_day(now, organisation.zone) >= day + _GIVES_UP
    if outcome == "stopped" or is_over:
        _give_up(organisation, invoice, key, "stopped", now)
        return None
    return None if outcome == "paid" else after(now, AGAIN)


def _give_up(organisation: Organisation, invoice: Invoice, key: Key, why: str, now: datetime) -> None:
    """Hands an invoice over to reminders, and lets the staff know: it is not charged by itself any more."""

    def work(books: Books) -> None:
        item = read.one(UnpaidItem, key)
        if item is None or item.queue != AUTOPAY_QUEUE:
            return
        actions = [UnpaidItem.queue.set(DUNNING_QUEUE), UnpaidItem.due.set(to_iso(now))]
        books.transaction.update("unpaid", item, actions, UnpaidItem.queue == AUTOPAY_QUEUE)
        books.note("autopay_stopped", invoice.number)
        name = f"autopay-{why}-{invoice.id}"
        if why == "untold" and not parking.is_known(books.org, name):
            parking.add(books, "autopay untold", name, {"invoice": invoice.id})

    keep(organisation, invoice.household, now, work)
    logs.event("autopay", organisation=organisation.slug, outcome=why)


def _wish(invoice: Invoice) -> Wish:
    """To be paid what falls due next on an invoice."""
    due: Due = invoice.dues[0]
    return Wish(Purpose.AUTOPAY, invoice.currency, due.minor, (invoice.id,), invoice.payer, due=due.on.isoformat())


def tries_of(org: str, invoice: Invoice) -> Checkout | None:
    """How far charging what falls due next on an invoice has come; None where it was not tried. One strong read."""
    return store.get_checkout(org, invoice.household, _wish(invoice).checkout_id(invoice.household))


def goes_on(org: str, invoice: Invoice) -> bool:
    """Whether what falls due next on an invoice will be charged, or tried again. One strong read."""
    item = read.one(UnpaidItem, keys.unpaid(org, invoice.household, invoice.dues[0].on.isoformat(), invoice.id))
    return item is not None and item.queue == AUTOPAY_QUEUE


def charge(
    gateway: Gateway, organisation: Organisation, invoice: Invoice, now: datetime, plan: Plan | None = None
) -> str:
    """Charges what falls due next on an invoice; says what came of it. Raises Conflict while a payment is under way.

    With the household's `plan`, as it was when all was allowed, the attempt counts in it, or is not made.

    What was asked and never answered is asked again under the same key, and only once a day has gone by without
    a word, with comparisons in it, under another: nothing is charged twice.
    """
    org, household, wish = organisation.slug, invoice.household, _wish(invoice)
    before, claims = store.get_with_claims(org, household, wish.checkout_id(household), wish.invoices)
    if before and before.state.is_live and not before.is_stale(now):
        return "pending" if before.state is CheckoutState.PENDING else _charged(gateway, organisation, before, now)
    if before and before.state is CheckoutState.CREATING and _was_charged(gateway, organisation, before, now):
        return "paid"
    if before and before.attempt >= MOST_TRIES:
        return "stopped"
    if before and before.state is CheckoutState.CLOSED and now < before.created_at + timedelta(seconds=AGAIN):
        return "refused"
    if _end_idle(gateway, organisation, household, claims, now):
        before, claims = store.get_with_claims(org, household, wish.checkout_id(household), wish.invoices)
    checkout = _attempt(organisation, invoice, wish, before, now)
    if checkout is None:
        return _no_method(organisation, invoice, now)
    try:
        counted = capping.Counted(org, plan, checkout, local_day(now, organisation.zone)) if plan else None
        checkout = paying.claim(org, checkout, claims, [invoice], counted)
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
    method = next((m for m in methods if m.is_default and not m.is_expired(local_day(now, organisation.zone))), None)
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


def _leave(key: Key) -> None:
    """Takes out of the queue what is not to be charged, such as an invoice that was taken away."""
    item = UnpaidItem(key.pk, key.sk)
    try:
        write.update(item, [UnpaidItem.queue.remove(), UnpaidItem.due.remove()], UnpaidItem.queue == AUTOPAY_QUEUE)
    except ConditionFailed:  # it is gone
        return


def _put_off(key: Key, until: datetime) -> None:
    item = UnpaidItem(key.pk, key.sk)
    try:
        write.update(item, [UnpaidItem.due.set(to_iso(until))], UnpaidItem.queue == AUTOPAY_QUEUE)
    except (ConditionFailed, Unavailable):  # paid meanwhile; or it is looked at again
        return
