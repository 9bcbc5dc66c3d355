"""Every page of the account and of the door in Chromium: axe, 320 px, dark, right to left, policy, weight."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.looks import Inspector
from tests.browser.people import DAVID, ELENA, GALINA, JENNIFER, MARIE, Person
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor

_ID = re.compile(
    r"(?<=ids=).+|[0-9a-z]{32}-\d{8}-[0-9a-z]{32}|\d{4}-\d\d(?=$|\?)|\d{4}-\d\d-\d\d(%23\d+)?|(\d{8}-)?[0-9a-z]{32}"
    r"|(?<=from=)\d+|(?<=resource=)[\w-]+|(?<=minutes=)\d+|(?<=kind=)\w+|(?<=programme=)[\w-]+"
)

ACCOUNT = (
    "", "schedule", "schedule?from={}", "schedule?when=past", "schedule?when=past&from={}",
    "schedule/day/{}", "schedule/week/{}", "schedule/month/{}", "schedule/events/{}", "schedule/feeds",
    "schedule?member={}", "schedule?when=past&member={}",
    "schedule?from={}&member={}", "schedule?when=past&from={}&member={}",
    "schedule/day/{}?member={}", "schedule/week/{}?member={}", "schedule/month/{}?member={}",
    "bookings", "bookings?when=all", "bookings/{}", "bookings/new", "bookings/new?week={}",
    "bookings/new?kind={}&week={}",
    "bookings/times?resource={}&week={}", "bookings/times?resource={}&minutes={}&week={}",
    "classes", "classes?member={}", "classes?programme={}", "classes?programme={}&member={}", "classes/{}",
    "makeups", "makeups?member={}", "makeups/{}",
    "invoices", "invoices?show=due", "invoices?member={}", "invoices/{}", "invoices/{}/pay", "invoices/{}/share",
    "payments", "payments/{}", "payment-methods", "credits", "credits/{}",
    "balance", "balance?currency=CAD", "balance?currency=CAD&after={}", "statement?currency=CAD",
    "quotes", "quotes/{}", "recurring", "recurring/{}", "subscriptions", "subscriptions/{}",
    "members", "members/{}", "members/add", "members/{}/edit", "members/{}/enrolments", "members/{}/enrolments/{}",
    "members/{}/history", "members/{}/skills", "members/{}/absence",
    "members/{}/enrolments/{}/change", "members/{}/enrolments/{}/leave",
    "members/{}/enrolments/{}/meetings/{}", "members/{}/enrolments/{}/meetings/{}/absence",
    "household/edit", "settings", "settings/login", "settings/login/mobile", "accessibility", "privacy",
)  # fmt: skip
"""Pages of an account in which everything occurs, as its links lead to them."""

FILES = (
    "invoices/{}/pdf", "payments/{}/receipt", "credits/{}/pdf", "quotes/{}/pdf",
    "papers/invoices?ids={}", "schedule/events/{}.ics",
    "statement/pdf?from={}&to={}&currency=CAD", "statement/csv?from={}&to={}&currency=CAD",
)  # fmt: skip
"""What its links lead to that a browser saves, and shows no page."""

_BEGINNINGS = {"/csv": b"\xef\xbb\xbf", ".ics": b"BEGIN:VCALENDAR"}
"""Of files that are no PDF."""

ELSEWHERE = (
    "feeds/{}", "sign-in", "sign-in/code", "confirm", "confirm/code", "settings/login/code", "households",
    "pay", "pay/done/{}", "pay/link/{}", "pay/returned/{}", "payment-methods/{}",
    "second-factor", "settings/authenticator", "desk",
    "bookings/confirm", "bookings/{}/cancel", "bookings/{}/move",
    "makeups/{}/choice", "enrolling", "waiting", "members/{}/enrolments/{}/change/{}",
    "members/{}/enrolments/{}/meetings/{}/give-back",
    "desk/bookings", "desk/bookings/{}/{}", "desk/members/{}", "desk/classes", "desk/classes/all", "desk/classes/new",
    "desk/classes/requests", "desk/classes/{}", "desk/classes/{}/add", "desk/classes/{}/change/{}",
    "desk/classes/{}/edit", "desk/classes/{}/end", "desk/classes/{}/meetings/{}", "desk/classes/{}/meetings/{}/move",
)  # fmt: skip
"""What other tests open: of this module, `test_paying`, `test_desk`, `test_booking`, `test_enrolling`, `test_makeups`
and `test_classes_desk`."""


def _shape(portal: Portal, url: str) -> str:
    """The address of a page without what tells it from others of its kind."""
    return _ID.sub("{}", url.removeprefix(portal.home).partition("#")[0]).removeprefix("/")


def _explore(visitor: Visitor) -> dict[str, str]:
    """One page of each kind that links lead to from the first one: addresses by shape."""
    portal, found, ahead = visitor.portal, dict[str, str](), [visitor.portal.home]
    while ahead:
        url = ahead.pop(0)
        if (shape := _shape(portal, url)) in found:
            continue
        found[shape] = url
        if shape in FILES:
            continue
        visitor.page.goto(url)
        links = visitor.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        ahead += [link for link in links if link.startswith(portal.home)]
    return found


def _arrive(chromium: Browser, portal: Portal, person: Person) -> Visitor:
    visitor = Visitor(chromium, portal, locale=person.locale)
    visitor.sign_in(person.mail, person.reached_at)
    return visitor


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


@pytest.fixture(scope="module")
def marie(chromium: Browser, portal: Portal) -> Iterator[Visitor]:
    """Signed in, with something on every page."""
    visitor = _arrive(chromium, portal, MARIE)
    yield visitor
    visitor.close()


@pytest.fixture(scope="module")
def pages(marie: Visitor) -> dict[str, str]:
    """Addresses of Marie's pages by shape."""
    return _explore(marie)


def test_the_tests_of_this_module_open_every_page_there_is() -> None:
    from app import app

    outside = {"/", "/health", "/assets/{}/{}", "/{}/brand/{}"}
    routes = {re.sub(r"{\w+}", "{}", path) for path, methods in app.routes.items() if "GET" in methods}
    pages = (page.partition("?")[0].removesuffix(".ics") for page in ACCOUNT + FILES + ELSEWHERE)
    opened = {f"/{{}}/{page}".rstrip("/") for page in pages}
    assert routes - outside == opened


def test_links_lead_to_every_kind_of_page(pages: dict[str, str]) -> None:
    assert sorted(pages) == sorted(ACCOUNT + FILES)


@pytest.mark.parametrize("shape", ACCOUNT, ids=lambda shape: shape or "home")
def test_a_page_of_the_account_is_sound(
    marie: Visitor, pages: dict[str, str], inspector: Inspector, shape: str
) -> None:
    response = marie.page.goto(pages[shape])
    assert response
    assert response.status == 200
    inspector.inspect(marie)


@pytest.mark.parametrize("shape", FILES)
def test_a_file_of_the_account_comes_whole(marie: Visitor, pages: dict[str, str], shape: str) -> None:
    answer = marie.context.request.get(pages[shape])
    assert answer.status == 200
    begins = next((begin for word, begin in _BEGINNINGS.items() if word in shape), b"%PDF-")
    assert answer.body().startswith(begins)


def test_the_pages_of_the_door_are_sound(chromium: Browser, portal: Portal, inspector: Inspector) -> None:
    visitor = Visitor(chromium, portal)
    visitor.open("sign-in")
    inspector.inspect(visitor)
    visitor.main_button().click()
    visitor.page.locator(".error-summary").wait_for()
    inspector.inspect(visitor)
    visitor.ask_for_code("somebody@gnail.com")
    inspector.inspect(visitor)
    visitor.enter_code("12")
    visitor.page.locator(".error-summary").wait_for()
    visitor.page.locator("summary").last.click()
    inspector.inspect(visitor)
    visitor.close()


def test_the_pages_for_proving_oneself_again_are_sound(marie: Visitor, inspector: Inspector) -> None:
    marie.portal.pass_time(minutes=15)
    marie.open("settings/login")
    assert "/confirm" in marie.page.url
    inspector.inspect(marie)
    post = marie.portal.post_of(MARIE.reached_at)
    marie.main_button().click()
    marie.page.wait_for_url("**/confirm/code")
    inspector.inspect(marie)
    marie.enter_code(post.code())
    marie.page.wait_for_url("**/settings/login")
    marie.main_button().click()
    marie.page.locator(".error-summary").wait_for()
    inspector.inspect(marie)
    marie.page.fill("#field-address", "marie.new@example.com")
    marie.main_button().click()
    marie.page.wait_for_url("**/settings/login/code")
    inspector.inspect(marie)


@pytest.mark.parametrize("form", ["members/add", "members/{}/edit", "household/edit"])
def test_forms_with_mistakes_are_sound(marie: Visitor, pages: dict[str, str], inspector: Inspector, form: str) -> None:
    marie.page.goto(pages[form])
    for field in marie.page.locator("main input:not([type=hidden]):not([type=radio])").all():
        field.fill("")
    for name in ("email", "phone"):
        marie.page.fill(f"#field-{name}", "?")
    marie.main_button().click()
    marie.page.locator(".error-summary").wait_for()
    assert marie.page.locator(".error-summary a").count() == marie.page.locator(".field__error").count() >= 3
    inspector.inspect(marie)


def test_the_choice_of_households_is_sound(chromium: Browser, portal: Portal, inspector: Inspector) -> None:
    david = _arrive(chromium, portal, DAVID)
    assert david.page.url.partition("?")[0] == portal.at("households")
    inspector.inspect(david)
    david.close()


def test_a_page_that_does_not_exist_is_sound(marie: Visitor, inspector: Inspector) -> None:
    response = marie.page.goto(marie.portal.at("invoices/none"))
    assert response
    assert response.status == 404
    inspector.inspect(marie)


def test_an_account_with_little_in_it_is_sound(chromium: Browser, portal: Portal, inspector: Inspector) -> None:
    """DASH-6: somebody who only rents a room."""
    galina = _arrive(chromium, portal, GALINA)
    for path in ("", "schedule", "members"):
        galina.open(path)
        inspector.inspect(galina)
    galina.close()


@pytest.mark.parametrize("person", [ELENA, JENNIFER], ids=str)
def test_no_page_scrolls_sideways_in_another_language(chromium: Browser, portal: Portal, person: Person) -> None:
    visitor = _arrive(chromium, portal, person)
    visitor.page.set_viewport_size({"width": 320, "height": 640})
    too_wide = {}
    for shape, url in _explore(visitor).items():
        if shape in FILES:
            continue
        visitor.page.goto(url)
        too_wide[shape] = visitor.overflow()
    assert len(too_wide) > 15
    assert {shape: pixels for shape, pixels in too_wide.items() if pixels > 0} == {}
    assert visitor.problems == []
    visitor.close()
