"""What people are told about money: invoices, receipts, refunds, and payments that did not come."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.billing import store as billing
from chalicelib.billing.books import keep
from chalicelib.billing.domain import Invoice
from chalicelib.data import keys
from chalicelib.data.keys import Key
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.domain import Household
from chalicelib.notifications.delivery import deliver
from chalicelib.payments import links, paying, store
from chalicelib.payments.domain import Purpose, Wish
from chalicelib.payments.settling import settle_intent, settle_session
from chalicelib.ports import Mail
from chalicelib.shared.times import local_day, to_iso
from tests.billing.test_books import issued
from tests.notifications.carriers import Van
from tests.support.acquirer import Acquirer
from tests.support.world import World

BUYER = paying.Buyer("fr", "invoices", name="Marie", email="marie@example.com")
AMOUNTS = {"fr": "1 234,50 $", "en": "$1,234.50", "ru": "1 234,50 $"}
PAID = {"payment": "20261120-abcdefgh", "receipt": "20261120-ABCDEF", "invoices": ["2026-00007"]}
FACTS: dict[str, dict[str, Any]] = {
    "invoice": {"invoice": "20261122-x", "number": "2026-00007", "autopay": False},
    "receipt": PAID,
    "refund": PAID,
    "payment_failed": {"invoice": "20261122-x"},
    "reminder": {"amounts": [{"minor": 123450, "currency": "CAD"}]},
}
LINKS = {
    "invoice": "/invoices/20261122-x",
    "receipt": "/payments/20261120-abcdefgh/receipt",
    "refund": "/payments",
    "payment_failed": "/invoices/20261122-x",
    "reminder": "/invoices",
}


@pytest.fixture
def van() -> Van:
    """Who takes messages out."""
    return Van()


def _home(world: World, language: str, email: str = "home@example.com", phone: str = "") -> Household:
    """A household that is written to in a language."""
    home = world.household("Tremblay")
    found = households.get_household(world.org, home.id)
    assert found
    changed = replace(found, language=language, email=email, phone=phone)
    transaction = Transaction()
    households.save_household(transaction, world.org, changed)
    transaction.commit()
    return changed


def _write(world: World, home: Household, template: str, address: str = "", **facts: Any) -> Key:
    told = {**FACTS[template], "minor": 123450, "currency": "CAD", "at": to_iso(world.now), **facts}
    transaction = Transaction()
    message = enqueue(transaction, world.org, Notice(template, "", told, address, home.id), world.now)
    transaction.commit()
    return keys.outbox(world.org, message)


def _plain(text: str) -> str:
    return re.sub("[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", " ", text)


def _parts(mail: Mail) -> tuple[str, str]:
    return _plain(mail.text), _plain(mail.html)


@pytest.mark.parametrize("template", sorted(FACTS))
@pytest.mark.parametrize("language", sorted(AMOUNTS))
def test_a_household_reads_amounts_as_its_language_writes_them(
    world: World, van: Van, template: str, language: str
) -> None:
    """ACC-11, NEW-19: with the page to look at; nothing of the code's is left in it."""
    key = _write(world, _home(world, language), template)

    assert deliver(van.carriers, key, world.now) == "sent"

    mail = van.mails[0]
    assert mail.to == "home@example.com"
    for part in _parts(mail):
        assert AMOUNTS[language] in part
        assert f"https://portal.test/{world.org}{LINKS[template]}" in part
        assert not re.search(r"\{\{|\{%|%\(|None", part)
    assert f'lang="{language}"' in mail.html


@pytest.mark.parametrize("template", sorted(FACTS))
@pytest.mark.parametrize("language", sorted(AMOUNTS))
def test_a_text_keeps_words_and_figures_apart(world: World, van: Van, template: str, language: str) -> None:
    """An amount holds spaces that phones do not know."""
    key = _write(world, _home(world, language, email="", phone="+15145550123"), template)

    deliver(van.carriers, key, world.now)

    text = van.texts[0][1]
    assert text.isascii() or language != "en"
    assert "\N{NO-BREAK SPACE}" not in text
    assert (AMOUNTS[language] in text) is (template != "invoice")


@pytest.mark.parametrize("template", ["receipt", "refund", "payment_failed"])
def test_somebody_elses_message_leads_nowhere_into_the_account(world: World, van: Van, template: str) -> None:
    """NEW-8: in the name and the language of whoever paid, and nothing of the household but an invoice's number."""
    home = _home(world, "fr")
    key = _write(world, home, template, "grandma@example.com", name="Olga Ivanova", language="ru")

    deliver(van.carriers, key, world.now)

    mail = van.mails[0]
    assert mail.to == "grandma@example.com"
    assert 'lang="ru"' in mail.html
    for part in _parts(mail):
        assert "Olga Ivanova" in part
        assert AMOUNTS["ru"] in part
        assert "https://portal.test" not in part
        assert home.name not in part
        assert home.id not in part
        assert ("2026-00007" in part) is (template != "payment_failed")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "is due by {day}"),
        ({"autopay": True}, "will be charged to your payment method on {day}"),
        ({"minor": 0}, "Nothing is left to pay."),
    ],
)
def test_an_invoice_says_how_and_when_it_is_paid(world: World, van: Van, facts: dict[str, Any], words: str) -> None:
    key = _write(world, _home(world, "en"), "invoice", **facts)

    deliver(van.carriers, key, world.now)

    today = local_day(world.now, world.organisation.zone)
    wanted = words.format(day=f"{today:%B} {today.day}, {today.year}")
    assert all(wanted in part for part in _parts(van.mails[0]))


def _paid(world: World, acquirer: Acquirer, home: Household, invoice: Invoice) -> str:
    """Pays an invoice on the hosted page; the payment intent."""
    wish = Wish(Purpose.INVOICES, "CAD", 0, (invoice.id,))
    paying.start(acquirer.gateway, world.organisation, home.id, wish, BUYER, world.now)
    checkout = store.get_checkout(world.org, home.id, wish._replace(minor=invoice.balance_minor).checkout_id(home.id))
    assert checkout
    return _completed(world, acquirer, checkout.session)


def _completed(world: World, acquirer: Acquirer, session: str) -> str:
    acquirer.account.complete(session)
    found = acquirer.gateway.find_checkout(session)
    assert found
    settle_session(acquirer.gateway, world.organisation, found, world.now)
    return found.intent


def test_a_payment_has_one_receipt_however_often_it_is_settled(world: World, van: Van, acquirer: Acquirer) -> None:
    """P-20: the message bears the payment's name, so it is written once and sent once."""
    home = _home(world, "en")
    invoice = keep(world.organisation, home.id, world.now, issued)
    intent = _paid(world, acquirer, home, invoice)
    payment = billing.list_payments(world.org, home.id).rows[0]
    key = keys.outbox(world.org, f"receipt-{payment.id}")

    assert deliver(van.carriers, key, world.now) == "sent"
    for _ in range(3):
        settle_intent(acquirer.gateway, world.organisation, intent, world.now)
        assert deliver(van.carriers, key, world.now) == "not_due"

    assert len(van.mails) == 1
    assert invoice.number in van.mails[0].text
    assert payment.receipt_number in van.mails[0].text
    assert "$100.00" in van.mails[0].text


def test_each_refund_is_told_once_with_what_was_given_back(world: World, van: Van, acquirer: Acquirer) -> None:
    """P-20: of the refund, not of the whole payment."""
    home = _home(world, "en")
    intent = _paid(world, acquirer, home, keep(world.organisation, home.id, world.now, issued))
    payment = billing.list_payments(world.org, home.id).rows[0]
    for minor in (3000, 1500):
        acquirer.account.refund(intent, minor)
        for _ in range(2):
            settle_intent(acquirer.gateway, world.organisation, intent, world.now)

    refunded = billing.get_payment(world.org, home.id, payment.id)
    assert refunded
    for given in refunded.refunds:
        key = keys.outbox(world.org, f"refund-{payment.id}-{given.id}")
        assert deliver(van.carriers, key, world.now) == "sent"
        assert deliver(van.carriers, key, world.now) == "not_due"

    assert sorted("$30.00" in mail.text for mail in van.mails) == [False, True]
    assert sorted("$15.00" in mail.text for mail in van.mails) == [False, True]
    assert not any("$100.00" in mail.text for mail in van.mails)


def test_whoever_pays_by_a_link_gets_the_receipt(world: World, van: Van, acquirer: Acquirer) -> None:
    """NEW-8: made out to them, in the language they paid in; the family's own address gets none."""
    home = _home(world, "fr")
    invoice = keep(world.organisation, home.id, world.now, issued)
    until = world.today + timedelta(days=5)
    token = links.create(world.organisation, home.id, invoice.id, 4000, "Grandma", until, world.now)
    link = links.find(world.organisation, token, world.now)
    links.pay(acquirer.gateway, world.organisation, token, "Olga", "olga@example.com", "ru", world.now)
    wish = Wish(Purpose.LINK, "CAD", 4000, (invoice.id,), link=link.hash)
    checkout = store.get_checkout(world.org, home.id, wish.checkout_id(home.id))
    assert checkout
    _completed(world, acquirer, checkout.session)
    payment = billing.list_payments(world.org, home.id).rows[0]

    deliver(van.carriers, keys.outbox(world.org, f"receipt-{payment.id}"), world.now)

    assert [mail.to for mail in van.mails] == ["olga@example.com"]
    assert "Olga" in van.mails[0].text
    assert invoice.number in van.mails[0].text
    assert "portal.test" not in van.mails[0].text + van.mails[0].html
    assert home.name not in van.mails[0].text + van.mails[0].html
    assert 'lang="ru"' in van.mails[0].html
