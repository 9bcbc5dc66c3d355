"""Charging invoices to the payment method on file, nobody there, with brakes (X-2, X-16, NEW-15).

The method is the payer's own, so one parent's card never pays the other's share. Nothing is charged that was not told
of before, and no more in a month than the payer wants. A refused charge is tried again after three days, three times at
most; the family is told each time and can pay itself. What is not charged any more is reminded of like everything else.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.billing import store as billing
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import Due, Invoice
from chalicelib.billing.items import AUTOPAY_QUEUE
from chalicelib.billing.models import UnpaidItem
from chalicelib.data import keys, outbox, read, write
from chalicelib.data.keys import Key
from chalicelib.data.outbox import Notice
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.gateway import Declined, Gateway
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.payments import brakes, capping, noticing, parking, paying, plans, store
from chalicelib.payments.brakes import Plan
from chalicelib.payments.domain import AGAIN, MOST_TRIES, Checkout, CheckoutState, Claim, Purpose, Wish
from chalicelib.payments.settling import end_charge, settle_intent
from chalicelib.shared import budget
from chalicelib.shared.errors import Conflict, NotFound, Unavailable
from chalicelib.shared.texts import in_language
from chalicelib.shared.times import DAY, HOUR, after, local_day, to_iso
from chalicelib.web import logs, metrics

_GIVES_UP = timedelta(seconds=MOST_TRIES * AGAIN)
"""So long after the day of a charge it is waited for a method, or for an organisation that is paid online again."""
_FOR_THE_STAFF = ("untold", "capped")
"""Ways to end that the staff see at the desk, for the family can not be expected to mend them alone."""


def run(gateway_of: Callable[[str], Gateway], now: datetime) -> int:
    """Charges what is due by now; returns how many invoices were looked at. Safe to run twice or at once."""
    seen: set[Key] = set()
    while fresh := [key for key in read.waiting(AUTOPAY_QUEUE, to_iso(now)) if key not in seen]:
        seen.update(fresh)
        for key in budget.each(fresh):
            _look(gateway_of, key, now)
    return len(seen)


def _look(gateway_of: Callable[[str], Gateway], key: Key, now: datetime) -> None:
    try:
        again = _one(gateway_of, key, now)
    except (Unavailable, Conflict, NotFound) as error:
        logs.event("autopay", outcome=type(error).__name__)
        again = after(now, HOUR)
    except Exception as error:  # one family's trouble must not keep the others from being charged
        logs.failure("autopay.failed", error, failures=parking.put_off_unpaid(key, AUTOPAY_QUEUE, now))
        return
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
    if organisation.status is Status.SUSPENDED:
        return after(now, DAY)
    invoice = billing.get_invoice(org, household, item.invoice)
    if invoice is None or not (invoice.autopay and invoice.balance_minor):
        _leave(key)
        return None
    plan = plans.get(org, household)
    if not organisation.billing.online:
        if _is_over(organisation, invoice, plan, now):
            _give_up(organisation, invoice, "stopped", now)
        return after(now, DAY)
    wait = noticing.wait(organisation, invoice, plan, now)
    if wait.is_untold:
        _give_up(organisation, invoice, "untold", now)
        return None
    if wait.until:
        return wait.until
    return _charge_now(gateway_of(org), organisation, invoice, now)


def _charge_now(gateway: Gateway, organisation: Organisation, invoice: Invoice, now: datetime) -> datetime | None:
    """Charges what was told of, within the payer's cap; returns when to look again, None when that is over."""
    plan = plans.get(organisation.slug, invoice.household)
    capped = capping.look(organisation, invoice, plan, tries_id(invoice), now)
    if capped and not capped.until:
        _give_up(organisation, invoice, "capped", now)
        return None
    if capped and capped.until:
        return noticing.moment(capped.until, organisation.zone)
    outcome = charge(gateway, organisation, invoice, now, plan)
    logs.event("autopay", organisation=organisation.slug, outcome=outcome)
    metrics.count("AutopayCharged", int(outcome == "paid"))
    metrics.count("AutopayRefused", int(outcome == "refused"))
    if outcome == "stopped" or (outcome == "no_method" and _is_over(organisation, invoice, plan, now)):
        _give_up(organisation, invoice, "stopped", now)
        return None
    return None if outcome == "paid" else after(now, AGAIN)


def _is_over(organisation: Organisation, invoice: Invoice, plan: Plan, now: datetime) -> bool:
    """Whether what can not be charged at all has waited long enough since the day of its charge."""
    day = plan.day_of(invoice.id, invoice.dues[0].on)
    return local_day(now, organisation.zone) >= day + _GIVES_UP


def _give_up(organisation: Organisation, invoice: Invoice, why: str, now: datetime) -> None:
    """Ends charging an invoice, which hands it over to reminders, and lets the staff know.

    It is written on the invoice, so that no payment of a part of it begins anew what has ended. Nothing where the
    invoice has changed since.
    """

    def work(books: Books) -> None:
        found = books.invoices.get(invoice.id)
        if not found.autopay or found.dues[:1] != invoice.dues[:1]:
            return
        books.invoices.put(replace(found, autopay=False, autopay_ended=found.autopay_ended + 1))
        books.note("autopay_stopped", found.number)
        if why in _FOR_THE_STAFF:
            name = f"autopay-{why}-{found.id}-{found.autopay_ended}"
            parking.add(books, f"autopay {why}", name, {"invoice": found.id})

    keep(organisation, invoice.household, now, work)
    logs.event("autopay", organisation=organisation.slug, outcome=why)


def _wish(invoice: Invoice) -> Wish:
    """To be paid what falls due next on an invoice."""
    due: Due = invoice.dues[0]
    turn = brakes.turn_of(invoice)
    return Wish(Purpose.AUTOPAY, invoice.currency, due.minor, (invoice.id,), invoice.payer, due=f"{due.on}{turn}")


def tries_id(invoice: Invoice) -> str:
    """Id of all tries to charge what falls due next on an invoice, whatever of it was paid in between: so they are
    counted together, and one that was never answered is found."""
    return _wish(invoice)._replace(minor=0).checkout_id(invoice.household)


def tries_of(org: str, invoice: Invoice) -> Checkout | None:
    """How far charging what falls due next on an invoice has come; None where it was not tried. One strong read."""
    return store.get_checkout(org, invoice.household, tries_id(invoice))


def charge(
    gateway: Gateway, organisation: Organisation, invoice: Invoice, now: datetime, plan: Plan | None = None
) -> str:
    """Charges what falls due next on an invoice; says what came of it. Raises Conflict while a payment is under way.

    With the household's `plan`, as it was when all was allowed, the attempt counts in it, or is not made.

    What was asked and never answered is asked again under the same key, and only once a day has gone by without
    a word, with comparisons in it, under another: nothing is charged twice.
    """
    org, household, wish, checkout_id = organisation.slug, invoice.household, _wish(invoice), tries_id(invoice)
    before, claims = store.get_with_claims(org, household, checkout_id, wish.invoices)
    known = _outcome(gateway, organisation, before, wish.minor, now) if before else ""
    if known:
        return known
    checkout = _attempt(organisation, invoice, wish, before, now)
    if checkout is None:
        return _no_method(organisation, invoice, now, plan)
    if _end_pages(gateway, organisation, household, claims, now):
        _, claims = store.get_with_claims(org, household, checkout_id, wish.invoices)
    try:
        counted = capping.Counted(org, plan, checkout, local_day(now, organisation.zone)) if plan else None
        checkout = paying.claim(org, checkout, claims, [invoice], counted)
    except ConditionFailed as error:
        raise Conflict(paying.UNDER_WAY) from error
    return _charged(gateway, organisation, checkout, now)


def _outcome(gateway: Gateway, organisation: Organisation, before: Checkout, minor: int, now: datetime) -> str:
    """What came of the last try, which is asked again under its key where nothing was heard; "" for another try.

    Raises Conflict where less is owed by now than was asked: whether that was charged has to come out first.
    """
    if before.state is CheckoutState.PENDING:
        return "pending"
    if before.state.is_live and not before.is_stale(now):
        if before.minor != minor:
            raise Conflict(paying.UNDER_WAY)
        return _charged(gateway, organisation, before, now)
    if before.state is CheckoutState.CREATING and _was_charged(gateway, organisation, before, now):
        return "paid"
    if before.attempt >= MOST_TRIES:
        return "stopped"
    is_fresh = before.state is CheckoutState.CLOSED and now < before.created_at + timedelta(seconds=AGAIN)
    return "refused" if is_fresh else ""


def _was_charged(gateway: Gateway, organisation: Organisation, checkout: Checkout, now: datetime) -> bool:
    """Looks for a charge whose answer never came, before another is made; books it if there is one."""
    facts = paying.facts(organisation.slug, checkout)
    for intent in gateway.intents_since(checkout.created_at):
        if dict(intent.facts) == facts:
            settle_intent(gateway, organisation, intent.id, now, household=checkout.household)
            return intent.state in ("paid", "processing")
    return False


def _end_pages(
    gateway: Gateway, organisation: Organisation, household: str, claims: Mapping[str, Claim], now: datetime
) -> bool:
    """Ends pages that are open for the invoice, so that none holds its charge back; True when there was one.

    The page is closed at Stripe before anything is charged: whoever pays on it at this moment comes first or not at
    all, and nobody pays twice. Raises Conflict when it was paid, or money is on its way.
    """
    found = [store.get_checkout(organisation.slug, household, claim.checkout) for claim in claims.values()]
    live = [checkout for checkout in found if checkout and checkout.state.is_live and not checkout.is_stale(now)]
    for checkout in live:
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
        id=tries_id(invoice),
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


def _no_method(organisation: Organisation, invoice: Invoice, now: datetime, plan: Plan | None) -> str:
    """Tells the family that there is nothing to charge, once for each invoice."""
    due, today = invoice.dues[0], local_day(now, organisation.zone)
    goes_on = plan is not None and today < plan.day_of(invoice.id, due.on) + _GIVES_UP
    facts = {
        "invoice": invoice.id,
        "number": invoice.number,
        "minor": due.minor,
        "currency": invoice.currency,
        "autopay": True,
        "no_method": True,
        "again_on": local_day(after(now, AGAIN), organisation.zone).isoformat() if goes_on else "",
    }
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
        actions = [UnpaidItem.due.set(to_iso(until)), UnpaidItem.failed_runs.remove()]
        write.update(item, actions, UnpaidItem.queue == AUTOPAY_QUEUE)
    except (ConditionFailed, Unavailable):  # paid meanwhile; or it is looked at again
        return
