"""Reads and writes plans and subscriptions."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from chalicelib.data import keys, read
from chalicelib.data.write import Transaction
from chalicelib.memberships.domain import (
    Allowed,
    CancelRequest,
    Plan,
    PlanKind,
    Subscription,
    SubscriptionStatus,
    Terms,
)
from chalicelib.memberships.models import PlanItem, SubscriptionItem
from chalicelib.memberships.reminding import waits
from chalicelib.recurring.domain import Frequency
from chalicelib.shared.ids import is_dated_id
from chalicelib.shared.times import day_or_none, from_iso, to_iso


def get_plan(org: str, plan_id: str) -> Plan | None:
    """The plan, or None. One strong read."""
    item = read.one(PlanItem, keys.plan(org, plan_id))
    return _plan_from(item) if item else None


def get_plans(org: str, plan_ids: Sequence[str]) -> list[Plan]:
    """The named plans that exist, in the order of the names. One round trip."""
    wanted = [keys.plan(org, plan_id) for plan_id in plan_ids]
    found = read.many(PlanItem, wanted)
    return [_plan_from(found[key]) for key in wanted if key in found]


def all_plans(org: str) -> Iterator[Plan]:
    """Every plan of the organisation, by id."""
    return map(_plan_from, read.each(PlanItem, *keys.plan(org, "")))


def save_plan(transaction: Transaction, org: str, plan: Plan) -> None:
    """Adds the write of a new or changed plan; refused when it was changed meanwhile."""
    pk, sk = keys.plan(org, plan.id)
    item = PlanItem(
        pk,
        sk,
        plan=plan.id,
        title=dict(plan.title),
        plan_kind=plan.kind.value,
        price=plan.price_minor,
        currency=plan.currency,
        period=plan.period.value,
        renews=plan.renews,
        allowed=_allowed_row(plan.allowed),
        is_offered=plan.is_offered,
        has_card=plan.has_card or None,
        version=plan.version,
    )
    transaction.put("plan", item)


def get(org: str, household_id: str, subscription_id: str) -> Subscription | None:
    """The household's subscription, or None. One strong read."""
    if not is_dated_id(subscription_id):
        return None
    item = read.one(SubscriptionItem, keys.subscription(org, household_id, subscription_id))
    return subscription_from(item) if item else None


def list_page(org: str, household_id: str, after: str = "") -> read.Page[Subscription]:
    """Subscriptions, newest first, a page at a time. One round trip."""
    found = read.listed(SubscriptionItem, partial(keys.subscription, org, household_id), after=after)
    return read.Page([subscription_from(item) for item in found.rows], found.next)


def billed_by(org: str, household_id: str, recurring_id: str) -> Subscription | None:
    """The subscription that a recurring invoice bills, if it bills one. One round trip for each hundred."""
    every = map(subscription_from, read.each(SubscriptionItem, *keys.subscription(org, household_id, "")))
    return next((each for each in every if each.recurring == recurring_id), None)


def save(transaction: Transaction, org: str, subscription: Subscription) -> None:
    """Adds the write of a new or changed subscription; refused when it was changed meanwhile."""
    transaction.put("subscription", subscription_item(org, subscription))


def subscription_item(org: str, subscription: Subscription) -> SubscriptionItem:
    """The item that stores a subscription; it waits in a queue for the day on which the family is told of its end."""
    pk, sk = keys.subscription(org, subscription.household, subscription.id)
    return SubscriptionItem(
        pk,
        sk,
        subscription=subscription.id,
        household=subscription.household,
        plan_kind=subscription.kind.value,
        terms=_terms_row(subscription.terms),
        status=subscription.status.value,
        starts_on=subscription.starts_on.isoformat(),
        expires_on=_text(subscription.expires_on),
        member=subscription.member or None,
        allowed=_allowed_row(subscription.allowed),
        next_terms=_terms_row(subscription.next_terms) if subscription.next_terms else None,
        request=_request_row(subscription.request) if subscription.request else None,
        frozen_on=_text(subscription.frozen_on),
        recurring=subscription.recurring or None,
        by_link=subscription.by_link or None,
        card=subscription.card or None,
        licence=subscription.licence or None,
        **waits(subscription.reminded_on),
        version=subscription.version,
    )


def subscription_from(item: SubscriptionItem) -> Subscription:
    """The subscription that `item` stores."""
    return Subscription(
        id=item.subscription,
        household=item.household,
        kind=PlanKind(item.plan_kind),
        terms=_terms_from(item.terms),
        status=SubscriptionStatus(item.status),
        starts_on=date.fromisoformat(item.starts_on),
        expires_on=day_or_none(item.expires_on),
        member=item.member or "",
        allowed=_allowed_from(item.allowed),
        next_terms=_terms_from(item.next_terms) if item.next_terms else None,
        request=_request_from(item.request) if item.request else None,
        frozen_on=day_or_none(item.frozen_on),
        recurring=item.recurring or "",
        by_link=bool(item.by_link),
        card=item.card or "",
        licence=item.licence or "",
        version=item.version,
    )


def _plan_from(item: PlanItem) -> Plan:
    return Plan(
        id=item.plan,
        title=item.title,
        kind=PlanKind(item.plan_kind),
        price_minor=int(item.price),
        currency=item.currency,
        period=Frequency(item.period),
        renews=item.renews,
        allowed=_allowed_from(item.allowed),
        is_offered=item.is_offered,
        has_card=bool(item.has_card),
        version=item.version,
    )


def _allowed_row(allowed: Allowed) -> list[Any]:
    return [allowed.cancel, list(allowed.plans), allowed.renew]


def _allowed_from(row: list[Any]) -> Allowed:
    cancel, plans, *later = row
    return Allowed(cancel, tuple(plans), *later)


def _terms_row(terms: Terms) -> list[Any]:
    return [
        terms.plan, dict(terms.title), terms.price_minor, terms.currency, terms.period.value, terms.since.isoformat(),
    ]  # fmt: skip


def _terms_from(row: list[Any]) -> Terms:
    plan, title, price, currency, period, since = row
    return Terms(plan, title, price, currency, Frequency(period), date.fromisoformat(since))


def _request_row(request: CancelRequest) -> list[str]:
    return [request.user, request.name, to_iso(request.at), request.reason, request.ends_on.isoformat()]


def _request_from(row: list[str]) -> CancelRequest:
    user, name, at, reason, ends_on = row
    return CancelRequest(user, name, from_iso(at), reason, date.fromisoformat(ends_on))


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
