"""What is done with subscriptions, by staff and by the family (SUB-1 to SUB-4).

A subscription and the recurring invoice that bills it change in one transaction, each only over the
version that was read. What a family was told about an end or a new price therefore holds, whatever
the schedule does at the same time.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from chalicelib.billing import bought
from chalicelib.billing.books import Books, keep
from chalicelib.billing.bought import Bought, Thing
from chalicelib.billing.domain import Invoice
from chalicelib.billing.pricing import LineRequest, price, total
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.memberships import cards, domain, store
from chalicelib.memberships.domain import Allowed, CancelRequest, Plan, Subscription, SubscriptionStatus, Terms
from chalicelib.memberships.telling import tell, tell_desk
from chalicelib.organisations.domain import Organisation
from chalicelib.organisations.terms import AutopayMode
from chalicelib.recurring import domain as recurrence
from chalicelib.recurring import service as recurring
from chalicelib.recurring.domain import Recurring, RecurringStatus
from chalicelib.recurring.service import RecurringRequest
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.texts import in_language, say
from chalicelib.shared.times import local_day

Rebill = Callable[[Recurring, Subscription], Recurring]
"""What a change of a subscription means for its recurring invoice."""


class Who(NamedTuple):
    """Somebody of the family who asks for something."""

    user: str
    name: str


class SubscriptionRequest(NamedTuple):
    """What somebody subscribes to."""

    plan: str
    starts_on: date
    member: str = ""
    """Empty: the household as a whole."""
    expires_on: date | None = None
    """Last day; None: as the plan says."""
    allowed: Allowed | None = None
    """What the family may do itself; None: as the plan says."""
    is_billed: bool = True
    """Whether a recurring invoice is made for it."""
    autopay: AutopayMode | None = None
    payer: str = ""
    by_link: bool = False
    once: str = ""
    """Name of the form: sending the same one again finds what it made."""
    is_told: bool = False
    """Whether the family is told: somebody of the organisation subscribes for it."""


def save_plan(org: str, plan: Plan) -> Plan:
    """Stores a plan over the one with the same id, if there is one; what is subscribed to already stays as it is."""
    stored = store.get_plan(org, plan.id)
    transaction = Transaction()
    store.save_plan(transaction, org, replace(plan, version=stored.version if stored else None))
    transaction.commit_or_conflict()
    return plan


def create(organisation: Organisation, household_id: str, request: SubscriptionRequest, now: datetime) -> Subscription:
    """A new subscription to a plan, with the recurring invoice that bills it.

    Raises NotFound when household, member or plan are not there, and Conflict when the plan is not offered any more.
    """
    plan = require_plan(organisation, request.plan)
    if not plan.is_offered:
        raise Conflict(say("This plan is not offered any more."))

    def work(books: Books) -> Subscription:
        if request.member and not books.summary.member(request.member):
            raise NotFound
        subscription = _subscription(books, request, plan)
        if request.once and (before := store.get(books.org, books.household, subscription.id)):
            return before
        if request.is_billed and plan.price_minor:
            subscription = replace(subscription, recurring=_bill(books, subscription, request).id)
        subscription = with_card(books, subscription, plan)
        store.save(books.transaction, books.org, subscription)
        books.hold("subscription")
        note_bought(books, subscription)
        books.note("subscribed", in_language(plan.title, books.organisation.language))
        if request.is_told:
            tell(books, subscription, subscription.starts_on)
        return subscription

    return keep(organisation, household_id, now, work)


def with_card(books: Books, subscription: Subscription, plan: Plan) -> Subscription:
    """The subscription with a card, where its plan gives one (CARD-1)."""
    if not plan.has_card or subscription.card:
        return subscription
    books.hold("card")
    number = cards.issue(books.transaction, books.org, books.household, subscription.id)
    return replace(subscription, card=number)


def note_bought(books: Books, subscription: Subscription, invoice: Invoice | None = None) -> None:
    """Writes a period that begins into the list of what was bought; one that is billed later is told with its price."""
    terms = subscription.terms
    minor = invoice.total_minor if invoice else period_price(books.organisation, terms.price_minor)
    number = invoice.id if invoice else ""
    line = Bought(
        Thing.SUBSCRIPTION, subscription.id, terms.title, books.now, subscription.member, minor, terms.currency, number
    )
    bought.note(books, line)


def period_price(organisation: Organisation, price_minor: int) -> int:
    """Minor units of one period, taxes included."""
    return total(price([LineRequest("", Decimal(1), price_minor)], organisation.billing))


def note_licence(
    organisation: Organisation, household_id: str, subscription_id: str, licence: str, now: datetime
) -> Subscription:
    """Writes down what a federation calls the member by; empty takes it away. Raises NotFound."""

    def change(subscription: Subscription, _today: date) -> Subscription:
        return replace(subscription, licence=licence)

    return change_one(organisation, household_id, subscription_id, now, change, lambda bill, _: bill)


def _subscription(books: Books, request: SubscriptionRequest, plan: Plan) -> Subscription:
    one_period = plan.period.period(request.starts_on, 1) - timedelta(days=1)
    return Subscription(
        id=books.id_for("subscription", request.once),
        household=books.household,
        kind=plan.kind,
        terms=_terms(plan, request.starts_on),
        status=SubscriptionStatus.ACTIVE,
        starts_on=request.starts_on,
        expires_on=request.expires_on or (None if plan.renews else one_period),
        member=request.member,
        allowed=plan.allowed if request.allowed is None else request.allowed,
        by_link=request.by_link,
    )


def _terms(plan: Plan, since: date) -> Terms:
    return Terms(plan.id, plan.title, plan.price_minor, plan.currency, plan.period, since)


def _bill(books: Books, subscription: Subscription, request: SubscriptionRequest) -> Recurring:
    terms = billed(books, subscription, subscription.terms)
    wanted = RecurringRequest(
        title=terms.lines[0].description,
        lines=terms.lines,
        frequency=terms.frequency,
        starts_on=terms.since,
        ends_on=subscription.expires_on,
        currency=subscription.terms.currency,
        autopay=request.autopay,
        payer=request.payer,
    )
    return recurring.add(books, wanted)


def billed(books: Books, subscription: Subscription, terms: Terms) -> recurrence.Terms:
    """What a recurring invoice bills under `terms`, named in the household's language."""
    household = households.get_household(books.org, books.household)
    language = household.language if household else ""
    title = in_language(terms.title, language or books.organisation.language)
    line = LineRequest(title, Decimal(1), terms.price_minor, subscription.member)
    return recurrence.Terms(terms.since, terms.period, (line,))


def request_cancellation(
    organisation: Organisation, household_id: str, subscription_id: str, who: Who, reason: str, now: datetime
) -> Subscription:
    """Asks for the end of a subscription after the period that runs; periods after it are not billed from now on. The
    organisation is told.

    Asking again changes nothing. Raises NotFound, and Conflict where the family may not.
    """

    def work(books: Books) -> Subscription:
        before = require(books, subscription_id)
        if before.status is SubscriptionStatus.CANCEL_REQUESTED:
            return before
        asked = CancelRequest(who.user, who.name, now, reason, before.ends_if_cancelled(books.today))
        after = domain.cancel_requested(before, asked, books.today)
        tell_desk(books, after, asked)
        return put(books, before, after, _stopped_on_request)

    bill_due(organisation, household_id, subscription_id, now)
    return keep(organisation, household_id, now, work)


def _stopped_on_request(bill: Recurring, subscription: Subscription) -> Recurring:
    ends_on = subscription.request.ends_on if subscription.request else None
    return recurrence.ending(recurrence.planning(bill, None), ends_on)


def withdraw_cancellation(
    organisation: Organisation, household_id: str, subscription_id: str, now: datetime
) -> Subscription:
    """Takes a waiting request back; doing so again changes nothing. Raises NotFound, Conflict once it is granted."""

    def change(subscription: Subscription, today: date) -> Subscription:
        if subscription.status is SubscriptionStatus.ACTIVE and subscription.request is None:
            return subscription
        return domain.withdrawn(subscription, today)

    def go_on(bill: Recurring, subscription: Subscription) -> Recurring:
        return recurrence.ending(bill, subscription.expires_on)

    return change_one(organisation, household_id, subscription_id, now, change, go_on)


def freeze(organisation: Organisation, household_id: str, subscription_id: str, now: datetime) -> Subscription:
    """Lets a subscription rest: nothing is billed until it goes on. Raises NotFound, Conflict."""

    def pause(bill: Recurring, _subscription: Subscription) -> Recurring:
        return recurrence.paused(bill) if bill.status is RecurringStatus.ACTIVE else bill

    return change_one(organisation, household_id, subscription_id, now, domain.frozen, pause)


def unfreeze(organisation: Organisation, household_id: str, subscription_id: str, now: datetime) -> Subscription:
    """Lets a frozen subscription go on; its end moves by as many days as it rested. Raises NotFound, Conflict."""
    today = local_day(now, organisation.zone)

    def resume(bill: Recurring, subscription: Subscription) -> Recurring:
        moved = recurrence.ending(bill, subscription.expires_on)
        return recurrence.resumed(moved, today) if moved.status is RecurringStatus.PAUSED else moved

    return change_one(organisation, household_id, subscription_id, now, domain.unfrozen, resume)


def change_plan(
    organisation: Organisation,
    household_id: str,
    subscription_id: str,
    plan_id: str,
    now: datetime,
    *,
    by_staff: bool = False,
) -> Subscription:
    """Changes to another plan from the next period on; choosing it again changes nothing, choosing the present plan
    takes a change back. Raises NotFound, and Conflict where the family may not; staff may to any plan that is offered.
    """
    plan = require_plan(organisation, plan_id)
    bill_due(organisation, household_id, subscription_id, now)

    def work(books: Books) -> Subscription:
        before = require(books, subscription_id)
        asked = replace(before, allowed=before.allowed._replace(plans=(plan_id,))) if by_staff else before
        after = replace(domain.changed(asked, plan, books.today), allowed=before.allowed)
        planned = billed(books, after, after.next_terms) if after.next_terms else None
        return put(books, before, after, lambda bill, _: recurrence.planning(bill, planned))

    return keep(organisation, household_id, now, work)


def change_one(
    organisation: Organisation,
    household_id: str,
    subscription_id: str,
    now: datetime,
    change: Callable[[Subscription, date], Subscription],
    rebill: Rebill,
) -> Subscription:
    """Changes one subscription, and with it the recurring invoice that bills it. Raises NotFound, Conflict."""

    def work(books: Books) -> Subscription:
        before = require(books, subscription_id)
        return put(books, before, change(before, books.today), rebill)

    return keep(organisation, household_id, now, work)


def put(books: Books, before: Subscription, after: Subscription, rebill: Rebill) -> Subscription:
    """Writes a changed subscription together with its recurring invoice."""
    if after == before:
        return after
    store.save(books.transaction, books.org, after)
    books.note("subscription_changed", in_language(after.terms.title, books.organisation.language))
    if after.recurring:
        bill = recurring.require(books, after.recurring)
        rebilled = rebill(bill, after)
        if rebilled != bill:
            recurring.put(books, rebilled)
    return after


def bill_due(organisation: Organisation, household_id: str, subscription_id: str, now: datetime) -> None:
    """Bills what is due by now; what is changed next is then about later periods only. Raises NotFound."""
    subscription = store.get(organisation.slug, household_id, subscription_id)
    if subscription and subscription.recurring:
        recurring.make_due(organisation, household_id, subscription.recurring, now)


def require(books: Books, subscription_id: str) -> Subscription:
    """The household's subscription. Raises NotFound."""
    found = store.get(books.org, books.household, subscription_id)
    if found is None:
        raise NotFound
    return found


def require_plan(organisation: Organisation, plan_id: str) -> Plan:
    """A plan. Raises NotFound."""
    found = store.get_plan(organisation.slug, plan_id)
    if found is None:
        raise NotFound
    return found
