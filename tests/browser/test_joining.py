"""Registering in vain in Chromium, from the human check to the desk's refusal; every page is sound, mistakes too."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import DIANE
from tests.browser.visitor import Visitor

NEWCOMER = "nadia.haddad@example.com"
"""On no file of the demonstration."""
_NO_SCRIPT_SECONDS = 15.0
"""How long a browser without scripts waits to pass for a person."""


def test_somebody_asks_for_access_and_the_desk_answers(visit: Callable[..., Visitor], at_desk: SignedIn) -> None:
    """ACC-6, AUTH-14, C6: found on no file, the request waits for a person, who declines it with a reason."""
    visitor, inspector = visit(), Inspector()
    page, post = visitor.page, visitor.portal.post_of(NEWCOMER)
    visitor.open("sign-in")
    visitor.follow(page.locator("main a[href$='/join']"))
    inspector.inspect(visitor)
    visitor.portal.pass_time(minutes=1)
    visitor.follow(visitor.main_button())
    assert page.locator(".error-summary").count() == 1
    inspector.inspect(visitor)
    page.fill("#field-phone", "438 555-0199")
    visitor.follow(visitor.main_button())
    inspector.inspect(visitor)
    visitor.follow(visitor.main_button())
    assert page.locator(".error-summary a").count() == 5
    inspector.inspect(visitor)
    told = {"first_name": "Nadia", "last_name": "Haddad", "email": NEWCOMER, "member_last_name": "Haddad"}
    for name, words in told.items():
        page.fill(f"#field-{name}", words)
    page.fill("#field-born", "2016-04-09")
    visitor.follow(visitor.main_button())
    inspector.inspect(visitor)
    visitor.enter_code(post.code())
    page.wait_for_url("**/join/proof")
    inspector.inspect(visitor)
    visitor.open("join/received")
    inspector.inspect(visitor)

    desk = at_desk(DIANE)
    desk.open("desk/joining")
    inspector.inspect(desk)
    desk.follow(desk.page.locator("main .rows a").filter(has_text="Haddad"))
    inspector.inspect(desk)
    answers = desk.portal.post_of(NEWCOMER)
    desk.page.fill("#field-reason", "We could not reach you")
    desk.follow(desk.page.locator("main form[action$='/decline'] button"))
    assert "saved=" in desk.page.url
    [told_so] = answers.wait()
    assert "We could not reach you" in told_so["text"]


def test_the_human_check_passes_with_a_script_at_once_and_without_one_after_a_while(
    visit: Callable[..., Visitor],
) -> None:
    """AUTH-14: nobody else's script; the search runs while somebody types."""
    working = visit()
    working.open("join")
    expect(working.page.locator("input[name=work]")).not_to_have_value("")
    working.page.fill("#field-phone", "438 555-0198")
    working.follow(working.main_button())
    assert "/registrations/" in working.page.url

    waiting = visit(java_script_enabled=False)
    waiting.open("join")
    waiting.page.fill("#field-phone", "438 555-0197")
    waiting.follow(waiting.main_button())
    assert "/registrations/" not in waiting.page.url
    waiting.portal.pass_time(minutes=_NO_SCRIPT_SECONDS / 60)
    waiting.follow(waiting.main_button())
    assert "/registrations/" in waiting.page.url
