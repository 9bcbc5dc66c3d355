"""View models of subscriptions: from when to when, for how much, and what the family may do (SUB-1 to SUB-3)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from chalicelib.billing.pricing import LineRequest, price, total
from chalicelib.households.summary import Summary
from chalicelib.memberships.domain import Plan, PlanKind, Subscription, SubscriptionStatus, Terms
from chalicelib.organisations.domain import Organisation
from chalicelib.recurring.pages import FREQUENCY_WORDS
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

_STATUS_WORDS: dict[SubscriptionStatus, tuple[Message, str]] = {
    SubscriptionStatus.UPCOMING: (say("Not begun yet", context="subscription"), "info"),
    SubscriptionStatus.ACTIVE: (say("Active", context="subscription"), "success"),
    SubscriptionStatus.FROZEN: (say("Frozen", context="subscription"), "info"),
    SubscriptionStatus.CANCEL_REQUESTED: (say("Cancellation requested"), "warning"),
    SubscriptionStatus.CANCELLED: (say("Cancelled", context="subscription"), "neutral"),
    SubscriptionStatus.EXPIRED: (say("Expired", context="subscription"), "neutral"),
}
_EXPIRING = (say("Ends soon", context="subscription"), "warning")

KIND_WORDS: dict[PlanKind, Message] = {
    PlanKind.PLAN: say("Plan"),
    PlanKind.MEMBERSHIP: say("Membership"),
    PlanKind.AFFILIATION: say("Affiliation"),
}


class SubscriptionRow(NamedTuple):
    """A subscription in a list."""

    title: str
    href: str
    meta: str
    amount: str
    status: str
    tone: str


class SubscriptionView(NamedTuple):
    """A subscription with all that is known of it, and what may be done."""

    id: str
    row: SubscriptionRow
    period: str
    facts: list[tuple[str, str]]
    change: str
    """A change of plan to come, in a sentence; empty when there is none."""
    request: str
    """A request to cancel and what became of it, in a sentence; empty when there is none."""
    ends_if_cancelled: str
    changes_on: str
    plans: list[tuple[str, str]]
    """Plans it may change to, with their prices; the present one first."""
    chosen: str
    may_cancel: bool
    may_withdraw: bool
    recurring: str
    """Address of the recurring invoice that bills it; empty when there is none."""
    card: str
    """Address of its membership card; empty when there is none."""


def subscription_words(subscription: Subscription, today: date) -> tuple[Message, str]:
    """Where a subscription stands, in words, and their tone."""
    return _EXPIRING if subscription.is_expiring(today) else _STATUS_WORDS[subscription.status_at(today)]


def subscription_row(
    subscription: Subscription, organisation: Organisation, summary: Summary, local: Local, today: date
) -> SubscriptionRow:
    """A subscription as it stands today."""
    terms = subscription.terms_at(today)
    words, tone = subscription_words(subscription, today)
    member = summary.member(subscription.member)
    return SubscriptionRow(
        title=local.text(terms.title),
        href=urls.portal(organisation.slug, f"subscriptions/{subscription.id}"),
        meta=dotted(
            local.say(KIND_WORDS[subscription.kind]),
            member.name if member else "",
            local.say(say("from %(day)s", day=subscription.starts_on)),
            local.say(_end(subscription, today)),
        ),
        amount=_price(terms, organisation, local),
        status=local.say(words),
        tone=tone,
    )


def _end(subscription: Subscription, today: date) -> Message:
    if subscription.request:
        return say("until %(day)s", day=subscription.request.ends_on)
    if subscription.expires_on:
        return say("until %(day)s", day=subscription.expires_on)
    return say("renews on %(day)s", day=subscription.next_period(today))


def _price(terms: Terms, organisation: Organisation, local: Local) -> str:
    """The price of one period, taxes included."""
    return local.money(
        total(price([LineRequest("", Decimal(1), terms.price_minor)], organisation.billing)), terms.currency
    )


def _price_of_period(terms: Terms, organisation: Organisation, local: Local) -> str:
    return dotted(_price(terms, organisation, local), local.say(FREQUENCY_WORDS[terms.period]))


def subscription_view(
    subscription: Subscription,
    plans: Sequence[Plan],
    organisation: Organisation,
    summary: Summary,
    local: Local,
    today: date,
) -> SubscriptionView:
    """A subscription; `plans` are those it may change to."""
    terms = subscription.terms_at(today)
    coming = subscription.next_terms
    return SubscriptionView(
        id=subscription.id,
        row=subscription_row(subscription, organisation, summary, local, today),
        period=local.say(FREQUENCY_WORDS[terms.period]),
        facts=[(local.say(label), value) for label, value in _facts(subscription, summary, local, today)],
        change=_change(coming, organisation, local) if coming and coming != terms else "",
        request=_request(subscription, local),
        ends_if_cancelled=local.date(subscription.ends_if_cancelled(today), "long"),
        changes_on=local.date(subscription.next_period(today), "long"),
        plans=_choices(terms, plans, organisation, local),
        chosen=coming.plan if coming else terms.plan,
        may_cancel=subscription.may_cancel(today),
        may_withdraw=subscription.may_withdraw(today),
        recurring=urls.portal(organisation.slug, f"recurring/{subscription.recurring}")
        if subscription.recurring
        else "",
        card=urls.portal(organisation.slug, f"cards/{subscription.id}") if subscription.card else "",
    )


def _facts(subscription: Subscription, summary: Summary, local: Local, today: date) -> list[tuple[Message, str]]:
    member = summary.member(subscription.member)
    facts = [(say("Kind"), local.say(KIND_WORDS[subscription.kind]))]
    if member:
        facts.append((say("Member"), member.name))
    facts.append((say("Active from"), local.date(subscription.starts_on, "long")))
    if subscription.request:
        facts.append((say("Ends on"), local.date(subscription.request.ends_on, "long")))
    elif subscription.expires_on:
        facts.append((say("Expires on"), local.date(subscription.expires_on, "long")))
    else:
        facts.append((say("Renews on"), local.date(subscription.next_period(today), "long")))
    if subscription.frozen_on:
        facts.append((say("Frozen since"), local.date(subscription.frozen_on, "long")))
    if subscription.licence:
        facts.append((say("Licence number"), subscription.licence))
    if subscription.by_link:
        facts.append((say("Bought"), local.say(say("by payment link"))))
    return facts


class RenewalView(NamedTuple):
    """What renewing a subscription comes to."""

    until: str
    price: str
    agreed: str


def renewal_view(after: Subscription, organisation: Organisation, agreed: str, local: Local) -> RenewalView:
    """What a family is told before it renews: `after` is the subscription as it would then be."""
    until = local.date(after.expires_on, "long") if after.expires_on else ""
    return RenewalView(until, _price(after.terms, organisation, local), agreed)


def _change(coming: Terms, organisation: Organisation, local: Local) -> str:
    told = say(
        "From %(day)s: %(plan)s, %(price)s",
        day=coming.since,
        plan=local.text(coming.title),
        price=_price_of_period(coming, organisation, local),
    )
    return local.say(told)


def _request(subscription: Subscription, local: Local) -> str:
    request = subscription.request
    if request is None:
        return ""
    told = say(
        "%(name)s asked on %(asked)s to cancel. It ends on %(day)s. Reason: %(reason)s",
        name=request.name,
        asked=local.date(request.at),
        day=request.ends_on,
        reason=request.reason,
    )
    return local.say(told)


def _choices(terms: Terms, plans: Sequence[Plan], organisation: Organisation, local: Local) -> list[tuple[str, str]]:
    offered = [Terms(p.id, p.title, p.price_minor, p.currency, p.period, terms.since) for p in plans if p.is_offered]
    others = [each for each in offered if each.plan != terms.plan and each.currency == terms.currency]
    shown = [terms, *others] if others else []
    return [(each.plan, dotted(local.text(each.title), _price_of_period(each, organisation, local))) for each in shown]
