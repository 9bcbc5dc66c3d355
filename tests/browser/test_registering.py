"""Registering on a telephone in Chromium, as each organisation lets people: closed, by match, open; and at the desk
what becomes of it. Every page is sound.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import ViewportSize
from pyotp import TOTP

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import DIANE
from tests.browser.portal import Portal
from tests.browser.staff import come_to_the_desk
from tests.browser.visitor import BETWEEN_CODES_MINUTES, Visitor

_PHONE: ViewportSize = {"width": 390, "height": 844}
_ON_FILE, _TYPED = "+15145550148", "514 555-0148"
"""Number on file of a household that no other test plays; not of anybody who signs in."""
_CHILD = {"member_last_name": "Pelletier", "born": "2013-08-30"}
"""Who takes part in it."""
_MORE_THAN_THE_WAIT = 0.5
"""Minutes after which a browser without scripts has waited long enough."""


@pytest.fixture
def lets(visit: Callable[..., Visitor], apps: dict[str, TOTP]) -> Iterator[Callable[[str], None]]:
    """Sets who may register, as the owner does, and afterwards what the demonstration has."""

    def choose(registration: str) -> None:
        owner = visit()
        come_to_the_desk(owner, DIANE, apps)
        page = owner.open("desk/settings/rules/sign-in")
        page.select_option("[name=sign_in-registration]", registration)
        owner.follow(owner.main_button())
        assert "done=saved" in page.url

    yield choose
    choose("match")


def _asks(visitor: Visitor, phone: str, told: dict[str, str], inspector: Inspector | None = None) -> None:
    """From the first page to the code for the address, typed in."""
    visitor.portal.pass_time(minutes=BETWEEN_CODES_MINUTES)
    page, post = visitor.page, visitor.portal.post_of(told["email"])
    visitor.open("join")
    if page.locator("input[name=wish]").count():
        page.check(f"input[name=wish][value={'match' if 'member_last_name' in told else 'new'}]")
    page.fill("#field-phone", phone)
    visitor.portal.pass_time(minutes=_MORE_THAN_THE_WAIT)
    visitor.follow(visitor.main_button())
    for name, words in told.items():
        page.fill(f"#field-{name}", words)
    if inspector:
        inspector.inspect(visitor)
        visitor.page.set_viewport_size(_PHONE)
    visitor.follow(visitor.main_button())
    visitor.enter_code(post.code())


def test_where_registration_is_closed_the_page_says_whom_to_ask(
    visit: Callable[..., Visitor], lets: Callable[[str], None]
) -> None:
    """C4, AUTH-7: there is a way to go on, and no form."""
    lets("closed")
    visitor = visit(viewport=_PHONE, java_script_enabled=False)
    page = visitor.open("join")
    assert page.locator("main form").count() == 0
    assert page.locator("main a[href^='mailto:']").count() == 1
    assert visitor.open("sign-in").locator("main a[href$='/join']").count() == 0
    seen = visit()
    seen.open("join")
    Inspector().inspect(seen)


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_somebody_on_file_is_let_in_by_a_code_to_the_number_on_file(
    visit: Callable[..., Visitor], javascript: bool
) -> None:
    """ACC-5, C6, AUTH-14: three facts and two codes, on a telephone, with scripts or without."""
    visitor = visit(viewport=_PHONE, java_script_enabled=javascript, locale="en-CA")
    address = f"uncle.{javascript}@example.com".lower()
    on_file = visitor.portal.post_of(_ON_FILE)
    _asks(visitor, _TYPED, {"first_name": "Jo", "last_name": "Roy", "email": address, **_CHILD})
    visitor.page.wait_for_url("**/join/proof")
    visitor.enter_code(on_file.code())
    visitor.page.locator(".nav").first.wait_for()
    assert visitor.overflow() <= 0
    assert "Pelletier" in visitor.page.locator("body").inner_text()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_new_family_opens_its_account_and_the_desk_merges_what_is_twice(
    visit: Callable[..., Visitor], lets: Callable[[str], None], at_desk: SignedIn, portal: Portal, javascript: bool
) -> None:
    """AUTH-7, ACC-15: the same person twice, found in the list of all, compared, merged, and taken back."""
    lets("open")
    address, phone = f"zofia.{javascript}@example.com".lower(), f"438 555-02{10 + javascript}"
    name = f"Nowak{'ja'[javascript]}"
    for turn, mail in enumerate((address, f"other.{address}")):
        visitor = visit(viewport=_PHONE, java_script_enabled=javascript)
        told = {"first_name": "Zofia", "last_name": name, "email": mail, "born": "1988-02-01"}
        _asks(visitor, phone, told, Inspector() if javascript and not turn else None)
        visitor.page.locator(".nav").first.wait_for()
        assert visitor.overflow() <= 0

    desk, inspector = at_desk(DIANE), Inspector()
    pair = desk.page.locator("main .rows a").filter(has_text=name)
    _eventually(desk, "desk/duplicates", pair.count)
    inspector.inspect(desk)
    desk.follow(pair.first)
    assert "@example.com" in desk.text(), "nobody says who gets access"
    inspector.inspect(desk)
    desk.follow(desk.main_button())
    assert "/desk/merges/" in desk.page.url
    inspector.inspect(desk)
    desk.follow(desk.page.locator("main form[action$='/undo'] button"))
    _eventually(desk, "desk/duplicates", pair.count)
    desk.follow(desk.page.locator("main .rows li").filter(has_text=name).locator("button"))
    assert pair.count() == 0
    inspector.inspect(desk)


def test_the_desk_gives_access_to_whom_it_knows(visit: Callable[..., Visitor], at_desk: SignedIn) -> None:
    """ACC-6: two facts of three are as on file; the desk makes sure by another way, and the mail says so."""
    visitor = visit(viewport=_PHONE)
    told = {"first_name": "Min", "last_name": "Park", "email": "min.park@example.com", **_CHILD, "born": "2011-01-01"}
    _asks(visitor, _TYPED, told)
    visitor.page.wait_for_url("**/join/proof")

    desk, inspector = at_desk(DIANE), Inspector()
    desk.open("desk/joining")
    desk.follow(desk.page.locator("main .rows a").filter(has_text="Min Park"))
    inspector.inspect(desk)
    post = desk.portal.post_of(told["email"])
    desk.follow(desk.page.locator("main form[action$='/approve'] button").first)
    assert "saved=" in desk.page.url
    assert post.wait()
    desk.open("desk/joining?show=done")
    assert "Min Park" in desk.text()
    inspector.inspect(desk)
    visitor.sign_in(told["email"])
    assert "Pelletier" in visitor.page.locator("body").inner_text()


def _eventually(desk: Visitor, path: str, found: Callable[[], int]) -> None:
    """Opens a page until something is on it: the list follows what is written by a moment."""
    for _ in range(30):
        desk.open(path)
        if found():
            return
        desk.page.wait_for_timeout(500)
    raise AssertionError(f"{path} shows nothing of it")
