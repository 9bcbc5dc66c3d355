"""Failures on demand: what a client meets between itself and Stripe, and what had happened by then."""

import time
from typing import Any

import pytest
import stripe

from local.stripe_double import Account, StripeDouble
from local.stripe_double.faults import KINDS
from tests.local.stripe_double.conftest import a_session, client_of

_KEY: Any = {"idempotency_key": "k1"}
_HTTP_SECONDS = 0.5


@pytest.fixture
def hasty(double: StripeDouble, account: Account) -> stripe.StripeClient:
    """A client that gives up after half a second."""
    return client_of(double, http_client=stripe.RequestsClient(timeout=_HTTP_SECONDS))


@pytest.mark.parametrize(
    ("kind", "error", "happened"),
    [
        ("rate_limit", stripe.RateLimitError, False),
        ("error", stripe.APIError, False),
        ("error_after", stripe.APIError, True),
        ("drop", stripe.APIConnectionError, False),
        ("drop_after", stripe.APIConnectionError, True),
        ("timeout", stripe.APIConnectionError, False),
        ("timeout_after", stripe.APIConnectionError, True),
    ],
)
def test_a_call_fails_before_or_after_it_took_effect(
    hasty: stripe.StripeClient,
    client: stripe.StripeClient,
    account: Account,
    kind: str,
    error: type[Exception],
    happened: bool,
) -> None:
    account.fault("checkout.sessions.create", kind, seconds=1)
    with pytest.raises(error):
        hasty.v1.checkout.sessions.create(a_session(), _KEY)
    assert len(account.books.all("checkout.session")) == happened
    if kind.startswith("error"):
        return
    opened = client.v1.checkout.sessions.create(a_session(), _KEY)
    assert account.calls[-1].replayed == happened
    assert [one["id"] for one in account.books.all("checkout.session")] == [opened.id]


def test_the_library_gets_over_a_lost_answer_by_itself(double: StripeDouble, account: Account) -> None:
    account.fault("payment_intents.create", "drop_after", times=2)
    patient = client_of(double, max_network_retries=3)
    paid = patient.v1.payment_intents.create(
        {"amount": 500, "currency": "cad", "payment_method": "pm_card_visa", "confirm": True}
    )
    assert [one["id"] for one in account.books.all("payment_intent")] == [paid.id]
    assert [(call.fault, call.status) for call in account.calls] == [("drop_after", 0), ("drop_after", 0), ("", 200)]


def test_a_fault_is_for_its_operation_and_its_number_of_calls(client: stripe.StripeClient, account: Account) -> None:
    account.fault("refunds.create", "error")
    account.fault("*", "rate_limit", times=2)
    for _ in range(2):
        with pytest.raises(stripe.RateLimitError):
            client.v1.balance.retrieve()
    assert client.v1.balance.retrieve().object == "balance"
    account.faults.clear()
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({})


def test_an_unknown_fault_is_refused(account: Account) -> None:
    with pytest.raises(ValueError, match="there are"):
        account.fault("*", "earthquake")
    assert len(KINDS) == 8


def test_a_stopped_double_keeps_nobody_waiting(account: Account, double: StripeDouble) -> None:
    account.fault("*", "timeout", seconds=60)
    hasty = client_of(double, http_client=stripe.RequestsClient(timeout=0.2))
    with pytest.raises(stripe.APIConnectionError):
        hasty.v1.balance.retrieve()
    started = time.monotonic()
    double.stop()
    assert time.monotonic() - started < 30


def test_a_fault_of_the_double_itself_is_said_aloud(
    client: stripe.StripeClient, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account.books, "clock", lambda: None)
    with pytest.raises(stripe.APIError, match="The Stripe double failed: AttributeError"):
        client.v1.customers.create({})
