"""Codes as people meet them: too many presses, wrong ones, old ones, other ways to get them."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator

from tests.browser.people import ANNIE, GENEVIEVE, KARIM, PRIYA, RACHEL
from tests.browser.portal import Portal
from tests.browser.visitor import BETWEEN_CODES_MINUTES, Visitor

Visit = Callable[..., Visitor]
_SETTLED_SECONDS = 1.5
"""Longer than the workers need to send what was ordered."""


def _other(code: str) -> str:
    """A code that is not `code`."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def _refused(visitor: Visitor) -> bool:
    """Whether the page says that the code does not work."""
    summary = visitor.page.locator(".error-summary")
    summary.wait_for()
    return "This code does not work" in summary.inner_text()


def _again(visitor: Visitor, channel: str) -> Locator:
    """The button for a new code by `channel`."""
    return visitor.page.locator(f"form:has(input[name=channel][value={channel}]) button")


def test_a_double_click_sends_one_code(visit: Visit, portal: Portal) -> None:
    visitor, post = visit(), portal.post_of(RACHEL.mail)
    portal.pass_time(minutes=BETWEEN_CODES_MINUTES)
    visitor.open("sign-in")
    visitor.page.fill("#field-address", RACHEL.mail)
    visitor.main_button().dblclick()
    visitor.page.wait_for_url("**/sign-in/code")
    code = post.code()
    time.sleep(_SETTLED_SECONDS)
    assert len(post.messages()) == 1
    visitor.enter_code(code)
    visitor.page.locator(".nav").wait_for()


def test_a_slip_in_the_provider_s_name_is_pointed_out(visit: Visit) -> None:
    """NEW-3."""
    visitor = visit()
    visitor.ask_for_code("marie.tremblay@gmial.com")
    assert "marie.tremblay@gmail.com" in visitor.page.locator(".notice").inner_text()
    visitor.page.locator(".notice a").click()
    visitor.page.wait_for_url("**/sign-in")


def test_who_has_no_phone_at_hand_gets_the_code_by_mail(visit: Visit, portal: Portal) -> None:
    """C3."""
    visitor, text, mail = visit(), portal.post_of(PRIYA.mobile), portal.post_of(PRIYA.mail)
    visitor.ask_for_code(PRIYA.mail)
    text.code()
    assert mail.messages() == []
    portal.pass_time(minutes=2)
    _again(visitor, "mail").click()
    visitor.page.locator(".notice").wait_for()
    visitor.enter_code(mail.code())
    visitor.page.locator(".nav").wait_for()


def test_a_new_code_comes_only_after_a_while_and_kills_the_old_one(visit: Visit, portal: Portal) -> None:
    """A-09, A-12."""
    visitor, post = visit(), portal.post_of(KARIM.mobile)
    visitor.ask_for_code(KARIM.mail)
    old = post.code()
    _again(visitor, "auto").click()
    visitor.page.locator(".error-summary").wait_for()
    assert "ask again" in visitor.page.locator(".error-summary").inner_text()
    portal.pass_time(minutes=2)
    visitor.open("sign-in/code")
    _again(visitor, "auto").click()
    new = post.code(count=2)
    assert new != old
    visitor.enter_code(old)
    assert _refused(visitor)
    visitor.enter_code(new)
    visitor.page.locator(".nav").wait_for()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_the_fifth_wrong_code_ends_it(visit: Visit, portal: Portal, javascript: bool) -> None:
    """A-03, A-10: then even the right one opens nothing."""
    person = ANNIE if javascript else GENEVIEVE
    visitor, post = visit(java_script_enabled=javascript), portal.post_of(person.reached_at)
    visitor.ask_for_code(person.mail)
    code = post.code()
    for _ in range(5):
        visitor.enter_code(_other(code))
        assert _refused(visitor)
    visitor.enter_code(code)
    assert _refused(visitor)


def test_a_code_works_only_in_the_browser_that_asked(visit: Visit, portal: Portal) -> None:
    """A-08: a code that somebody is talked into reading out opens nothing elsewhere."""
    asked, elsewhere, post = visit(), visit(), portal.post_of(PRIYA.mobile)
    asked.ask_for_code(PRIYA.mobile_typed)
    code = post.code()
    elsewhere.open("sign-in/code")
    assert elsewhere.page.url == portal.at("sign-in"), (
        "a browser that asked for nothing has nothing to type a code into"
    )
    elsewhere.page.fill("#field-address", "stranger@example.com")
    elsewhere.main_button().click()
    elsewhere.page.wait_for_url("**/sign-in/code")
    elsewhere.enter_code(code)
    assert _refused(elsewhere)
    asked.enter_code(code)
    asked.page.locator(".nav").wait_for()


def test_the_inbox_shows_a_text_with_its_code(visit: Visit, portal: Portal) -> None:
    visitor, post = visit(), portal.post_of(PRIYA.mobile)
    visitor.ask_for_code(PRIYA.mobile_typed)
    code = post.code()
    visitor.page.goto(f"{portal.inbox_url}/?to=%2B15145550166")
    newest = visitor.page.locator("article").first
    assert newest.locator("h2").inner_text() == "Text message"
    assert newest.locator("code").inner_text() == code
    assert code in newest.locator("pre").inner_text()
