"""Pages of subscriptions."""

from datetime import timedelta

from chalicelib.households.domain import Role
from chalicelib.memberships import service
from chalicelib.memberships.domain import Allowed, SubscriptionStatus
from chalicelib.shared.times import months_after
from tests.memberships.subscribing import MARIE, plan, stored, subscribed
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.terms import with_terms
from tests.support.world import World


def test_subscriptions_show_from_when_to_when_for_whom_and_how_much(world: World, door: Door) -> None:
    """SUB-1, SUB-3: also one that was bought by a payment link."""
    with_terms(world)
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    world.user(home)
    plan(world, minor=10000)
    last = world.today + timedelta(days=9)
    subscription = subscribed(world, home, world.today, member=lea.id, expires_on=last, by_link=True)
    door.enter("marie@example.com")

    listed = door.browser.get(f"/{world.org}/subscriptions")
    page = door.browser.get(listed.links["Silver plan"])

    for words in ("Léa Tremblay", "Ends soon", "$114.98"):
        assert words in listed.text, words
        assert words in page.text, words
    for words in ("Active from", "Expires on", f"{last:%B} {last.day}, {last.year}", "by payment link", "Every month"):
        assert words in page.text, words
    assert page.links["Recurring invoice"] == f"/{world.org}/recurring/{subscription.recurring}"
    assert max(len(page.body), len(listed.body)) < 50_000


def test_the_family_asks_to_cancel_with_a_reason_and_may_think_better_of_it(world: World, door: Door) -> None:
    """SUB-2: the page says from when it ends before and after."""
    home = world.household()
    world.user(home)
    plan(world)
    subscription = subscribed(world, home, world.today)
    end = months_after(world.today, 1) - timedelta(days=1)
    told = f"{end:%B} {end.day}, {end.year}"
    door.enter("marie@example.com")
    page = door.browser.get(f"/{world.org}/subscriptions/{subscription.id}")
    assert f"If you ask today, it ends on {told}." in page.text

    page = door.browser.submit(page, "cancel")
    assert page.status == 400
    assert "Fill in this field" in page.text
    page = door.browser.submit(page, "cancel", reason="We are moving")

    for words in ("Cancellation requested", "We are moving", told, "Your change is saved."):
        assert words in page.text, words
    after = stored(world, subscription)
    assert after.request
    assert after.request.name == "Marie Tremblay"
    page = door.browser.submit(page, "withdraw")
    assert "Cancellation requested" not in page.text
    assert stored(world, subscription).status is SubscriptionStatus.ACTIVE


def test_the_family_changes_to_a_plan_that_is_allowed(world: World, door: Door) -> None:
    """SUB-2, SUB-3: prices with taxes and the day are told before; other plans are neither shown nor taken."""
    with_terms(world)
    home = world.household()
    world.user(home)
    plan(world)
    plan(world, "gold", 10000)
    plan(world, "secret", 100)
    subscription = subscribed(world, home, world.today, allowed=Allowed(plans=("gold",)))
    starts = months_after(world.today, 1)
    told = f"{starts:%B} {starts.day}, {starts.year}"
    door.enter("marie@example.com")
    page = door.browser.get(f"/{world.org}/subscriptions/{subscription.id}")
    assert f"Another plan begins on {told}." in page.text
    assert "$114.98" in page.text
    assert "Secret" not in page.text
    assert "Ask to cancel" not in page.text

    assert door.browser.submit(page, "plan", plan="secret").status == 400
    page = door.browser.submit(page, "plan", plan="gold")

    assert "Change of plan" in page.text
    assert f"From {starts:%b} {starts.day}, {starts.year}: Gold plan, $114.98" in page.text.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    after = stored(world, subscription)
    assert after.next_terms
    assert after.next_terms.plan == "gold"


def test_where_nothing_is_allowed_nothing_is_offered(world: World, door: Door) -> None:
    """SUB-3: nor does a posted form help."""
    home = world.household()
    world.user(home)
    plan(world)
    subscription = subscribed(world, home, world.today, allowed=Allowed())
    door.enter("marie@example.com")
    path = f"/{world.org}/subscriptions/{subscription.id}"
    page = door.browser.get(path)
    csrf = page.form("language").fields["csrf"]

    assert "Ask to cancel" not in page.text
    assert "Change the plan" not in page.text
    assert door.browser.post(f"{path}/cancel", {"csrf": csrf, "reason": "x"}).status == 409
    assert door.browser.post(f"{path}/plan", {"csrf": csrf, "plan": "silver"}).status == 409
    assert stored(world, subscription).version == 1


def test_an_expired_subscription_stays_visible(world: World, door: Door, clock: TurnedClock) -> None:
    """SUB-1: with its mark, and nothing to do."""
    home = world.household()
    world.user(home)
    plan(world)
    subscription = subscribed(world, home, world.today, expires_on=world.today)
    clock.advance(days=2)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/subscriptions/{subscription.id}")

    assert "Expired" in page.text
    assert "Ask to cancel" not in page.text


def test_a_viewer_reads_and_asks_for_nothing(world: World, door: Door) -> None:
    """C5."""
    home = world.household()
    world.user(home, role=Role.VIEWER)
    plan(world)
    plan(world, "gold")
    subscription = subscribed(world, home, world.today)
    service.request_cancellation(world.organisation, home.id, subscription.id, MARIE, "x", world.now)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/subscriptions/{subscription.id}")

    assert "Cancellation requested" in page.text
    assert "Keep this subscription" not in page.text


def test_subscriptions_come_25_at_a_time(world: World, door: Door) -> None:
    home = world.household()
    world.user(home)
    plan(world, minor=0)
    for _ in range(27):
        subscribed(world, home, world.today)
    door.enter("marie@example.com")

    first = door.browser.get(f"/{world.org}/subscriptions")
    second = door.browser.get(first.links["Next page"])

    assert [page.html.count('class="row"') for page in (first, second)] == [25, 2]
    assert len(first.body) < 50_000
