"""States of subscriptions and what each allows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.memberships import domain
from chalicelib.memberships.domain import (
    Allowed,
    CancelRequest,
    Plan,
    PlanKind,
    Subscription,
    SubscriptionStatus,
    Terms,
)
from chalicelib.recurring.domain import Frequency
from chalicelib.shared.errors import Conflict
from tests.support.proof import PROOF

TODAY = date(2026, 11, 22)
START = date(2026, 1, 31)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
GOLD = Plan("gold", {"en": "Gold"}, PlanKind.PLAN, 9000, "CAD", Frequency.YEARLY)


def subscription(starts_on: date = START, expires_on: date | None = None, **changes: object) -> Subscription:
    terms = Terms("silver", {"en": "Silver"}, 5000, "CAD", Frequency.MONTHLY, starts_on)
    plain = Subscription(
        "id", "home", PlanKind.PLAN, terms, SubscriptionStatus.ACTIVE, starts_on, expires_on,
        allowed=Allowed(cancel=True, plans=("gold",)), recurring="bill",
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def asked(each: Subscription, today: date = TODAY) -> Subscription:
    request = CancelRequest("u", "Marie", datetime(2026, 11, 22, tzinfo=UTC), "why", each.ends_if_cancelled(today))
    return domain.cancel_requested(each, request, today)


def test_days_decide_what_is_upcoming_active_expiring_and_expired() -> None:
    """SUB-1: the last day counts whole, and the flag is up for its last 30 days."""
    each = subscription(expires_on=date(2026, 12, 31))
    seen = {
        day: (each.status_at(date.fromisoformat(day)).value, each.is_expiring(date.fromisoformat(day)))
        for day in ("2026-01-30", "2026-01-31", "2026-11-30", "2026-12-01", "2026-12-31", "2027-01-01")
    }

    assert seen == {
        "2026-01-30": ("upcoming", False),
        "2026-01-31": ("active", False),
        "2026-11-30": ("active", False),
        "2026-12-01": ("active", True),
        "2026-12-31": ("active", True),
        "2027-01-01": ("expired", False),
    }


@given(DAYS, DAYS, st.sampled_from(Frequency))
@PROOF
def test_what_is_cancelled_is_served_to_the_end_of_its_period(first: date, today: date, period: Frequency) -> None:
    """SUB-2: never past the next period, never before today once it has begun, never past its own end."""
    each = subscription(first)
    each = replace(each, terms=each.terms._replace(period=period))

    end = each.ends_if_cancelled(today)

    assert end + timedelta(days=1) == each.next_period(today) > today
    assert end >= today or today < first
    shorter = replace(each, expires_on=end - timedelta(days=1))
    assert shorter.ends_if_cancelled(today) == end - timedelta(days=1)


def test_a_request_to_cancel_waits_and_can_be_withdrawn() -> None:
    """SUB-2: active, cancel requested, active; or cancelled for good."""
    waiting = asked(subscription())
    assert waiting.status_at(TODAY) is SubscriptionStatus.CANCEL_REQUESTED
    assert waiting.request
    assert waiting.request.ends_on == date(2026, 11, 29)

    assert domain.withdrawn(waiting, TODAY) == subscription()
    gone = domain.cancelled(waiting)
    assert gone.status_at(TODAY) is SubscriptionStatus.CANCELLED
    for act in (
        domain.cancelled,
        lambda one: domain.withdrawn(one, TODAY),
        asked,
        lambda one: domain.frozen(one, TODAY),
    ):
        with pytest.raises(Conflict):
            act(gone)


@pytest.mark.parametrize(
    "each",
    [
        subscription(allowed=Allowed()),
        subscription(expires_on=date(2026, 1, 31)),
        subscription(status=SubscriptionStatus.FROZEN, frozen_on=TODAY),
    ],
)
def test_what_the_family_may_not_cancel_stays(each: Subscription) -> None:
    """SUB-3: where it is not allowed, when it is over, while it rests."""
    assert not each.may_cancel(TODAY)
    with pytest.raises(Conflict):
        asked(each)


def test_a_change_of_plan_holds_from_the_next_period_on() -> None:
    """SUB-2: until then everything is as before; after it the new plan has its own periods."""
    each = domain.changed(subscription(), GOLD, TODAY)

    assert each.next_terms
    assert each.next_terms.since == date(2026, 11, 30)
    assert each.terms_at(date(2026, 11, 29)).plan == "silver"
    assert each.terms_at(date(2026, 11, 30)).plan == "gold"
    assert each.next_period(date(2026, 12, 1)) == date(2027, 11, 30)
    assert domain.settled(each, date(2026, 12, 1)).terms.plan == "gold"
    assert domain.changed(each, GOLD, TODAY) == each
    silver = replace(GOLD, id="silver")
    assert domain.changed(each, silver, TODAY) == subscription()
    assert asked(each).next_terms is None


@pytest.mark.parametrize(
    ("each", "plan"),
    [
        (subscription(allowed=Allowed(plans=("other",))), GOLD),
        (subscription(allowed=Allowed()), GOLD),
        (subscription(expires_on=date(2026, 12, 31)), GOLD),
        (subscription(), replace(GOLD, is_offered=False)),
        (subscription(recurring=""), GOLD),
        (subscription(), replace(GOLD, currency="USD")),
    ],
)
def test_a_plan_that_is_not_allowed_is_refused(each: Subscription, plan: Plan) -> None:
    """SUB-3."""
    with pytest.raises(Conflict):
        domain.changed(each, plan, TODAY)


def test_the_days_it_was_frozen_are_added_to_its_end() -> None:
    resting = domain.frozen(subscription(expires_on=date(2026, 12, 31)), TODAY)
    assert resting.status_at(date(2027, 6, 1)) is SubscriptionStatus.FROZEN

    going = domain.unfrozen(resting, TODAY + timedelta(days=10))

    assert (going.status, going.expires_on) == (SubscriptionStatus.ACTIVE, date(2027, 1, 10))
    with pytest.raises(Conflict):
        domain.unfrozen(going, TODAY)
