"""Somebody of the staff in Chromium: enrols an authenticator with the keyboard alone, and comes to the desk (A-28)."""

from collections.abc import Callable

from pyotp import TOTP

from tests.browser.looks import Inspector
from tests.browser.people import KATE
from tests.browser.portal import Portal
from tests.browser.tabbing import tab_to
from tests.browser.visitor import BETWEEN_CODES_MINUTES, Visitor

_NEXT_CODE_MINUTES = 0.6


def test_a_desk_is_reached_with_the_keyboard_and_every_page_on_the_way_is_sound(
    visit: Callable[..., Visitor], portal: Portal
) -> None:
    visitor, inspector = visit(), Inspector()
    page, post = visitor.page, portal.post_of(KATE.mail)
    portal.pass_time(minutes=BETWEEN_CODES_MINUTES)
    visitor.open("sign-in")
    tab_to(page, "#field-address")
    page.keyboard.type(KATE.mail)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code")
    tab_to(page, "#field-code")
    page.keyboard.type(post.code())
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/authenticator")
    tab_to(page, "details.disclosure > summary")
    page.keyboard.press("Enter")
    app = TOTP(page.locator("bdi.code").inner_text().replace(" ", ""))
    inspector.inspect(visitor)
    _type_code(visitor, "000000")
    page.locator(".error-summary").wait_for()
    inspector.inspect(visitor)
    _type_code(visitor, app.at(portal.pass_time(minutes=0)))
    page.locator("main ol").wait_for()
    assert page.locator("bdi.code").count() == 10
    inspector.inspect(visitor)
    tab_to(page, "main a.button--primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    assert visitor.heading() == "Hello Kate"
    inspector.inspect(visitor)
    visitor.open("settings/authenticator")
    for summary in page.locator("summary").all()[-2:]:
        summary.click()
    inspector.inspect(visitor)
    visitor.sign_out()

    visitor.sign_in(KATE.mail)
    assert page.url.partition("?")[0].endswith("/second-factor")
    inspector.inspect(visitor)
    _type_code(visitor, app.at(portal.pass_time(minutes=_NEXT_CODE_MINUTES)))
    page.wait_for_url("**/desk")
    visitor.open("desk/consents")
    inspector.inspect(visitor)
    visitor.follow(page.locator("main .rows a").first)
    inspector.inspect(visitor)
    visitor.open("desk/consents/new")
    inspector.inspect(visitor)


def _type_code(visitor: Visitor, code: str) -> None:
    tab_to(visitor.page, "#field-code")
    visitor.page.keyboard.type(code)
    visitor.page.keyboard.press("Enter")
