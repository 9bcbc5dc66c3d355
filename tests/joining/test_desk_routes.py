"""The staff's list of registrations: what speaks for whom, and the decision."""

from datetime import timedelta

import pytest

from chalicelib.clients import indexing
from chalicelib.data.outbox import MessageState
from chalicelib.growing import archiving
from chalicelib.households import activity
from chalicelib.households.domain import Household
from chalicelib.identity import store as identity
from chalicelib.identity.domain import StaffRole, UserStatus
from chalicelib.joining import store as joining
from chalicelib.joining.domain import RequestState
from chalicelib.organisations.domain import Registration
from tests.joining.registering import NEWCOMER, begin, confirm, lets, on_file, tell
from tests.support.browser import Browser, Page
from tests.support.door import Door
from tests.support.stored import messages_of
from tests.support.world import World, build


@pytest.fixture
def home(world: World) -> Household:
    """A household on file."""
    lets(world, Registration.OPEN)
    return on_file(world)


@pytest.fixture
def desk(world: World, door: Door) -> Browser:
    """A browser of somebody at the desk."""
    browser = Browser(door.browser.portal)
    browser.sign_in_staff(world.org, world.staff(StaffRole.DESK), world.now)
    return browser


def _request(desk: Browser, org: str) -> Page:
    page = desk.get(f"/{org}/desk/joining")
    return desk.get(page.links["Anna Roy"])


def _told(world: World) -> list[str]:
    return [item.template for item in messages_of(world.org) if item.state == MessageState.WAITING.value]


def test_a_request_that_fits_is_approved(world: World, home: Household, door: Door, desk: Browser) -> None:
    """C6, ACC-6: the staff see what is the same, make sure by another way, and give access."""
    _wish(door, "match")

    page = _request(desk, world.org)
    assert "All three fit" in page.text
    assert "The same: Telephone number, Date of birth, Last name" in page.text
    desk.submit(page, "approve")

    login = identity.find_login(world.org, f"email:{NEWCOMER}")
    assert login
    assert identity.require_user(world.org, login[0]).link(home.id)
    [request] = joining.list_requests(world.org, waiting=False).rows
    assert (request.state, request.household, request.decided_by) == (RequestState.APPROVED, home.id, "Kate Murphy")
    assert _told(world) == ["join_approved"]
    day = timedelta(days=1)
    deeds = activity.page(world.org, home.id, world.now - day, world.now + day).rows
    [given] = [deed for deed in deeds if deed.kind == "access_given"]
    assert identity.require_user(world.org, given.user).name == "Kate Murphy"
    assert given.about["label"] == "Anna Roy"


def test_one_fact_of_three_is_shown_but_does_not_fit(world: World, home: Household, door: Door, desk: Browser) -> None:
    """ACC-6: data that are right but for one are found all the same."""
    _wish(door, "match", member_last_name="Gagnon")

    page = _request(desk, world.org)

    assert "The same: Telephone number, Date of birth" in page.text
    assert "All three fit" not in page.text


def test_a_household_that_was_not_offered_can_not_be_chosen(
    world: World, home: Household, door: Door, desk: Browser
) -> None:
    """T-07: the form's hidden field opens no other family's account."""
    other = on_file(world, "Gagnon", phone="+15145550199", email="x@example.com")
    _wish(door, "match", phone="514 555-0177")

    page = desk.submit(_request(desk, world.org), "approve", home=other.id)

    assert page.status == 400
    assert identity.find_login(world.org, f"email:{NEWCOMER}") is None


def test_a_request_is_decided_once(world: World, home: Household, door: Door, desk: Browser) -> None:
    """Two at the desk press at once, or one twice: the second is told."""
    _wish(door, "match")
    page = _request(desk, world.org)

    desk.submit(page, "approve")
    again = desk.submit(page, "approve")

    assert again.status == 409
    assert "This is decided already." in again.text
    assert desk.submit(page, "decline", reason="No").status == 409


def test_who_was_suspended_is_not_let_in_by_a_request(world: World, home: Household, door: Door, desk: Browser) -> None:
    """T-07: the desk is told, for it did not know whose address it is."""
    user = world.user(world.household("Gagnon"), email=NEWCOMER, status=UserStatus.SUSPENDED)
    _wish(door, "match")

    page = desk.submit(_request(desk, world.org), "approve")

    assert page.status == 409
    assert "Whoever has this address is suspended." in page.text
    assert identity.require_user(world.org, user.id).link(home.id) is None


def test_a_request_for_a_household_that_was_put_away_meanwhile_opens_nothing(
    world: World, home: Household, door: Door, desk: Browser
) -> None:
    """D-04: what was offered an hour ago is looked at again."""
    _wish(door, "match")
    page = _request(desk, world.org)
    archiving.archive_household(world.organisation, home.id, world.now)

    assert desk.submit(page, "approve", home=home.id).status == 400
    assert identity.find_login(world.org, f"email:{NEWCOMER}") is None


def test_a_household_of_another_organisation_can_not_be_chosen(
    world: World, home: Household, door: Door, desk: Browser
) -> None:
    """T-04: not even one where all three fit."""
    foreign = build(f"{world.org}-b", world.now)
    other = on_file(foreign)
    _wish(door, "match")
    page = _request(desk, world.org)
    assert other.id not in page.html

    assert desk.submit(page, "approve", home=other.id).status == 400
    for org in (world.org, foreign.org):
        assert identity.find_login(org, f"email:{NEWCOMER}") is None


def test_no_login_address_is_changed_by_giving_access(world: World, home: Household, door: Door, desk: Browser) -> None:
    """AUTH-13: neither of those who have it, nor of somebody who has an account elsewhere."""
    holder = world.user(home, email="marie@example.com", mobile="+15145550123")
    comes = world.user(world.household("Gagnon"), email=NEWCOMER, mobile="+15145550124")
    before = [identity.require_user(world.org, each.id).identifiers for each in (holder, comes)]
    _wish(door, "match")

    desk.submit(_request(desk, world.org), "approve")

    assert identity.require_user(world.org, comes.id).link(home.id)
    assert [identity.require_user(world.org, each.id).identifiers for each in (holder, comes)] == before


def test_who_is_not_on_file_gets_an_account_of_his_own(
    world: World, home: Household, door: Door, desk: Browser
) -> None:
    """The staff open it for whom nothing on file fits."""
    _wish(door, "match", phone="514 555-0999")

    page = _request(desk, world.org)
    assert "Nobody on file has any of this." in page.text
    desk.submit(page, "approve")

    [request] = joining.list_requests(world.org, waiting=False).rows
    assert request.household not in ("", home.id)
    assert [user.name for user in identity.list_household(world.org, request.household)] == ["Anna Roy"]


def test_declining_wants_a_reason_and_sends_it(world: World, home: Household, door: Door, desk: Browser) -> None:
    """ACC-6: nobody is left without an answer."""
    _wish(door, "match")
    page = _request(desk, world.org)
    assert desk.submit(page, "decline", reason=" ").status == 400

    page = desk.submit(page, "decline", reason="Please come by with your card.")

    assert _told(world) == ["join_declined"]
    decided = desk.get(f"/{world.org}/desk/joining", show="done")
    assert "Declined" in decided.text
    assert "Please come by" in desk.get(decided.links["Anna Roy"]).text


def test_a_new_family_that_looks_like_one_on_file_is_shown(
    world: World, home: Household, door: Door, desk: Browser
) -> None:
    """AUTH-7: an open door makes duplicates; the staff see at once whom it may double, and compare them."""
    tell(door.browser, begin(door.browser, world.org, wish="new"), born="1988-02-01")
    confirm(door)
    [waiting] = joining.list_requests(world.org, waiting=True).rows
    indexing.refresh(world.org, waiting.household)

    page = _request(desk, world.org)

    assert f"/desk/merge/{home.id}/{waiting.household}" in page.links["Compare and merge"]
    desk.submit(page, "seen")
    assert joining.list_requests(world.org, waiting=True).rows == []


def _wish(door: Door, wish: str, phone: str = "514 555-0177", **fields: str) -> None:
    """A registration that waits at the desk."""
    tell(door.browser, begin(door.browser, door.org, phone, wish=wish), **fields)
    confirm(door)
