"""Cards and passes as families and staff see them (CARD-1, SUB-4, X-11)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Person, Private, Role
from chalicelib.identity.domain import StaffRole
from chalicelib.memberships import cards
from chalicelib.memberships.domain import PlanKind
from chalicelib.memberships.passes import Pass
from chalicelib.recurring.domain import Frequency
from local.gateway import Gateway
from tests.memberships.carding import bought_pass, stored_pass
from tests.memberships.subscribing import plan, stored, subscribed
from tests.support.browser import Browser, Page
from tests.support.door import Door
from tests.support.wire import tapped
from tests.support.world import World

PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)
WITH_PLACE = PICTURE[:33] + b"\x00\x00\x00\x06tEXtGPS\x0045\x00\x00\x00\x00" + PICTURE[33:]
"""The same as a camera sends it."""


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


def of_desk(world: World, desk: Browser, each: Pass) -> Page:
    return desk.get(f"/{world.org}/desk/cards/{cards.code(world.organisation, each.card)}")


def test_a_card_shows_whose_it_is_until_when_and_its_square(
    world: World, home: Household, lea: Person, inside: Door
) -> None:
    """CARD-1: one page under 50 KB, with nothing inline but the drawing."""
    plan(world, has_card=True, kind=PlanKind.MEMBERSHIP, period=Frequency.YEARLY, renews=False)
    subscription = stored(world, subscribed(world, home, world.today, member=lea.id))
    last = subscription.expires_on
    assert last

    listed = inside.browser.get(f"/{world.org}/cards")
    page = inside.browser.get(listed.links["Léa Tremblay"])

    for words in ("Léa Tremblay", "Silver plan", f"Valid until {last:%b} {last.day}, {last.year}", "Active"):
        assert words in page.text.replace("\N{NO-BREAK SPACE}", " "), words
    assert cards.in_groups(subscription.card) in page.text
    assert "<svg" in page.html
    assert f'src="/{world.org}/photos/{lea.id}"' in page.html
    assert len(page.body) < 50_000
    assert {link for link in listed.links if link in ("Purchases", "Shop", "Passes")} == {"Purchases", "Shop"}


def test_a_photo_is_sent_shown_and_replaced(world: World, home: Household, lea: Person, inside: Door) -> None:
    """CARD-1: optional; what is no picture is refused beside the field."""
    each = bought_pass(world, home, lea.id)
    nobody = inside.browser.get(f"/{world.org}/photos/{lea.id}")
    assert nobody.header("content-type") == "image/svg+xml"
    page = inside.browser.get(f"/{world.org}/cards/{each.id}")

    wrong = inside.browser.upload(page, f"photos/{lea.id}", {"photo": ("me.png", b"<svg onload=alert(1)>")})
    assert wrong.status == 400
    assert "We could not recognise this file" in wrong.text
    for _ in range(2):
        page = inside.browser.upload(page, f"photos/{lea.id}", {"photo": ("../me.png", WITH_PLACE)})
    assert page.url.endswith(f"/cards/{each.id}")
    broken = inside.browser.upload(page, f"photos/{lea.id}", {"photo": ("me.png", PICTURE[:-20])})
    assert broken.status == 400

    shown = inside.browser.get(f"/{world.org}/photos/{lea.id}")
    assert (shown.header("content-type"), shown.body) == ("image/png", PICTURE)


def test_a_pass_shows_what_is_left_and_every_visit(
    world: World, home: Household, lea: Person, inside: Door, desk: Browser
) -> None:
    """SUB-4, X-11: bought at the desk's door: used, used once more in error, taken back."""
    each = bought_pass(world, home, lea.id)
    page = of_desk(world, desk, each)
    for words in ("Léa Tremblay", "10 of 10 left", "Tremblay", "Active"):
        assert words in page.text, words

    once = desk.submit(page, "use", about="Swimming <b>lane</b> 3")
    again = desk.submit(page, "use", about="Swimming")
    assert "The visit is counted." in once.text
    assert stored_pass(world, each).used == 1, "the same form sent twice counts one visit"
    assert "Swimming <b>lane</b> 3" in again.text
    page = desk.submit(of_desk(world, desk, each), "use")
    assert "8 of 10 left" in page.text
    page = desk.submit(page, "take-back")
    assert "9 of 10 left" in page.text
    assert "taken back by Kate Murphy" in page.text

    family = inside.browser.get(inside.browser.get(f"/{world.org}/passes").links["Ten swims"])
    for words in ("9 of 10 left", "Swimming <b>lane</b> 3", "taken back by Kate Murphy", "Active from", "Expires on"):
        assert words in family.text, words


def test_a_number_is_typed_where_no_camera_is(world: World, home: Household, desk: Browser) -> None:
    each = bought_pass(world, home)
    page = desk.get(f"/{world.org}/desk/cards")

    assert desk.submit(page, "desk/cards", number="12").status == 400
    assert "There is no card with this number" in desk.submit(page, "desk/cards", number="1111111111").text
    found = desk.submit(page, "desk/cards", number=cards.in_groups(each.card))

    assert "Ten swims" in found.text
    assert found.url.endswith(cards.code(world.organisation, each.card))


def test_a_pass_of_the_family_says_who_came(world: World, home: Household, lea: Person, desk: Browser) -> None:
    each = bought_pass(world, home, uses=0)
    stranger = world.member(world.household("Roy"), "Max")

    page = of_desk(world, desk, each)
    assert desk.submit(page, "use", member=stranger.id).status == 400
    page = desk.submit(page, "use", member=lea.id)

    assert "Léa Tremblay" in page.text
    assert stored_pass(world, each).taken[0].member == lea.id


@pytest.mark.parametrize("days", [0, 91])
def test_a_pass_that_is_over_lets_nobody_in(world: World, home: Household, desk: Browser, days: int) -> None:
    """The page says so in red and offers no visit; a form that was open before is refused."""
    each = bought_pass(world, home, uses=1)
    page = of_desk(world, desk, each)
    if days:
        from chalicelib import bootstrap

        bootstrap.clock().advance(days=days)  # type: ignore[attr-defined]
        desk.sign_in_staff(world.org, world.staff(StaffRole.DESK), bootstrap.clock().now())
        page = of_desk(world, desk, each)
        assert "Expired" in page.text
    else:
        page = desk.submit(page, "use")
        assert "Used up" in page.text
    assert "Count a visit" not in page.text
    assert "tone-danger" in page.html


def test_only_the_staff_of_this_organisation_open_a_card(world: World, home: Household, inside: Door) -> None:
    """CARD-1: a family that scans a card sees nothing; nor does a forged code open anything."""
    each = bought_pass(world, home)
    code = cards.code(world.organisation, each.card)

    assert inside.browser.get(f"/{world.org}/desk/cards/{code}").status == 403
    from app import app

    instructor = Browser(Gateway(app.routes, app, "https://portal.test", "test"))
    instructor.sign_in_staff(world.org, world.staff(StaffRole.INSTRUCTOR), world.now)
    assert instructor.get(f"/{world.org}/desk/cards/{code}").status == 200
    assert instructor.get(f"/{world.org}/desk/cards/{each.card}-aaaaaaaaaaaaaaaa").status == 404


def test_a_licence_number_is_written_on_the_card(
    world: World, home: Household, lea: Person, inside: Door, desk: Browser
) -> None:
    """SUB-1: the desk writes it down, the family reads it."""
    plan(world, has_card=True, kind=PlanKind.AFFILIATION)
    subscription = stored(world, subscribed(world, home, world.today, member=lea.id))
    page = desk.get(f"/{world.org}/desk/cards/{cards.code(world.organisation, subscription.card)}")

    desk.submit(page, "licence", licence="QC-<1234>")

    assert "QC-<1234>" in inside.browser.get(f"/{world.org}/cards/{subscription.id}").text
    assert "QC-<1234>" in inside.browser.get(f"/{world.org}/subscriptions/{subscription.id}").text


def test_a_family_renews_its_membership_and_pays(world: World, home: Household, lea: Person, inside: Door) -> None:
    """SUB-2, ACC-7: who never told an age is asked; the invoice is next."""
    from tests.memberships.test_renewing import RENEWS

    plan(world, minor=10000, kind=PlanKind.MEMBERSHIP, period=Frequency.YEARLY, renews=False, allowed=RENEWS)
    subscription = subscribed(world, home, world.today - timedelta(days=350), member=lea.id, is_billed=False)
    page = inside.browser.get(f"/{world.org}/subscriptions/{subscription.id}")
    assert "Ends soon" in page.text

    refused = inside.browser.submit(page, "renew")
    assert refused.status == 400
    assert "Confirm that you are 18 or older" in refused.text
    paid = inside.browser.submit(page, "renew", adult="yes")

    assert "/invoices/" in paid.url
    assert "$100.00" in paid.text
    assert "Renew" not in inside.browser.get(f"/{world.org}/subscriptions/{subscription.id}").links


def test_a_viewer_looks_and_changes_nothing(world: World, home: Household, lea: Person, door: Door) -> None:
    world.user(home, role=Role.VIEWER)
    each = bought_pass(world, home, lea.id)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/cards/{each.id}")
    assert page.status == 200
    assert "Change the photo" not in page.text


def test_a_card_is_one_round_trip(world: World, home: Household, lea: Person, inside: Door) -> None:
    """NEW-18: beside the guard's own; at the pool door nobody waits."""
    each = bought_pass(world, home, lea.id)

    with tapped() as wire:
        assert inside.browser.get(f"/{world.org}/cards/{each.id}").status == 200

    assert wire.calls == ["BatchGetItem", "BatchGetItem"]


def test_what_a_grown_member_keeps_is_neither_on_the_pass_nor_on_the_card(
    world: World, home: Household, lea: Person, inside: Door, desk: Browser
) -> None:
    """NEW-14: when he or she came, and the picture, are the member's own."""
    each = bought_pass(world, home, lea.id)
    desk.submit(of_desk(world, desk, each), "use", about="Lane 3")
    page = inside.browser.get(f"/{world.org}/cards/{each.id}")
    assert "Lane 3" in inside.browser.get(f"/{world.org}/passes/{each.id}").text
    summary = households.get_summaries(world.org, (home.id,))[home.id]
    row = summary.members[0]._replace(keeps=frozenset(kept.value for kept in Private))
    transaction = Transaction()
    households.save_summary(transaction, world.org, replace(summary, members=(row,)))
    transaction.commit()

    private = inside.browser.get(f"/{world.org}/passes/{each.id}")
    assert "Lane 3" not in private.text
    assert "9 of 10 left" in private.text
    assert inside.browser.upload(page, f"photos/{lea.id}", {"photo": ("me.png", PICTURE)}).status == 403
    assert inside.browser.get(f"/{world.org}/photos/{lea.id}").header("content-type") == "image/svg+xml"
