"""What a family does with its payment methods: another default, and taking one off the file (PM-3, X-8).

Nothing that is charged automatically may be left without a method, so the last one stays while something
bills it, and whoever takes the default off says which one follows.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from chalicelib.billing import store as billing
from chalicelib.data.read import Page
from chalicelib.gateway import Gateway
from chalicelib.organisations.domain import Organisation
from chalicelib.payments import methods, store
from chalicelib.payments.domain import Method
from chalicelib.recurring import store as recurring
from chalicelib.recurring.domain import RecurringStatus
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from chalicelib.shared.ids import named_id
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day

T = TypeVar("T")

_NAMED = 3
"""So many things that bill a method are named when it can not go."""


def find(found: list[Method], name: str) -> Method:
    """The method of a household's that an address names. Raises NotFound."""
    for method in found:
        if address_of(method) == name:
            return method
    raise NotFound


def address_of(method: Method) -> str:
    """What addresses call a method: Stripe's own id stays out of them."""
    return named_id(method.id)


def successors(found: list[Method], method: Method, today: date) -> list[Method]:
    """Methods of the same payer that could be charged in the place of one."""
    others = [each for each in found if each.payer == method.payer and each.id != method.id]
    return [each for each in others if not each.is_expired(today)]


def prefer(gateway: Gateway, organisation: Organisation, household_id: str, name: str, now: datetime) -> None:
    """Makes a method the one that is charged. Raises NotFound, Unavailable; doing it again changes nothing."""
    method = find(store.list_methods(organisation.slug, household_id), name)
    if not method.is_default:
        _prefer(gateway, organisation.slug, household_id, method, now)


def remove(
    gateway: Gateway, organisation: Organisation, household_id: str, name: str, successor: str, now: datetime
) -> None:
    """Takes a method off the file; `successor` names the one that follows where it was the default.

    Raises NotFound, Conflict while something is charged to the last one, Invalid (`successor`), Unavailable.
    """
    org, today = organisation.slug, local_day(now, organisation.zone)
    found = store.list_methods(org, household_id)
    method = find(found, name)
    others = successors(found, method, today)
    if not others:
        _require_free(org, household_id, method.payer, today)
    elif method.is_default:
        _prefer(gateway, org, household_id, _chosen(others, successor), now)
    gateway.forget_method(method.id)
    methods.refresh(gateway, org, store.get_customer(org, household_id, method.payer), now)


def _chosen(others: list[Method], successor: str) -> Method:
    for each in others:
        if address_of(each) == successor:
            return each
    raise Invalid({"successor": say("Choose which one is charged from now on")})


def _prefer(gateway: Gateway, org: str, household_id: str, method: Method, now: datetime) -> None:
    customer = store.get_customer(org, household_id, method.payer)
    gateway.prefer_method(customer, method.id)
    methods.refresh(gateway, org, customer, now)


def _require_free(org: str, household_id: str, payer: str, today: date) -> None:
    """Raises Conflict, naming what is charged to a payer's methods, unless nothing is."""
    names = [*_recurring(org, household_id, payer, today), *_open(org, household_id, payer)]
    if names:
        raise Conflict(
            say(
                "This is your last payment method, and it is charged for: %(things)s. Add another one first.",
                things=", ".join(list(dict.fromkeys(names))[:_NAMED]),
            )
        )


def _recurring(org: str, household_id: str, payer: str, today: date) -> Iterator[str]:
    """Titles of recurring invoices, those of subscriptions among them, that will be charged."""
    for each in _all(partial(recurring.list_page, org, household_id)):
        over = each.status_at(today) is RecurringStatus.COMPLETED
        if each.payer == payer and each.is_autopay and not over:
            yield each.title


def _open(org: str, household_id: str, payer: str) -> Iterator[str]:
    """Numbers of open invoices that will be charged."""
    unpaid = [row.id for row in _all(partial(billing.list_unpaid, org, household_id, consistent=True))]
    for invoice in billing.get_invoices(org, household_id, unpaid):
        if invoice.payer == payer and invoice.autopay and invoice.balance_minor:
            yield invoice.number


def _all(list_page: Callable[[str], Page[T]]) -> Iterator[T]:
    after = ""
    while True:
        found = list_page(after)
        yield from found.rows
        after = found.next
        if not after:
            return
