"""Messages in Chromium: a family asks with a photo, reads its notifications, and says what it wants (MSG-1, MSG-2)."""

import pytest

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import CATHERINE, OLGA, RACHEL, Person
from tests.browser.visitor import Visitor

_PHONE = {"width": 320, "height": 640}
_DESKTOP = {"width": 1280, "height": 900}
_PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
_VISITS = pytest.mark.parametrize(
    ("person", "size", "javascript"),
    [(CATHERINE, _PHONE, False), (RACHEL, _DESKTOP, True), (OLGA, _PHONE, True)],
    ids=["french-phone-without-script", "english-desktop", "russian-phone"],
)


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


def _look(visitor: Visitor, inspector: Inspector, javascript: bool) -> None:
    """Whatever the width, nothing scrolls sideways; axe needs JavaScript."""
    assert visitor.overflow() <= 0
    if javascript:
        inspector.inspect(visitor)


@_VISITS
def test_a_family_writes_with_a_file_and_goes_on(
    signed_in: SignedIn, inspector: Inspector, person: Person, size: dict[str, int], javascript: bool
) -> None:
    """MSG-1: from the envelope; a mistake first, and words without a space do not widen the page."""
    visitor = signed_in(person, locale=person.locale, java_script_enabled=javascript, viewport=size)
    page = visitor.open("")
    page.locator(".header__inbox").click()
    page.wait_for_url("**/messages")
    _look(visitor, inspector, javascript)

    page = visitor.open("messages/new")
    _look(visitor, inspector, javascript)
    visitor.main_button().click()
    page.wait_for_selector(".error-summary")
    _look(visitor, inspector, javascript)
    page.fill("#field-subject", "Chaussons " + "x" * 60)
    page.fill("#field-text", "Lesquels ?\n\n" + "y" * 200)
    page.set_input_files("#field-file1", {"name": "Reçu.pdf", "mimeType": "application/pdf", "buffer": _PDF})
    visitor.main_button().click()
    page.wait_for_url("**/messages/20*")
    _look(visitor, inspector, javascript)
    assert page.get_by_role("link", name="Reçu.pdf").count() == 1

    page.fill("#field-text", "Trouvé.")
    visitor.main_button().click()
    page.wait_for_selector("text=Trouvé.")


@_VISITS
def test_a_family_reads_what_came_and_says_what_it_wants(
    signed_in: SignedIn, inspector: Inspector, person: Person, size: dict[str, int], javascript: bool
) -> None:
    """MSG-2."""
    visitor = signed_in(person, locale=person.locale, java_script_enabled=javascript, viewport=size)
    for path in ("notifications", "notifications/sent", "notifications/sent?to=me"):
        visitor.open(path)
        _look(visitor, inspector, javascript)
    page = visitor.open("settings/notifications")
    _look(visitor, inspector, javascript)
    page.locator("input[name=conversation][value=none]").check()
    assert page.locator("input[name=money][value=none]").count() == 0
    visitor.main_button().click()
    page.wait_for_url("**/settings/notifications?saved=1")
    assert page.locator("input[name=conversation][value=none]").is_checked()
    page.locator("input[name=conversation][value=mail]").check()
    visitor.main_button().click()
    page.wait_for_selector("input[name=conversation][value=mail]:checked")
