"""The owner lets programs in and tells them what happens, in Chromium: every page is sound, all works by keyboard."""

import re
from collections.abc import Callable

from pyotp import TOTP

from tests.browser.looks import Inspector
from tests.browser.people import DIANE
from tests.browser.staff import come_to_the_desk
from tests.browser.visitor import Visitor


def test_the_owner_makes_a_token_and_an_address_and_takes_both_back(
    visit: Callable[..., Visitor], apps: dict[str, TOTP]
) -> None:
    desk, inspector = visit(locale=DIANE.locale), Inspector()
    come_to_the_desk(desk, DIANE, apps)

    page = desk.open("desk/api")
    inspector.inspect(desk)
    page.fill("#field-name", "Comptabilité")
    page.check("#field-invoices-read")
    page.focus("#field-days")
    page.keyboard.press("Enter")
    page.locator(".notice .code").wait_for()
    inspector.inspect(desk)
    assert re.fullmatch(r"foyer_[a-z2-7]{32}_[\w-]{43}", page.locator(".notice .code").inner_text())
    page = desk.open("desk/api")
    page.locator("main form[action$='/desk/api/end'] button").first.click()
    page.wait_for_url("**/desk/api?saved=1")

    page = desk.open("desk/webhooks")
    inspector.inspect(desk)
    page.fill("#field-url", "https://hooks.example.com/in")
    page.check("#field-payment-noted")
    page.focus("#field-url")
    page.keyboard.press("Enter")
    page.locator(".notice .code").wait_for()
    inspector.inspect(desk)
    page = desk.open("desk/webhooks")
    desk.follow(page.locator("main .rows a").first)
    page.locator("main form[action$='/off'] button").click()
    page.wait_for_url("**?saved=1")
    inspector.inspect(desk)
    page.locator("main form[action$='/remove'] button").click()
    page.wait_for_url("**/desk/webhooks?saved=1")
