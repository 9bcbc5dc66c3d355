"""Who is told of subscriptions: the family when the organisation begins or ends one, the organisation when a family
asks for an end."""

from datetime import date

from chalicelib.billing.books import Books
from chalicelib.data.outbox import Notice
from chalicelib.memberships.domain import CancelRequest, Subscription, SubscriptionStatus
from chalicelib.shared.times import day_begins, to_iso


def tell(books: Books, subscription: Subscription, on: date) -> None:
    """Tells the family that a subscription begins, or ends, on a day."""
    is_over = subscription.status is SubscriptionStatus.CANCELLED
    facts = {
        "subscription": subscription.id,
        "title": dict(subscription.terms_at(books.today).title),
        "is_over": is_over,
        "reason": subscription.request.reason if is_over and subscription.request else "",
        "at": to_iso(day_begins(on, books.organisation.zone)),
    }
    words = "over" if is_over else "begun"
    books.tell(
        Notice("subscription", "", facts, household=books.household), message=f"subscription-{words}-{subscription.id}"
    )


def tell_desk(books: Books, subscription: Subscription, asked: CancelRequest) -> None:
    """Tells the organisation, at the address that families write to, that a request to cancel waits for it."""
    organisation = books.organisation
    if not organisation.contact.email:
        return
    facts = {
        "name": "",
        "language": organisation.language,
        "home": books.household,
        "household_name": books.summary.name,
        "subscription": subscription.id,
        "title": dict(subscription.terms.title),
        "writer": asked.name,
        "reason": asked.reason,
        "at": to_iso(day_begins(asked.ends_on, organisation.zone)),
    }
    notice = Notice("cancel_asked", "", facts, organisation.contact.email)
    books.tell(notice, message=f"cancel-{subscription.id}-{subscription.version}")
