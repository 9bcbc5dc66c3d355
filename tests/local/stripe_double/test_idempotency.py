"""Idempotency keys: one effect for one key, for a day, whatever happens to the answer."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from local.stripe_double import Account, StripeDouble
from tests.local.stripe_double.conftest import a_session, client_of, told
from tests.support.clock import TurnedClock

_KEY: Any = {"idempotency_key": "inv:7:1:12000:cad:1"}


def test_a_repeated_call_gets_the_first_answer(client: stripe.StripeClient, account: Account) -> None:
    first = client.v1.checkout.sessions.create(a_session(), _KEY)
    account.complete(first.id)
    again = client.v1.checkout.sessions.create(a_session(), _KEY)
    assert (again.id, again.status) == (first.id, "open")
    assert again.last_response
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert [(call.replayed, call.idempotency_key) for call in account.calls] == [
        (False, _KEY["idempotency_key"]),
        (True, _KEY["idempotency_key"]),
    ]
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_a_key_is_for_one_call_only(client: stripe.StripeClient) -> None:
    first = client.v1.checkout.sessions.create(a_session(), _KEY)
    with pytest.raises(stripe.IdempotencyError):
        client.v1.checkout.sessions.create(a_session(client_reference_id="other"), _KEY)
    with pytest.raises(stripe.IdempotencyError):
        client.v1.checkout.sessions.expire(first.id, {}, _KEY)
    assert client.v1.checkout.sessions.retrieve(first.id).status == "open"


def test_the_order_of_parameters_does_not_matter(client: stripe.StripeClient) -> None:
    asked = a_session()
    first = client.v1.checkout.sessions.create(asked, _KEY)
    turned: Any = dict(reversed(asked.items()))
    assert client.v1.checkout.sessions.create(turned, _KEY).id == first.id


def test_keys_are_the_accounts_own(double: StripeDouble, client: stripe.StripeClient) -> None:
    double.account("sk_test_other")
    other = client_of(double, "sk_test_other").v1.checkout.sessions.create(a_session(), _KEY)
    assert client.v1.checkout.sessions.create(a_session(), _KEY).id != other.id


def test_a_key_is_kept_for_a_day(client: stripe.StripeClient, turned: TurnedClock) -> None:
    first = client.v1.checkout.sessions.create(a_session(), _KEY)
    turned.advance(hours=24, seconds=-1)
    assert client.v1.checkout.sessions.create(a_session(), _KEY).id == first.id
    turned.advance(1)
    assert client.v1.checkout.sessions.create(a_session(), _KEY).id != first.id


def test_a_failed_card_is_replayed_too(client: stripe.StripeClient, account: Account) -> None:
    asked: Any = {"amount": 500, "currency": "cad", "payment_method": "pm_card_visa_chargeDeclined", "confirm": True}
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            client.v1.payment_intents.create(asked, _KEY)
    assert told(account).count("charge.failed") == 1


def test_a_server_error_is_replayed_too(client: stripe.StripeClient, account: Account) -> None:
    account.fault("checkout.sessions.create", "error")
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            client.v1.checkout.sessions.create(a_session(), _KEY)
    assert account.calls[-1].replayed
    assert client.v1.checkout.sessions.list().data == []


def test_a_call_that_was_never_executed_leaves_its_key_free(client: stripe.StripeClient, account: Account) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(a_session(colour="red"), _KEY)
    account.fault("checkout.sessions.create", "rate_limit")
    with pytest.raises(stripe.RateLimitError):
        client.v1.checkout.sessions.create(a_session(), _KEY)
    assert client.v1.checkout.sessions.create(a_session(), _KEY).status == "open"


def test_too_long_a_key_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.IdempotencyError):
        client.v1.customers.create({}, {"idempotency_key": "x" * 256})


def test_the_same_call_at_once_has_one_effect(double: StripeDouble, account: Account) -> None:
    together = threading.Barrier(16)

    def pay(_: int) -> str:
        together.wait()
        try:
            return client_of(double).v1.checkout.sessions.create(a_session(), _KEY).id
        except stripe.StripeError as error:
            return str(error.http_status)

    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(pay, range(16)))
    assert len(answers - {"409"}) == 1
    assert len(account.books.all("checkout.session")) == 1


def test_while_a_call_is_worked_on_its_key_is_in_use(double: StripeDouble, account: Account) -> None:
    account.fault("checkout.sessions.create", "slow", seconds=0.6)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(client_of(double).v1.checkout.sessions.create, a_session(), _KEY)
        while not account.keys._busy:
            pass
        with pytest.raises(stripe.APIError) as refused:
            client_of(double).v1.checkout.sessions.create(a_session(), _KEY)
        answer: Any = refused.value.json_body
        assert (refused.value.http_status, answer["error"]["code"]) == (409, "idempotency_key_in_use")
        assert slow.result().status == "open"
    retried = client_of(double, max_network_retries=2).v1.checkout.sessions.create(a_session(), _KEY)
    assert retried.id == slow.result().id
