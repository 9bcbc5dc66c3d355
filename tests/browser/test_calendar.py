"""The calendar in Chromium: a month on a desktop, on a phone, on paper, by keyboard, and without JavaScript."""

import pytest

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import MARIE

_DISPLAY = "element => getComputedStyle(element).display"


def test_a_month_is_a_table_where_there_is_room_and_a_list_on_phones(signed_in: SignedIn) -> None:
    """SCH-2: the same page; axe, dark, 320 px and weight are looked at as on every page."""
    visitor = signed_in(MARIE)
    page = visitor.open("schedule")
    page.locator(".tabs a").nth(4).click()
    page.wait_for_url("**/schedule/month/*")
    table = page.locator("table.month")

    assert table.locator("td").first.evaluate(_DISPLAY) == "table-cell"
    assert table.locator("th[scope=col]").count() == 7
    assert table.locator(".entry").count() > 0
    Inspector().inspect(visitor)

    page.set_viewport_size({"width": 320, "height": 640})
    assert table.locator("td").first.evaluate(_DISPLAY) in ("block", "none")
    assert not table.locator("thead").is_visible()
    assert table.locator("td:has(.entry)").first.is_visible()
    assert not table.locator("td.free").first.is_visible()
    assert visitor.overflow() <= 0


def test_a_month_is_printed_as_a_table_without_ways(signed_in: SignedIn) -> None:
    visitor = signed_in(MARIE)
    visitor.open("schedule").locator(".tabs a").nth(4).click()
    visitor.page.wait_for_url("**/schedule/month/*")
    visitor.page.set_viewport_size({"width": 700, "height": 900})
    visitor.page.emulate_media(media="print")

    assert visitor.page.locator("table.month td").first.evaluate(_DISPLAY) == "table-cell"
    assert not visitor.page.locator(".ways").is_visible()
    assert not visitor.page.locator(".period .actions").is_visible()


def test_the_calendar_is_gone_through_by_keyboard(signed_in: SignedIn) -> None:
    """A-11Y: each day is one stop, and Enter opens it."""
    visitor = signed_in(MARIE)
    visitor.open("schedule").locator(".tabs a").nth(4).click()
    visitor.page.wait_for_url("**/schedule/month/*")
    day = visitor.page.locator("td:has(.entry) a").first
    day.focus()
    assert day.evaluate("element => getComputedStyle(element).outlineStyle") != "none"
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/schedule/day/*")
    assert visitor.page.locator(".row").count() > 0


@pytest.mark.parametrize("view", [2, 3, 4])
def test_every_view_works_without_javascript(signed_in: SignedIn, view: int) -> None:
    visitor = signed_in(MARIE, java_script_enabled=False)
    visitor.follow(visitor.open("schedule").locator(".tabs a").nth(view))
    here = visitor.page.url
    visitor.follow(visitor.page.locator("a[rel=next]"))
    assert visitor.page.url != here
    visitor.follow(visitor.page.locator("a[rel=prev]"))
    assert visitor.page.url == here


def test_the_browsers_zone_is_told_and_shown(signed_in: SignedIn) -> None:
    """SCH-2: from the second page on, hours in the reader's own zone stand beside those of the organisation."""
    visitor = signed_in(MARIE, timezone_id="Asia/Tokyo")
    visitor.open("schedule")
    assert "Tokyo" not in visitor.text()
    visitor.open("schedule")
    assert "Tokyo" in visitor.text()


def test_a_subscription_is_made_and_ended(signed_in: SignedIn) -> None:
    """NEW-6."""
    visitor = signed_in(MARIE)
    visitor.open("schedule/feeds")
    visitor.main_button().click()
    visitor.page.locator("a[href^='webcal:']").wait_for()
    Inspector().inspect(visitor)
    address = visitor.page.locator("#field-address").input_value()
    assert visitor.context.request.get(address).text().startswith("BEGIN:VCALENDAR")
    visitor.page.locator("form[action$='/feeds/end'] button").first.click()
    visitor.page.wait_for_url("**saved=ended")
    assert visitor.context.request.get(address).status == 404
