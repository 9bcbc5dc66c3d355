"""With the keyboard alone, and the focus always in sight (WCAG 2.2: 2.1.1, 2.4.1, 2.4.3, 2.4.7)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SignedIn
from tests.browser.people import JENNIFER
from tests.browser.portal import Portal
from tests.browser.visitor import BETWEEN_CODES_MINUTES, Visitor

_MANY_TABS = 60
_FOCUS_IS_SEEN = """element => {
    const styles = [getComputedStyle(element), getComputedStyle(element, "::after")];
    return styles.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
}"""


def _tab_to(page: Page, selector: str) -> None:
    """Presses Tab until something that fits `selector` has the focus, which must be seen at every step."""
    for _ in range(_MANY_TABS):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        assert focused.count() == 1, "the focus was lost"
        assert focused.evaluate(_FOCUS_IS_SEEN), f"no focus to be seen on {focused.evaluate('e => e.outerHTML')}"
        if focused.evaluate("(element, selector) => element.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def test_a_parent_signs_in_and_opens_an_invoice_with_the_keyboard(
    visit: Callable[..., Visitor], portal: Portal
) -> None:
    visitor = visit()
    page, post = visitor.page, portal.post_of(JENNIFER.reached_at)
    portal.pass_time(minutes=BETWEEN_CODES_MINUTES)
    visitor.open("sign-in")
    _tab_to(page, "#field-address")
    page.keyboard.type(JENNIFER.mail)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code")
    _tab_to(page, "#field-code")
    page.keyboard.type(post.code())
    page.keyboard.press("Enter")
    page.wait_for_url(portal.home)
    _tab_to(page, "a[href*='/invoices/']")
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
    _tab_to(page, f"details:has({item}) > summary")
    assert page.locator(".menu__panel:visible").count() == 0
    page.keyboard.press("Enter")
    assert page.locator(".menu__panel:visible").count() == 1
    _tab_to(page, item)
    page.keyboard.press("Escape")
    assert page.locator(".menu__panel:visible").count() == 0
    assert page.locator(":focus").evaluate("element => element.matches('summary')")


def test_mistakes_are_where_the_keyboard_is(signed_in: SignedIn) -> None:
    """The summary has the focus after sending; its first link leads to the field."""
    visitor = signed_in(JENNIFER)
    page = visitor.open("members/add")
    _tab_to(page, "#field-first_name")
    page.keyboard.press("Enter")
    page.locator(".error-summary:focus").wait_for()
    assert page.title().startswith("Error:")
    _tab_to(page, ".error-summary a")
    page.keyboard.press("Enter")
    assert page.locator(":focus").get_attribute("id") == "field-first_name"
