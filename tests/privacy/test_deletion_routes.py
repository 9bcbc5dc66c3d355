"""Asking for deletion, taking it back, and the staff's part in it (NEW-12, X-17)."""

from datetime import timedelta

import pytest

from chalicelib.households.domain import Household
from chalicelib.identity.domain import StaffRole, User
from chalicelib.privacy import deletions
from chalicelib.privacy.deletions import DeletionState
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock
from tests.support.world import World


@pytest.fixture
def home(world: World) -> Household:
    """A family that owes nothing."""
    return world.household("Tremblay", "Léa")


@pytest.fixture
def marie(world: World, home: Household, browser: Browser) -> User:
    """Its holder, signed in just now."""
    user = world.user(home)
    browser.sign_in_staff(world.org, user, world.now)
    return user


def ask(world: World, browser: Browser, login: str = "Marie@Example.com") -> Page:
    """Sends the form."""
    form = browser.get(f"/{world.org}/data/deletion").form("data/deletion")
    return browser.post(form.action, {**form.fields, "login": login})


def test_the_page_says_what_goes_what_stays_why_and_until_when(
    world: World, home: Household, marie: User, browser: Browser
) -> None:
    """NEW-12: before anything is asked for."""
    page = browser.get(f"/{world.org}/data/deletion")
    for words in ("What goes", "What has to stay", "6 years after the year", "Bookkeeping and tax law"):
        assert words in page.text
    assert deletions.get(world.org, home.id) is None


def test_a_request_wants_the_login_name_and_can_be_taken_back(
    world: World, home: Household, marie: User, browser: Browser
) -> None:
    """X-17: typed once more, in capitals too; a stranger's address is refused beside the field."""
    for wrong in ("", "someone@example.com", "+15145550199", "x" * 400):
        assert ask(world, browser, wrong).status == 400
    assert deletions.get(world.org, home.id) is None
    assert ask(world, browser).status == 303
    assert deletions.require(world.org, home.id).state is DeletionState.RECEIVED
    form = browser.get(f"/{world.org}/data/deletion").form("withdraw")
    assert browser.post(form.action, form.fields).status == 303
    assert deletions.require(world.org, home.id).state is DeletionState.WITHDRAWN
    assert ask(world, browser).status == 303


def test_an_old_sign_in_is_not_enough(
    world: World, home: Household, marie: User, browser: Browser, clock: TurnedClock
) -> None:
    """X-17: a fresh code."""
    form = browser.get(f"/{world.org}/data/deletion").form("data/deletion")
    clock.set(world.now + timedelta(minutes=11))
    page = browser.post(form.action, {**form.fields, "login": "marie@example.com"})
    assert "/confirm" in page.location
    assert deletions.get(world.org, home.id) is None


def test_what_is_open_is_settled_first(world: World, home: Household, marie: User, browser: Browser) -> None:
    """NEW-12: named with the way to it, and refused on the server as well."""
    form = browser.get(f"/{world.org}/data/deletion").form("data/deletion")
    world.invoice(home)
    page = browser.get(f"/{world.org}/data/deletion")
    assert page.links["Pay the invoices that are open"].endswith("/invoices")
    assert browser.post(form.action, {**form.fields, "login": "marie@example.com"}).status == 400
    assert deletions.get(world.org, home.id) is None


def test_the_staff_check_and_refuse(world: World, home: Household, marie: User, browser: Browser) -> None:
    """NEW-12: received, verified; refused with a reason that the family reads."""
    ask(world, browser)
    browser.sign_in_staff(world.org, world.staff(StaffRole.DESK), world.now)
    desk = browser.get(f"/{world.org}/desk/privacy")
    assert "Tremblay, Marie Tremblay" in desk.text
    form = browser.get(desk.links["Tremblay, Marie Tremblay"]).form("/verify")
    assert browser.post(form.action, form.fields).status == 303
    assert deletions.require(world.org, home.id).state is DeletionState.VERIFIED
    refuse = browser.get(f"/{world.org}/desk/privacy/{home.id}").form("/refuse")
    assert browser.post(refuse.action, {**refuse.fields, "reason": " "}).status == 400
    assert browser.post(refuse.action, {**refuse.fields, "reason": "A lawsuit <b>"}).status == 303
    browser.sign_in_staff(world.org, marie, world.now)
    page = browser.get(f"/{world.org}/data/deletion")
    assert "A lawsuit <b>" in page.text
    assert "Refused" in page.text


def test_a_request_that_is_not_there_looks_missing(world: World, browser: Browser) -> None:
    """T-03."""
    browser.sign_in_staff(world.org, world.staff(StaffRole.OWNER), world.now)
    assert browser.get(f"/{world.org}/desk/privacy/nobody").status == 404
