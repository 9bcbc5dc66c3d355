"""Answering quotes in Chromium: approved and paid, declined with a reason, too late; in three languages.

They are the demonstration's, which one household has; of its two users the one plays here whom no other test plays.
"""

import pytest

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import LUC
from tests.browser.till import choose
from tests.browser.visitor import Visitor


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


def _speaking(signed_in: SignedIn, language: str, *, javascript: bool = True) -> Visitor:
    """Luc, who chose a language in his settings."""
    visitor = signed_in(LUC, java_script_enabled=javascript)
    page = visitor.open("settings")
    page.locator(f"main input[name=language][value={language}]").check()
    page.locator("main form[action$='/settings/language'] button").click()
    page.wait_for_url("**/settings?saved=language")
    assert page.locator("html").get_attribute("lang") == language
    return visitor


def _open_quote(visitor: Visitor, number: int) -> str:
    """Opens a quote of the list, which begins with those that wait for an answer; returns its address."""
    page = visitor.open("quotes")
    page.locator("main .rows a[href*='/quotes/2']").nth(number).click()
    page.wait_for_url("**/quotes/2*")
    return page.url


def test_a_quote_is_approved_in_one_click_and_its_invoice_paid(signed_in: SignedIn, inspector: Inspector) -> None:
    """QUO-2, QUO-4: in French; one press leads to where it is paid, and from there to Stripe's page and back."""
    visitor = _speaking(signed_in, "fr")
    page = visitor.page
    address = _open_quote(visitor, 0)
    total = page.locator("main .figure__value").first.inner_text()
    inspector.inspect(visitor)
    page.fill("#field-reference", "Bon 7")
    page.locator("form[action$='/approve'] button").click()
    page.wait_for_url("**/invoices/*/pay")
    assert total in visitor.text()
    invoice = page.url.removesuffix("/pay")
    inspector.inspect(visitor)

    visitor.main_button().click()
    choose(visitor, "succeeds")
    page.wait_for_url("**/pay/done/*")
    assert "Nous avons reçu votre paiement" in visitor.text()
    page.goto(invoice)
    assert "Bon 7" in visitor.text()
    assert "Payée" in visitor.text()
    page.goto(address)
    assert invoice.endswith(str(page.locator("main a[href*='/invoices/']").first.get_attribute("href")))
    assert page.locator("form[action$='/approve'], form[action$='/decline']").count() == 0
    inspector.inspect(visitor)


def test_a_quote_is_declined_with_a_reason(signed_in: SignedIn, inspector: Inspector) -> None:
    """QUO-3: in English, without JavaScript; without a reason it is asked for, and nothing is lost."""
    visitor = _speaking(signed_in, "en", javascript=False)
    page = visitor.page
    address = _open_quote(visitor, 0)
    page.locator("#field-reason").evaluate("field => field.required = false")
    page.locator("form[action$='/decline'] button").click()
    page.locator(".error-summary").wait_for()
    assert "Fill in this field" in visitor.text()
    page.fill("#field-reason", "Too far away for the summer")
    page.locator("form[action$='/decline'] button").click()
    page.wait_for_url(address)

    assert "Declined" in visitor.text()
    assert page.locator("form[action$='/approve'], form[action$='/decline']").count() == 0
    seeing = signed_in(LUC)
    seeing.page.goto(address)
    inspector.inspect(seeing)


def test_a_quote_that_expired_has_no_buttons(signed_in: SignedIn, inspector: Inspector) -> None:
    """C9: in Russian; it says so and takes no answer."""
    visitor = _speaking(signed_in, "ru")
    page = visitor.open("quotes")
    inspector.inspect(visitor)
    page.locator("main .rows li", has_text="Истекла").locator("a").first.click()
    page.wait_for_url("**/quotes/2*")

    assert "Истекла" in visitor.text()
    assert page.locator("form[action$='/approve'], form[action$='/decline']").count() == 0
    assert page.locator("main button").count() == 0
    inspector.inspect(visitor)
