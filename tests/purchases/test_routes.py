"""The shop, the list of purchases, and the desk's pages of both (PUR-1, SUB-4, BOOK-5, SCH-12, ACC-7)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.households.domain import Household, Person, Role
from chalicelib.identity.domain import StaffRole
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Module
from chalicelib.purchases.domain import ProductKind, Variant
from chalicelib.shared.times import months_after
from local.gateway import Gateway
from tests.purchases.selling import SIZES, buy, product, stored
from tests.support.browser import Browser
from tests.support.door import Door
from tests.support.terms import with_terms
from tests.support.world import World


@pytest.fixture
def home(world: World) -> Household:
    return world.household("Tremblay")


@pytest.fixture
def lea(world: World, home: Household) -> Person:
    return world.member(home, "Léa")


@pytest.fixture
def inside(world: World, home: Household, door: Door) -> Door:
    world.user(home)
    door.enter("marie@example.com")
    return door


@pytest.fixture
def desk(world: World) -> Browser:
    from app import app

    browser = Browser(Gateway(app.routes, app, "https://portal.test", "test"))
    return browser.sign_in_staff(world.org, world.staff(StaffRole.DESK), world.now)


def test_a_family_buys_a_shirt_and_lands_on_its_invoice(
    world: World, home: Household, lea: Person, inside: Door
) -> None:
    """PUR-1, ACC-7: price with taxes beforehand; what is missing is said at its field; once is enough."""
    with_terms(world)
    product(world, "shirt", variants=SIZES)
    page = inside.browser.get(inside.browser.get(f"/{world.org}/shop").links["Shirt"])
    for words in ("$23.00", "Small", "1 left", "Large", "3 left"):
        assert words in page.text, words

    refused = inside.browser.submit(page, "shop/shirt")
    assert refused.status == 400
    assert "Choose an answer" in refused.text
    assert "Confirm that you are 18 or older" in refused.text
    told = {"variant": "Large", "quantity": "2", "member": lea.id, "adult": "yes"}
    paid = inside.browser.fill(page, "shop/shirt", told)
    again = inside.browser.fill(page, "shop/shirt", told)

    assert paid.url == again.url
    assert "/invoices/" in paid.url
    assert "$45.99" in paid.text
    assert stored(world, "shirt").variants[1].left == 1
    row = inside.browser.get(f"/{world.org}/purchases")
    assert "Shirt Large" in row.text
    assert "$45.99" in row.text
    assert row.links["Invoice Shirt Large"] == paid.url.removeprefix("https://portal.test")


def test_a_minor_buys_nothing(world: World, home: Household, door: Door) -> None:
    """ACC-7: a holder who is known to be seventeen is told; one of eighteen is not asked."""
    young = world.member(home, "Zoé", months_after(world.today, -17 * 12))
    world.user(home, person=young.id)
    product(world)
    door.enter("marie@example.com")
    page = door.browser.get(f"/{world.org}/shop/cap")

    refused = door.browser.submit(page, "shop/cap", quantity="1")

    assert refused.status == 403
    assert "Only adults buy here" in refused.text


def test_a_viewer_sees_the_shop_and_can_not_buy(world: World, home: Household, door: Door) -> None:
    world.user(home, role=Role.VIEWER)
    product(world)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/shop/cap")

    assert "The holder of the account and guardians buy here." in page.text
    assert "Buy" not in [button.text for button in page.document.iter("button")]


def test_what_is_sold_out_while_the_page_is_open_is_said_on_it(world: World, home: Household, inside: Door) -> None:
    cap = product(world, variants=(Variant("", 1),))
    page = inside.browser.get(f"/{world.org}/shop/cap")
    buy(world, world.household("Roy"), cap)

    late = inside.browser.submit(page, "shop/cap", adult="yes")

    assert late.status == 409
    assert "There are not so many left." in late.text
    assert "Sold out" in late.text


def test_all_that_was_bought_is_in_one_list(world: World, home: Household, lea: Person, inside: Door) -> None:
    """PUR-1, SUB-4, SCH-12: goods, passes, what was taken back; of one member alone as well."""
    from chalicelib.purchases import service
    from tests.purchases.selling import MARIE

    swims = product(world, "swims", kind=ProductKind.PUNCH_CARD, uses=10)
    family = product(world, "family", kind=ProductKind.PASS, for_family=True)
    order = buy(world, home, swims, member=lea.id)
    buy(world, home, family)
    service.take_back(world.organisation, order.id, "Not ours", MARIE, world.now + timedelta(minutes=5))

    page = inside.browser.get(f"/{world.org}/purchases")
    assert page.links["Swims"] == f"/{world.org}/passes/{order.pass_id}"
    for words in ("Swims", "Family", "Cancelled", "-$20.00"):
        assert words in page.text, words
    alone = inside.browser.get(f"/{world.org}/purchases", member=lea.id)
    assert "Swims" in alone.text
    assert "Family" not in alone.text.partition("newest first")[2]
    world.member(home, "Max")
    assert inside.browser.get(f"/{world.org}/purchases").links["Léa Tremblay"].endswith(f"member={lea.id}")


def test_the_list_goes_on_after_25(world: World, home: Household, inside: Door) -> None:
    cap = product(world, minor=0)
    for _ in range(27):
        buy(world, home, cap)

    page = inside.browser.get(f"/{world.org}/purchases")
    assert page.text.count("Cap") == 25
    assert inside.browser.get(page.links["Next page"]).text.count("Cap") == 2


def test_the_desk_makes_a_product_that_families_see_in_their_language(
    world: World, desk: Browser, inside: Door
) -> None:
    """PUR-1: texts in each language, price, taxes, sizes; hostile words stay words."""
    page = desk.get(f"/{world.org}/desk/products/new")
    told = {
        "title-fr": "Bonnet <b>", "title-en": "Cap <script>alert(1)</script>", "title-ru": "Шапочка {{ 7*7 }}",
        "description-en": "Line one\nLine \N{RIGHT-TO-LEFT OVERRIDE}two", "kind": "goods", "price": "19,50",
        "sizes": "Small: 2\nLarge", "taxed": "yes", "offered": "yes",
    }  # fmt: skip
    wrong = desk.fill(page, "desk/products/new", {**told, "price": "cheap", "title-ru": "", "sizes": "A\nA"})
    assert wrong.status == 400
    for words in ("Enter an amount such as 120.50", "Fill in this field", "Write each size once"):
        assert words in wrong.text, words
    listed = desk.fill(page, "desk/products/new", told)

    assert "Cap <script>alert(1)</script>" in listed.text
    shown = inside.browser.get(f"/{world.org}/shop")
    assert "Cap <script>alert(1)</script>" in shown.links
    assert "$19.50" in shown.text
    made = stored(world, listed.links["Cap <script>alert(1)</script>"].rpartition("/")[2])
    assert made.variants == (Variant("Small", 2), Variant("Large", None))
    assert made.title["ru"] == "Шапочка {{ 7*7 }}"


def test_the_desk_changes_a_pass_and_its_terms(world: World, desk: Browser) -> None:
    """SUB-4: a punch card needs a number of visits; a form that is older than a sale is refused."""
    product(world, "swims", kind=ProductKind.PUNCH_CARD, uses=10, days=90, variants=(Variant("", 5),))
    page = desk.get(f"/{world.org}/desk/products/swims")
    assert "Say how many visits" in desk.submit(page, "products/swims", uses="").text

    desk.submit(page, "products/swims", uses="12", from_first_use="yes", days="30")

    after = stored(world, "swims")
    assert (after.uses, after.days, after.from_first_use, after.variants) == (12, 30, True, (Variant("", 5),))
    assert desk.submit(page, "products/swims", uses="13").status == 409


def test_the_desk_hands_out_and_takes_back(world: World, home: Household, desk: Browser, inside: Door) -> None:
    order = buy(world, home, product(world))
    page = desk.get(desk.get(f"/{world.org}/desk/orders").links["Cap"])
    assert "To hand out" in page.text

    page = desk.submit(page, "hand-out")
    assert "Handed out" in page.text
    assert desk.submit(page, "take-back").status == 400
    page = desk.submit(page, "take-back", reason="Too small")

    assert "Taken back" in page.text
    assert "Cancelled" in inside.browser.get(f"/{world.org}/purchases").text
    assert "$20.00" not in inside.browser.get(f"/{world.org}").text
    assert "Too small" in inside.browser.get(f"/{world.org}/invoices/{order.invoice}").text
    listed = desk.get(page.links["All that this household bought"])
    assert listed.text.count("Invoice Cap") == 2
    assert "Cancelled" in listed.text
    assert order.invoice in inside.browser.get(f"/{world.org}/purchases").html


def test_the_desk_keeps_plans(world: World, desk: Browser) -> None:
    """SUB-1, CARD-1: a membership with a card that families renew."""
    from chalicelib.memberships import store

    page = desk.get(f"/{world.org}/desk/plans/new")
    titles = {"title-fr": "Adhésion", "title-en": "Membership", "title-ru": "Членство"}
    assert desk.fill(page, "plans/new", {**titles, "kind": "membership", "price": ""}).status == 400
    told = {**titles, "kind": "membership", "price": "100", "period": "yearly", "may_renew": "yes", "has_card": "yes"}
    listed = desk.fill(page, "plans/new", told)

    [plan] = store.all_plans(world.org)
    assert (plan.title["ru"], plan.price_minor, plan.has_card, plan.allowed.renew) == ("Членство", 10000, True, True)
    assert (plan.renews, plan.is_offered, plan.period.value) == (False, True, "yearly")
    page = desk.get(listed.links["Membership"])
    desk.submit(page, f"plans/{plan.id}", price="120")
    assert [each.price_minor for each in store.all_plans(world.org)] == [12000]


def test_where_the_organisation_sells_nothing_there_is_no_shop(world: World, inside: Door) -> None:
    """DASH-6."""
    product(world)
    organisations.update(replace(world.organisation, modules=frozenset(Module) - {Module.PURCHASES}))

    assert inside.browser.get(f"/{world.org}/shop").status == 404
    assert "Shop" not in inside.browser.get(f"/{world.org}").links
    assert "Purchases" not in inside.browser.get(f"/{world.org}").links
