"""Checkout's page and the desk in Chromium: axe, a phone's width, dark, and a real redirect back after each form."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from local.events import Answer, Call
from local.gateway import Page as Handler
from local.gateway import Server
from local.stripe_double import Account, StripeDouble
from tests.local.stripe_double.conftest import Open


class _Shop(Handler):
    """Where payers come back to."""

    def respond(self, call: Call) -> Answer:
        return Answer(200, [("Content-Type", "text/plain")], f"back at {call.target}".encode())


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    server = Server(0, _Shop)
    server.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.stop()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A phone without JavaScript on pages; `evaluate` still works for the checks."""
    context = chromium.new_context(viewport={"width": 320, "height": 640}, locale="en-CA")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def _inspect(page: Page) -> None:
    for look in ("light", "dark"):
        scheme: Any = look
        page.emulate_media(color_scheme=scheme)
        violations = Axe().run(page).response["violations"]
        assert [(look, one["id"], one["nodes"][0]["target"]) for one in violations] == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def test_a_payer_is_declined_asked_by_the_bank_and_comes_back(
    phone: Page, account: Account, open_: Open, shop: str
) -> None:
    opened = open_(success_url=f"{shop}/paid?s={{CHECKOUT_SESSION_ID}}", cancel_url=f"{shop}/back")
    phone.goto(str(opened.url))
    _inspect(phone)
    phone.get_by_label("Email").fill("ana@example.com")
    phone.get_by_label("declined").first.check()
    phone.get_by_role("button", name="Pay CA$120.00").click()
    assert "The card was declined" in phone.get_by_role("alert").inner_text()
    _inspect(phone)
    phone.get_by_label("3-D Secure").check()
    phone.get_by_role("button", name="Pay CA$120.00").click()
    _inspect(phone)
    phone.get_by_role("button", name="Yes, I agree").click()
    phone.wait_for_url(f"{shop}/paid?s={opened.id}")
    assert account.books.get("checkout.session", opened.id)["payment_status"] == "paid"


@pytest.mark.parametrize(("locale", "back"), [("fr", "Revenir sans payer"), ("ru", "Вернуться без оплаты")])
def test_a_payer_goes_back(phone: Page, open_: Open, shop: str, locale: Any, back: str) -> None:
    phone.goto(str(open_(cancel_url=f"{shop}/back", locale=locale).url))
    _inspect(phone)
    phone.get_by_role("link", name=back).click()
    phone.wait_for_url(f"{shop}/back")


def test_everything_works_without_javascript(chromium: Browser, account: Account, open_: Open, shop: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    opened = open_(success_url=f"{shop}/paid", customer_email="ana@example.com")
    page.goto(str(opened.url))
    page.get_by_role("button").click()
    page.wait_for_url(f"{shop}/paid")
    context.close()
    assert account.books.get("checkout.session", opened.id)["payment_status"] == "paid"


def test_the_desk_lets_a_bank_pay(phone: Page, double: StripeDouble, account: Account, open_: Open) -> None:
    account.complete(open_().id, "bank_debit")
    phone.goto(double.url)
    _inspect(phone)
    phone.get_by_role("button", name="The bank pays").click()
    phone.get_by_text("checkout.session.async_payment_succeeded").wait_for()
