"""Comparing our books with Stripe's, both ways, and setting right what differs (P-16).

Every quarter of an hour over the last three days, once a day over the last month. It settles each
payment that Stripe knows as any message would, and looks after attempts of ours that Stripe has not
told about; where nothing differs, nothing is written.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

from chalicelib.billing import store as billing
from chalicelib.billing.domain import Payment
from chalicelib.data import write
from chalicelib.data.write import ConditionFailed
from chalicelib.gateway import Gateway, HostedCheckout, Intent
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation
from chalicelib.payments import methods, store
from chalicelib.payments.domain import CheckoutState, Parked
from chalicelib.payments.models import ReconcileItem
from chalicelib.payments.settling import checked, payment_id, settle_intent, settle_session
from chalicelib.shared.errors import Conflict, NotFound, Unavailable
from chalicelib.shared.times import MINUTE, after, to_iso
from chalicelib.web import logs, metrics, running

QUEUE = "reconcile"
_EVERY = 15 * MINUTE
_OFTEN, _DAILY = timedelta(days=3), timedelta(days=30)
_WAITS_FOR_PAGE = (CheckoutState.CREATING, CheckoutState.OPEN)


def run(gateway_of: Callable[[str], Gateway], now: datetime) -> int:
    """Compares every organisation whose turn it is; returns how many. Safe to run twice or at once."""
    found = running.due(QUEUE, ReconcileItem, lambda item: item, "reconcile.failed", now)
    return sum(_one(gateway_of, item, now) for item in found)


def _one(gateway_of: Callable[[str], Gateway], item: ReconcileItem, now: datetime) -> bool:
    """Compares an organisation, if it is its turn; whether it came to its end."""
    since = _take_turn(item, now)
    organisation = organisations.get(item.org) if since else None
    if since is None or organisation is None:
        return False
    try:
        differences = compare(gateway_of(item.org), organisation, since, now)
    except Unavailable:
        logs.event("reconcile", organisation=item.org, outcome="unavailable")
        return False
    except Exception as error:  # one organisation's trouble must not keep the others from being compared
        logs.failure("reconcile.failed", error, organisation=item.org)
        return False
    _note_whole(item, now)
    logs.event("reconcile", organisation=item.org, differences=differences)
    metrics.count("BooksDiffer", differences)
    return True


def _note_whole(item: ReconcileItem, now: datetime) -> None:
    with suppress(ConditionFailed):  # the organisation was deleted meanwhile, and nothing of it may come back
        write.update(item, [ReconcileItem.whole_on.set(f"{now:%Y-%m-%d}")], ReconcileItem.pk.exists())


def _take_turn(item: ReconcileItem, now: datetime) -> datetime | None:
    """Puts the organisation's next turn off; from when on to compare, None when somebody else took the turn."""
    today = f"{now:%Y-%m-%d}"
    whole = item.whole_on != today
    actions = [ReconcileItem.due.set(to_iso(after(now, _EVERY)))]
    try:
        write.update(item, actions, ReconcileItem.due == item.due)
    except ConditionFailed:
        return None
    return now - (_DAILY if whole else _OFTEN)


def compare(
    gateway: Gateway,
    organisation: Organisation,
    since: datetime,
    now: datetime,
    step: Callable[[], None] = lambda: None,
) -> int:
    """Settles everything that differs since then; returns how much did. Calls `step` after each thing it looked at.

    Raises Unavailable.
    """
    payments = (partial(_payment, gateway, organisation, each, now) for each in gateway.intents_since(since))
    pages = (partial(_page, gateway, organisation, each, now) for each in gateway.checkouts_since(since))
    differing = 0
    for look in chain(payments, pages):
        differing += _left(organisation, look)
        step()
    return differing


def _left(organisation: Organisation, work: Callable[[], bool]) -> bool:
    """Whether something differed; what can not be settled is left for messages and people, and does not hold up."""
    try:
        return work()
    except (Parked, NotFound, Conflict) as problem:
        logs.event("reconcile.left", organisation=organisation.slug, reason=str(problem))
        return False


def _payment(gateway: Gateway, organisation: Organisation, intent: Intent, now: datetime) -> bool:
    household = checked(organisation, intent.facts)["household"]
    if _agrees(organisation, household, intent):
        return False
    settle_intent(gateway, organisation, intent.id, now, household=household)
    return True


def _page(gateway: Gateway, organisation: Organisation, page: HostedCheckout, now: datetime) -> bool:
    """Looks after an attempt that waits for a page which is over: nobody told us, or only of the payment."""
    facts = checked(organisation, page.facts)
    if page.status == "open":
        return False
    ours = store.get_checkout(organisation.slug, facts["household"], facts["checkout"])
    if ours is None or str(ours.attempt) != facts["attempt"] or ours.state not in _WAITS_FOR_PAGE:
        return False
    if page.customer:
        methods.refresh(gateway, organisation.slug, page.customer, now)
    settle_session(gateway, organisation, page, now)
    return True


def _agrees(organisation: Organisation, household: str, intent: Intent) -> bool:
    """Whether our payment says what Stripe's does."""
    stored = billing.get_payment(organisation.slug, household, payment_id(organisation, intent))
    if stored is None:
        return intent.state not in ("paid", "processing")
    contest = intent.dispute
    return _told(stored) == (
        "failed" if intent.state == "cancelled" else intent.state, sum(refund.minor for refund in intent.refunds),
        contest.state if contest else "", contest.taken_minor if contest else 0,
    )  # fmt: skip


def _told(payment: Payment) -> tuple[str, int, str, int]:
    states = {"pending": "processing", "failed": "failed", "voided": "failed"}
    online = sum(refund.minor for refund in payment.refunds if not refund.method)
    return states.get(payment.status.value, "paid"), online, payment.dispute.value, payment.disputed_minor
