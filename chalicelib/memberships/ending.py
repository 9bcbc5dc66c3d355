"""What the organisation alone does with subscriptions: granting that one ends, ending one itself, and saying what a
family may do with one (SUB-2, SUB-3)."""

from dataclasses import replace
from datetime import date, datetime

from chalicelib.billing.books import Books, keep
from chalicelib.memberships import domain, service
from chalicelib.memberships.domain import Allowed, CancelRequest, Subscription, SubscriptionStatus
from chalicelib.memberships.service import Who
from chalicelib.memberships.telling import tell
from chalicelib.organisations.domain import Organisation
from chalicelib.recurring import domain as recurrence
from chalicelib.recurring.domain import Recurring, RecurringStatus


def approve_cancellation(
    organisation: Organisation, household_id: str, subscription_id: str, now: datetime
) -> Subscription:
    """Grants a request to cancel, and tells the family; the subscription ends on the day that it was told before.

    Granting it again changes nothing. Raises NotFound, Conflict.
    """

    def work(books: Books) -> Subscription:
        before = service.require(books, subscription_id)
        if before.status is SubscriptionStatus.CANCELLED:
            return before
        after = domain.cancelled(before)
        if after.request:
            tell(books, after, after.request.ends_on)
        return service.put(books, before, after, lambda bill, _: bill)

    return keep(organisation, household_id, now, work)


def end(
    organisation: Organisation, household_id: str, subscription_id: str, who: Who, reason: str, now: datetime
) -> Subscription:
    """Ends a subscription for the organisation after the period that runs, and tells the family.

    What was ended already stays as it is. Raises NotFound, Conflict when it has expired.
    """
    service.bill_due(organisation, household_id, subscription_id, now)

    def work(books: Books) -> Subscription:
        before = service.require(books, subscription_id)
        if before.status is SubscriptionStatus.CANCELLED:
            return before
        last = before.ends_if_cancelled(books.today)
        after = domain.ended(before, CancelRequest(who.user, who.name, now, reason, last), books.today)
        tell(books, after, last)
        return service.put(books, before, after, _stopped)

    return keep(organisation, household_id, now, work)


def _stopped(bill: Recurring, subscription: Subscription) -> Recurring:
    """No period is billed after the day on which a subscription ends; of one that rests, none at all."""
    if bill.status is RecurringStatus.PAUSED:
        return recurrence.completed(bill)
    return recurrence.ending(recurrence.planning(bill, None), subscription.request and subscription.request.ends_on)


def allow(
    organisation: Organisation, household_id: str, subscription_id: str, allowed: Allowed, now: datetime
) -> Subscription:
    """Says what the family may do itself with one subscription (SUB-3). Raises NotFound."""

    def change(subscription: Subscription, _today: date) -> Subscription:
        return replace(subscription, allowed=allowed)

    return service.change_one(organisation, household_id, subscription_id, now, change, lambda bill, _: bill)
