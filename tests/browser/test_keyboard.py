"""With the keyboard alone, and the focus always in sight (WCAG 2.2: 2.1.1, 2.4.1, 2.4.3, 2.4.7)."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import SignedIn
from tests.browser.people import JENNIFER
from tests.browser.portal import Portal
from tests.browser.tabbing import tab_to
from tests.browser.visitor import BETWEEN_CODES_MINUTES, Visitor


def test_a_parent_signs_in_and_opens_an_invoice_with_the_keyboard(
    visit: Callable[..., Visitor], portal: Portal
) -> None:
    visitor = visit()
    page, post = visitor.page, portal.post_of(JENNIFER.reached_at)
    portal.pass_time(minutes=BETWEEN_CODES_MINUTES)
    visitor.open("sign-in")
    tab_to(page, "#field-address")
    page.keyboard.type(JENNIFER.mail)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code")
    tab_to(page, "#field-code")
    page.keyboard.type(post.code())
    page.keyboard.press("Enter")
    page.wait_for_url(portal.home)
    tab_to(page, "a[href*='/invoices/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/invoices/*")
    assert visitor.heading().startswith("Invoice ")


def test_the_first_tab_leads_past_the_navigation(signed_in: SignedIn) -> None:
    visitor = signed_in(JENNIFER)
    page = visitor.open()
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href") == "#main"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(":focus").evaluate("element => element.closest('main') !== null")


@pytest.mark.parametrize("menu", ["languages", "account"])
def test_a_menu_opens_and_closes_with_the_keyboard(signed_in: SignedIn, menu: str) -> None:
    visitor = signed_in(JENNIFER)
    page = visitor.open("schedule")
    item = "button[name=language]" if menu == "languages" else "a.menu__item"
    tab_to(page, f"details:has({item}) > summary")
    assert page.locator(".menu__panel:visible").count() == 0
    page.keyboard.press("Enter")
    assert page.locator(".menu__panel:visible").count() == 1
    tab_to(page, item)
    page.keyboard.press("Escape")
    assert page.locator(".menu__panel:visible").count() == 0
    assert page.locator(":focus").evaluate("element => element.matches('summary')")


def test_mistakes_are_where_the_keyboard_is(signed_in: SignedIn) -> None:
    """The summary has the focus after sending; its first link leads to the field."""
    visitor = signed_in(JENNIFER)
    page = visitor.open("members/add")
    tab_to(page, "#field-first_name")
    page.keyboard.press("Enter")
    page.locator(".error-summary:focus").wait_for()
    assert page.title().startswith("Error:")
    tab_to(page, ".error-summary a")
    page.keyboard.press("Enter")
    assert page.locator(":focus").get_attribute("id") == "field-first_name"
