"""Tax slips in Chromium: a family names who claims, gives the number, and sees where it stands.

Three languages, with and without JavaScript, on a phone and on a desktop.
"""

import pytest

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import ELENA, JENNIFER, MARIE, Person
from tests.browser.visitor import Visitor

_PHONE = {"width": 320, "height": 640}
_DESKTOP = {"width": 1280, "height": 900}
_TOLD = {
    "first_name": "Claude", "last_name": "Tremblay", "street": "4567, avenue du Parc", "city": "Montréal",
    "region": "QC", "postcode": "H2V 4E8",
}  # fmt: skip


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
    [(MARIE, _PHONE, True), (JENNIFER, _PHONE, False), (ELENA, _DESKTOP, True)],
    ids=["phone, French", "phone, no JavaScript, English", "desktop, Russian"],
)
def test_a_family_tells_who_claims(
    signed_in: SignedIn, inspector: Inspector, person: Person, size: dict[str, int], javascript: bool
) -> None:
    """NEW-9, X-12: the number is taken, and nowhere afterwards."""
    visitor = signed_in(person, locale=person.locale, java_script_enabled=javascript, viewport=size)
    visitor.open("slips")
    _look(visitor, inspector, javascript)
    visitor.open("slips/parents/add")
    _look(visitor, inspector, javascript)
    for name, value in _TOLD.items():
        visitor.page.locator(f"#field-{name}").fill(value)
    visitor.page.locator("main form button").first.click()
    visitor.page.wait_for_url("**/number")
    _look(visitor, inspector, javascript)
    visitor.page.locator("#field-number").fill("130 692 544")
    visitor.page.locator("main form button").first.click()
    visitor.page.wait_for_url("**/slips/parents?saved=number")
    _look(visitor, inspector, javascript)
    for path in ("slips/parents", "slips"):
        visitor.open(path)
        assert not [typed for typed in ("130692544", "130 692 544") if typed in visitor.page.content()]
        assert "Claude" in visitor.page.content() or path == "slips"
