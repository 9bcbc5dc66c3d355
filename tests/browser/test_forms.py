"""Forms in Chromium: a family answers one, on a phone without script and on a desktop with it (FORM-1)."""

import pytest

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import CATHERINE, OLGA, RACHEL, Person
from tests.browser.visitor import Visitor

_PHONE = {"width": 320, "height": 640}
_DESKTOP = {"width": 1280, "height": 900}
_TOLD = {"phone": "514 555-0177", "doctor": "Dr Roy", "signed": "Test"}


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


def _look(visitor: Visitor, inspector: Inspector, javascript: bool) -> None:
    """Whatever the width, nothing scrolls sideways; axe needs JavaScript."""
    assert visitor.overflow() <= 0
    if javascript:
        inspector.inspect(visitor)


@pytest.mark.parametrize(
    ("person", "size", "javascript"),
    [(CATHERINE, _PHONE, False), (RACHEL, _DESKTOP, True), (OLGA, _PHONE, True)],
    ids=["french-phone-without-script", "english-desktop", "russian-phone"],
)
def test_a_family_answers_a_form(
    signed_in: SignedIn, inspector: Inspector, person: Person, size: dict[str, int], javascript: bool
) -> None:
    """Mistakes first, then the condition, then the list and what was answered."""
    visitor = signed_in(person, locale=person.locale, java_script_enabled=javascript, viewport=size)
    page = visitor.open("forms")
    _look(visitor, inspector, javascript)
    title = {"fr": "Fiche de santé", "en": "Health form", "ru": "Анкета здоровья"}[person.language]
    page.get_by_role("link", name=title).first.click()
    page.wait_for_url("**/for/*")
    _look(visitor, inspector, javascript)
    which = page.locator("#field-q-which")
    assert which.is_visible() is not javascript

    visitor.main_button().click()
    page.wait_for_selector(".error-summary")
    _look(visitor, inspector, javascript)
    page.locator("input[name=q-allergies][value=yes]").check()
    assert which.is_visible()
    which.fill("Noix")
    for name, value in _TOLD.items():
        page.fill(f"#field-q-{name}", value)
    visitor.main_button().click()
    page.wait_for_url("**/forms?sent=1")
    _look(visitor, inspector, javascript)

    page.get_by_role("link", name=title).last.click()
    page.wait_for_url("**/answers")
    assert "Noix" in visitor.text()
    _look(visitor, inspector, javascript)
