"""A parent signs in with a code, by mail and by text, in each language, with and without JavaScript."""

import re
from collections.abc import Callable

import pytest

from chalicelib.web.language import catalogue
from tests.browser.people import MARTIN, MICHAEL, NATALIA, OLGA, SARAH, SOPHIE, Person
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]

BY_MAIL = (SOPHIE, SARAH, OLGA)
BY_TEXT = (MARTIN, MICHAEL, NATALIA)


def _says(language: str, sentence: str) -> str:
    """A sentence of the pages in a language; in any but English it must have been translated."""
    said = catalogue(language).gettext(sentence)
    assert (said == sentence) == (language == "en"), f"{sentence!r} is not translated to {language}"
    return said


def _open_from_home(visitor: Visitor, href: str) -> str:
    """Follows the navigation to a list, then the first link to a page of its own. Returns that page's heading."""
    page = visitor.page
    page.locator(f".nav a[href$='/{href}']").click()
    page.wait_for_url(f"**/{href}")
    page.locator(f"main .row a[href*='/{href}/'], main .row a[href*='/enrolments/']").first.click()
    page.wait_for_url(re.compile(rf"/(?:{href}|enrolments)/(?:events/)?[^/]+$"))
    return visitor.heading()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
@pytest.mark.parametrize("person", BY_MAIL + BY_TEXT, ids=str)
def test_a_parent_signs_in_looks_around_and_signs_out(
    visit: Visit, portal: Portal, person: Person, javascript: bool
) -> None:
    """AUTH-1, AUTH-4, ACC-1, DASH-1, INV-2, SCH-1, S-11; C1: without JavaScript too."""
    visitor = visit(locale=person.locale, java_script_enabled=javascript, viewport={"width": 390, "height": 844})
    page, language = visitor.page, person.language
    post = portal.post_of(person.reached_at)

    visitor.ask_for_code(person.mobile_typed or person.mail)
    assert visitor.heading() == _says(language, "Enter your code")
    visitor.enter_code(post.code())
    assert [message["kind"] for message in post.with_codes()] == ["text" if person.mobile else "mail"]

    assert page.locator("html").get_attribute("lang") == language
    assert page.locator(".nav a[aria-current]").inner_text() == _says(language, "Home")
    _open_from_home(visitor, "invoices")
    assert page.locator("main .figure__value, main .summary").count()
    assert _open_from_home(visitor, "schedule")
    assert _open_from_home(visitor, "members")
    page.locator(".menu").last.locator("summary").click()
    page.locator(".menu a[href$='/settings']").click()
    page.wait_for_url("**/settings")
    assert visitor.heading() == _says(language, "Settings")

    visitor.sign_out()
    assert visitor.heading() == _says(language, "Sign in")
    for _ in range(3):
        page.go_back()
        assert page.url.startswith(portal.at("sign-in")), "Back showed a page of the account"
        assert page.locator(".nav").count() == 0
