"""Stripe's customers: one for each payer of a household, so that payment methods can be kept on file (PM-1)."""

from collections.abc import Mapping
from datetime import datetime

from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.gateway import Declined, Gateway
from chalicelib.households import store as households
from chalicelib.households.domain import Household
from chalicelib.organisations.domain import Organisation
from chalicelib.payments import store
from chalicelib.payments.domain import Checkout
from chalicelib.shared.errors import NotFound


def customer_of(gateway: Gateway, organisation: Organisation, household_id: str, payer: str, now: datetime) -> str:
    """The payer's customer at the gateway, so that methods can be kept; made on first use, once.

    Made of what the household's record says, so that two who ask at once ask the same. The key holds its version and
    the hour: a fault that the gateway repeats for a key does not last, and a customer too many does no harm.

    Raises NotFound, Declined, Unavailable.
    """
    org = organisation.slug
    known = store.get_customer(org, household_id, payer)
    if known:
        return known
    household = households.get_household(org, household_id)
    if household is None:
        raise NotFound
    about = {"organisation": org, "household": household_id, "payer": payer or "-"}
    made = _made_customer(gateway, household, about, f"{household_id}:{payer}:{now:%Y%m%d%H}")
    transaction = Transaction()
    for item in store.customer_items(org, household_id, payer, made):
        transaction.create("customer", item)
    try:
        transaction.commit()
    except ConditionFailed:  # somebody else was quicker, with the same customer
        return store.get_customer(org, household_id, payer) or made
    return made


def _made_customer(gateway: Gateway, household: Household, about: Mapping[str, str], name: str) -> str:
    """A new customer; without the email if the gateway does not take it. Raises Declined, Unavailable."""
    key = f"customer:{about['organisation']}:{name}:{household.version}"
    try:
        return gateway.create_customer(household.name, household.email, about, key)
    except Declined:
        return gateway.create_customer(household.name, "", about, f"{key}:bare")


def forget_customer(org: str, checkout: Checkout) -> None:
    """Somebody deleted the customer at the gateway: the next try makes another."""
    transaction = Transaction()
    for item in store.customer_items(org, checkout.household, checkout.payer, checkout.customer):
        transaction.delete("customer", item)
    transaction.commit()
