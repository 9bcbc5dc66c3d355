"""Staff look through a family's eyes, look after the staff, and move the clock of the demonstration; in Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from pyotp import TOTP

from tests.browser.looks import Inspector
from tests.browser.people import DIANE, MARIE, SARAH
from tests.browser.portal import Portal
from tests.browser.staff import come_to_the_desk
from tests.browser.visitor import Visitor

_NEW = "nadia.benali@arabesque.example.com"
REASON = "She can not find the invoice of May"


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


@pytest.fixture(scope="module")
def child(chromium: Browser, portal: Portal) -> str:
    """A member of Marie's household, by id."""
    marie = Visitor(chromium, portal, locale=MARIE.locale)
    marie.sign_in(MARIE.mail, MARIE.reached_at)
    link = marie.open("members").locator("main .rows a").first.get_attribute("href") or ""
    marie.close()
    return link.rpartition("/")[2]


@pytest.fixture
def desk(chromium: Browser, portal: Portal, apps: dict[str, TOTP]) -> Iterator[Visitor]:
    """The owner, freshly signed in."""
    visitor = Visitor(chromium, portal, locale=DIANE.locale)
    come_to_the_desk(visitor, DIANE, apps)
    yield visitor
    visitor.close()


def test_staff_look_through_a_familys_eyes_and_come_back(desk: Visitor, inspector: Inspector, child: str) -> None:
    """NEW-10: with the keyboard from the reason to the way back, a banner on each page, each of them sound."""
    documents = desk.open(f"desk/members/{child}").locator("main a[href*='/desk/documents/']").first
    household = (documents.get_attribute("href") or "").rpartition("/")[2]
    desk.open(f"desk/clients/{household}/view")
    inspector.inspect(desk)
    desk.page.fill("#field-reason", REASON)
    desk.follow(desk.main_button())
    for path in ("", "invoices", "schedule", "viewing"):
        desk.open(path)
        assert desk.page.locator("aside.viewing").is_visible()
        inspector.inspect(desk)

    desk.open("activity")
    assert REASON in desk.text()
    button = desk.page.locator("aside.viewing button")
    button.focus()
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(f"**/desk/clients/{household}")

    desk.open("desk")
    assert desk.page.locator("aside.viewing").count() == 0


def test_staff_act_for_a_family_that_tells_them_its_code(desk: Visitor, inspector: Inspector) -> None:
    """C7, ADM-4: the code goes to the family; what it says is said on each page, and what is its own stays closed."""
    page = desk.open("desk/clients?q=sarah+wilson")
    desk.follow(page.locator("main .rows a").first)
    client = page.url
    desk.follow(page.locator("main a[href$='/view']"))
    page.fill("#field-reason", "She tells us where she moved to")
    page.get_by_label("Sarah Wilson").check()
    post = desk.portal.post_of(SARAH.mail)
    desk.follow(desk.main_button())
    assert page.url.endswith("/desk/acting/code")
    inspector.inspect(desk)
    desk.enter_code(post.code())
    assert page.locator("aside.viewing").is_visible()
    for path in ("", "household/edit"):
        desk.open(path)
        inspector.inspect(desk)
    page.fill("#field-phone", "438 555-0188")
    desk.follow(desk.main_button())
    assert page.locator("#error-phone").is_visible()
    inspector.inspect(desk)
    desk.open("household/edit")
    page.fill("#field-city", "Laval")
    desk.follow(desk.main_button())
    assert page.locator(".error-summary").count() == 0
    closed = page.goto(desk.portal.at("settings/login"))
    assert closed
    assert closed.status == 403
    desk.follow(page.locator("aside.viewing button"))
    assert page.url == client


def test_the_pages_about_the_staff_are_sound(desk: Visitor, inspector: Inspector) -> None:
    desk.open("desk/staff")
    inspector.inspect(desk)
    desk.follow(desk.page.locator("main .rows a").first)
    inspector.inspect(desk)
    desk.open("desk/staff/invite")
    inspector.inspect(desk)


def test_somebody_is_invited_and_comes_in_by_a_recovery_code(
    desk: Visitor, inspector: Inspector, chromium: Browser, portal: Portal
) -> None:
    """A-28: from the owner's form to the desk of somebody new, and again without the telephone."""
    post = portal.post_of(_NEW)
    page = desk.open("desk/staff/invite")
    page.fill("#field-name", "Nadia Benali")
    page.fill("#field-email", _NEW)
    page.check("input[name=role][value=finance]")
    desk.follow(desk.main_button())
    assert "Nadia Benali" in desk.text()
    assert portal.at("desk") in post.wait()[0]["text"]

    nadia = Visitor(chromium, portal, locale=DIANE.locale)
    codes = _first_time(nadia, inspector)
    nadia.sign_out()
    _give_code(nadia)
    nadia.page.wait_for_url("**/second-factor*")
    nadia.page.locator("main details summary").focus()
    nadia.page.keyboard.press("Enter")
    inspector.inspect(nadia)
    nadia.page.locator("#field-recovery").click()
    nadia.page.keyboard.type(codes[3])
    nadia.page.keyboard.press("Enter")
    nadia.page.wait_for_url("**/desk")
    inspector.inspect(nadia)
    nadia.close()


def _first_time(visitor: Visitor, inspector: Inspector) -> list[str]:
    """Signs in and sets up an app; returns the recovery codes."""
    _give_code(visitor)
    page = visitor.page
    page.wait_for_url("**/settings/authenticator")
    inspector.inspect(visitor)
    page.locator("details.disclosure > summary").first.click()
    app = TOTP(page.locator("bdi.code").inner_text().replace(" ", ""))
    page.fill("#field-code", app.at(visitor.portal.pass_time(minutes=0)))
    visitor.follow(visitor.main_button())
    return page.locator("bdi.code").all_inner_texts()


def _give_code(visitor: Visitor) -> None:
    post = visitor.portal.post_of(_NEW)
    visitor.ask_for_code(_NEW)
    visitor.enter_code(post.code())


def test_the_clock_of_the_demonstration_is_moved(desk: Visitor, inspector: Inspector) -> None:
    """ADM-5, NEW-17: made, moved a month, entered; every page of it says that it is one."""
    desk.open("desk/demo")
    inspector.inspect(desk)
    desk.follow(desk.main_button())
    inspector.inspect(desk)
    desk.follow(desk.page.locator("button[value=month]"))
    desk.follow(desk.page.locator("form[action$='/desk/demo/enter'] button"))
    for path in ("", "/invoices", "/schedule", "/activity", "/notifications/sent"):
        desk.page.goto(f"{desk.portal.home}-demo{path}")
        assert desk.page.locator("aside.viewing").is_visible()
        inspector.inspect(desk)
