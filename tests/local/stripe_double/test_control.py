"""The control API: what tests in other processes and people with curl can do."""

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest
import stripe

from local.stripe_double import Account, StripeDouble
from local.stripe_double.control import COMMANDS
from tests.local.stripe_double.conftest import Open, client_of

_OPEN = build_opener(ProxyHandler({})).open


def _call(double: StripeDouble, path: str, given: Any = None, **headers: str) -> tuple[int, Any]:
    body = None if given is None else json.dumps(given).encode()
    sent = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    try:
        with _OPEN(Request(f"{double.url}/_double/{path}", body, sent)) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            text = error.read()
            return error.code, json.loads(text) if text.startswith(b"{") else text.decode()


def test_an_account_is_made_used_and_looked_at(double: StripeDouble) -> None:
    status, made = _call(double, "accounts", {"secret_key": "sk_test_new", "name": "New"})
    assert (status, made["name"]) == (200, "New")
    client_of(double, "sk_test_new").v1.customers.create({"name": "Ana"})
    place = f"accounts/{made['id']}"
    assert [one["type"] for one in _call(double, f"{place}/events")[1]] == ["customer.created"]
    (call,) = _call(double, f"{place}/calls")[1]
    assert (call["operation"], call["params"]) == ("customers.create", {"name": "Ana"})
    overview = _call(double, "")[1]
    assert overview["accounts"][0]["objects"]["customer"] == 1
    assert "sk_test_new" not in json.dumps(overview)


def test_every_command_is_a_method_of_the_account(double: StripeDouble, account: Account) -> None:
    assert set(_call(double, "")[1]["commands"]) == set(COMMANDS)
    assert all(callable(getattr(account, name)) for name in COMMANDS)


def test_a_life_of_a_payment_is_driven_from_outside(double: StripeDouble, account: Account, open_: Open) -> None:
    place = f"accounts/{account.id}"
    session = _call(double, f"{place}/complete", {"session_id": open_().id, "card": "bank_debit"})[1]
    payment = session["payment_intent"]
    assert _call(double, f"{place}/settle_async", {"payment_intent": payment, "succeeded": True})[0] == 200
    refund = _call(double, f"{place}/refund", {"payment": payment, "amount": 100})[1]
    assert _call(double, f"{place}/fail_refund", {"refund_id": refund["id"]})[1]["status"] == "failed"
    dispute = _call(double, f"{place}/dispute", {"payment": payment})[1]
    assert _call(double, f"{place}/close_dispute", {"dispute_id": dispute["id"], "won": True})[1]["status"] == "won"
    assert _call(double, f"{place}/expire", {"session_id": open_().id})[1]["status"] == "expired"


def test_modes_faults_and_the_clock_are_set_from_outside(
    double: StripeDouble, account: Account, client: stripe.StripeClient, open_: Open
) -> None:
    place = f"accounts/{account.id}"
    assert _call(double, f"{place}/mode", {"kind": "repeat", "times": 7})[1]["times"] == 7
    assert _call(double, f"{place}/mode")[1]["kind"] == account.mode.kind == "repeat"
    _call(double, f"{place}/fault", {"operation": "balance.retrieve", "kind": "error"})
    with pytest.raises(stripe.APIError):
        client.v1.balance.retrieve()
    opened = open_()
    assert _call(double, "clock", {"seconds": 86400})[0] == 200
    assert client.v1.checkout.sessions.retrieve(opened.id).status == "expired"


@pytest.mark.parametrize(
    ("path", "given", "status"),
    [
        ("nowhere", None, 404),
        ("accounts/acct_nobody/events", None, 404),
        ("accounts/{id}/secret_key", None, 404),
        ("accounts/{id}/acting", {}, 404),
        ("accounts/{id}/complete", {}, 400),
        ("accounts/{id}/complete", {"session_id": "cs_test_none"}, 404),
        ("accounts/{id}/complete", {"session_id": "cs_test_none", "colour": "red"}, 400),
        ("accounts/{id}/mode", {"kind": "teleport"}, 400),
        ("accounts/{id}/mode", [], 400),
        ("clock", {}, 400),
    ],
)
def test_mistakes_are_said(double: StripeDouble, account: Account, path: str, given: Any, status: int) -> None:
    answered, body = _call(double, path.format(id=account.id), given)
    assert answered == status
    assert body["error"]["message"]


def test_no_page_elsewhere_can_post_here(double: StripeDouble, account: Account) -> None:
    assert _call(double, "clock", {"seconds": 1}, Content_Type="text/plain")[0] == 400
    assert _call(double, "clock", {"seconds": 1}, Host="evil.example:80")[0] == 403
