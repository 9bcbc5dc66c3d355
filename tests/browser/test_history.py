"""A member's history in Chromium: from the list of members to the lessons, on a phone and on paper."""

import pytest

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import JESSICA


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_history_is_found_and_fits_on_a_phone_and_on_paper(signed_in: SignedIn, javascript: bool) -> None:
    """SCH-8, SCH-9."""
    visitor = signed_in(JESSICA, locale="en-CA", java_script_enabled=javascript, viewport={"width": 320, "height": 640})
    visitor.open("members")
    visitor.follow(visitor.page.locator("main").get_by_role("link", name="Zara"))
    visitor.page.locator("main").get_by_role("link", name="History").click()
    visitor.page.wait_for_url("**/history")

    assert "lessons had" in visitor.text()
    assert visitor.overflow() <= 0
    visitor.page.emulate_media(media="print")
    assert visitor.overflow() <= 0
    assert visitor.page.locator("article").count() > 0
    visitor.page.emulate_media(media="screen")
    if javascript:
        Inspector().inspect(visitor)
