"""Ending pages that ask for more than is owed: settled by credit, in cash or by a credit note while they stood open.

The books put the claim into a queue with the write that lowers the balance (`billing.claims`); within a minute the
page is ended at the gateway, so that nobody pays by it any more (P-12). What was paid in that minute is booked.
"""

from collections.abc import Callable
from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.billing import store as billing
from chalicelib.billing.claims import QUEUE
from chalicelib.data import failing, keys, read, write
from chalicelib.data.keys import Key
from chalicelib.data.write import ConditionFailed
from chalicelib.gateway import Gateway
from chalicelib.organisations import store as organisations
from chalicelib.payments import paying, store
from chalicelib.payments.domain import Checkout, Parked
from chalicelib.payments.models import ClaimItem
from chalicelib.shared.errors import Conflict, NotFound, Unavailable
from chalicelib.shared.times import MINUTE, after, to_iso
from chalicelib.web import logs

_AGAIN = 5 * MINUTE


def run(gateway_of: Callable[[str], Gateway], now: datetime) -> int:
    """Looks at claims that wait; returns at how many. Safe to run twice or at once."""
    found = read.waiting(QUEUE, to_iso(now))
    for key in found:
        try:
            _one(gateway_of, key, now)
        except (Unavailable, NotFound, Parked) as error:
            logs.event("closing", outcome=type(error).__name__)
            _put_off(key, now)
        except Exception as error:  # one family's trouble must not keep the others' pages open
            logs.failure("closing.failed", error, failures=failing.put_off(key, QUEUE, now))
    return len(found)


def _one(gateway_of: Callable[[str], Gateway], key: Key, now: datetime) -> None:
    """Ends the page behind a claim if it asks for more than is owed by now, and takes the claim off the queue."""
    org, household = keys.owner(key)
    item, organisation = read.one(ClaimItem, key), organisations.get(org)
    if item is None or organisation is None:
        return
    checkout = store.get_checkout(org, household, item.checkout)
    if checkout and checkout.state.is_live and checkout.minor > _owed(org, checkout):
        try:
            paying.end(gateway_of(org), organisation, checkout, now)
        except Conflict:  # paid meanwhile, or on its way: it is booked, and a person is told
            logs.event("closing", organisation=org, outcome="under_way")
    _done(item)


def _owed(org: str, checkout: Checkout) -> int:
    return sum(invoice.balance_minor for invoice in billing.get_invoices(org, checkout.household, checkout.invoices))


def _done(item: ClaimItem) -> None:
    """Takes a claim off the queue, unless it was queued anew."""
    gone = (ClaimItem.queue, ClaimItem.due, ClaimItem.failed_runs)
    _update(item, [each.remove() for each in gone], ClaimItem.due == item.due)


def _put_off(key: Key, now: datetime) -> None:
    _update(ClaimItem(key.pk, key.sk), [ClaimItem.due.set(to_iso(after(now, _AGAIN)))], ClaimItem.queue == QUEUE)


def _update(item: ClaimItem, actions: list[Action], condition: Condition) -> None:
    try:
        write.update(item, actions, condition)
    except ConditionFailed:  # ended meanwhile, or queued anew
        return
