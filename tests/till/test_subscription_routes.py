"""Subscriptions as the desk makes and keeps them (SUB-1 to SUB-3, PUR-2)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.billing import store as billing
from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem
from chalicelib.households.domain import Household, Person
from chalicelib.memberships import service, store
from chalicelib.memberships.domain import Allowed, SubscriptionStatus
from chalicelib.notifications import compose
from chalicelib.shared.times import from_iso
from tests.memberships.subscribing import MARIE, bill_of, plan, stored, subscribed
from tests.support.browser import Browser
from tests.support.world import World
from tests.till.counter import at_the_desk, deeds, page_of


@pytest.fixture
def desk(world: World) -> Browser:
    plan(world)
    plan(world, "gold", 9000)
    return at_the_desk(world)


def told(world: World, name: str) -> MessageItem:
    """A message that waits to go out."""
    found = read.one(MessageItem, keys.outbox(world.org, name))
    assert found
    return found


def test_the_desk_subscribes_a_member_and_the_family_is_told(
    world: World, home: Household, lea: Person, desk: Browser
) -> None:
    """PUR-2: billed at once where it begins today; the same form subscribes once."""
    page = page_of(desk, world, home, "subscriptions/new")
    assert desk.submit(page, "subscriptions/new", plan="", starts_on="soon").status == 400
    for _ in range(2):
        page_after = desk.submit(page, "subscriptions/new", plan="silver", member=lea.id)

    assert "Léa" in page_after.text
    [subscription] = store.list_page(world.org, home.id).rows
    assert (subscription.member, subscription.starts_on) == (lea.id, world.today)
    [invoice] = billing.list_invoices(world.org, home.id).rows
    assert invoice.total_minor == 5000
    assert told(world, f"subscription-begun-{subscription.id}").household == home.id
    assert ("subscribed", True) in [(kind, bool(user)) for kind, user in deeds(world, home)]


@pytest.mark.parametrize(("language", "words"), [("en", "Gold plan"), ("fr", "Forfait gold"), ("ru", "Gold plan")])
def test_what_the_family_reads(world: World, home: Household, desk: Browser, language: str, words: str) -> None:
    """The plan as it is called in its own language, and the way to the subscription."""
    page = page_of(desk, world, home, "subscriptions/new")
    desk.submit(page, "subscriptions/new", plan="gold")
    [subscription] = store.list_page(world.org, home.id).rows
    item = told(world, f"subscription-begun-{subscription.id}")
    facts = {name: from_iso(value) if name == "at" else value for name, value in item.facts.items()}
    local = compose.local_for(world.organisation, language)
    mail = compose.mail(world.organisation, local, "subscription", "a@b.example", "ref", facts)
    text = compose.text_message(world.organisation, local, "subscription", facts)
    for part in (mail.text, mail.html):
        assert words in part
        assert f"/{world.org}/subscriptions/{subscription.id}" in part
    assert f"/{world.org}/subscriptions\n" in text, "a shorter link costs less"


def test_a_request_to_cancel_is_granted_once_and_the_family_told(world: World, home: Household, desk: Browser) -> None:
    subscription = subscribed(world, home, world.today)
    for _ in range(2):
        service.request_cancellation(world.organisation, home.id, subscription.id, MARIE, "Moving <b>", world.now)
    asked = told(world, f"cancel-{subscription.id}-1")
    assert (asked.address, asked.facts["reason"]) == (world.organisation.contact.email, "Moving <b>")
    page = page_of(desk, world, home, f"subscriptions/{subscription.id}")
    assert "Moving <b>" in page.text
    for _ in range(2):
        assert desk.submit(page, "/approve").status == 200
    after = stored(world, subscription)
    assert after.status is SubscriptionStatus.CANCELLED
    assert told(world, f"subscription-over-{subscription.id}").facts["is_over"] is True


def test_the_desk_ends_one_after_the_period_that_runs(world: World, home: Household, desk: Browser) -> None:
    """Nothing is billed after it; the family reads why; twice is once."""
    subscription = subscribed(world, home, world.today)
    page = page_of(desk, world, home, f"subscriptions/{subscription.id}")
    assert desk.submit(page, "/end").status == 400
    for _ in range(2):
        assert desk.submit(page, "/end", reason="The course closes").status == 200
    after = stored(world, subscription)
    assert after.status is SubscriptionStatus.CANCELLED
    assert after.request
    assert after.request.ends_on == subscription.ends_if_cancelled(world.today)
    assert bill_of(world, subscription).next_on is None
    assert len(billing.list_invoices(world.org, home.id).rows) == 1
    assert told(world, f"subscription-over-{subscription.id}").facts["reason"] == "The course closes"


def test_one_that_rests_ends_as_well(world: World, home: Household, desk: Browser) -> None:
    subscription = subscribed(world, home, world.today)
    page = page_of(desk, world, home, f"subscriptions/{subscription.id}")
    page = desk.submit(page, "/freeze")
    assert "Frozen" in page.text
    page = desk.submit(page, "/unfreeze")
    page = desk.submit(page, "/freeze")
    desk.submit(page, "/end", reason="Gone")
    assert bill_of(world, subscription).next_on is None
    assert stored(world, subscription).status is SubscriptionStatus.CANCELLED


def test_what_the_family_may_do_is_set_for_each(world: World, home: Household, desk: Browser) -> None:
    """SUB-3: options per subscription; those of others stay."""
    one, other = (subscribed(world, home, world.today, allowed=Allowed()) for _ in range(2))
    page = page_of(desk, world, home, f"subscriptions/{one.id}")
    desk.fill(page, "/options", {"cancel": "yes", "plan-gold": "yes"})
    assert stored(world, one).allowed == Allowed(cancel=True, plans=("gold",))
    assert stored(world, other).allowed == Allowed()


def test_the_desk_changes_a_plan_that_the_family_may_not(world: World, home: Household, desk: Browser) -> None:
    subscription = subscribed(world, home, world.today, allowed=Allowed())
    page = page_of(desk, world, home, f"subscriptions/{subscription.id}")
    assert desk.submit(page, "/plan", plan="bronze").status == 400
    page = desk.submit(page, "/plan", plan="gold")
    after = stored(world, subscription)
    assert after.next_terms
    assert (after.next_terms.plan, after.allowed) == ("gold", Allowed())
    bill = bill_of(world, subscription)
    assert bill.planned
    assert bill.planned.since == after.next_terms.since


def test_a_plan_that_is_not_offered_is_not_subscribed_to(world: World, home: Household, desk: Browser) -> None:
    page = page_of(desk, world, home, "subscriptions/new")
    service.save_plan(world.org, replace(service.require_plan(world.organisation, "silver"), is_offered=False))
    assert desk.submit(page, "subscriptions/new", plan="silver").status == 400
    assert not store.list_page(world.org, home.id).rows


def test_one_that_begins_later_bills_later(world: World, home: Household, desk: Browser) -> None:
    page = page_of(desk, world, home, "subscriptions/new")
    later = (world.today + timedelta(days=9)).isoformat()
    page = desk.submit(page, "subscriptions/new", plan="silver", starts_on=later, autopay="always")
    assert "Not begun yet" in page.text
    assert not billing.list_invoices(world.org, home.id).rows
    [subscription] = store.list_page(world.org, home.id).rows
    assert bill_of(world, subscription).is_autopay
