"""A user's own settings, as a browser changes them."""

import pytest

from tests.support import markup
from tests.support.browser import Page
from tests.support.door import Door
from tests.support.world import World


@pytest.fixture
def settings(world: World, door: Door) -> Page:
    """The settings of somebody with an address and a number."""
    world.user(world.household(), mobile="+15145550123")
    door.enter("marie@example.com", "+15145550123")
    return door.browser.get(f"/{world.org}/settings")


def _shut(page: Page, action: str) -> bool:
    """Whether the form of an action lies in a part of the page that has to be opened first."""
    parts = [part for part in page.document.iter("details") if part.get("open") is None]
    return any((form.get("action") or "").endswith(action) for part in parts for form in part.iter("form"))


@pytest.mark.parametrize("action", ["settings/mobile/remove", "settings/devices/end-all"])
def test_what_cannot_be_taken_back_takes_two_presses(settings: Page, action: str) -> None:
    assert _shut(settings, action)


def test_signing_out_everywhere_says_so_at_the_door(settings: Page, door: Door) -> None:
    """S-05."""
    page = door.browser.submit(settings, "settings/devices/end-all")

    assert "You are signed out on all your devices." in page.text
    assert "signed out" not in door.browser.get(page.url.partition("?")[0]).text


@pytest.mark.parametrize(("after", "confirmed"), [("settings", True), ("members", False)])
def test_a_saved_language_is_confirmed_in_the_settings(settings: Page, door: Door, after: str, confirmed: bool) -> None:
    page = door.browser.submit(settings, "settings/language", language="fr", next=after)

    assert ("Votre modification est enregistrée." in page.text) is confirmed


@pytest.mark.parametrize(
    ("link", "kind", "inputmode", "wrong", "sentence"),
    [
        ("Change Email address", "email", "email", "514 555-0199", "Enter an email address such as"),
        ("Change Mobile number", "mobile", "tel", "new@example.com", "Enter a mobile number with its area code"),
    ],
)
def test_each_way_in_is_changed_on_a_page_of_its_own(
    settings: Page, door: Door, link: str, kind: str, inputmode: str, wrong: str, sentence: str
) -> None:
    """AUTH-12: who changes the number is not asked for an address, and a mistake stays on the same page."""
    page = door.browser.get(settings.links[link])
    field = next(field for field in page.document.iter("input") if field.get("name") == "address")
    refused = door.browser.submit(page, "settings/login", address=wrong)
    empty = door.browser.submit(refused, "settings/login", address="")

    assert field.get("type") == inputmode
    assert kind in page.title
    assert (refused.status, sentence in refused.text, refused.title) == (400, True, f"Error: {page.title}")
    assert "Fill in this field" in empty.text
    assert markup.text(next(page.document.iter("h1"))) == markup.text(next(empty.document.iter("h1")))
