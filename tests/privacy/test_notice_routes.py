"""The page that anybody may read about privacy (X-15)."""

from dataclasses import replace

import pytest

from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import PrivacyTerms
from tests.support.browser import Browser
from tests.support.world import World


@pytest.mark.parametrize("language", ["fr", "en", "ru"])
def test_it_says_what_is_kept_how_long_and_who_answers(world: World, browser: Browser, language: str) -> None:
    """X-15: with nobody signed in; a longer term of the organisation's own is told."""
    terms = PrivacyTerms("Anne <Roy>", "privacy@northside.example", (("books", 9),))
    organisations.update(replace(world.organisation, privacy=terms, languages=(language,)))
    page = browser.get(f"/{world.org}/privacy")
    assert page.status == 200
    assert "Anne <Roy>" in page.text
    assert "privacy@northside.example" in page.links.values() or "mailto:privacy@northside.example" in page.html
    assert "9" in page.text


def test_without_an_officer_the_organisation_answers(world: World, browser: Browser) -> None:
    """Its own address stands there."""
    page = browser.get(f"/{world.org}/privacy")
    assert "desk@northside.example" in page.html


def test_it_says_that_an_opened_card_stays_until_sign_out(world: World, browser: Browser) -> None:
    """NEW-18: the one thing beside cookies that the portal leaves in a browser."""
    page = browser.get(f"/{world.org}/privacy")
    assert "A membership card that you have opened stays in this browser" in page.text
    assert "It goes when you sign out." in page.text
