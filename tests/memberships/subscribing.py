"""Plans and subscriptions as tests need them."""

from datetime import date

from chalicelib.households.domain import Household
from chalicelib.memberships import service, store
from chalicelib.memberships.domain import Allowed, Plan, PlanKind, Subscription
from chalicelib.memberships.service import SubscriptionRequest, Who
from chalicelib.recurring import store as recurring
from chalicelib.recurring.domain import Frequency, Recurring
from tests.support.world import World

MARIE = Who("user", "Marie Tremblay")
MAY_ALL = Allowed(cancel=True, plans=("gold", "silver"))


def plan(world: World, plan_id: str = "silver", minor: int = 5000, **changes: object) -> Plan:
    """A stored plan of a month."""
    told = {"kind": PlanKind.PLAN, "period": Frequency.MONTHLY, "allowed": MAY_ALL} | changes
    title = {"en": f"{plan_id.title()} plan", "fr": f"Forfait {plan_id}"}
    wanted = Plan(plan_id, title, price_minor=minor, currency="CAD", **told)  # type: ignore[arg-type]
    return service.save_plan(world.org, wanted)


def subscribed(world: World, home: Household, starts_on: date, **changes: object) -> Subscription:
    """A subscription to the silver plan."""
    wanted = SubscriptionRequest("silver", starts_on)._replace(**changes)  # type: ignore[arg-type]
    return service.create(world.organisation, home.id, wanted, world.now)


def stored(world: World, subscription: Subscription) -> Subscription:
    """As it is in the table."""
    found = store.get(world.org, subscription.household, subscription.id)
    assert found
    return found


def bill_of(world: World, subscription: Subscription) -> Recurring:
    """The recurring invoice that bills it, as it is in the table."""
    found = recurring.get(world.org, subscription.household, stored(world, subscription).recurring)
    assert found
    return found
