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
