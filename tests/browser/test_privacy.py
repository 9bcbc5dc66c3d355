"""The log, the copy of everything and the request to delete, in Chromium: on a phone, with and without a script."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import CHIDI, LINH, VERA, Person
from tests.browser.visitor import Visitor


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("person", [LINH, CHIDI, VERA], ids=str)
def test_privacy_s_pages_fit_on_a_phone_in_each_language(signed_in: SignedIn, person: Person, javascript: bool) -> None:
    """NEW-11, NEW-12: from the settings on, by links alone; the sign-in of just now is in the log."""
    size = {"width": 320, "height": 640}
    visitor = signed_in(person, locale=person.locale, java_script_enabled=javascript, viewport=size)
    for path in ("settings", "activity", "data", "data/deletion", "privacy"):
        visitor.open(path)
        assert visitor.overflow() <= 0, path
        if javascript:
            Inspector().inspect(visitor)
    visitor.open("settings")
    visitor.page.locator("main a[href$='/activity']").click()
    visitor.page.wait_for_url("**/activity")
    assert visitor.page.locator("main .row").count() >= 1


def test_a_copy_is_made_while_one_waits(visit: Callable[..., Visitor]) -> None:
    """NEW-12: asked for by somebody who signed in a moment ago, made by the worker beside the portal, downloaded."""
    visitor = visit(locale=LINH.locale)
    visitor.sign_in(LINH.mail)
    visitor.open("data")
    visitor.follow(visitor.page.locator("main form button"))
    link = visitor.page.locator("main a[href$='/data/file']")
    for _ in range(60):
        if link.count():
            break
        visitor.page.wait_for_timeout(1000)
        visitor.open("data")
    with visitor.page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.endswith(".zip")
