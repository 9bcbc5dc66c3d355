"""Enrolling in Chromium: find a class, keep a place, look at the price, get the invoice, leave after a preview."""

import re

import pytest

from tests.browser.answering import answer_what_is_asked
from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import JENNIFER, LINH, SARAH, Person
from tests.browser.visitor import Visitor

_PHONE = {"width": 320, "height": 640}
_DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


def _look(visitor: Visitor, inspector: Inspector, javascript: bool) -> None:
    """Whatever the width, nothing scrolls sideways; axe needs JavaScript."""
    assert visitor.overflow() <= 0
    if javascript:
        inspector.inspect(visitor)


def _open_class_with_a_place(visitor: Visitor) -> str:
    """The first class of the list that costs, and that somebody of the family can take a place in; its address."""
    links = visitor.page.locator("main .row a")
    found = [links.nth(number).get_attribute("href") or "" for number in range(links.count())]
    for href in found:
        visitor.page.goto(f"{visitor.portal.base_url}{href}")
        costs = "Free of charge" not in visitor.text()
        if costs and visitor.page.locator("form[action$='/hold'] [type=radio]").count():
            return visitor.page.url
    raise AssertionError(f"none of {found} has a place for this family")


@pytest.mark.parametrize(
    ("person", "size", "javascript"), [(SARAH, _PHONE, False), (JENNIFER, _DESKTOP, True)], ids=["phone", "desktop"]
)
def test_a_family_enrols_and_leaves_again(
    signed_in: SignedIn, inspector: Inspector, person: Person, size: dict[str, int], javascript: bool
) -> None:
    """ACC-3, ACC-13, SCH-5, NEW-1: what has to be answered first is; without JavaScript at 320 px, and on a desktop."""
    visitor = signed_in(person, locale="en-CA", java_script_enabled=javascript, viewport=size)
    page = visitor.open("classes")
    _look(visitor, inspector, javascript)
    offered = _open_class_with_a_place(visitor)
    _look(visitor, inspector, javascript)

    page.locator("form[action$='/hold'] [type=radio]").first.check()
    visitor.main_button().click()
    page.wait_for_url("**/enrolling")
    _look(visitor, inspector, javascript)
    assert answer_what_is_asked(visitor) > 0
    _look(visitor, inspector, javascript)
    assert "Kept until" in visitor.text()
    visitor.main_button().click()
    page.wait_for_url(re.compile(r"/invoices/2\d{7}-"))
    assert "Pay invoice" in visitor.heading()

    page.goto(offered)
    _look(visitor, inspector, javascript)
    page.locator(".row", has_text="Already has a place").first.get_by_role("link").click()
    page.wait_for_url("**/enrolments/*")
    assert "Enrolled" in visitor.text()
    _look(visitor, inspector, javascript)
    page.get_by_role("link", name="Change group").click()
    page.wait_for_url("**/change")
    _look(visitor, inspector, javascript)
    page.go_back()

    page.get_by_role("link", name="Cancel this enrolment").click()
    page.wait_for_url("**/leave")
    _look(visitor, inspector, javascript)
    assert "no longer has to be paid on invoice" in visitor.text()
    page.fill("#field-reason", "We move away")
    page.locator("main button.button--danger").click()
    page.wait_for_url(re.compile(r"/enrolments/[\w-]+$"))
    assert "Cancelled" in visitor.text()
    _look(visitor, inspector, javascript)


def test_another_group_is_looked_at_and_left(signed_in: SignedIn, inspector: Inspector) -> None:
    """SCH-5, NEW-1: what a change comes to, or why it can not be, is a page of its own, with a way back."""
    visitor = signed_in(LINH, locale=LINH.locale)
    visitor.open("members")
    for link in (".rows a", "a[href$='/enrolments']", ".rows a[href*='/enrolments/']"):
        visitor.follow(visitor.page.locator(f"main {link}").first)
    visitor.follow(visitor.page.locator("main a[href$='/change']"))
    groups = visitor.page.url
    visitor.follow(visitor.page.locator("main .rows a").first)
    inspector.inspect(visitor)
    visitor.follow(visitor.page.locator("a.back"))
    assert visitor.page.url == groups
