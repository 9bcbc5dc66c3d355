"""A household's money at the desk in Chromium: every page, and the journeys from an empty form to what the family gets
(QUO-1, REC-1, SUB-1, STM-2, PUR-2, PM-5)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from pyotp import TOTP

from tests.browser.looks import Inspector
from tests.browser.people import DIANE, MARIE
from tests.browser.portal import Portal
from tests.browser.staff import come_to_the_desk
from tests.browser.visitor import Visitor

PAGES = (
    "quotes", "quotes/new", "recurring", "recurring/new", "subscriptions", "subscriptions/new", "purchases",
    "purchases/products", "purchases/classes", "purchases/places", "purchases/bookings", "statements",
    "payment-methods",
)  # fmt: skip


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


@pytest.fixture(scope="module")
def household(chromium: Browser, portal: Portal) -> str:
    """Marie's household, as her own session names it."""
    marie = Visitor(chromium, portal, locale=MARIE.locale)
    marie.sign_in(MARIE.mail, MARIE.reached_at)
    [value] = [each["value"] for each in marie.context.cookies() if "session" in each.get("name", "")]
    marie.close()
    return value.rpartition(".")[2]


@pytest.fixture(scope="module")
def desk(chromium: Browser, portal: Portal, apps: dict[str, TOTP]) -> Iterator[Visitor]:
    """The owner, who may do everything."""
    visitor = Visitor(chromium, portal, locale=DIANE.locale)
    come_to_the_desk(visitor, DIANE, apps)
    yield visitor
    assert visitor.problems == []
    visitor.close()


def _at(desk: Visitor, household: str, rest: str) -> None:
    desk.open(f"desk/clients/{household}/{rest}")


@pytest.mark.parametrize("rest", PAGES)
def test_a_page_is_sound(desk: Visitor, household: str, inspector: Inspector, rest: str) -> None:
    """axe, 320 px, dark, right to left, weight."""
    _at(desk, household, rest)
    inspector.inspect(desk)


def test_a_quote_from_an_empty_form_to_the_family(desk: Visitor, household: str, inspector: Inspector) -> None:
    """QUO-1: more lines without a script's help, a mistake said at its field, a draft, then sent."""
    _at(desk, household, "quotes/new")
    page = desk.page
    page.fill("#field-line-1-what", "Camp")
    page.fill("#field-line-1-price", "viel")
    desk.follow(page.locator("button[name=more]"))
    assert page.input_value("#field-line-1-what") == "Camp"
    desk.follow(page.locator("main form .button--primary"))
    assert page.locator("#error-line-1-price").count() == 1
    inspector.inspect(desk)
    page.fill("#field-line-1-price", "120")
    desk.follow(page.locator("main form .button--primary"))
    inspector.inspect(desk)
    desk.follow(page.locator("main form .button--primary"))
    inspector.inspect(desk)
    assert page.locator("form[action$='/withdraw']").count() == 1


def test_a_recurring_invoice_and_a_subscription(desk: Visitor, household: str, inspector: Inspector) -> None:
    """REC-1, SUB-1: made, begun, changed."""
    page = desk.page
    _at(desk, household, "recurring/new")
    page.fill("#field-title", "Piano")
    page.fill("#field-line-1-what", "Piano")
    page.fill("#field-line-1-price", "50")
    desk.follow(page.locator("main form .button--primary"))
    desk.follow(page.locator("main form[action$='/start'] button"))
    inspector.inspect(desk)
    desk.follow(page.locator("main a[href$='/edit']"))
    inspector.inspect(desk)
    _at(desk, household, "subscriptions/new")
    desk.follow(page.locator("main form .button--primary"))
    inspector.inspect(desk)


def test_a_place_is_kept_and_what_is_missing_is_named(desk: Visitor, household: str, inspector: Inspector) -> None:
    """PUR-2: a class, its members, the places that are kept; then let go."""
    page = desk.page
    _at(desk, household, "purchases/classes")
    hrefs = [each.get_attribute("href") or "" for each in page.locator("main .rows a").all()]
    for href in hrefs:
        page.goto(f"{desk.portal.base_url}{href}")
        choices = page.locator("main input[name=member]")
        if choices.count() and not page.locator("main input[name=wait]").count():
            break
    inspector.inspect(desk)
    choices.first.check()
    desk.follow(page.locator("main form .button--primary"))
    inspector.inspect(desk)
    desk.follow(page.locator("main form[action$='/give-back'] button").first)


def test_a_time_and_a_product(desk: Visitor, household: str, inspector: Inspector) -> None:
    """PUR-2: up to the page on which it is bought."""
    page = desk.page
    _at(desk, household, "purchases/products")
    desk.follow(page.locator("main .rows a").first)
    inspector.inspect(desk)
    _at(desk, household, "purchases/bookings")
    desk.follow(page.locator("main .rows a").first)
    while not page.locator("main .times button").count():
        desk.follow(page.locator("main a[rel=next]"))
    inspector.inspect(desk)
    desk.follow(page.locator("main .times button").first)
    inspector.inspect(desk)
