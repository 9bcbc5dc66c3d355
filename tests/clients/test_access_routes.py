"""What staff may do about how somebody signs in, and what they may never do (AUTH-11, AUTH-13, ADM-6)."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.clients import letting_in
from chalicelib.households import activity
from chalicelib.identity.domain import StaffRole, User
from chalicelib.identity.store import require_user
from chalicelib.shared.errors import Invalid, NotFound
from tests.clients.test_routes import at_desk
from tests.support.browser import Browser
from tests.support.stored import messages_of
from tests.support.world import World


def _user(world: World, **changes: Any) -> tuple[str, User]:
    home = world.household("Tremblay")
    return home.id, world.user(home, **changes)


def test_who_signs_in_is_told_with_the_ways_in(browser: Browser, world: World) -> None:
    home, _ = _user(world, mobile="+15145550123")
    page = at_desk(browser, world).get(f"/{world.org}/desk/clients/{home}/access")

    for words in ("Marie Tremblay", "Holder", "marie@example.com", "(514) 555-0123", "Has not signed in yet"):
        assert words in page.text, words
    assert "Add what is missing" not in page.text


def test_a_missing_number_is_added_and_its_owner_told_everywhere(browser: Browser, world: World) -> None:
    """ADM-6."""
    home, user = _user(world)
    desk = at_desk(browser, world)
    form = desk.get(f"/{world.org}/desk/clients/{home}/access/{user.id}")

    page = desk.submit(form, f"/{user.id}", address="514 555 0123")

    assert "Added" in page.text
    assert require_user(world.org, user.id).mobile == "+15145550123"
    told = messages_of(world.org)
    assert {each.template for each in told} == {"login_changed"}
    assert {each.address for each in told} == {"+15145550123", "marie@example.com"}
    log = activity.page(world.org, home, world.now - timedelta(days=1), world.now + timedelta(days=1))
    assert "login_added" in [deed.kind for deed in log.rows]


def test_who_confirmed_long_ago_confirms_anew(browser: Browser, world: World) -> None:
    home, user = _user(world)
    staff = world.staff()
    desk = browser.sign_in_staff(world.org, staff, world.now - timedelta(minutes=20))

    page = desk.get(f"/{world.org}/desk/clients/{home}/access/{user.id}")

    assert "/confirm" in page.location


@pytest.mark.parametrize("typed", ["other@example.com", "MARIE@example.com", "marie@example.com"])
def test_an_address_that_is_there_is_never_changed(world: World, typed: str) -> None:
    """AUTH-13, C7."""
    home, user = _user(world)
    with pytest.raises(Invalid) as refused:
        letting_in.add_login(world.organisation, home, user.id, typed, world.now)
    assert "Only its owner" in refused.value.errors["address"].key
    assert require_user(world.org, user.id) == require_user(world.org, user.id)
    assert require_user(world.org, user.id).email == "marie@example.com"


def test_nothing_is_added_for_somebody_of_the_staff(browser: Browser, world: World) -> None:
    """A-28: codes of the owner, who is a parent too, would go to whoever at the desk added a number."""
    home = world.household("Tremblay")
    owner = world.staff(StaffRole.OWNER, home)
    with pytest.raises(Invalid):
        letting_in.add_login(world.organisation, home.id, owner.id, "514 555 0124", world.now)
    assert require_user(world.org, owner.id).mobile == ""
    page = at_desk(browser, world).get(f"/{world.org}/desk/clients/{home.id}/access")
    assert "Add what is missing" not in page.text


def test_neither_is_a_number(world: World) -> None:
    home, user = _user(world, mobile="+15145550123")
    with pytest.raises(Invalid):
        letting_in.add_login(world.organisation, home, user.id, "514 555 0124", world.now)


def test_what_somebody_else_signs_in_with_is_refused(browser: Browser, world: World) -> None:
    home, user = _user(world)
    world.user(email="else@example.com", mobile="+15145550123")
    desk = at_desk(browser, world)

    page = desk.submit(
        desk.get(f"/{world.org}/desk/clients/{home}/access/{user.id}"), f"/{user.id}", address="514-555-0123"
    )

    assert (page.status, "Somebody else signs in with this" in page.text) == (400, True)
    assert require_user(world.org, user.id).mobile == ""


@pytest.mark.parametrize("typed", ["", "nobody", "12"])
def test_what_is_no_address_is_refused(world: World, typed: str) -> None:
    home, user = _user(world)
    with pytest.raises(Invalid):
        letting_in.add_login(world.organisation, home, user.id, typed, world.now)


def test_a_user_of_another_household_is_not_found(world: World) -> None:
    home, _ = _user(world)
    other = world.user(world.household("Roy"), email="roy@example.com")
    with pytest.raises(NotFound):
        letting_in.add_login(world.organisation, home, other.id, "514 555 0123", world.now)


def test_the_message_about_the_account_goes_out_again_once_a_day(browser: Browser, world: World) -> None:
    """AUTH-11."""
    home, user = _user(world)
    desk = at_desk(browser, world)
    path = f"/{world.org}/desk/clients/{home}/access"

    assert "on its way" in desk.submit(desk.get(path), "/tell").text
    again = desk.submit(desk.get(path), "/tell")

    assert (again.status, "went out today already" in again.text) == (409, True)
    assert [(each.template, each.user) for each in messages_of(world.org)] == [("activation", user.id)]


def test_who_signed_in_is_not_told_again(browser: Browser, world: World) -> None:
    home, user = _user(world, activated_at=world.now)
    desk = at_desk(browser, world)

    page = desk.get(f"/{world.org}/desk/clients/{home}/access")

    assert "Tell of the account again" not in page.text
    with pytest.raises(Exception, match="signed in already"):
        letting_in.tell_again(world.organisation, home, user.id, world.now)


def test_who_reads_only_adds_nothing(browser: Browser, world: World) -> None:
    home, user = _user(world)
    reader = at_desk(browser, world, StaffRole.READ_ONLY)

    assert "Add what is missing" not in reader.get(f"/{world.org}/desk/clients/{home}/access").text
    assert reader.get(f"/{world.org}/desk/clients/{home}/access/{user.id}").status == 403
