"""What stands in the way of deleting a family's data, and what goes and stays when nothing does (NEW-12).

Nothing is erased under a running contract: what is open is settled first, by the family itself.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.payments import store as payments
from chalicelib.privacy.retention import REASONS, Keep, years
from chalicelib.recurring import store as recurring
from chalicelib.recurring.domain import RecurringStatus
from chalicelib.schedule import store as schedule
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import local_day

_OVER = frozenset({"cancelled", "completed", "transferred", "offer_expired", "declined", "expired", "no_show"})
"""States of places and bookings that ask for nothing more."""


class Obstacle(NamedTuple):
    """Something to settle first."""

    what: Message
    path: str
    """Page of the portal where that is done."""


class Kept(NamedTuple):
    """Something that stays, and why; `years` count from the end of the year it was made in."""

    keep: Keep
    what: Message
    why: Message
    years: int


def obstacles(organisation: Organisation, summary: Summary, now: datetime) -> list[Obstacle]:
    """What has to be settled first. Three round trips."""
    today, org = local_day(now, organisation.zone), organisation.slug
    return [
        *_of_summary(summary, now),
        *_of_places(org, summary, today),
        *_of_money(org, summary.household, today),
    ]


def _of_summary(summary: Summary, now: datetime) -> Iterator[Obstacle]:
    if summary.unpaid_count():
        yield Obstacle(say("Pay the invoices that are open"), "invoices")
    if any(row.balance for row in summary.accounts) and not summary.unpaid_count():
        yield Obstacle(say("Have your credit paid out: ask us for it"), "balance")
    if any(row.ends > now and row.status not in _OVER for row in summary.bookings):
        yield Obstacle(say("Cancel the bookings that are ahead"), "bookings")


def _of_places(org: str, summary: Summary, today: date) -> Iterator[Obstacle]:
    """Places that still run; those that the other home of a shared child has taken are none of this family's."""
    running = [row for row in summary.enrolments if row.ends_on >= today and row.status not in _OVER]
    found = schedule.get_enrolments(org, [(row.member, row.id) for row in running]) if running else {}
    if any(place.household == summary.household for place in found.values()):
        yield Obstacle(say("Give up the places in classes that still run"), "schedule")


def _of_money(org: str, household: str, today: date) -> Iterator[Obstacle]:
    if payments.list_methods(org, household):
        yield Obstacle(say("Remove the cards and bank accounts on file"), "payment-methods")
    if recurring.has_any(org, household, lambda each: each.status_at(today) is not RecurringStatus.COMPLETED):
        yield Obstacle(say("End what is billed again and again, such as subscriptions"), "subscriptions")


def kept(organisation: Organisation) -> list[Kept]:
    """What would stay by law, and for how long."""
    table = years(organisation.country, dict(organisation.privacy.keep_years))
    return [Kept(keep, REASONS[keep].what, REASONS[keep].why, number) for keep, number in table.items()]
