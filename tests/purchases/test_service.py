"""Buying, handing out, taking back: money, stock and passes together (PUR-1, SUB-4)."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.billing import bought, store
from chalicelib.billing.domain import InvoiceStatus
from chalicelib.households import store as households
from chalicelib.memberships import pass_service, pass_store
from chalicelib.memberships.passes import PassStatus, Use
from chalicelib.purchases import service
from chalicelib.purchases.domain import OrderState, ProductKind, Variant
from chalicelib.purchases.service import Changed
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.times import day_begins
from tests.purchases.selling import MARIE, SIZES, buy, product, stored, wish
from tests.support.race import together
from tests.support.terms import with_terms
from tests.support.world import World


def test_what_is_bought_is_billed_with_taxes_and_taken_off_the_stock(world: World) -> None:
    """PUR-1: merchandise, for a member, on an invoice that the family pays."""
    with_terms(world)
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    shirt = product(world, "shirt", 2000, variants=SIZES)

    order = buy(world, home, shirt, variant="Large", quantity=2, member=lea.id)

    invoice = store.get_invoice(world.org, home.id, order.invoice)
    assert invoice
    assert (invoice.total_minor, invoice.status, order.minor) == (4599, InvoiceStatus.ISSUED, 4599)
    assert [(line.description, line.member) for line in invoice.lines] == [("Shirt Large", lea.id)]
    assert stored(world, "shirt").variants == (Variant("Small", 1), Variant("Large", 1))
    lines = bought.list_page(world.org, home.id, lea.id).rows
    assert [(line.what, line.minor, line.invoice) for line in lines] == [(order.id, 4599, invoice.id)]
    assert bought.list_page(world.org, home.id).rows == lines
    assert "purchase" in households.get_summaries(world.org, (home.id,))[home.id].holds


def test_the_last_one_goes_to_exactly_one_of_thirty_two(world: World) -> None:
    """PUR-1: and only that one has an invoice."""
    shirt = product(world, "shirt", variants=SIZES)
    homes = [world.household(f"Family {number}") for number in range(32)]

    outcomes = together([partial(buy, world, home, shirt, variant="Small") for home in homes])

    refused = [each for each in outcomes if isinstance(each, Exception)]
    assert len(refused) == 31
    assert all(isinstance(each, Conflict) for each in refused)
    assert stored(world, "shirt").variants[0].left == 0
    billed = [home for home in homes if store.list_invoices(world.org, home.id).rows]
    assert len(billed) == 1
    assert sum(len(bought.list_page(world.org, home.id).rows) for home in homes) == 1


def test_the_same_form_buys_once(world: World) -> None:
    home = world.household("Tremblay")
    wanted = wish(world, product(world, variants=(Variant("", 5),)))
    send = partial(service.buy, world.organisation, home.id, wanted, MARIE, world.now)

    outcomes = together([send] * 8)

    assert len({getattr(each, "id", each) for each in outcomes}) == 1
    assert stored(world, "cap").variants[0].left == 4
    assert len(store.list_invoices(world.org, home.id).rows) == 1


@pytest.mark.parametrize(
    "changes",
    [{"price_minor": 2100}, {"title": {"en": "Other"}}, {"taxed": False}],
    ids=["price", "title", "taxes"],
)
def test_what_is_another_than_was_shown_is_asked_anew(world: World, changes: dict[str, Any]) -> None:
    with_terms(world)
    home = world.household("Tremblay")
    wanted = wish(world, product(world))
    service.save_product(world.org, replace(stored(world, "cap"), **changes))

    with pytest.raises(Changed):
        service.buy(world.organisation, home.id, wanted, MARIE, world.now)
    assert not store.list_invoices(world.org, home.id).rows


def test_a_pass_is_for_a_member_of_the_family_or_for_all_of_it(world: World) -> None:
    """SUB-4: a stranger's child gets none."""
    home, other = world.household("Tremblay"), world.household("Roy")
    lea, max_ = world.member(home, "Léa"), world.member(other, "Max")
    swims = product(world, "swims", kind=ProductKind.PUNCH_CARD, uses=10, days=90)
    family = product(world, "family", kind=ProductKind.PASS, days=30, for_family=True)

    for stranger in (max_.id, ""):
        with pytest.raises(NotFound):
            buy(world, home, swims, member=stranger)
    one, all_of_them = buy(world, home, swims, member=lea.id, quantity=7), buy(world, home, family, member=lea.id)

    made = pass_store.get(world.org, home.id, one.pass_id)
    assert made
    assert (made.member, made.uses, made.left, made.invoice, one.quantity) == (lea.id, 10, 10, one.invoice, 1)
    whole = pass_store.get(world.org, home.id, all_of_them.pass_id)
    assert whole
    assert (whole.member, whole.left, whole.expires_on) == ("", None, world.today + timedelta(days=29))


def test_a_pass_that_is_bought_again_follows_the_one_that_runs(world: World) -> None:
    """SUB-2, SUB-4: renewed before its end, not a day is lost; after it, it begins today."""
    home = world.household("Tremblay")
    month = product(world, "month", kind=ProductKind.PASS, days=30, for_family=True)
    first, second = buy(world, home, month), buy(world, home, month)

    made = [pass_store.get(world.org, home.id, each.pass_id) for each in (first, second)]
    assert made[0]
    assert made[1]
    assert made[0].expires_on == world.today + timedelta(days=29)
    assert made[1].starts_on == world.today + timedelta(days=30)
    assert made[1].status_at(world.today) is PassStatus.UPCOMING

    later = day_begins(world.today + timedelta(days=100), world.organisation.zone)
    again = service.buy(world.organisation, home.id, wish(world, month), MARIE, later)
    third = pass_store.get(world.org, home.id, again.pass_id)
    assert third
    assert third.starts_on == world.today + timedelta(days=100)


def test_what_costs_nothing_makes_no_invoice(world: World) -> None:
    home = world.household("Tremblay")
    order = buy(world, home, product(world, minor=0))

    assert order.invoice == ""
    assert len(bought.list_page(world.org, home.id).rows) == 1


def test_what_is_taken_back_is_credited_once_and_back_in_stock(world: World) -> None:
    """SCH-12: a line of its own below the purchase; again, it changes nothing."""
    home = world.household("Tremblay")
    order = buy(world, home, product(world, variants=(Variant("", 1),)))
    back = partial(service.take_back, world.organisation, order.id, "Too small", MARIE, world.now)

    outcomes = together([back] * 8)

    assert not [each for each in outcomes if isinstance(each, Exception)]
    assert stored(world, "cap").variants[0].left == 1
    invoice = store.get_invoice(world.org, home.id, order.invoice)
    assert invoice
    assert invoice.status is InvoiceStatus.CANCELLED
    assert households.get_summaries(world.org, (home.id,))[home.id].due() == {}
    lines = bought.list_page(world.org, home.id).rows
    assert sorted((line.is_cancelled, line.minor) for line in lines) == [(False, 2000), (True, -2000)]


def test_a_pass_that_somebody_came_in_on_is_not_taken_back(world: World) -> None:
    home = world.household("Tremblay")
    used, unused = (
        buy(world, home, product(world, name, kind=ProductKind.PUNCH_CARD, uses=3, for_family=True))
        for name in ("one", "two")
    )
    pass_service.use(world.organisation, home.id, used.pass_id, Use("a", world.now), MARIE, world.now)

    with pytest.raises(Conflict):
        service.take_back(world.organisation, used.id, "Changed our minds", MARIE, world.now)
    service.take_back(world.organisation, unused.id, "Changed our minds", MARIE, world.now)

    ended = pass_store.get(world.org, home.id, unused.pass_id)
    assert ended
    assert ended.status_at(world.today) is PassStatus.CANCELLED


def test_goods_are_handed_out_at_the_desk(world: World) -> None:
    home = world.household("Tremblay")
    order = buy(world, home, product(world))

    assert order.state is OrderState.BOUGHT
    assert service.hand_out(world.organisation, order.id).state is OrderState.HANDED_OUT
    assert service.hand_out(world.organisation, order.id).state is OrderState.HANDED_OUT
    service.take_back(world.organisation, order.id, "Broken", MARIE, world.now)
    with pytest.raises(Conflict):
        service.hand_out(world.organisation, order.id)


def test_a_product_that_is_not_offered_is_not_sold(world: World) -> None:
    home = world.household("Tremblay")
    shown = product(world)
    wanted = wish(world, shown)
    service.save_product(world.org, replace(shown, is_offered=False))

    with pytest.raises(NotFound):
        service.buy(world.organisation, home.id, wanted, MARIE, world.now)


def test_what_was_sold_meanwhile_is_not_forgotten_when_staff_save(world: World) -> None:
    """Stock that the form showed is not written over a sale."""
    shown = product(world, variants=(Variant("", 5),))
    buy(world, world.household("Tremblay"), shown)

    with pytest.raises(Conflict):
        service.save_product(world.org, replace(shown, price_minor=1))
    assert stored(world, "cap").variants[0].left == 4
