"""Renewing a subscription that ends: another period, on an invoice, before its last day or after it (SUB-2).

What renews by itself is billed by its recurring invoice and needs nothing of this.
"""

from datetime import date, datetime

from chalicelib.billing import issuing
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import Invoice
from chalicelib.billing.issuing import InvoiceRequest
from chalicelib.households import activity
from chalicelib.households.activity import Deed
from chalicelib.memberships import domain, service, store
from chalicelib.memberships.domain import Subscription
from chalicelib.memberships.service import Who
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import in_language, say


def renewing(organisation: Organisation, subscription: Subscription, today: date) -> Subscription:
    """The subscription as renewing it today would make it. Raises NotFound, Conflict where the family may not."""
    return domain.renewed(subscription, service.require_plan(organisation, subscription.terms_at(today).plan), today)


def renew(
    organisation: Organisation, household_id: str, subscription_id: str, agreed: str, who: Who, now: datetime
) -> Invoice | None:
    """Buys another period as was `agreed` (`agreement`), on an invoice; None when it costs nothing.

    Raises NotFound, Conflict where the family may not or when price or days are not as agreed; a second click finds
    the period bought already and is refused like that.
    """

    def work(books: Books) -> Invoice | None:
        before = service.require(books, subscription_id)
        plan = service.require_plan(organisation, before.terms_at(books.today).plan)
        after = domain.renewed(before, plan, books.today)
        if agreement(organisation, after) != agreed:
            raise Conflict(say("The price or the days have changed. Please look at them again."))
        after = service.with_card(books, after, plan)
        store.save(books.transaction, books.org, after)
        invoice = _invoice_of_period(books, after) if after.terms.price_minor else None
        service.note_bought(books, after, invoice)
        label = in_language(after.terms.title, organisation.language)
        deed = Deed("subscription_renewed", now, who.user, {"label": label})
        activity.note(books.transaction, books.org, books.household, deed)
        return invoice

    return keep(organisation, household_id, now, work)


def agreement(organisation: Organisation, after: Subscription) -> str:
    """What a family agrees to when it renews: the last day, and what it pays."""
    return f"{after.expires_on} {service.period_price(organisation, after.terms.price_minor)} {after.terms.currency}"


def _invoice_of_period(books: Books, subscription: Subscription) -> Invoice:
    lines = service.billed(books, subscription, subscription.terms).lines
    at_first = books.organisation.billing.autopay.at_first
    return issuing.issue(
        books, issuing.draft(books, InvoiceRequest(lines, subscription.terms.currency, autopay=at_first))
    )
