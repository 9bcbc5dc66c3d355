"""The button that leads to the portal from an organisation's own website."""

import base64
import hashlib
import re
from dataclasses import replace

from chalicelib.identity.domain import StaffRole
from chalicelib.organisations.domain import Brand
from chalicelib.portals import button_routes
from chalicelib.portals.button_routes import SCRIPTS
from chalicelib.web import assets
from tests.support.browser import Browser
from tests.support.world import World

CHECKSUMS = {
    "button-1.js": "sha384-Vxm1aLB9lCvxVKfZtMgRVs9/e7e0fEJ2jEIK1+CA15TFQGvEnQol5BYLfLbDMYve",
}
"""Of every script that websites may name. One that is to be otherwise gets a new file: this list only grows."""


def _page_of_owner(world: World, browser: Browser) -> str:
    desk = browser.sign_in_staff(world.org, world.staff(StaffRole.OWNER), world.now)
    return desk.get(f"/{world.org}/desk/settings/address").text


def test_no_script_that_a_website_may_name_ever_changes() -> None:
    """ADM-8: websites name it with its checksum, and a browser refuses any other."""
    assert {name: button_routes.integrity(name) for name in SCRIPTS} == CHECKSUMS


def test_the_lines_for_a_website_name_the_script_by_what_it_is(world: World, browser: Browser) -> None:
    """ADM-8: the address serves just what the checksum says, to any website, for a year."""
    told = _page_of_owner(world, browser)
    found = re.search(r'<script src="([^"]+)" integrity="sha384-([^"]+)" crossorigin="anonymous" async>', told)
    assert found
    script = Browser(browser.portal).get(found[1])

    assert base64.b64encode(hashlib.sha384(script.body).digest()).decode() == found[2]
    assert script.header("access-control-allow-origin") == "*"
    assert script.header("cache-control") == "public, max-age=31536000, immutable"
    assert script.header("content-type").startswith("text/javascript")
    assert script.header_list("set-cookie") == []


def test_the_button_is_a_link_even_where_no_script_runs(world: World, browser: Browser) -> None:
    """ADM-7, ADM-8."""
    told = _page_of_owner(world, browser)

    assert f'<a href="https://portal.test/{world.org}" hreflang="fr">' in told
    assert 'hreflang="ru"' in told
    assert f"https://portal.test/{world.org} " in told
    assert 'place="corner"' in told


def test_the_script_asks_nobody_and_keeps_nothing() -> None:
    """ADM-8: it runs on other people's websites."""
    for name in SCRIPTS:
        text = assets.read(name)
        for word in ("fetch", "XMLHttpRequest", "cookie", "Storage", "eval", "innerHTML", "http"):
            assert word not in text, f"{name}: {word}"


def test_words_on_the_button_are_readable_in_any_colour(world: World) -> None:
    """ADM-9: dark letters on a light colour."""
    light = replace(world.organisation, brand=Brand("#ffe066"))

    assert 'ink="black"' in button_routes.button(light)
    assert 'ink="white"' in button_routes.button(world.organisation)


def test_no_other_file_is_served(world: World, browser: Browser) -> None:
    for name in ("portal.js", "button-0.js", "..%2Fbutton-1.js"):
        assert browser.get(f"/{world.org}/button/{name}").status == 404
