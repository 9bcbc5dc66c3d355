"""What the portal shows of an organisation to anybody: its brand, and plain information."""

from dataclasses import replace

import pytest

from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Brand, Contact, Status
from tests.support.browser import Browser, Page
from tests.support.world import World

_PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
_FOREVER = "public, max-age=31536000, immutable"


def _stylesheet(page: Page, org: str) -> str:
    links = [link.get("href") or "" for link in page.document.iter("link") if link.get("rel") == "stylesheet"]
    return next(href for href in links if f"/{org}/brand/" in href)


def _images(page: Page) -> list[str]:
    return [image.get("src") or "" for image in page.document.iter("img")]


def test_the_page_carries_the_organisations_name_and_contact(world: World, browser: Browser) -> None:
    """ADM-9: a family sees whose portal this is, in its own language, and how to reach the people."""
    page = browser.get(f"/{world.org}/sign-in")
    french = Browser(browser.portal, language="fr-CA").get(f"/{world.org}/sign-in")

    assert "Northside Music" in page.title
    assert "Musique du Nord" in french.title
    assert "desk@northside.example" in page.text
    assert "(514) 555-0100" in page.text


def test_the_colour_has_an_address_that_changes_with_it(world: World, browser: Browser) -> None:
    """ADM-9: browsers keep the sheet forever, and a new colour shows at once."""
    before = _stylesheet(browser.get(f"/{world.org}/sign-in"), world.org)
    sheet = browser.get(before)
    organisations.update(replace(world.organisation, brand=Brand("#7a2e5d")))
    after = _stylesheet(browser.get(f"/{world.org}/sign-in"), world.org)

    assert sheet.header("content-type").startswith("text/css")
    assert sheet.header("cache-control") == _FOREVER
    assert "--brand: #1f4fa3" in sheet.html
    assert after != before
    assert "--brand: #7a2e5d" in browser.get(after).html
    assert browser.get(before).status == 404


def test_the_logo_is_shown_and_served_as_it_was_stored(world: World, browser: Browser) -> None:
    """ADM-9."""
    assert not _images(browser.get(f"/{world.org}/sign-in")), "no logo, no picture"

    organisations.update(replace(world.organisation, brand=Brand(logo="d" * 32)), _PNG)
    image = browser.get(_images(browser.get(f"/{world.org}/sign-in"))[0])

    assert image.body == _PNG
    assert image.header("content-type") == "image/png"
    assert image.header("cache-control") == _FOREVER


@pytest.mark.parametrize("file", ["x", "000000000000-css", "000000000000-logo", "-logo"])
def test_no_other_brand_file_is_found(world: World, browser: Browser, file: str) -> None:
    page = browser.get(f"/{world.org}/brand/{file}")

    assert page.status == 404
    assert page.header("cache-control") == "no-store"


@pytest.mark.parametrize("page", ["privacy", "accessibility"])
def test_plain_information_is_there_for_everybody(world: World, browser: Browser, page: str) -> None:
    found = browser.get(f"/{world.org}/sign-in").links
    told = browser.get(f"/{world.org}/{page}")

    assert told.status == 200
    assert f"/{world.org}/{page}" in found.values(), "every page leads there"


def test_each_portal_has_its_own_address(world: World, browser: Browser) -> None:
    """ADM-7, ADM-8: the slug is the address to share; a stranger's portal is a page that is not there."""
    assert browser.get(f"/{world.org}", follow=True).url.endswith(f"/{world.org}/sign-in")
    assert browser.get(f"/{world.org}-other/sign-in").status == 404


def test_a_closed_portal_says_so(world: World, browser: Browser) -> None:
    """S-07: nobody signs in to an organisation that is suspended."""
    organisations.update(replace(world.organisation, status=Status.SUSPENDED))

    page = browser.get(f"/{world.org}/sign-in")

    assert page.status == 403
    assert "closed at the moment" in page.text


def test_an_organisation_without_contact_shows_none(world: World, browser: Browser) -> None:
    organisations.update(replace(world.organisation, contact=Contact()))

    assert "mailto:" not in browser.get(f"/{world.org}/sign-in").html
