"""Every page of the account and of the door in Chromium: axe, 320 px, dark, right to left, policy, weight."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.answering import send_what_is_asked_for
from tests.browser.looks import Inspector
from tests.browser.people import DAVID, ELENA, GALINA, JENNIFER, MARIE, Person
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor
from tests.browser.walking import explore

ACCOUNT = (
    "", "schedule", "schedule?from={}", "schedule?when={}", "schedule?when={}&from={}",
    "schedule/day/{}", "schedule/week/{}", "schedule/month/{}", "schedule/events/{}", "schedule/feeds",
    "schedule?member={}", "schedule?when={}&member={}",
    "schedule?from={}&member={}", "schedule?when={}&from={}&member={}",
    "schedule/day/{}?member={}", "schedule/week/{}?member={}", "schedule/month/{}?member={}",
    "bookings", "bookings?when={}", "bookings/{}", "bookings/new", "bookings/new?week={}",
    "bookings/new?kind={}&week={}",
    "bookings/times?resource={}&week={}", "bookings/times?resource={}&minutes={}&week={}",
    "classes", "classes?member={}", "classes?programme={}", "classes?programme={}&member={}", "classes/{}",
    "makeups", "makeups?member={}", "makeups/{}",
    "invoices", "invoices?show={}", "invoices?member={}", "invoices/{}", "invoices/{}/pay", "invoices/{}/share",
    "payments", "payments/{}", "payment-methods", "autopay", "credits", "credits/{}",
    "balance", "balance?currency={}", "balance?currency={}&after={}", "statement?currency={}",
    "quotes", "quotes/{}", "recurring", "recurring/{}", "subscriptions", "subscriptions/{}",
    "shop", "shop/{}", "purchases", "purchases?member={}", "passes", "passes/{}", "cards", "cards/{}",
    "members", "members/{}", "members/add", "members/{}/edit", "members/{}/enrolments", "members/{}/enrolments/{}",
    "members/{}/history", "members/{}/skills", "members/{}/absence", "members/{}/growing", "members/{}/archive",
    "members/{}/enrolments/{}/change", "members/{}/enrolments/{}/leave",
    "members/{}/enrolments/{}/meetings/{}", "members/{}/enrolments/{}/meetings/{}/absence",
    "documents", "documents/{}", "documents/classes", "documents/classes/{}",
    "documents/requests", "documents/requests/{}",
    "slips", "slips?year={}", "slips/{}", "slips/parents", "slips/parents/add", "slips/parents/{}/edit",
    "slips/parents/{}/number",
    "forms", "forms/{}/for/{}", "forms/{}/for/{}/answers",
    "consents", "consents/{}/for/{}", "consents/signatures", "consents/signatures/{}",
    "messages", "messages/{}", "messages/new", "messages/new?about={}&id={}", "messages/new?about={}&id={}&member={}",
    "notifications", "notifications?after={}", "notifications/sent", "notifications/sent?to={}",
    "notifications/sent/{}", "access", "access/invite", "access/people/{}", "access/links/add", "access/leave",
    "household/edit", "settings", "settings/login", "settings/login/mobile", "settings/notifications",
    "settings/addresses",
    "activity", "activity?month={}", "data", "data/deletion", "accessibility", "privacy",
)  # fmt: skip
"""Pages of an account in which everything occurs, as its links lead to them."""

FILES = (
    "invoices/{}/pdf", "payments/{}/receipt", "credits/{}/pdf", "quotes/{}/pdf",
    "forms/{}/for/{}/answers/{}/pdf", "consents/signatures/{}/pdf",
    "documents/{}/open?file={}", "documents/classes/{}/open?file={}", "documents/requests/{}/open?file={}",
    "slips/{}/pdf", "papers/invoices?ids={}", "schedule/events/{}.ics",
    "statement/pdf?from={}&to={}&currency={}", "statement/csv?from={}&to={}&currency={}",
)  # fmt: skip
"""What its links lead to that a browser saves, and shows no page."""

_AFTER_OTHERS = ("activity?month={}&after={}",)
"""What there is once other tests have made the list so long."""

_BEGINNINGS = {"/csv": b"\xef\xbb\xbf", ".ics": b"BEGIN:VCALENDAR", "documents/": b""}
"""Of files that are no PDF, or may be something else."""


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
    """Addresses of Marie's pages by kind."""
    send_what_is_asked_for(marie)
    return explore(marie, FILES, "")


def test_links_lead_to_every_kind_of_page(pages: dict[str, str]) -> None:
    assert pages.keys() - set(_AFTER_OTHERS) == set(ACCOUNT + FILES)


@pytest.mark.parametrize("kind", ACCOUNT, ids=lambda kind: kind or "home")
def test_a_page_of_the_account_is_sound(marie: Visitor, pages: dict[str, str], inspector: Inspector, kind: str) -> None:
    response = marie.page.goto(pages[kind])
    assert response
    assert response.status == 200
    inspector.inspect(marie)


@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_the_account_comes_whole(marie: Visitor, pages: dict[str, str], kind: str) -> None:
    answer = marie.context.request.get(pages[kind])
    assert answer.status == 200
    begins = next((begin for word, begin in _BEGINNINGS.items() if word in kind), b"%PDF-")
    assert answer.body().startswith(begins)
    assert answer.body()
    assert answer.headers["content-disposition"].startswith("attachment")


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
    for kind, url in explore(visitor, FILES, "").items():
        if kind in FILES:
            continue
        visitor.page.goto(url)
        too_wide[kind] = visitor.overflow()
    assert len(too_wide) > 15
    assert {kind: pixels for kind, pixels in too_wide.items() if pixels > 0} == {}
    assert visitor.problems == []
    visitor.close()
