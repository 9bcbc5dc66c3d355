"""Paying in Chromium, on our pages and on Stripe's, which the double plays: with and without JavaScript."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import ViewportSize

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import CHIDI, JULIE, LINH, MARCO, SAMIRA, VERA, Person
from tests.browser.portal import Portal
from tests.browser.till import Desk, choose, consent, is_at_stripe
from tests.browser.visitor import Visitor

_PATIENCE_SECONDS = 30
_PHONE: ViewportSize = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


def _open_invoice(visitor: Visitor) -> str:
    """Path of the first invoice to pay."""
    page = visitor.open("invoices?show=due")
    href = page.locator("main a[href*='/invoices/2']").first.get_attribute("href")
    assert href
    return re.sub(r"^.*/(invoices/[^/?]+).*$", r"\1", href)


def _wait_for(visitor: Visitor, path: str, words: str) -> None:
    """Opens a page until it says so: messages from Stripe take a moment."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while words not in visitor.open(path).locator("main").inner_text():
        assert time.monotonic() < deadline, f"{path} does not say {words!r}: {visitor.text()}"
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("person", "javascript", "paid", "nothing"),
    [
        (JULIE, True, "Nous avons reçu votre paiement", "Il ne reste rien à payer"),
        (MARCO, False, "We have received your payment", "Nothing is left to pay"),
        (VERA, True, "Мы получили ваш платёж", "больше нечего платить"),
    ],
    ids=str,
)
def test_an_invoice_is_paid_after_a_card_failed_and_a_step_at_the_bank(
    signed_in: SignedIn, inspector: Inspector, person: Person, javascript: bool, paid: str, nothing: str
) -> None:
    """INV-5: in three languages; a refused card, another one, 3-D Secure, and back."""
    visitor = signed_in(person, locale=person.locale, java_script_enabled=javascript)
    path = _open_invoice(visitor)
    visitor.open(f"{path}/pay")
    if javascript:
        inspector.inspect(visitor)
    visitor.page.set_viewport_size(_PHONE)
    visitor.main_button().click()
    choose(visitor, "declined")
    assert is_at_stripe(visitor)
    assert visitor.page.locator("#problem").is_visible()
    choose(visitor, "authenticate")
    consent(visitor)
    visitor.page.wait_for_url("**/pay/done/*")

    assert paid in visitor.text()
    if javascript:
        inspector.inspect(visitor)
    visitor.page.locator("main .button--primary").click()
    visitor.page.wait_for_url(f"**/{path}")
    visitor.open(f"{path}/pay")
    assert nothing in visitor.text()


def test_who_turns_back_has_paid_nothing_and_may_try_again(signed_in: SignedIn, inspector: Inspector) -> None:
    """P-08: Stripe's page is left by its own link, and opened again."""
    visitor = signed_in(CHIDI)
    path = _open_invoice(visitor)
    visitor.open(f"{path}/pay")
    visitor.main_button().click()
    visitor.page.wait_for_url("**/c/pay/*")
    first = visitor.page.url
    visitor.page.locator("#leave").click()
    visitor.page.wait_for_url(f"**/{path}/pay")
    visitor.main_button().click()
    visitor.page.wait_for_url("**/c/pay/*")
    assert visitor.page.url == first

    visitor.open(f"{path}/pay")
    visitor.page.get_by_label("Another amount").first.check()
    visitor.page.fill("#field-amount", "a lot")
    visitor.main_button().click()
    visitor.page.locator(".error-summary").wait_for()
    inspector.inspect(visitor)


def test_a_bank_debit_is_on_its_way_and_then_comes(signed_in: SignedIn, portal: Portal, inspector: Inspector) -> None:
    """INV-7, P-09: the bank answers days later; Stripe tells, and nobody needs to come back."""
    visitor = signed_in(CHIDI)
    path = _open_invoice(visitor)
    visitor.open(f"{path}/pay")
    visitor.main_button().click()
    choose(visitor, "bank_debit")
    visitor.page.wait_for_url("**/pay/done/*")
    assert "Your bank needs a few days" in visitor.text()
    inspector.inspect(visitor)
    visitor.open(f"{path}/pay")
    assert "already on its way" in visitor.text()

    desk = Desk(portal)
    desk.act("settle_async", payment_intent=desk.pending())

    _wait_for(visitor, f"{path}/pay", "Nothing is left to pay")


def test_cards_are_saved_preferred_and_removed(signed_in: SignedIn, inspector: Inspector) -> None:
    """PM-1 to PM-4, X-8."""
    visitor = signed_in(LINH)
    page = visitor.open("payment-methods")
    inspector.inspect(visitor)
    for card, number in (("succeeds", "4242"), ("mastercard", "4444")):
        visitor.main_button().click()
        choose(visitor, card)
        page.wait_for_url("**/payment-methods?saved=1")
        assert number in visitor.text()
    inspector.inspect(visitor)

    page.get_by_role("link", name="Mastercard").click()
    page.wait_for_url("**/payment-methods/*")
    inspector.inspect(visitor)
    page.locator("form[action$='/default'] button").click()
    page.wait_for_url("**/payment-methods?saved=1")
    visitor.follow(page.get_by_role("link", name="Mastercard"))
    page.locator("summary").last.click()
    page.locator("form[action$='/delete'] button").click()
    page.locator(".error-summary").wait_for()
    page.locator("details").last.evaluate("details => { details.open = true }")
    inspector.inspect(visitor)
    page.locator("input[name=successor]").first.check()
    page.locator("form[action$='/delete'] button").click()
    page.wait_for_url("**/payment-methods?saved=deleted")
    assert "4444" not in visitor.text()
    assert "4242" in visitor.text()


def test_somebody_else_pays_a_share_by_a_link(
    signed_in: SignedIn, visit: Callable[..., Visitor], portal: Portal, inspector: Inspector
) -> None:
    """NEW-8: in another language, without an account, without JavaScript; and the link ends."""
    family = signed_in(SAMIRA)
    path = _open_invoice(family)
    page = family.open(f"{path}/share")
    inspector.inspect(family)
    page.fill("#field-name", "Grand-maman")
    page.fill("#field-amount", "30")
    family.main_button().click()
    page.locator("#field-address").wait_for()
    address = page.input_value("#field-address")
    inspector.inspect(family)

    grandmother = visit(locale="ru-RU", java_script_enabled=False)
    post = portal.post_of("olga.grandmother@example.com")
    grandmother.page.goto(address)
    assert "30,00" in grandmother.text()
    assert "Benali" not in grandmother.page.content()
    grandmother.page.fill("#field-name", "Ольга Иванова")
    grandmother.page.fill("#field-email", "olga.grandmother@example.com")
    grandmother.main_button().click()
    choose(grandmother, "google_pay")
    grandmother.page.wait_for_url("**/pay/returned/*")
    assert "спасибо" in grandmother.text().lower()
    assert post.wait()
    grandmother.page.reload()
    assert "Мы получили ваш платёж" in grandmother.text()
    seeing = visit()
    seeing.page.goto(grandmother.page.url)
    inspector.inspect(seeing)
    seeing.page.goto(address)
    inspector.inspect(seeing)
    _wait_for(family, f"{path}/pay", "100,00")
    family.open(f"{path}/share")
    family.follow(family.page.locator("form[action$='/share/end'] button"))
    seeing.page.goto(address)
    assert seeing.page.locator("h1").is_visible()
    assert seeing.page.locator("form[action*='/pay/link/']").count() == 0
    inspector.inspect(seeing)


def test_several_invoices_are_chosen_on_one_page(signed_in: SignedIn, inspector: Inspector) -> None:
    visitor = signed_in(LINH)
    page = visitor.open("pay")
    inspector.inspect(visitor)
    visitor.main_button().click()
    page.locator(".error-summary").wait_for()
    inspector.inspect(visitor)
    page.locator("input[type=checkbox]").first.check()
    visitor.main_button().click()
    choose(visitor, "apple_pay")
    page.wait_for_url("**/pay/done/*")
    assert "Nous avons reçu votre paiement" in visitor.text()


def test_the_double_says_what_it_is_and_lets_messages_go_astray(visit: Callable[..., Visitor], portal: Portal) -> None:
    """Whoever tries the portal on one machine repeats, delays, reorders and drops webhooks from its desk."""
    visitor = visit()
    visitor.page.goto(portal.stripe_url.replace("127.0.0.1", "localhost"))
    for mode in ("repeat", "delay", "reorder", "drop"):
        assert visitor.page.get_by_role("button", name=mode).count() == 1
    visitor.page.get_by_role("button", name="repeat").click()
    visitor.page.get_by_role("button", name="normal").click()
