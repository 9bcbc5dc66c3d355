"""Consents in Chromium: read, sign with a name or by drawing, look at the certificate, withdraw (NEW-13)."""

import pytest
from playwright.sync_api import ViewportSize

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import CATHERINE, OLGA, SARAH, Person
from tests.browser.visitor import Visitor

_PHONE = {"width": 320, "height": 640}
_DESKTOP = {"width": 1280, "height": 900}
_BORN = "1984-05-06"


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


def _look(visitor: Visitor, inspector: Inspector, javascript: bool) -> None:
    assert visitor.overflow() <= 0
    if javascript:
        inspector.inspect(visitor)


def _draw(visitor: Visitor) -> None:
    """Draws two strokes on the sheet."""
    sheet = visitor.page.locator("[data-signature] svg")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box
    mouse = visitor.page.mouse
    for across in (0.2, 0.5):
        mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * 0.3)
        mouse.down()
        for step in range(1, 9):
            mouse.move(box["x"] + box["width"] * (across + step / 40), box["y"] + box["height"] * (0.3 + step / 20))
        mouse.up()


@pytest.mark.parametrize(
    ("person", "size", "javascript"),
    [(OLGA, _PHONE, False), (CATHERINE, _PHONE, True), (SARAH, _DESKTOP, True)],
    ids=["typed, without script", "drawn, on a phone", "drawn, on a desktop"],
)
def test_a_consent_is_signed_proved_and_withdrawn(
    signed_in: SignedIn, inspector: Inspector, person: Person, size: ViewportSize, javascript: bool
) -> None:
    """NEW-13, NEW-19: in three languages; without script a typed name signs."""
    visitor = signed_in(person, locale=person.locale, java_script_enabled=javascript, viewport=size)
    visitor.open("consents")
    _look(visitor, inspector, javascript)
    visitor.page.set_viewport_size(size)
    visitor.follow(visitor.page.locator("main .rows a").first)
    while visitor.page.locator("#field-own_born, #field-member_born").count():
        for field in visitor.page.locator("#field-own_born, #field-member_born").all():
            field.fill(_BORN if field.get_attribute("name") == "own_born" else "2015-05-06")
        _look(visitor, inspector, javascript)
        visitor.follow(visitor.main_button())
    _look(visitor, inspector, javascript)
    visitor.page.set_viewport_size(size)

    assert visitor.page.locator("[data-signature]").is_visible() == javascript
    if javascript:
        _draw(visitor)
        assert visitor.page.locator("[name=drawing]").input_value().startswith("M")
    else:
        visitor.page.fill("#field-typed", "Ольга Кузнецова")
    visitor.follow(visitor.main_button())
    assert visitor.page.locator(".notice.tone-success").count() == 1
    _look(visitor, inspector, javascript)
    signed = visitor.page.url

    visitor.follow(visitor.page.locator("main a[href*='/consents/signatures/']").first)
    assert visitor.page.locator(".notice.tone-success").count() == 1
    assert visitor.page.locator("main svg.signature").count() == int(javascript)
    _look(visitor, inspector, javascript)

    visitor.page.goto(signed)
    visitor.follow(visitor.page.locator("main button.button--danger"))
    assert visitor.page.locator(".notice.tone-info").count() == 1
    _look(visitor, inspector, javascript)
