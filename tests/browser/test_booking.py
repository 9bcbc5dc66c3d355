"""Booking in Chromium: find a time, book, look at the bill, move, cancel."""

import re

import pytest

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import FIONA, RACHEL, Person
from tests.browser.visitor import Visitor

_PHONE = {"width": 320, "height": 640}
_DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


def _link(visitor: Visitor, words: str) -> None:
    """Follows a link of the page's main part."""
    visitor.follow(visitor.page.locator("main").get_by_role("link", name=words).first)


def _look(visitor: Visitor, inspector: Inspector, javascript: bool) -> None:
    """Whatever the width, nothing scrolls sideways; axe needs JavaScript."""
    assert visitor.overflow() <= 0
    if javascript:
        inspector.inspect(visitor)


@pytest.mark.parametrize(
    ("person", "size", "javascript"), [(FIONA, _PHONE, False), (RACHEL, _DESKTOP, True)], ids=["phone", "desktop"]
)
def test_a_room_is_booked_moved_and_cancelled(
    signed_in: SignedIn, inspector: Inspector, person: Person, size: dict[str, int], javascript: bool
) -> None:
    """BOOK-1 to BOOK-4, NEW-1: without JavaScript at 320 px, and on a desktop."""
    visitor = signed_in(person, locale="en-CA", java_script_enabled=javascript, viewport=size)
    visitor.open("bookings")
    _look(visitor, inspector, javascript)
    _link(visitor, "Book")
    _look(visitor, inspector, javascript)
    _link(visitor, "Debussy room")
    _link(visitor, "Week after")
    _look(visitor, inspector, javascript)
    visitor.follow(visitor.page.locator(".times button").first)
    _look(visitor, inspector, javascript)
    assert "$6.90" in visitor.text()
    visitor.page.fill("#field-note", "Violin")
    visitor.follow(visitor.main_button())
    visitor.page.wait_for_url(re.compile(r"/bookings/2\d{7}-"))
    assert "Confirmed" in visitor.text()
    assert "What it costs, and how to pay" in visitor.text()
    _look(visitor, inspector, javascript)

    booking = visitor.page.url
    _link(visitor, "Invoice")
    assert "$6.90" in visitor.text()

    visitor.page.goto(booking)
    _link(visitor, "Choose another time")
    _link(visitor, "Week after")
    _look(visitor, inspector, javascript)
    visitor.follow(visitor.page.locator(".times button").nth(1))
    assert "The price stays the same" in visitor.text()
    _look(visitor, inspector, javascript)
    visitor.follow(visitor.main_button())
    visitor.page.wait_for_url("**saved=moved")

    _link(visitor, "Cancel this booking")
    assert "$6.90" in visitor.text()
    _look(visitor, inspector, javascript)
    visitor.follow(visitor.main_button())
    visitor.page.wait_for_url("**saved=cancelled")
    assert "Cancelled" in visitor.text()
