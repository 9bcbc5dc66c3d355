"""Signing in through the pages, as a browser does it."""

from tests.support.browser import Browser
from tests.support.door import Door
from tests.support.world import World


def test_a_parent_signs_in_with_a_mailed_code(world: World, door: Door) -> None:
    """AUTH-1, AUTH-3, AUTH-5: an address, a code of six digits, the household's account."""
    world.user(world.household("Tremblay", "Léa"))

    page = door.enter("marie@example.com")

    assert page.status == 200
    assert "Hello Marie" in page.text


def test_a_code_opens_the_door_once(world: World, door: Door) -> None:
    """A-06: the second use of a right code is refused like a wrong one."""
    world.user(world.household())
    code_page = door.ask("marie@example.com")
    code = door.sent.code("marie@example.com")
    saved = dict(door.browser.cookies)
    assert door.browser.submit(code_page, "sign-in/code", code=code).status == 200

    again = Browser(door.browser.portal, cookies=saved)
    refused = again.submit(code_page, "sign-in/code", code=code)

    assert refused.status == 400
    assert "This code does not work" in refused.text


def test_a_form_that_is_sent_twice_orders_one_code(world: World, door: Door) -> None:
    """A-15, without JavaScript: the second answer holds the same challenge, and its browser can type the code."""
    world.user(world.household("Tremblay", "Léa"))
    page = door.browser.get(f"/{world.org}/sign-in")
    before = dict(door.browser.cookies)
    door.browser.submit(page, "sign-in", address="marie@example.com")
    door.browser.cookies = before

    code_page = door.browser.submit(page, "sign-in", address="marie@example.com")
    door.dispatch()

    assert "code" in code_page.url
    assert len(door.sent("marie@example.com")) == 1
    home = door.browser.submit(code_page, "sign-in/code", code=door.sent.code("marie@example.com"))
    assert "Hello Marie" in home.text


def test_another_browser_gets_no_share_in_a_code_that_was_just_ordered(world: World, door: Door) -> None:
    """A-08, A-12: within the gap a second browser is told to wait, and holds nothing."""
    world.user(world.household("Tremblay", "Léa"))
    door.ask("marie@example.com")

    stranger = Browser(door.browser.portal)
    page = stranger.submit(stranger.get(f"/{world.org}/sign-in"), "sign-in", address="marie@example.com")

    assert page.status == 429
    assert not any("code" in name for name in stranger.cookies)


def test_the_code_page_helps_when_nothing_comes(world: World, door: Door) -> None:
    """AUTH-15, NEW-3: the slip in the domain is shown, with general advice and the organisation's contact."""
    page = door.ask("marie@gmial.com")

    assert "marie@gmail.com" in page.text
    assert "Nothing arrived?" in page.text
    assert "desk@northside.example" in page.text
