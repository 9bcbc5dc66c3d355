"""What staff and families see of addresses that do not work, and how mails go there again (M-11)."""

from datetime import datetime

import pytest

from chalicelib.feedback import lifting, store
from chalicelib.feedback.addresses import refusal
from chalicelib.households import activity
from chalicelib.households.domain import Household, Role
from chalicelib.identity.domain import StaffRole, User
from chalicelib.shared.times import DAY, after
from tests.feedback.telling import MARIE, bounce, complaint, hand
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock
from tests.support.world import World

HOME = "famille@example.com"


@pytest.fixture
def home(world: World) -> Household:
    """A household with an address of its own, for which Marie signs in."""
    return world.household()


@pytest.fixture
def marie(world: World, home: Household) -> User:
    """Its holder."""
    return world.user(home)


def _log(world: World, home: Household, now: datetime) -> list[tuple[str, str]]:
    found = activity.page(world.org, home.id, after(now, -DAY), after(now, DAY))
    return [(deed.kind, deed.user) for deed in found.rows if deed.kind.startswith("address_")]


def _desk(browser: Browser, world: World, role: StaffRole = StaffRole.DESK) -> Browser:
    return browser.sign_in_staff(world.org, world.staff(role), world.now)


def _post(browser: Browser, page: Page, path: str, digest: str) -> Page:
    """Posts what no form of the page offers."""
    return browser.post(path, {"csrf": page.form("sign-out").fields["csrf"], "digest": digest})


def test_staff_see_it_on_the_familys_page_and_lift_it(
    browser: Browser, world: World, home: Household, marie: User
) -> None:
    """M-11: the log of the family says who did."""
    hand(bounce(world.org, HOME, world.now), world.now)
    staff = world.staff()
    desk = browser.sign_in_staff(world.org, staff, world.now)
    client = desk.get(f"/{world.org}/desk/clients/{home.id}")
    assert "do not arrive, or are not wanted" in client.text

    page = desk.get(client.links["What to do"])
    assert "Mails come back" in page.text
    assert marie.email in page.text
    done = desk.submit(page, "/addresses")

    assert "Mails go there again" in done.text
    assert refusal(world.org, HOME, world.now) == ""
    assert _log(world, home, world.now)[0] == ("address_works", staff.id)


def test_another_bounce_after_that_counts_and_lifting_waits_a_day(
    browser: Browser, world: World, home: Household, clock: TurnedClock
) -> None:
    """An address that is wrong costs one mail a day at most."""
    hand(bounce(world.org, HOME, world.now), world.now)
    desk = _desk(browser, world)
    path = f"/{world.org}/desk/clients/{home.id}/addresses"
    desk.submit(desk.get(path), "/addresses")
    hand(bounce(world.org, HOME, after(world.now, 60)), clock.advance(60))

    refused = desk.submit(desk.get(path), "/addresses")
    assert refused.status == 409
    assert "tried today already" in refused.text
    assert refusal(world.org, HOME, clock.now()) == "bounced"


def test_staff_lift_no_complaint_and_no_stop(world: World, home: Household, browser: Browser) -> None:
    """Who did not want our mails says so himself or herself."""
    hand(complaint(world.org, HOME, world.now), world.now)
    desk = _desk(browser, world)
    page = desk.get(f"/{world.org}/desk/clients/{home.id}/addresses")
    assert "until the family wants it" in page.text
    assert "Send mails there again" not in page.text

    answer = _post(desk, page, f"/{world.org}/desk/clients/{home.id}/addresses", store.digest_of(world.org, HOME))
    assert answer.status == 409
    assert refusal(world.org, HOME, world.now) == "complained"


@pytest.mark.parametrize("role", [StaffRole.FINANCE, StaffRole.READ_ONLY])
def test_who_only_looks_lifts_nothing(browser: Browser, world: World, home: Household, role: StaffRole) -> None:
    hand(bounce(world.org, HOME, world.now), world.now)
    page = _desk(browser, world, role).get(f"/{world.org}/desk/clients/{home.id}/addresses")
    assert page.status == 200
    assert "Mails come back" in page.text
    assert "Send mails there again" not in page.text


def test_the_desk_lists_all_that_are_refused_page_by_page(browser: Browser, world: World, home: Household) -> None:
    """The latest first, 25 at a time, with the way to the family; lifted ones are gone."""
    for number in range(30):
        hand(bounce(world.org, f"{chr(97 + number % 26)}{number}@example.com", after(world.now, -number)), world.now)
    hand(bounce(world.org, HOME, after(world.now, -60)), world.now)
    desk = _desk(browser, world)

    first = desk.get(f"/{world.org}/desk/refused")
    assert first.text.count("•••@example.com") == 25
    second = desk.get(first.links["Next page"])
    assert second.text.count("•••@example.com") == 6
    assert "@example.com" not in (first.text + second.text).replace("•••@example.com", "")


def test_another_organisations_list_is_empty(browser: Browser, world: World) -> None:
    hand(bounce("somebody-else", MARIE, world.now), world.now)
    assert "All addresses work" in _desk(browser, world).get(f"/{world.org}/desk/refused").text


def test_the_family_sees_it_and_lets_us_write_again(
    browser: Browser, world: World, home: Household, marie: User
) -> None:
    """It is told what to do; a complaint it takes back itself."""
    hand(bounce(world.org, HOME, world.now), world.now)
    hand(complaint(world.org, marie.email, world.now), world.now)
    family = browser.sign_in_staff(world.org, marie, world.now)

    page = family.get(f"/{world.org}/settings/addresses")
    assert "Our mails come back" in page.text
    assert "marked as unwanted" in page.text
    for address in (HOME, marie.email):
        digest = store.digest_of(world.org, address)
        assert "We write there again" in family.submit(page, "settings/addresses", digest=digest).text
        assert refusal(world.org, address, world.now) == ""


def test_who_may_not_edit_lifts_only_what_is_his_own(
    browser: Browser, world: World, home: Household, marie: User
) -> None:
    viewer = world.user(home, email="luc@example.com", role=Role.VIEWER)
    for address in (HOME, viewer.email, marie.email):
        hand(bounce(world.org, address, world.now), world.now)
    family = browser.sign_in_staff(world.org, viewer, world.now)
    page = family.get(f"/{world.org}/settings/addresses")
    assert marie.email not in page.text

    path = f"/{world.org}/settings/addresses"
    tried = {
        address: _post(family, page, path, store.digest_of(world.org, address)).status
        for address in (HOME, viewer.email, marie.email)
    }
    assert tried == {HOME: 409, viewer.email: 303, marie.email: 404}
    assert refusal(world.org, marie.email, world.now) == "bounced"


def test_an_address_that_is_corrected_is_another_one(world: World, home: Household) -> None:
    hand(bounce(world.org, HOME, world.now), world.now)
    assert refusal(world.org, "famille@example.org", world.now) == ""


def test_an_address_of_two_uses_stands_once(world: World) -> None:
    home = world.household()
    user = world.user(home, email=home.email)
    places = lifting.of_household(world.org, home, [user], world.now)
    assert [place.address for place in places] == [home.email]
