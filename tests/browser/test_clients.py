"""Clients at the desk in Chromium: found while one types, by keyboard, without scripts; every page of one is sound."""

from collections.abc import Callable

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import DIANE
from tests.browser.tabbing import tab_to
from tests.browser.visitor import Visitor

_PARTS = (
    "", "/timeline", "/notes", "/access", "/addresses", "/edit/contact", "/edit/address", "/archive", "/members/add",
)  # fmt: skip


def test_a_client_is_found_while_somebody_types_and_opened_with_the_keyboard(at_desk: SignedIn) -> None:
    """ADM-2: in Latin letters, whatever alphabet the family writes itself in."""
    desk, inspector = at_desk(DIANE), Inspector()
    page = desk.open("desk/clients")
    inspector.inspect(desk)
    tab_to(page, "#field-q")
    page.keyboard.type("ivanov")
    hit = page.locator("main .rows a").first
    hit.wait_for()
    assert page.locator("[role=status]").first.inner_text()
    assert page.url.endswith("q=ivanov")
    inspector.inspect(desk)
    tab_to(page, "main .rows a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/clients/*")
    assert "Иванов" in desk.heading() or "Ivanov" in desk.heading()


def test_the_last_letter_wins(at_desk: SignedIn) -> None:
    """An answer that comes late does not take the place of what was asked after it."""
    page = at_desk(DIANE).open("desk/clients")
    page.locator("#field-q").press_sequentially("tremblay", delay=60)
    page.wait_for_url("**q=tremblay")
    page.fill("#field-q", "zzzz")
    page.wait_for_url("**q=zzzz")
    assert page.locator("main .rows a").count() == 0


def test_without_scripts_a_button_finds(visit: Callable[..., Visitor], at_desk: SignedIn) -> None:
    desk = at_desk(DIANE)
    plain = visit(storage_state=desk.context.storage_state(), java_script_enabled=False)
    page = plain.open("desk/clients")
    page.fill("#field-q", "514 555 0123")
    page.locator("form[role=search] button").click()
    page.wait_for_url("**q=*")
    assert "Tremblay" in page.locator("main .rows a").first.inner_text()


def test_every_page_of_a_client_is_sound(at_desk: SignedIn) -> None:
    """Axe, 320 px, dark, right to left, weight; with a note, and with a new account that looks like another."""
    desk, inspector = at_desk(DIANE), Inspector()
    page = desk.open("desk/clients?q=tremblay+marie")
    page.locator("main .rows a").first.click()
    page.wait_for_url("**/desk/clients/*")
    home = page.url
    for part in _PARTS:
        page.goto(f"{home}{part}")
        inspector.inspect(desk)
    page.goto(f"{home}/notes")
    page.fill("#field-text", "Rappelle le vendredi")
    desk.main_button().click()
    page.wait_for_url("**saved=1")
    inspector.inspect(desk)
    desk.follow(page.locator("main .rows a").first)
    inspector.inspect(desk)
    desk.open("desk/clients/new")
    inspector.inspect(desk)
    page.fill("#field-first_name", "Marie")
    page.fill("#field-last_name", "Tremblay")
    page.fill("#field-email", "marie.autre@gmial.com")
    desk.main_button().click()
    page.locator(".error-summary").wait_for()
    inspector.inspect(desk)
    page.check("#field-sure")
    desk.main_button().click()
    page.wait_for_url("**saved=opened")
    page.goto(f"{page.url.partition('?')[0]}/access")
    desk.follow(page.locator("main .rows a").first)
    inspector.inspect(desk)
