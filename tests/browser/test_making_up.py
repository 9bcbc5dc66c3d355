"""Absences, make-ups and the waiting list in Chromium: report with preview, find, take, give back; accept an offer."""

import re

import pytest

from tests.browser.answering import answer_what_is_asked
from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import MARCO, MICHAEL, RACHEL, STEPHANE, Person
from tests.browser.visitor import Visitor

_PHONE = {"width": 320, "height": 640}
_DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


def _link(visitor: Visitor, words: str | re.Pattern[str]) -> None:
    """Follows the first link of the page's main part with these words."""
    visitor.follow(visitor.page.locator("main").get_by_role("link", name=words).first)


def _press(visitor: Visitor, words: str) -> None:
    """Presses the first button of the page's main part that begins with these words."""
    visitor.follow(visitor.page.locator("main").get_by_role("button", name=re.compile(f"^{words}")).first)


def _look(visitor: Visitor, inspector: Inspector, javascript: bool) -> None:
    """Whatever the width, nothing scrolls sideways; axe needs JavaScript."""
    assert visitor.overflow() <= 0
    if javascript:
        inspector.inspect(visitor)


def _last_meeting(visitor: Visitor, name: str, title: str) -> None:
    """Opens the last date of a member's class that is shown."""
    visitor.open("members")
    _link(visitor, re.compile(name))
    _link(visitor, "Classes")
    _link(visitor, title)
    visitor.follow(visitor.page.locator("main .row a.reach").last)


@pytest.mark.parametrize(
    ("person", "name", "title", "size", "javascript"),
    [(MARCO, "Gianna", "Piano 1", _PHONE, False), (RACHEL, "Eli", "Guitar", _DESKTOP, True)],
    ids=["phone", "desktop"],
)
def test_an_absence_is_made_up_and_the_make_up_given_back(
    signed_in: SignedIn,
    inspector: Inspector,
    person: Person,
    name: str,
    title: str,
    size: dict[str, int],
    javascript: bool,
) -> None:
    """SCH-6, NEW-1, NEW-5: without JavaScript at 320 px, and on a desktop."""
    visitor = signed_in(person, locale="en-CA", java_script_enabled=javascript, viewport=size)
    _last_meeting(visitor, name, title)
    _look(visitor, inspector, javascript)
    _link(visitor, "Report an absence")
    assert "It gives a right to make up, good until" in visitor.text()
    _look(visitor, inspector, javascript)
    visitor.page.fill("#field-reason", "A cold")
    _press(visitor, "Report the absence")
    assert "Absent, excused" in visitor.text()

    _link(visitor, "Right to make up this class")
    _look(visitor, inspector, javascript)
    in_time = visitor.page.locator("main").get_by_role("button", name=re.compile("^Choose")).last  # to be given back
    visitor.follow(in_time)
    answer_what_is_asked(visitor)
    assert "The place is kept for you until" in visitor.text()
    _look(visitor, inspector, javascript)
    _press(visitor, "Take this class")
    assert "The make-up class is booked." in visitor.text()
    _look(visitor, inspector, javascript)

    _link(visitor, "Give this make-up class back")
    assert "You keep the right to make up" in visitor.text()
    _look(visitor, inspector, javascript)
    _press(visitor, "Give it back")
    assert "Can be used" in visitor.text()
    visitor.open("makeups")
    assert name in visitor.text()
    _look(visitor, inspector, javascript)


def test_a_place_that_comes_free_is_offered_and_taken(signed_in: SignedIn, inspector: Inspector) -> None:
    """NEW-5: one family leaves a class that is full, which moves the list; the other accepts what it is offered."""
    waits = signed_in(MICHAEL, locale="en-CA", viewport=_DESKTOP)
    waits.open("waiting")
    assert "Number 1 on the list" in waits.text()
    _look(waits, inspector, javascript=True)
    leaves = signed_in(STEPHANE, java_script_enabled=False, viewport=_PHONE)
    leaves.open("members")
    _link(leaves, re.compile("Victoria"))
    leaves.follow(leaves.page.locator("main a[href$='/enrolments']"))
    _link(leaves, "Chœur des jeunes")
    leaves.follow(leaves.page.locator("main a[href$='/leave']"))
    leaves.page.fill("#field-reason", "Nous déménageons")
    leaves.follow(leaves.page.locator("main button.button--danger"))

    waits.open("waiting")
    assert "Kept for you until" in waits.text()
    _look(waits, inspector, javascript=True)
    _press(waits, "Take the place")

    waits.page.wait_for_url("**/enrolling")
    assert "Sophia" in waits.text()
