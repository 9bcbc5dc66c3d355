"""The staff's first page: what it offers to whom."""

import pytest

from app import tables
from chalicelib.home import desk
from chalicelib.identity.domain import StaffRole
from chalicelib.organisations.domain import Module
from tests.support import markup
from tests.support.browser import Browser, Page
from tests.support.world import World, build, organisation

CLASSES, BOOKINGS = "desk/classes", "desk/bookings"
_LOOKS = {"desk/clients", "desk/money", "desk/forms"}
_LESSONS = {CLASSES, "desk/consents", "desk/forms", "desk/cards"}
_HOUSE = {
    *_LOOKS, *_LESSONS, BOOKINGS, "desk/documents", "desk/messages", "desk/plans", "desk/privacy", "desk/demo",
    "desk/joining", "desk/slips", "desk/undelivered",
}  # fmt: skip
_OWNERS = {"desk/settings", "desk/staff", "desk/moving", "desk/api", "desk/webhooks"}
OFFERED = {
    StaffRole.OWNER: _HOUSE | _OWNERS,
    StaffRole.DESK: _HOUSE,
    StaffRole.INSTRUCTOR: _LESSONS,
    StaffRole.FINANCE: {*_LOOKS, "desk/slips"},
    StaffRole.READ_ONLY: _LOOKS,
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
    routes = [route.policy for table in tables for route in table]
    policies = {policy.path: policy for policy in routes if policy.method == "GET"}
    for page in (desk.TODAY, *(page for group in desk.GROUPS for page in group)):
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


def _marked(page: Page, value: str) -> list[str]:
    """Labels of the navigation's links that say where one is."""
    header = next(page.document.iter("header"))
    return [markup.text(link) for link in header.iter("a") if link.get("aria-current") == value]


def test_the_navigation_marks_where_one_is_and_opens_only_that_group(world: World, browser: Browser) -> None:
    browser.sign_in_staff(world.org, world.staff(StaffRole.OWNER), world.now)

    today, sales = browser.get(f"/{world.org}/desk"), browser.get(f"/{world.org}/desk/orders")

    assert (_marked(today, "page"), _marked(today, "true")) == (["Today"], [])
    assert (_marked(sales, "page"), _marked(sales, "true")) == (["Sales"], ["Money"])
    assert sales.links["Tax slips"] == f"/{world.org}/desk/slips"
    assert sales.links["Settings"] == f"/{world.org}/desk/settings"
    assert sales.links.keys() & {"Registrations", "Bookings", "Webhooks"} == set()


def test_a_group_goes_by_the_first_page_that_the_role_has(world: World, browser: Browser) -> None:
    """Where that is the only one, nothing opens below it."""
    browser.sign_in_staff(world.org, world.staff(StaffRole.READ_ONLY), world.now)

    page = browser.get(f"/{world.org}/desk/forms")

    assert (_marked(page, "page"), _marked(page, "true")) == (["Forms"], [])
    assert page.links["Forms"] == f"/{world.org}/desk/forms"


def test_every_page_of_the_desk_belongs_to_one_page_of_the_navigation() -> None:
    """Nobody is anywhere that the navigation does not say."""
    offered = [page for group in desk.GROUPS for page in group]
    routes = [route.policy for table in tables for route in table]
    paths = {policy.path.removeprefix("/{org}/") for policy in routes if policy.path.startswith("/{org}/desk/")}
    assert {path: len([page for page in offered if page.leads_to(path)]) for path in paths} == dict.fromkeys(paths, 1)
