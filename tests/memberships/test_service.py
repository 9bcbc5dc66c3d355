"""Subscriptions and the invoices that bill them change together."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.billing import store as billing
from chalicelib.households.store import get_summaries
from chalicelib.memberships import domain, ending, service, store
from chalicelib.memberships.domain import Allowed, PlanKind, Subscription, SubscriptionStatus
from chalicelib.recurring import service as recurring
from chalicelib.recurring.domain import Frequency, RecurringStatus
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.ids import new_id
from chalicelib.shared.times import day_begins, months_after
from tests.memberships.subscribing import MARIE, bill_of, plan, stored, subscribed
from tests.support.race import together
from tests.support.world import World


def bill_until(world: World, subscription: Subscription, days: int) -> list[int]:
    """Bills all that falls due within `days`; returns the totals of all its invoices, oldest first."""
    later = day_begins(world.today + timedelta(days=days), world.organisation.zone)
    recurring.make_due(world.organisation, subscription.household, stored(world, subscription).recurring, later)
    rows = billing.list_invoices(world.org, subscription.household).rows
    return sorted(invoice.total_minor for invoice in rows)


def test_a_subscription_is_billed_by_its_recurring_invoice(world: World) -> None:
    """SUB-1: named in the household's language, for the member, from its first day on."""
    home = world.household()
    lea = world.member(home, "Léa")
    plan(world)

    subscription = subscribed(world, home, world.today, member=lea.id)

    assert stored(world, subscription) == replace(subscription, version=1)
    bill = bill_of(world, subscription)
    assert (bill.title, bill.next_on, bill.terms.lines[0].member) == ("Forfait silver", world.today, lea.id)
    assert get_summaries(world.org, (home.id,))[home.id].holds >= {"subscription", "recurring"}
    assert bill_until(world, subscription, 0) == [5000]


def test_a_membership_that_does_not_renew_is_billed_once(world: World) -> None:
    """SUB-1: a year of membership, or of affiliation, ends the day before its second year."""
    home = world.household()
    plan(world, renews=False, period=Frequency.YEARLY, kind=PlanKind.AFFILIATION)

    subscription = subscribed(world, home, world.today)

    assert subscription.expires_on == months_after(world.today, 12) - timedelta(days=1)
    assert bill_until(world, subscription, 800) == [5000]
    assert bill_of(world, subscription).next_on is None


def test_what_costs_nothing_is_not_billed(world: World) -> None:
    home = world.household()
    plan(world, minor=0)
    assert subscribed(world, home, world.today).recurring == ""
    plan(world)
    assert subscribed(world, home, world.today, is_billed=False).recurring == ""


def test_after_a_request_to_cancel_no_later_period_is_billed(world: World) -> None:
    """SUB-2: however long the organisation takes to answer; withdrawn, it goes on as if nothing had been."""
    home = world.household()
    plan(world)
    subscription = subscribed(world, home, world.today)

    asked = service.request_cancellation(world.organisation, home.id, subscription.id, MARIE, "moving", world.now)
    again = service.request_cancellation(world.organisation, home.id, subscription.id, MARIE, "other", world.now)

    assert asked.request
    assert (asked.request.ends_on, asked.request.reason) == (
        months_after(world.today, 1) - timedelta(days=1), "moving",
    )  # fmt: skip
    assert again.request == asked.request
    assert bill_until(world, subscription, 70) == [5000]
    service.withdraw_cancellation(world.organisation, home.id, subscription.id, world.now)
    service.withdraw_cancellation(world.organisation, home.id, subscription.id, world.now)
    assert stored(world, subscription).status is SubscriptionStatus.ACTIVE
    assert bill_until(world, subscription, 45) == [5000, 5000]


def test_a_granted_cancellation_is_for_good(world: World) -> None:
    """SUB-2: it can not be withdrawn any more."""
    home = world.household()
    plan(world)
    subscription = subscribed(world, home, world.today)
    with pytest.raises(Conflict):
        ending.approve_cancellation(world.organisation, home.id, subscription.id, world.now)
    service.request_cancellation(world.organisation, home.id, subscription.id, MARIE, "moving", world.now)

    ending.approve_cancellation(world.organisation, home.id, subscription.id, world.now)

    assert stored(world, subscription).status_at(world.today) is SubscriptionStatus.CANCELLED
    with pytest.raises(Conflict):
        service.withdraw_cancellation(world.organisation, home.id, subscription.id, world.now)
    assert bill_until(world, subscription, 70) == [5000]


def test_a_fixed_term_keeps_its_end_after_a_withdrawn_request(world: World) -> None:
    home = world.household()
    plan(world)
    subscription = subscribed(world, home, world.today, expires_on=months_after(world.today, 2) - timedelta(days=1))

    service.request_cancellation(world.organisation, home.id, subscription.id, MARIE, "moving", world.now)
    service.withdraw_cancellation(world.organisation, home.id, subscription.id, world.now)

    assert bill_until(world, subscription, 300) == [5000, 5000]


def test_a_new_plan_is_billed_from_the_next_period_on(world: World) -> None:
    """SUB-2: the period that has begun costs what it did, though its invoice was not made yet."""
    home = world.household()
    plan(world)
    plan(world, "gold", 9000)
    subscription = subscribed(world, home, months_after(world.today, -1))

    changed = service.change_plan(world.organisation, home.id, subscription.id, "gold", world.now)

    assert changed.next_terms
    assert changed.next_terms.since == bill_of(world, subscription).next_on
    assert bill_until(world, subscription, 62) == [5000, 5000, 9000, 9000]


def test_a_change_of_plan_is_recorded_once(world: World) -> None:
    """SUB-2: 16 clicks are one change; the present plan takes it back."""
    home = world.household()
    plan(world)
    plan(world, "gold", 9000)
    subscription = subscribed(world, home, world.today)
    bill_until(world, subscription, 0)

    found = together(
        [lambda: service.change_plan(world.organisation, home.id, subscription.id, "gold", world.now)] * 16
    )

    assert not [each for each in found if isinstance(each, Exception)]
    after = stored(world, subscription)
    assert (after.version, after.next_terms and after.next_terms.plan) == (2, "gold")
    service.change_plan(world.organisation, home.id, subscription.id, "silver", world.now)
    assert stored(world, subscription).next_terms is None
    assert bill_until(world, subscription, 31) == [5000, 5000]


def test_a_frozen_subscription_is_not_billed(world: World) -> None:
    """It goes on with the first period after the rest."""
    home = world.household()
    plan(world)
    subscription = subscribed(world, home, world.today)
    bill_until(world, subscription, 0)

    service.freeze(world.organisation, home.id, subscription.id, world.now)
    assert bill_of(world, subscription).status is RecurringStatus.PAUSED
    assert bill_until(world, subscription, 100) == [5000]
    later = world.now + timedelta(days=100)
    service.unfreeze(world.organisation, home.id, subscription.id, later)

    bill = bill_of(world, subscription)
    assert bill.next_on
    assert bill.next_on >= world.today + timedelta(days=100)
    assert bill.next_on.day in (world.today.day, 28, 29, 30)


def test_asking_to_cancel_while_it_is_billed_bills_no_period_too_many(world: World) -> None:
    """SUB-2: whichever is first."""
    home = world.household()
    plan(world)
    subscription = subscribed(world, home, world.today)
    bill = subscription.recurring

    def ask() -> object:
        return service.request_cancellation(world.organisation, home.id, subscription.id, MARIE, "x", world.now)

    def make() -> object:
        return recurring.make_due(world.organisation, home.id, bill, world.now)

    found = together([ask, make] * 6)

    assert not [each for each in found if isinstance(each, Exception)]
    assert bill_until(world, subscription, 100) == [5000]


def test_what_is_not_there_can_not_be_subscribed_to(world: World) -> None:
    home = world.household()
    with pytest.raises(NotFound):
        subscribed(world, home, world.today)
    plan(world)
    with pytest.raises(NotFound):
        subscribed(world, home, world.today, member=new_id())
    plan(world, is_offered=False)
    with pytest.raises(Conflict):
        subscribed(world, home, world.today)


def test_a_changed_plan_leaves_subscriptions_as_they_are(world: World) -> None:
    """SUB-3: options and prices are those of the day on which somebody subscribed."""
    home = world.household()
    plan(world)
    subscription = subscribed(world, home, world.today)
    plan(world, minor=7000, allowed=Allowed())

    assert stored(world, subscription).allowed.cancel
    assert stored(world, subscription).terms.price_minor == 5000
    assert [each.price_minor for each in store.all_plans(world.org)] == [7000]
    assert [each.id for each in store.get_plans(world.org, ["gone", "silver"])] == ["silver"]


def test_every_field_survives_the_table(world: World) -> None:
    home = world.household()
    plan(world)
    gold = plan(world, "gold", 9000)
    subscription = subscribed(world, home, world.today, by_link=True, allowed=Allowed(True, ("gold",)))
    service.change_plan(world.organisation, home.id, subscription.id, "gold", world.now)

    after = stored(world, subscription)

    assert replace(after, version=None) == domain.changed(subscription, gold, world.today)
    service.freeze(world.organisation, home.id, subscription.id, world.now)
    assert stored(world, subscription).frozen_on == world.today
