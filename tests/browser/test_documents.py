"""Documents in Chromium: what was shared is found on a phone, and a paper is sent, in three languages (DOC-1)."""

from io import BytesIO

import pytest
from PIL import Image

from chalicelib.web.uploads import MAX_UPLOAD_BYTES
from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import ELENA, JENNIFER, MARIE, Person
from tests.browser.visitor import Visitor

_PHONE = {"width": 320, "height": 640}
_DESKTOP = {"width": 1280, "height": 900}
_PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


def _look(visitor: Visitor, inspector: Inspector, javascript: bool = True) -> None:
    """Whatever the width, nothing scrolls sideways; axe needs JavaScript."""
    assert visitor.overflow() <= 0
    if javascript:
        inspector.inspect(visitor)


@pytest.mark.parametrize("person", [MARIE, JENNIFER, ELENA], ids=str)
def test_lists_of_documents_read_well_on_a_phone(signed_in: SignedIn, inspector: Inspector, person: Person) -> None:
    """With something on them, and empty."""
    visitor = signed_in(person, locale=person.locale, viewport=_PHONE)
    for path in ("documents", "documents/classes", "documents/requests"):
        visitor.open(path)
        _look(visitor, inspector)


@pytest.mark.parametrize(
    ("size", "javascript"), [(_PHONE, True), (_DESKTOP, False)], ids=["phone", "desktop-without-script"]
)
def test_a_family_opens_what_was_shared_and_sends_what_is_asked_for(
    signed_in: SignedIn, inspector: Inspector, size: dict[str, int], javascript: bool
) -> None:
    """DOC-1: from the first page; a file that is no paper is refused first."""
    visitor = signed_in(MARIE, locale=MARIE.locale, java_script_enabled=javascript, viewport=size)
    page = visitor.open("documents")
    page.locator("main .rows a").first.click()
    page.wait_for_url("**/documents/2*")
    _look(visitor, inspector, javascript)

    page = visitor.open("documents/requests")
    page.locator("main .rows a").first.click()
    page.wait_for_url("**/documents/requests/2*")
    _look(visitor, inspector, javascript)
    page.set_input_files(
        "#field-file", {"name": "virus.pdf", "mimeType": "application/pdf", "buffer": b"MZ" + bytes(99)}
    )
    visitor.main_button().click()
    page.wait_for_selector(".error-summary")
    _look(visitor, inspector, javascript)
    page.set_input_files("#field-file", {"name": "Reçu été.pdf", "mimeType": "application/pdf", "buffer": _PDF})
    visitor.main_button().click()
    page.wait_for_url("**/documents/requests/2*saved=1")
    _look(visitor, inspector, javascript)
    assert page.get_by_role("link", name="Reçu été.pdf").count() >= 1


def test_a_photo_that_is_too_large_is_made_smaller_before_it_is_sent(signed_in: SignedIn) -> None:
    """With a script; without one the page says how much may be sent (W-07)."""
    photo = _photo()
    assert len(photo) > MAX_UPLOAD_BYTES
    visitor = signed_in(MARIE, locale=MARIE.locale, viewport=_PHONE)
    page = visitor.open("documents/requests")
    page.locator("main .rows a").first.click()
    page.wait_for_url("**/documents/requests/2*")
    page.set_input_files("#field-file", {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo})
    for _ in range(100):
        if page.evaluate("document.querySelector('#field-file').files[0].size") < MAX_UPLOAD_BYTES:
            break
        page.wait_for_timeout(100)
    visitor.main_button().click()
    page.wait_for_url("**/documents/requests/2*saved=1")
    assert page.get_by_role("link", name="IMG_1.jpg").count() == 1


def _photo() -> bytes:
    """As a phone takes it: many pixels, none like the next."""
    made = BytesIO()
    Image.effect_noise((4000, 3000), 90).convert("RGB").save(made, "JPEG", quality=97)
    return made.getvalue()
