"""Subscriptions: from when to when, what the family may do itself, and what each step leads to.

Covers monthly plans, memberships and affiliations (SUB-1). That one has not begun, is about to end
or has expired is worked out from its days, never stored. A change of plan holds from the next period
on; until then it is a plan to change.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from chalicelib.memberships.reminding import reminded_on
from chalicelib.recurring.domain import Frequency
from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import Texts, say

EXPIRING_DAYS = 30
"""For how long before its end a subscription is flagged."""


class PlanKind(Enum):
    """What somebody subscribes to (SUB-1)."""

    PLAN = "plan"
    MEMBERSHIP = "membership"
    AFFILIATION = "affiliation"
    """To a federation: a licence."""


class Allowed(NamedTuple):
    """What the family may do itself; set for each subscription (SUB-3)."""

    cancel: bool = False
    plans: tuple[str, ...] = ()
    """Ids of the plans it may change to."""
    renew: bool = False
    """Whether it may buy another period when one ends; what renews by itself needs no such thing."""


NOTHING = Allowed()
"""The family asks the organisation."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Something the organisation offers for a price and a period."""

    id: str
    title: Texts
    kind: PlanKind
    price_minor: int
    """For one period, before taxes that are added."""
    currency: str
    period: Frequency
    renews: bool = True
    """Whether a new period follows by itself."""
    allowed: Allowed = NOTHING
    """What new subscriptions to it allow."""
    is_offered: bool = True
    has_card: bool = False
    """Whether who subscribes gets a membership card (CARD-1)."""
    version: int | None = None


class SubscriptionStatus(Enum):
    """Where a subscription stands (glossary); that it is about to end is a flag."""

    UPCOMING = "upcoming"
    ACTIVE = "active"
    FROZEN = "frozen"
    CANCEL_REQUESTED = "cancel_requested"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Terms(NamedTuple):
    """What is subscribed to, for how much."""

    plan: str
    title: Texts
    price_minor: int
    currency: str
    period: Frequency
    since: date
    """First day of the first period under these terms."""


class CancelRequest(NamedTuple):
    """The family's wish to end a subscription."""

    user: str
    name: str
    at: datetime
    reason: str
    ends_on: date
    """Last day of the period in which it was asked."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A member's or the household's subscription to a plan."""

    id: str
    household: str
    kind: PlanKind
    terms: Terms
    status: SubscriptionStatus
    """Never upcoming or expired, which are worked out."""
    starts_on: date
    expires_on: date | None
    """Last day; None: renewed without end."""
    member: str = ""
    allowed: Allowed = NOTHING
    next_terms: Terms | None = None
    """A change of plan that holds from a later period on."""
    request: CancelRequest | None = None
    """While it waits, and once it was granted."""
    frozen_on: date | None = None
    recurring: str = ""
    """Recurring invoice that bills it; empty when nothing is billed again."""
    by_link: bool = False
    """Whether it was bought through a payment link (SUB-3)."""
    card: str = ""
    """Number of its membership card; empty when it has none (CARD-1)."""
    licence: str = ""
    """What a federation calls the member by; staff write it down."""
    version: int | None = None

    @property
    def renews(self) -> bool:
        """Whether a new period follows by itself."""
        return self.expires_on is None

    def terms_at(self, day: date) -> Terms:
        """What holds on a day."""
        return self.next_terms if self.next_terms and self.next_terms.since <= day else self.terms

    @property
    def reminded_on(self) -> date | None:
        """The day on which the family is told that it ends; None where it is not, or was told of the end before."""
        return reminded_on(self.starts_on, self.expires_on) if self.status is SubscriptionStatus.ACTIVE else None

    def next_period(self, today: date) -> date:
        """First day of the next period after `today`."""
        terms = self.terms_at(today)
        return terms.period.period(terms.since, terms.period.index(terms.since, today + timedelta(days=1)))

    def status_at(self, today: date) -> SubscriptionStatus:
        """Where it stands on the organisation's day `today`."""
        if self.status in (SubscriptionStatus.CANCELLED, SubscriptionStatus.FROZEN):
            return self.status
        if self.expires_on and self.expires_on < today:
            return SubscriptionStatus.EXPIRED
        upcoming = self.status is SubscriptionStatus.ACTIVE and today < self.starts_on
        return SubscriptionStatus.UPCOMING if upcoming else self.status

    def is_expiring(self, today: date) -> bool:
        """Whether an active one ends soon (flag)."""
        if self.expires_on is None or self.status_at(today) is not SubscriptionStatus.ACTIVE:
            return False
        return self.expires_on - today <= timedelta(days=EXPIRING_DAYS)

    def may_cancel(self, today: date) -> bool:
        """Whether the family may ask for its end now."""
        return self.allowed.cancel and self.status_at(today) in (SubscriptionStatus.UPCOMING, SubscriptionStatus.ACTIVE)

    def may_withdraw(self, today: date) -> bool:
        """Whether the family may take its request to cancel back."""
        return self.status_at(today) is SubscriptionStatus.CANCEL_REQUESTED

    def may_change(self, today: date) -> bool:
        """Whether the family may change the plan now: only what is renewed has a next period."""
        is_running = self.status_at(today) in (SubscriptionStatus.UPCOMING, SubscriptionStatus.ACTIVE)
        return is_running and self.renews and bool(self.allowed.plans)

    def may_renew(self, today: date) -> bool:
        """Whether the family may buy another period now: from shortly before the last day on, and after it."""
        is_over = self.status_at(today) is SubscriptionStatus.EXPIRED and self.request is None
        return self.allowed.renew and (is_over or self.is_expiring(today))

    def ends_if_cancelled(self, today: date) -> date:
        """Last day if its end is asked for today: the period that runs is still served."""
        end = self.next_period(today) - timedelta(days=1)
        return min(end, self.expires_on) if self.expires_on else end


def settled(subscription: Subscription, today: date) -> Subscription:
    """The subscription with a change of plan that holds by now as its terms."""
    terms = subscription.terms_at(today)
    return subscription if terms == subscription.terms else replace(subscription, terms=terms, next_terms=None)


def cancel_requested(subscription: Subscription, request: CancelRequest, today: date) -> Subscription:
    """The subscription once the family asked for its end; a change of plan to come falls away. Raises Conflict."""
    if not subscription.may_cancel(today):
        raise Conflict(say("This subscription can not be cancelled here. Please ask us."))
    wanted = SubscriptionStatus.CANCEL_REQUESTED
    return replace(settled(subscription, today), status=wanted, request=request, next_terms=None)


def withdrawn(subscription: Subscription, today: date) -> Subscription:
    """The subscription once the family took its request back. Raises Conflict when none waits."""
    if not subscription.may_withdraw(today):
        raise Conflict(say("There is no request to cancel that could be withdrawn."))
    return replace(subscription, status=SubscriptionStatus.ACTIVE, request=None)


def cancelled(subscription: Subscription) -> Subscription:
    """The subscription once its end is granted. Raises Conflict when nobody asked."""
    if subscription.status is not SubscriptionStatus.CANCEL_REQUESTED:
        raise Conflict(say("There is no request to cancel."))
    return replace(subscription, status=SubscriptionStatus.CANCELLED)


def ended(subscription: Subscription, request: CancelRequest, today: date) -> Subscription:
    """The subscription once the organisation ends it, on the last day that `request` names; a change of plan to come
    falls away. Raises Conflict when it is over already.
    """
    if subscription.status_at(today) in (SubscriptionStatus.CANCELLED, SubscriptionStatus.EXPIRED):
        raise Conflict(say("This subscription is over already."))
    over = SubscriptionStatus.CANCELLED
    return replace(settled(subscription, today), status=over, request=request, next_terms=None, frozen_on=None)


def frozen(subscription: Subscription, today: date) -> Subscription:
    """The subscription once it rests. Raises Conflict unless it is active."""
    if subscription.status_at(today) is not SubscriptionStatus.ACTIVE:
        raise Conflict(say("Only an active subscription can be frozen."))
    return replace(subscription, status=SubscriptionStatus.FROZEN, frozen_on=today)


def unfrozen(subscription: Subscription, today: date) -> Subscription:
    """The subscription once it goes on, ending as many days later as it rested. Raises Conflict unless frozen."""
    if subscription.status is not SubscriptionStatus.FROZEN or subscription.frozen_on is None:
        raise Conflict(say("Only a frozen subscription can go on."))
    ends = subscription.expires_on
    later = ends + (today - subscription.frozen_on) if ends else None
    return replace(subscription, status=SubscriptionStatus.ACTIVE, frozen_on=None, expires_on=later)


def changed(subscription: Subscription, plan: Plan, today: date) -> Subscription:
    """The subscription with a change to `plan` from its next period on; back to the present plan takes a change back.

    Raises Conflict where the family may not.
    """
    current = subscription.terms_at(today)
    back = plan.id == current.plan
    fits = plan.is_offered and plan.id in subscription.allowed.plans and plan.currency == current.currency
    is_billed = bool(subscription.recurring) or not plan.price_minor  # what was free has nothing to bill the price with
    if not subscription.may_change(today) or not ((fits and is_billed) or back):
        raise Conflict(say("You can not change to this plan here. Please ask us."))
    since = subscription.next_period(today)
    terms = Terms(plan.id, plan.title, plan.price_minor, plan.currency, plan.period, since)
    return replace(settled(subscription, today), next_terms=None if back else terms)


def renewed(subscription: Subscription, plan: Plan, today: date) -> Subscription:
    """The subscription with another period of its plan: after its last day, or from today on if that is gone by.

    Raises Conflict where the family may not.
    """
    ends = subscription.expires_on
    if ends is None or not subscription.may_renew(today) or not plan.is_offered:
        raise Conflict(say("This subscription can not be renewed here. Please ask us."))
    first = max(today, ends + timedelta(days=1))
    return replace(
        subscription,
        terms=Terms(plan.id, plan.title, plan.price_minor, plan.currency, plan.period, first),
        next_terms=None,
        starts_on=today if ends < today else subscription.starts_on,
        expires_on=plan.period.period(first, 1) - timedelta(days=1),
        recurring="",
    )
