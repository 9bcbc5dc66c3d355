"""A client's life at the desk in Chromium, on a telephone and without scripts: opened, changed by section, noted about,
put away and brought back; each act is in the list of what happened.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import DIANE
from tests.browser.visitor import Visitor

_PHONE = {"width": 390, "height": 844}


class _Desk:
    """Somebody at the desk with a telephone; each page is also looked at with scripts, in every look."""

    def __init__(self, visit: Callable[..., Visitor], seen: Visitor) -> None:
        self.seen, self.inspector = seen, Inspector()
        state = seen.context.storage_state()
        self.phone = visit(storage_state=state, viewport=_PHONE, java_script_enabled=False)
        self.page: Page = self.phone.page

    def press(self, selector: str = "") -> None:
        """Sends a form, and looks at what comes."""
        self.phone.follow(self.page.locator(selector) if selector else self.phone.main_button())
        self.look()

    def open(self, address: str) -> None:
        """Opens a page, and looks at it."""
        self.page.goto(address)
        self.look()

    def look(self) -> None:
        """Every look of the page that is open, where it can be opened anew."""
        assert self.phone.overflow() <= 0
        self.seen.page.goto(self.page.url)
        self.inspector.inspect(self.seen)


@pytest.fixture
def desk(visit: Callable[..., Visitor], at_desk: SignedIn) -> _Desk:
    """Somebody at the desk."""
    return _Desk(visit, at_desk(DIANE))


def test_a_client_is_opened_changed_noted_about_put_away_and_brought_back(desk: _Desk) -> None:
    """ADM-3, ACC-12, AUTH-11, AUTH-13, X-6."""
    page, post = desk.page, desk.phone.portal.post_of("ines.duval@example.com")
    desk.open(desk.phone.portal.at("desk/clients/new"))
    told = {"first_name": "Inès", "last_name": "Duval", "email": "ines.duval@example.com", "mobile": "438 555-0231"}
    for name, words in told.items():
        page.fill(f"#field-{name}", words)
    page.check("#field-takes_part")
    page.check("#field-tell")
    desk.press()
    page.wait_for_url("**saved=opened")
    home = page.url.partition("?")[0]
    assert post.wait()

    desk.open(f"{home}/edit/contact")
    page.fill("#field-email", "not an address")
    desk.press()
    page.fill("#field-email", "maison.duval@example.com")
    desk.press()
    desk.open(f"{home}/edit/address")
    page.fill("#field-street", "12, rue des Érables")
    page.fill("#field-city", "Montréal")
    desk.press()
    assert "maison.duval@example.com" in desk.phone.text()
    assert "rue des Érables" in desk.phone.text()
    desk.open(f"{home}/access")
    assert "ines.duval@example.com" in desk.phone.text(), "the address to sign in with was changed"

    _notes(desk, home)
    _away_and_back(desk, home)
    desk.open(f"{home}/timeline")
    assert page.locator("main .rows li").count() >= 3
    desk.open(f"{home}/timeline?show=mails")


def _notes(desk: _Desk, home: str) -> None:
    page = desk.page
    desk.open(f"{home}/notes")
    page.fill("#field-text", "Rappeler le vendredi <b>matin</b>")
    desk.press()
    assert "<b>matin</b>" in desk.phone.text()
    desk.press("main .rows a")
    page.fill("#field-text", "Rappeler le lundi")
    desk.press()
    assert "lundi" in desk.phone.text()
    desk.press("main .rows a")
    page.locator("details.disclosure summary").click()
    desk.press("main form[action$='/delete'] button")
    assert "lundi" not in desk.phone.text()


def _away_and_back(desk: _Desk, home: str) -> None:
    page = desk.page
    for act in ("close", "open"):
        desk.open(f"{home}/archive")
        desk.press(f"main form:has(input[value={act}]) button")
        page.wait_for_url("**saved=1")
        assert (page.locator("main .badge").count() > 0) is (act == "close")
