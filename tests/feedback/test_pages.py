"""What staff and families see of addresses that do not work, and how mails go there again (M-11)."""

from dataclasses import replace
from datetime import datetime

import pytest

from chalicelib.data import keys
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.feedback import lifting, store
from chalicelib.feedback.addresses import refusal
from chalicelib.households import activity
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Role
from chalicelib.households.service import require_household
from chalicelib.identity.domain import StaffRole, User
from chalicelib.notifications.delivery import deliver
from chalicelib.shared.times import DAY, after
from tests.feedback.telling import MARIE, bounce, complaint, hand, hand_text
from tests.notifications.carriers import Van
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


def _message(world: World, home: Household) -> str:
    """A message that went to the household."""
    transaction = Transaction()
    name = enqueue(transaction, world.org, Notice("card_wanted", "", {}, household=home.id), world.now)
    transaction.commit()
    assert deliver(Van().carriers, keys.outbox(world.org, name), world.now) == "sent"
    return name


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

    assert "We use this address again" in done.text
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
    assert "until whoever signs in with it wants more" in page.text
    assert "Use this address again" not in page.text

    answer = _post(desk, page, f"/{world.org}/desk/clients/{home.id}/addresses", store.digest_of(world.org, HOME))
    assert answer.status == 409
    assert refusal(world.org, HOME, world.now) == "complained"


@pytest.mark.parametrize("role", [StaffRole.FINANCE, StaffRole.READ_ONLY])
def test_who_only_looks_lifts_nothing(browser: Browser, world: World, home: Household, role: StaffRole) -> None:
    hand(bounce(world.org, HOME, world.now), world.now)
    page = _desk(browser, world, role).get(f"/{world.org}/desk/clients/{home.id}/addresses")
    assert page.status == 200
    assert "Mails come back" in page.text
    assert "Use this address again" not in page.text


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
    """It is told what to do; a complaint is taken back by who signs in with the address."""
    hand(bounce(world.org, HOME, world.now, _message(world, home)), world.now)
    hand(complaint(world.org, marie.email, world.now), world.now)
    family = browser.sign_in_staff(world.org, marie, world.now)

    page = family.get(f"/{world.org}/settings/addresses")
    assert "Our mails come back" in page.text
    assert "marked as unwanted" in page.text
    for address in (HOME, marie.email):
        digest = store.digest_of(world.org, address)
        assert "We use this address again" in family.submit(page, "settings/addresses", digest=digest).text
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


def _of_a_stranger(world: World, kind: str) -> str:
    """An address of another family, which came to be refused, or works."""
    other = world.household("Roy")
    owner = world.user(other, email=f"{kind}@example.org", mobile=f"+15145550{ord(kind[0]):03d}")
    if kind == "stopped":
        assert refusal(world.org, owner.mobile, world.now) == ""
        hand_text(owner.mobile, "STOP", world.now)
        return owner.mobile
    if kind == "bounced":
        hand(bounce(world.org, owner.email, world.now), world.now)
    if kind == "complained":
        hand(complaint(world.org, owner.email, world.now), world.now)
    return owner.email


def test_who_types_anybodys_address_into_a_household_learns_nothing_of_it(
    browser: Browser, world: World, home: Household, marie: User
) -> None:
    """M-11, T-03: neither that its mails come back, nor that somebody complained or sent STOP, nor by trying to lift
    that: nobody has proved that it is theirs."""
    said: dict[str, tuple[str, int]] = {}
    for kind in ("works", "bounced", "complained", "stopped"):
        address = _of_a_stranger(world, kind)
        found = require_household(world.org, home.id)
        is_number = address.startswith("+")
        typed = replace(found, phone=address if is_number else "", bills_to="" if is_number else address)
        transaction = Transaction()
        households.save_household(transaction, world.org, typed)
        transaction.commit()
        family = browser.sign_in_staff(world.org, marie, world.now)
        page = family.get(f"/{world.org}/settings/addresses")
        row = next(each for each in page.text.split("<li") if "Not proved" in each)
        digest = store.digest_of(world.org, address)
        status = _post(family, page, f"/{world.org}/settings/addresses", digest).status
        said[kind] = (row.partition("Not proved")[2][:60], status)
        assert "Use this address again" not in row
        assert refusal(world.org, address, world.now) == ("" if kind == "works" else kind)

    assert len(set(said.values())) == 1
    assert said["works"][1] == 409


def test_a_complaint_about_the_familys_own_mail_is_seen_and_not_lifted_without_a_proof(
    browser: Browser, world: World, home: Household, marie: User
) -> None:
    """It may be anybody's address that somebody typed here, and it was their word."""
    hand(complaint(world.org, HOME, world.now, _message(world, home)), world.now)
    family = browser.sign_in_staff(world.org, marie, world.now)
    page = family.get(f"/{world.org}/settings/addresses")
    assert "marked as unwanted" in page.text
    assert "Use this address again" not in page.text

    answer = _post(family, page, f"/{world.org}/settings/addresses", store.digest_of(world.org, HOME))
    assert answer.status == 409
    assert refusal(world.org, HOME, world.now) == "complained"


def test_a_complaint_does_not_pass_with_time(world: World) -> None:
    """The law knows no day on which one may begin again."""
    hand(complaint(world.org, HOME, world.now), world.now)
    item = store.get(world.org, store.digest_of(world.org, HOME))
    assert item is not None
    assert item.expires is None


def test_an_address_that_is_corrected_is_another_one(world: World, home: Household) -> None:
    hand(bounce(world.org, HOME, world.now), world.now)
    assert refusal(world.org, "famille@example.org", world.now) == ""


def test_an_address_of_two_uses_stands_once(world: World) -> None:
    home = world.household()
    user = world.user(home, email=home.email)
    places = lifting.of_household(world.org, home, [user], world.now)
    assert [place.address for place in places] == [home.email]
