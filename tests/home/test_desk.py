"""The staff's first page: what it offers to whom."""

import pytest

from chalicelib.entry import account
from chalicelib.home import desk
from chalicelib.identity.domain import StaffRole
from chalicelib.organisations.domain import Module
from tests.support.browser import Browser
from tests.support.world import World, build, organisation

CLASSES, BOOKINGS = "desk/classes", "desk/bookings"
_LESSONS = {CLASSES, "desk/consents", "desk/forms", "desk/cards"}
_HOUSE = {*_LESSONS, BOOKINGS, "desk/documents", "desk/messages", "desk/plans", "desk/privacy"}
OFFERED = {
    StaffRole.OWNER: {*_HOUSE, "desk/slips"},
    StaffRole.DESK: {*_HOUSE, "desk/slips"},
    StaffRole.INSTRUCTOR: _LESSONS,
    StaffRole.FINANCE: {"desk/forms", "desk/slips"},
    StaffRole.READ_ONLY: {"desk/forms"},
}


@pytest.mark.parametrize("role", StaffRole)
def test_the_desk_offers_what_the_role_may_use(world: World, browser: Browser, role: StaffRole) -> None:
    browser.sign_in_staff(world.org, world.staff(role), world.now)

    page = browser.get(f"/{world.org}/desk")

    prefix = f"/{world.org}/"
    linked = {href.removeprefix(prefix) for href in page.links.values() if href.startswith(f"{prefix}desk/")}
    assert linked == OFFERED[role]


def test_every_page_the_desk_offers_is_there_for_the_same_roles() -> None:
    """T-01: a link to a page that turns its reader away would be a dead end."""
    routes = [route.policy for table in account.tables() for route in table]
    policies = {policy.path: policy for policy in routes if policy.method == "GET"}
    for page in (desk.TODAY, *desk.PAGES):
        policy = policies[f"/{{org}}/{page.path}"]
        assert page.roles <= policy.staff, page.path
        assert policy.module in (None, page.module), page.path


def test_what_the_organisation_does_not_use_is_not_offered(org: str, browser: Browser) -> None:
    """DASH-6."""
    without = build(org, modules=organisation(org).modules - {Module.BOOKINGS})
    browser.sign_in_staff(org, without.staff(StaffRole.OWNER), without.now)

    page = browser.get(f"/{org}/desk")

    assert "Bookings" not in page.links
    assert page.links["Classes"] == f"/{org}/{CLASSES}"


def test_the_navigation_marks_where_one_is(world: World, browser: Browser) -> None:
    browser.sign_in_staff(world.org, world.staff(StaffRole.OWNER), world.now)

    page = browser.get(f"/{world.org}/desk")

    marked = [link.get("href") for link in page.document.iter("a") if link.get("aria-current") == "page"]
    assert marked == [f"/{world.org}/desk"]
