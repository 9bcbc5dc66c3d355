"""Checkout's page as a person meets it: three languages, no JavaScript, every way to end."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import stripe

from local.events import Answer, Call
from local.stripe_double import Account, StripeDouble, pages, words
from local.stripe_double.cards import BEHAVIOURS
from local.stripe_double.words import texts
from tests.local.stripe_double.conftest import Open, told
from tests.support import markup


@dataclass
class Payer:
    """Somebody with a browser that speaks `language`; each page seen is checked."""

    double: StripeDouble
    language: str = "en"
    seen: Answer = field(init=False)

    def open(self, address: str) -> "Payer":
        return self._go("GET", urlsplit(address).path)

    def send(self, **form: str) -> "Payer":
        action = re.search(r'action="([^"]+)"', self.html)
        assert action
        return self._go("POST", action[1], urlencode(form).encode())

    def _go(self, method: str, path: str, body: bytes = b"") -> "Payer":
        headers = [("Host", "127.0.0.1:1"), ("Accept-Language", self.language)]
        self.seen = pages.answer(self.double, Call(method, path, headers, body))
        if self.seen.status == 303 and self.location.startswith("/"):
            return self._go("GET", self.location)
        if self.seen.body:
            _check(self.seen)
        return self

    @property
    def html(self) -> str:
        return self.seen.body.decode()

    @property
    def words(self) -> str:
        return markup.text(markup.parse(self.html))

    @property
    def location(self) -> str:
        return dict(self.seen.headers).get("Location", "")


def _check(answer: Answer) -> None:
    policy = dict(answer.headers)["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "script" not in answer.body.decode()
    found = [one for one in markup.problems(markup.parse(answer.body.decode())) if "csrf" not in one]
    assert found == []


@pytest.fixture
def payer(double: StripeDouble) -> Payer:
    """Somebody with an English browser."""
    return Payer(double)


def test_a_payer_pays_and_comes_back(payer: Payer, account: Account, open_: Open) -> None:
    opened = open_()
    payer.open(str(opened.url))
    assert "Pay CA$120.00 to École" in payer.words
    assert "no money moves" in payer.words
    assert "Invoice INV-7" in payer.words
    payer.send(card="succeeds", email="ana@example.com", name="Ana")
    assert payer.location == f"http://127.0.0.1:9/paid?session={opened.id}"
    assert account.books.get("checkout.session", opened.id)["customer_details"]["email"] == "ana@example.com"
    payer.open(str(opened.url))
    assert "This is done" in payer.words
    assert f"/paid?session={opened.id}" in payer.html


def test_the_form_may_lead_back_to_where_the_payer_came_from(payer: Payer, open_: Open) -> None:
    """Browsers hold a redirect after a form against the policy of the page with the form."""
    policy = dict(payer.open(str(open_().url)).seen.headers)["Content-Security-Policy"]
    assert "form-action 'self' http://127.0.0.1:9;" in policy


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ("declined", "The card was declined."),
        ("insufficient_funds", "There is not enough money on the card."),
        ("expired", "The card has expired."),
        ("declines_later", "The card was declined."),
    ],
)
def test_a_card_that_fails_is_said_and_another_one_pays(payer: Payer, open_: Open, card: str, said: str) -> None:
    opened = open_()
    payer.open(str(opened.url)).send(card=card, email="a@example.com")
    assert (payer.seen.status, said in payer.words) == (200, True)
    assert payer.send(card="succeeds").location.endswith(opened.id)


def test_the_bank_asks_and_is_answered(payer: Payer, account: Account, open_: Open) -> None:
    opened = open_()
    payer.open(str(opened.url)).send(card="authenticate", email="a@example.com")
    assert "consent to a payment of CA$120.00" in payer.words
    payer.send(approve="no")
    assert "The bank did not give its consent." in payer.words
    payer.send(card="authenticate").send(approve="yes")
    assert payer.location.endswith(opened.id)
    assert "payment_intent.succeeded" in told(account)


def test_a_bank_debit_comes_back_unpaid(payer: Payer, account: Account, open_: Open) -> None:
    opened = open_()
    payer.open(str(opened.url)).send(card="bank_debit", email="a@example.com")
    assert payer.location.endswith(opened.id)
    assert account.books.get("checkout.session", opened.id)["payment_status"] == "unpaid"


def test_the_back_link_leads_back_and_pays_nothing(payer: Payer, account: Account, open_: Open) -> None:
    payer.open(str(open_().url))
    assert '<a href="http://127.0.0.1:9/back" id="leave">Go back without paying</a>' in payer.html
    assert told(account) == []


def test_an_expired_session_says_so(payer: Payer, account: Account, open_: Open) -> None:
    opened = open_()
    payer.open(str(opened.url))
    account.expire(opened.id)
    payer.send(card="succeeds")
    assert "This page has expired" in payer.words
    assert "http://127.0.0.1:9/back" in payer.html
    assert told(account) == ["checkout.session.expired"]


@pytest.mark.parametrize("form", [{}, {"card": "gold"}, {"card": "bank_debit"}, {"card": "pm_1stolen"}])
def test_a_tampered_form_pays_nothing(payer: Payer, account: Account, open_: Open, form: Any) -> None:
    opened = open_(allowed_payment_method_types=["card"])
    payer.open(str(opened.url)).send(**form)
    assert payer.seen.status == 400
    assert "choose again" in payer.words
    assert told(account) == []


def test_pages_that_are_not_there_are_not_found(payer: Payer, account: Account) -> None:
    for address in ("/c/pay/cs_test_nothing", "/c/authenticate/pi_nothing", "/c/authenticate/x", "/nothing"):
        assert payer.open(address).seen.status == 404


def test_a_customers_saved_cards_are_offered(
    payer: Payer, client: stripe.StripeClient, account: Account, open_: Open
) -> None:
    customer = client.v1.customers.create({"email": "ana@example.com"}).id
    keep: Any = {"customer": customer, "saved_payment_method_options": {"payment_method_save": "enabled"}}
    payer.open(str(open_(**keep).url)).send(card="mastercard", save="yes")
    (method,) = client.v1.customers.payment_methods.list(customer).data
    second = open_(**keep)
    payer.open(str(second.url))
    assert "Saved: Mastercard ending in 4444" in payer.words
    assert 'name="email"' not in payer.html
    payer.send(card=method.id)
    paid: Any = client.v1.checkout.sessions.retrieve(second.id, {"expand": ["payment_intent"]})
    assert paid.payment_intent.payment_method == method.id


def test_a_card_is_saved_without_paying(payer: Payer, client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"email": "ana@example.com"}).id
    asked: Any = {"mode": "setup", "currency": "cad", "customer": customer, "success_url": "http://127.0.0.1:9/ok"}
    opened = client.v1.checkout.sessions.create(asked)
    payer.open(str(opened.url))
    assert "Save a payment method for École" in payer.words
    payer.send(card="authenticate")
    assert "consent to saving this card" in payer.words
    assert payer.send(approve="yes").location == "http://127.0.0.1:9/ok"
    assert len(client.v1.customers.payment_methods.list(customer).data) == 1


def test_an_intents_own_step_leads_to_its_return_address(payer: Payer, client: stripe.StripeClient) -> None:
    asked: Any = {"amount": 500, "currency": "cad", "payment_method": "pm_card_authenticationRequired", "confirm": True}
    waiting: Any = client.v1.payment_intents.create(asked | {"return_url": "http://127.0.0.1:9/back?x=1"})
    assert waiting.status == "requires_action"
    payer.open(waiting.next_action.redirect_to_url.url).send(approve="yes")
    told_ = parse_qs(urlsplit(payer.location).query)
    assert (told_["payment_intent"], told_["redirect_status"], told_["x"]) == ([waiting.id], ["succeeded"], ["1"])
    assert client.v1.payment_intents.retrieve(waiting.id).status == "succeeded"


@pytest.mark.parametrize(
    ("locale", "accepted", "language", "title"),
    [
        ("fr-CA", "ru", "fr", "Payer 120,00\xa0$CA à École"),
        ("ru", "en", "ru", "Оплата 120,00\xa0CA$, получатель: École"),
        ("auto", "fr-CA,fr;q=0.9,en;q=0.8", "fr", "Payer 120,00\xa0$CA à École"),
        ("auto", "de,ru;q=0.5", "ru", "Оплата 120,00\xa0CA$, получатель: École"),
        ("auto", "de", "en", "Pay CA$120.00 to École"),
        ("de", "ru", "en", "Pay CA$120.00 to École"),
    ],
)
def test_the_page_speaks_the_sessions_language(
    double: StripeDouble, open_: Open, locale: Any, accepted: str, language: str, title: str
) -> None:
    payer = Payer(double, accepted).open(str(open_(locale=locale).url))
    document = markup.parse(payer.html)
    assert (document.get("lang"), document.findtext("./head/title")) == (language, title)


def test_every_language_says_everything() -> None:
    english = texts()["en"]
    blanks = {name: set(re.findall(r"{\w+}", text)) for name, text in english.items()}
    for language in ("fr", "ru"):
        assert {name: set(re.findall(r"{\w+}", text)) for name, text in texts()[language].items()} == blanks
        same = {name for name, text in texts()[language].items() if text == english[name]}
        assert same <= {"total"}
    assert {f"card_{name}" for name in BEHAVIOURS} <= set(english)


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [(500, "jpy", "¥500"), (1230, "kwd", "KWD1.230"), (1234567, "cad", "CA$12,345.67"), (500, "isk", "ISK5.00")],
)
def test_money_is_written_with_stripes_decimals(amount: int, currency: str, written: str) -> None:
    assert words.money("en", amount, currency).replace("\xa0", "") == written
