"""Giving access in Chromium: a link to a schedule, somebody invited, growing up; in three languages."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.browser.looks import Inspector
from tests.browser.people import AMELIE, FIONA, IRINA, Person
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


def _in_a_month(portal: Portal) -> str:
    return f"{portal.pass_time(minutes=0).date() + timedelta(days=30)}"


@pytest.mark.parametrize(("person", "javascript"), [(AMELIE, True), (FIONA, False), (IRINA, True)], ids=str)
def test_access_is_given_and_taken(
    visit: Callable[..., Visitor], inspector: Inspector, person: Person, javascript: bool
) -> None:
    """NEW-7: a link that a stranger opens, and a guest who proves the address; on a phone."""
    phone = {"locale": person.locale, "java_script_enabled": javascript, "viewport": {"width": 320, "height": 640}}
    visitor = visit(**phone)
    visitor.sign_in(person.mail)
    page = visitor.open("access")
    assert visitor.overflow() <= 0
    visitor.follow(page.locator("main a[href$='/access/links/add']"))
    page.fill("#field-name", "Babushka")
    page.fill("#field-until", _in_a_month(visitor.portal))
    _look(visitor, inspector, javascript)
    visitor.follow(visitor.main_button())
    address = page.locator("#field-address").input_value()
    _look(visitor, inspector, javascript)

    stranger = visit(**phone)
    stranger.page.goto(address)
    assert stranger.page.locator("meta[name=robots], h1").count() >= 1
    assert "Babushka" not in stranger.page.content()
    _look(stranger, inspector, javascript)

    _invite_and_accept(visitor, visit(**phone), inspector, person, javascript)
    page = visitor.open("access")
    visitor.follow(page.locator("form[action$='/access/links/end'] button").first)
    stranger.noting = False
    stranger.page.reload()
    assert stranger.page.locator("main .row").count() == 0


def _invite_and_accept(
    visitor: Visitor, guest: Visitor, inspector: Inspector, person: Person, javascript: bool
) -> None:
    address = f"guest-of-{person.mail}"
    post = visitor.portal.post_of(address)
    page = visitor.open("access/invite")
    page.fill("#field-name", "Guest")
    page.fill("#field-address", address)
    page.locator("main input[name=role][value=viewer]").check()
    _look(visitor, inspector, javascript)
    visitor.main_button().click()
    page.wait_for_url("**/access?saved=invited")
    link = next(word for word in str(post.wait()[0]["text"]).split() if "/invitations/" in word)

    guest.page.goto(link)
    _look(guest, inspector, javascript)
    guest.main_button().click()
    guest.page.wait_for_url("**/invitation/code")
    _look(guest, inspector, javascript)
    guest.enter_code(post.code())
    guest.page.locator(".nav").first.wait_for()
    guest.open("members")
    assert guest.page.locator("main .row").count() > 0


def _look(visitor: Visitor, inspector: Inspector, javascript: bool) -> None:
    """Nothing scrolls sideways, and axe finds nothing, where it can look."""
    assert visitor.overflow() <= 0
    if javascript:
        inspector.inspect(visitor)
