"""What the desk does with a family's money from beginning to end, in Chromium: a family of its own for each journey, so
that no other test meets it (INV-3, PAY-1, CRED-2, QUO-2, QUO-3, PUR-2, STM-2)."""

import secrets
import time
from collections.abc import Callable
from typing import NamedTuple

import pytest

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import DIANE
from tests.browser.portal import Portal, Post
from tests.browser.till import Desk, choose
from tests.browser.visitor import Visitor

_PHONE = {"width": 390, "height": 844}
_PATIENCE_SECONDS = 30
_A_TICK_SECONDS = 90
"""The time clock comes round within a minute."""


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


class Family(NamedTuple):
    """A client that was just opened."""

    home: str
    """Address of its page at the desk."""
    mail: str
    post: Post


def _opened(desk: Visitor, portal: Portal) -> Family:
    """A family that is found nowhere else, with an adult who takes part."""
    name = f"Zq{secrets.token_hex(6).translate(str.maketrans('0123456789', 'ghijklmnop'))}"
    mail = f"{name.lower()}@example.com"
    post, page = portal.post_of(mail), desk.open("desk/clients/new")
    page.fill("#field-first_name", "Alice")
    page.fill("#field-last_name", name)
    page.fill("#field-email", mail)
    page.check("#field-takes_part")
    desk.follow(desk.main_button())
    assert page.url.endswith("saved=opened")
    return Family(page.url.partition("?")[0], mail, post)


def _billed(desk: Visitor, family: Family, price: str) -> str:
    """Address of an invoice at the desk that was mailed."""
    page = desk.page
    page.goto(f"{family.home}/billing/new")
    page.fill("#field-line-1-what", "Costume")
    page.fill("#field-line-1-price", price)
    desk.follow(desk.main_button())
    desk.follow(page.locator("button[name=send][value=yes]"))
    assert page.url.endswith("saved=sent")
    return page.url.partition("?")[0]


def _mailed(family: Family, words: str, patience: float = _PATIENCE_SECONDS) -> str:
    """The text of the newest mail whose subject says so, as soon as it is there."""
    deadline = time.monotonic() + patience
    while True:
        found = [each for each in family.post.messages() if words in (each.get("subject") or "")]
        if found:
            return str(found[0]["text"])
        assert time.monotonic() < deadline, [each.get("subject") for each in family.post.messages()]
        time.sleep(0.1)


def test_a_bill_is_mailed_paid_in_cash_credited_and_given_back_on_a_phone(
    at_desk: SignedIn, portal: Portal, inspector: Inspector
) -> None:
    """INV-3, PAY-1, CRED-2: in French, with a receipt; what is left at the end adds up to nothing."""
    desk = at_desk(DIANE, viewport=_PHONE)
    page, family = desk.page, _opened(desk, portal)
    invoice = _billed(desk, family, "40")
    assert "facture" in _mailed(family, "acture").lower()
    page.goto(f"{family.home}/billing/payments/new")
    page.locator("main input[name^=for-]").first.check()
    page.fill("#field-amount", "45,99")
    page.locator("input[name=method][value=cash]").check()
    page.locator("input[name=receipt]").check()
    assert desk.overflow() == 0
    desk.follow(desk.main_button())
    payment = page.url.partition("?")[0]
    assert "/billing/payments/" in payment
    inspector.inspect(desk)
    _mailed(family, "eçu")
    assert desk.context.request.get(f"{payment}/receipt").body().startswith(b"%PDF-")
    _credited_and_given_back(desk, invoice, payment)
    page.goto(f"{family.home}/statements")
    assert "Remboursement" in desk.text()
    inspector.inspect(desk)


def _credited_and_given_back(desk: Visitor, invoice: str, payment: str) -> None:
    page = desk.page
    page.goto(f"{invoice}/credit")
    page.fill("#field-amount", "10")
    page.fill("#field-reason", "Trop grand")
    desk.follow(page.locator("main form[action$='/credit'] button").first)
    assert page.url.endswith("saved=credited")
    page.goto(f"{payment}/refund")
    page.fill("#field-amount", "10")
    page.locator("input[name=way][value=cash]").check()
    page.fill("#field-reason", "Trop grand")
    desk.follow(page.locator("main button.button--danger"))
    assert page.url.endswith("saved=refunded")


def test_a_quote_is_accepted_by_the_family_and_its_invoice_paid_and_contested(
    at_desk: SignedIn, visit: Callable[..., Visitor], portal: Portal, inspector: Inspector
) -> None:
    """QUO-2, QUO-3: the desk finds the invoice, and what the bank tells later among what a person has to look at."""
    desk = at_desk(DIANE)
    page, family = desk.page, _opened(desk, portal)
    page.goto(f"{family.home}/quotes/new")
    page.fill("#field-line-1-what", "Camp")
    page.fill("#field-line-1-price", "120")
    desk.follow(desk.main_button())
    desk.follow(page.locator("main form[action$='/send'] button").first)
    quote = page.url.partition("?")[0]
    client = visit(viewport=_PHONE)
    client.sign_in(family.mail)
    client.open(f"quotes/{quote.rpartition('/')[2]}")
    client.page.locator("form[action$='/approve'] button").click()
    client.page.wait_for_url("**/invoices/*/pay")
    client.main_button().click()
    choose(client, "succeeds")
    client.page.wait_for_url("**/pay/done/*")

    page.goto(f"{family.home}/billing")
    assert page.locator("main .rows a[href*='/invoices/']").count() == 1
    stripe = Desk(portal)
    stripe.act("dispute", payment=stripe.paid())
    desk.open("desk/money/parked")
    deadline = time.monotonic() + _PATIENCE_SECONDS
    theirs = page.locator(".card", has=page.locator(f"a[href*='{family.home.rpartition('/')[2]}']"))
    while not theirs.count():
        assert time.monotonic() < deadline
        desk.open("desk/money/parked")
    inspector.inspect(desk)
    theirs.locator("summary").click()
    note = page.locator("main details[open] input[name=note]")
    note.fill("Répondu dans Stripe")
    desk.follow(page.locator("main details[open] button"))
    assert page.url.endswith("saved=closed")


def test_what_is_bought_at_the_desk_is_told_and_the_statements_go_to_many(
    at_desk: SignedIn, portal: Portal, inspector: Inspector
) -> None:
    """PUR-2, STM-2: a shirt for the family, an address of its own for bills, then statements for who owes."""
    desk = at_desk(DIANE)
    page, family = desk.page, _opened(desk, portal)
    bills = portal.post_of("comptable-" + family.mail)
    page.goto(f"{family.home}/billing/terms")
    inspector.inspect(desk)
    page.fill("#field-due_days", "45")
    page.fill("#field-bills_to", "comptable-" + family.mail)
    desk.follow(desk.main_button())
    inspector.inspect(desk)
    page.goto(f"{family.home}/purchases/products")
    desk.follow(page.locator("main .rows a").first)
    for choice in page.locator("main fieldset").all():
        choice.locator("input[type=radio]").first.check()
    desk.follow(page.locator("main form .button--primary").last)
    page.goto(f"{family.home}/billing?show=due")
    assert page.locator("main .rows a[href*='/invoices/']").count() == 1

    desk.open("desk/money/statements")
    inspector.inspect(desk)
    page.locator("input[name=whom][value=owing]").check()
    today = portal.pass_time(minutes=0).date().isoformat()
    page.fill("#field-to", today)
    desk.follow(desk.main_button())
    assert page.url.endswith("saved=begun")
    inspector.inspect(desk)
    portal.until_day()
    family = family._replace(post=bills)
    assert "/statement" in _mailed(family, "relevé de compte", _A_TICK_SECONDS)
