"""Renewing what ends, before and after its last day, on an invoice (SUB-2)."""

from datetime import date, timedelta
from functools import partial

import pytest

from chalicelib.billing import bought, store
from chalicelib.households.domain import Household
from chalicelib.memberships import renewing, service
from chalicelib.memberships.domain import Allowed, PlanKind, Subscription
from chalicelib.recurring.domain import Frequency
from chalicelib.shared.errors import Conflict
from tests.memberships.subscribing import MARIE, plan, stored, subscribed
from tests.support.race import together
from tests.support.terms import with_terms
from tests.support.world import World

RENEWS = Allowed(renew=True)


def membership(world: World, starts_on: date, **changes: object) -> tuple[Household, Subscription]:
    home = world.household("Tremblay", "Léa")
    told = {"kind": PlanKind.MEMBERSHIP, "period": Frequency.YEARLY, "renews": False, "allowed": RENEWS, **changes}
    plan(world, minor=10000, **told)  # type: ignore[arg-type]
    return home, subscribed(world, home, starts_on, is_billed=False)


def agreed(world: World, subscription: Subscription) -> str:
    after = renewing.renewing(world.organisation, stored(world, subscription), world.today)
    return renewing.agreement(world.organisation, after)


def renew(world: World, subscription: Subscription, what: str) -> object:
    return renewing.renew(world.organisation, subscription.household, subscription.id, what, MARIE, world.now)


def test_before_its_last_day_the_next_period_follows_it(world: World) -> None:
    """SUB-2: nothing of what was paid is lost; the price of today is billed with taxes."""
    with_terms(world)
    home, subscription = membership(world, world.today - timedelta(days=350))
    last = subscription.expires_on
    assert last

    renew(world, subscription, agreed(world, subscription))

    after = stored(world, subscription)
    assert after.starts_on == subscription.starts_on
    assert after.expires_on == Frequency.YEARLY.period(last + timedelta(days=1), 1) - timedelta(days=1)
    invoice = store.list_invoices(world.org, home.id).rows[0]
    assert invoice.total_minor == 11498
    line = bought.list_page(world.org, home.id).rows[0]
    assert (line.what, line.minor, line.invoice) == (subscription.id, 11498, invoice.id)


def test_after_its_last_day_it_begins_again_today(world: World) -> None:
    """SUB-2: nobody pays for days that are gone."""
    _, subscription = membership(world, world.today - timedelta(days=500))

    renew(world, subscription, agreed(world, subscription))

    after = stored(world, subscription)
    assert (after.starts_on, after.status_at(world.today).value) == (world.today, "active")
    assert after.expires_on == Frequency.YEARLY.period(world.today, 1) - timedelta(days=1)


def test_a_price_that_changed_meanwhile_is_not_taken(world: World) -> None:
    home, subscription = membership(world, world.today - timedelta(days=350))
    shown = agreed(world, subscription)
    plan(world, minor=12000, kind=PlanKind.MEMBERSHIP, period=Frequency.YEARLY, renews=False, allowed=RENEWS)

    with pytest.raises(Conflict):
        renew(world, subscription, shown)
    assert not store.list_invoices(world.org, home.id).rows


def test_thirty_two_clicks_renew_once(world: World) -> None:
    home, subscription = membership(world, world.today - timedelta(days=350))
    what = agreed(world, subscription)

    outcomes = together([partial(renew, world, subscription, what) for _ in range(32)])

    assert sum(not isinstance(each, Exception) for each in outcomes) == 1
    assert all(isinstance(each, Conflict) for each in outcomes if isinstance(each, Exception))
    assert len(store.list_invoices(world.org, home.id).rows) == 1


@pytest.mark.parametrize(
    ("days", "changes"),
    [(0, {}), (350, {"allowed": Allowed()}), (350, {"renews": True}), (330, {})],
    ids=["long before its end", "not allowed", "renews by itself", "a little early"],
)
def test_what_may_not_be_renewed_is_refused(world: World, days: int, changes: dict[str, object]) -> None:
    _, subscription = membership(world, world.today - timedelta(days=days), **changes)

    assert not subscription.may_renew(world.today)
    with pytest.raises(Conflict):
        renewing.renewing(world.organisation, subscription, world.today)


def test_a_licence_is_written_down(world: World) -> None:
    """SUB-1: the federation's number."""
    home, subscription = membership(world, world.today, kind=PlanKind.AFFILIATION)

    service.note_licence(world.organisation, home.id, subscription.id, "QC-1234", world.now)

    assert stored(world, subscription).licence == "QC-1234"
