"""Asking for a copy of everything, and fetching it (NEW-12)."""

from datetime import timedelta

import pytest

from chalicelib.households.domain import Household, Role
from chalicelib.identity.domain import User
from chalicelib.privacy import making, takeaways
from tests.privacy.packed import opened, worker
from tests.support.browser import Browser
from tests.support.clock import TurnedClock
from tests.support.world import World


@pytest.fixture
def home(world: World) -> Household:
    """A family."""
    return world.household("Tremblay", "Léa")


@pytest.fixture
def marie(world: World, home: Household, browser: Browser) -> User:
    """Its holder, signed in just now."""
    user = world.user(home)
    browser.sign_in_staff(world.org, user, world.now)
    return user


def test_a_copy_is_asked_for_made_and_fetched_for_a_day(
    world: World, home: Household, marie: User, browser: Browser, clock: TurnedClock
) -> None:
    """NEW-12: the page says at each step where it stands."""
    form = browser.get(f"/{world.org}/data").form("/data")
    assert browser.get(f"/{world.org}/data/file").status == 404
    assert browser.post(form.action, form.fields).status == 303
    assert "being made" in browser.get(f"/{world.org}/data").text
    assert browser.post(form.action, form.fields).status == 429

    copy = takeaways.latest(world.org, home.id, marie.id)
    assert copy
    making.make(worker(), copy.key, clock.now())
    assert "ready" in browser.get(f"/{world.org}/data").text
    file = browser.get(f"/{world.org}/data/file")
    assert file.status == 303
    assert f"takeaways/{copy.name}" in file.location
    assert "filename" in file.location
    assert opened(copy).testzip() is None

    clock.set(world.now + timedelta(hours=25))
    browser.sign_in_staff(world.org, marie, clock.now())
    assert browser.get(f"/{world.org}/data/file").status == 404
    assert browser.get(f"/{world.org}/data").form("/data").fields


def test_asking_and_fetching_want_a_fresh_sign_in(
    world: World, home: Household, marie: User, browser: Browser, clock: TurnedClock
) -> None:
    """X-15: an unlocked phone on a table gives nothing away."""
    form = browser.get(f"/{world.org}/data").form("/data")
    clock.set(world.now + timedelta(minutes=11))
    assert browser.post(form.action, form.fields).location.endswith("/confirm?next=data"), "and back to the page"
    assert "/confirm" in browser.get(f"/{world.org}/data/file").location


@pytest.mark.parametrize("role", [Role.VIEWER, Role.DELEGATE])
def test_only_who_may_edit_gets_a_copy(world: World, home: Household, browser: Browser, role: Role) -> None:
    """C5."""
    browser.sign_in_staff(world.org, world.user(home, role=role), world.now)
    assert browser.get(f"/{world.org}/data").status == 403
    assert browser.get(f"/{world.org}/data/file").status == 403


def test_a_copy_is_for_whoever_asked_and_keeps_nobody_else_waiting(
    world: World, home: Household, marie: User, browser: Browser, clock: TurnedClock
) -> None:
    """It holds the asker's own devices, and what the asker alone may see: another adult gets a copy of their own."""
    form = browser.get(f"/{world.org}/data").form("/data")
    browser.post(form.action, form.fields)
    copy = takeaways.latest(world.org, home.id, marie.id)
    assert copy
    making.make(worker(), copy.key, clock.now())

    theirs = Browser(browser.portal)
    theirs.sign_in_staff(world.org, world.user(home, email="paul@example.com", role=Role.GUARDIAN), world.now)

    assert theirs.get(f"/{world.org}/data/file").status == 404
    page = theirs.get(f"/{world.org}/data")
    assert "Your copy is ready" not in page.text
    assert theirs.post(page.form("/data").action, page.form("/data").fields).status == 303
    assert browser.get(f"/{world.org}/data/file").status == 303
