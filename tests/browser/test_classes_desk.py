"""The staff's class pages in Chromium: attendance in a few taps on a phone, a class by its dates, cancelling."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import DIANE
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor
from tests.browser.writing_forms import write_a_form

_PHONE = {"width": 390, "height": 844}


def _list_with_people(visitor: Visitor, portal: Portal) -> Page:
    """Opens the list of a meeting of the last days that several people have a place at."""
    page, today = visitor.page, portal.pass_time(minutes=0)
    for back in range(1, 15):
        visitor.open(f"desk/classes?who=all&day={(today - timedelta(days=back)).date()}")
        for href in [row.get_attribute("href") for row in page.locator("main .rows a").all()]:
            page.goto(f"{portal.base_url}{href}")
            if page.locator("fieldset.marks").count() > 2:
                return page
    raise AssertionError("nobody is in any class")


def test_attendance_takes_two_taps_on_a_phone_without_scripts(
    visit: Callable[..., Visitor], at_desk: SignedIn, portal: Portal
) -> None:
    """And the pages that arrange classes are sound, from the first date to telling the families."""
    desk, inspector = at_desk(DIANE), Inspector()
    phone = visit(storage_state=desk.context.storage_state(), viewport=_PHONE, java_script_enabled=False)
    page = _list_with_people(phone, portal)
    page.locator("fieldset.marks").first.locator("label.mark").nth(3).click()

    phone.main_button().click()

    page.wait_for_url("**saved=1")
    marked = [each.locator("input:checked").get_attribute("value") for each in page.locator("fieldset.marks").all()]
    assert marked[0] == "absent_unexcused"
    assert None not in marked
    desk.page.goto(page.url)
    inspector.inspect(desk)
    _arrange(desk, portal, inspector)
    write_a_form(desk, inspector)


def _arrange(desk: Visitor, portal: Portal, inspector: Inspector) -> None:
    page = desk.page
    desk.open("desk/classes/new")
    tomorrow = (portal.pass_time(minutes=0) + timedelta(days=1)).date()
    page.locator("#field-title-fr").fill("Cirque du dimanche")
    page.locator("#field-first").fill(tomorrow.isoformat())
    page.locator("#field-count").fill("5")
    page.locator(f"#field-weekday-{tomorrow.weekday()}").check()
    page.locator("#field-starts").fill("09:00")
    desk.main_button().click()
    page.locator("button[name=create]").wait_for()
    assert page.locator(".notice ol li").count() == 5
    inspector.inspect(desk)
    page.locator("button[name=create]").click()
    page.wait_for_url("**done=created")
    inspector.inspect(desk)
    here = page.url.partition("?")[0]
    for path in ("edit", "add", "change/instructor", "change/room", "end"):
        page.goto(f"{here}/{path}")
        inspector.inspect(desk)
    page.goto(f"{here}/change/cancel")
    page.locator("main input[type=checkbox]").nth(1).check()
    desk.main_button().click()
    page.locator("button.button--danger").wait_for()
    inspector.inspect(desk)
    page.locator("button.button--danger").click()
    page.wait_for_url("**done=cancelled**")
    assert page.locator(".badge.tone-danger").count() == 1
    desk.follow(page.locator("main .rows a").first)
    desk.follow(page.locator("main a[href$='/move']"))
    inspector.inspect(desk)
