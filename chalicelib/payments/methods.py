"""Payment methods on file: a copy of what Stripe keeps, as far as people may know it (PM-1 to PM-4).

Pages read the copy and need no Stripe. Whatever happened to a method, the copy is made anew from
Stripe's list, so that order and repetition of messages do not matter.
"""

from dataclasses import replace
from datetime import datetime

from chalicelib.data import keys, read
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.gateway import Gateway, StoredMethod
from chalicelib.households import activity
from chalicelib.households import store as households
from chalicelib.households.activity import Deed
from chalicelib.payments import store
from chalicelib.payments.domain import Method
from chalicelib.payments.models import CustomerOwnerItem
from chalicelib.shared.errors import Conflict

_TRIES = 5


def refresh(gateway: Gateway, org: str, customer: str, now: datetime) -> str:
    """Makes the copy of a customer's payment methods anew. Raises Unavailable, Conflict."""
    owner = read.one(CustomerOwnerItem, keys.customer_owner(org, customer))
    if owner is None:
        return "nobody's"
    for _ in range(_TRIES):
        try:
            _copy(gateway, org, owner.household, owner.payer or "", customer, now)
        except ConditionFailed:
            continue
        return "methods"
    raise Conflict


def _copy(gateway: Gateway, org: str, household_id: str, payer: str, customer: str, now: datetime) -> None:
    """Writes what differs; with the summary, whose version makes two who copy at once take turns."""
    summary = households.get_summaries(org, (household_id,))[household_id]
    before = {method.id: method for method in store.list_methods(org, household_id) if method.payer == payer}
    after = {method.id: method for method in _listed(gateway, customer, payer)}
    if before == after:
        return
    transaction = Transaction()
    for gone in before.keys() - after.keys():
        transaction.delete("method", store.method_item(org, household_id, before[gone]))
        activity.note(transaction, org, household_id, _deed("card_removed", before[gone], now))
    for method in after.values():
        if before.get(method.id) != method:
            transaction.put("method", store.method_item(org, household_id, method))
        if method.id not in before:
            activity.note(transaction, org, household_id, _deed("card_added", method, now))
    households.save_summary(transaction, org, replace(summary, holds=summary.holds | {"payment_method"}))
    transaction.commit()


def _deed(kind: str, method: Method, now: datetime) -> Deed:
    """What happened to a method, named by what its owner knows of it: the last digits."""
    return Deed(kind, now, about={"label": f"{method.brand} {method.last4}".strip()})


def _listed(gateway: Gateway, customer: str, payer: str) -> list[Method]:
    """What Stripe has, which lists the newest first. Where none was chosen the oldest is the default: adding a
    further one must not change what is charged."""
    found = gateway.list_methods(customer)
    chosen = next((each.id for each in found if each.is_default), found[-1].id if found else "")
    return [_method(each, payer, is_default=each.id == chosen) for each in found]


def _method(stored: StoredMethod, payer: str, *, is_default: bool) -> Method:
    return Method(stored.id, stored.kind, stored.brand, stored.last4, stored.expires, is_default, payer)
