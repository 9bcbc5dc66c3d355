"""The desk: every button does what it says, and only on the desk itself."""

import re
from urllib.parse import urlencode

import pytest
import stripe

from local.events import Answer, Call
from local.stripe_double import Account, StripeDouble, desk
from tests.local.stripe_double.conftest import Open
from tests.support import markup

_HOST = ("Host", "127.0.0.1:1")


def _look(double: StripeDouble) -> str:
    page = desk.answer(double, Call("GET", "/", [_HOST])).body.decode()
    assert [one for one in markup.problems(markup.parse(page)) if "csrf" not in one] == []
    return page


def _press(double: StripeDouble, words: str, origin: str = "http://127.0.0.1:1") -> Answer:
    """Presses the first button with these words."""
    forms = re.findall(r"<form.*?</form>", _look(double), re.DOTALL)
    form = next(one for one in forms if f">{words}</button>" in one)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    return desk.answer(double, Call("POST", "/", [_HOST, ("Origin", origin)], urlencode(fields).encode()))


def test_an_empty_double_says_so(double: StripeDouble) -> None:
    assert "There is no account yet." in _look(double)


@pytest.mark.parametrize(
    ("card", "words", "event"),
    [
        ("bank_debit", ["The bank pays"], "checkout.session.async_payment_succeeded"),
        ("bank_debit", ["The bank refuses"], "checkout.session.async_payment_failed"),
        ("succeeds", ["Refund what is left"], "refund.created"),
        ("succeeds", ["Refund what is left", "It fails"], "refund.failed"),
        ("bank_debit", ["The bank pays", "Refund what is left", "It arrives"], "charge.refund.updated"),
        ("succeeds", ["Dispute"], "charge.dispute.funds_withdrawn"),
        ("succeeds", ["Dispute", "The organisation wins"], "charge.dispute.funds_reinstated"),
        ("succeeds", ["Dispute", "The organisation loses"], "charge.dispute.closed"),
        ("declined", ["Let it expire"], "checkout.session.expired"),
    ],
)
def test_buttons_do_what_they_say(
    double: StripeDouble, account: Account, open_: Open, card: str, words: list[str], event: str
) -> None:
    account.complete(open_().id, card)
    for one in words:
        assert _press(double, one).status == 303
    assert account.events()[-1]["type"] == event
    assert event in _look(double)


def test_delivery_is_switched_and_held_events_released(
    double: StripeDouble, account: Account, client: stripe.StripeClient
) -> None:
    account.webhook_url = "http://127.0.0.1:1/nobody"
    account.courier.retries = ()
    _press(double, "hold")
    assert account.mode.kind == "hold"
    client.v1.customers.create({})
    _press(double, "release 1 held events")
    assert account.wait_until_idle()
    _press(double, "Send again")
    assert [one.type for one in account.deliveries] == ["customer.created"] * 2


def test_buttons_are_pressed_on_the_desk_only(double: StripeDouble, account: Account, open_: Open) -> None:
    open_()
    assert _press(double, "Let it expire", origin="http://evil.example").status == 403
    assert account.events() == []


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "no such account"),
        ({"account": "{id}"}, "no such button"),
        ({"account": "{id}", "command": "note"}, "no such button"),
        ({"account": "{id}", "command": "expire", "session_id": "cs_test_x"}, "No such checkout session"),
    ],
)
def test_mistakes_are_said(double: StripeDouble, account: Account, form: dict[str, str], words: str) -> None:
    body = urlencode({name: value.format(id=account.id) for name, value in form.items()}).encode()
    page = desk.answer(double, Call("POST", "/", [_HOST, ("Origin", "http://127.0.0.1:1")], body))
    assert (page.status, words in page.body.decode()) == (400, True)
