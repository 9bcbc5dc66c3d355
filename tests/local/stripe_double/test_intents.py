"""Payments with a stored method, without their payer and with; setup intents."""

from typing import Any

import pytest
import stripe

from local.stripe_double import Account
from tests.local.stripe_double.conftest import told


def _customer(client: stripe.StripeClient) -> str:
    return client.v1.customers.create({"email": "ana@example.com"}).id


def _charge(client: stripe.StripeClient, customer: str, method: str, **changes: Any) -> stripe.PaymentIntent:
    asked: Any = {"amount": 4500, "currency": "cad", "customer": customer, "payment_method": method}
    asked |= {"confirm": True, "off_session": True, **changes}
    return client.v1.payment_intents.create(asked)


def test_a_stored_card_is_charged_without_its_owner(client: stripe.StripeClient, account: Account) -> None:
    customer = _customer(client)
    method = account.save_card(customer)["id"]
    paid = _charge(client, customer, method, expand=["latest_charge"], metadata={"invoice_id": "inv7"})
    charge: Any = paid.latest_charge
    assert (paid.status, paid.amount_received, charge.metadata["invoice_id"]) == ("succeeded", 4500, "inv7")
    assert [one.id for one in client.v1.charges.list({"payment_intent": paid.id}).data] == [charge.id]


@pytest.mark.parametrize(
    ("card", "code", "decline"),
    [
        ("declines_later", "card_declined", "generic_decline"),
        ("authenticate", "authentication_required", None),
    ],
)
def test_a_stored_card_that_fails_says_why(
    client: stripe.StripeClient, account: Account, card: str, code: str, decline: str | None
) -> None:
    customer = _customer(client)
    method = account.save_card(customer, card)["id"]
    with pytest.raises(stripe.CardError) as failed:
        _charge(client, customer, method)
    error: Any = failed.value.error
    assert (failed.value.http_status, error.code, error.decline_code) == (402, code, decline)
    intent = client.v1.payment_intents.retrieve(error.payment_intent.id, {"expand": ["latest_charge"]})
    assert intent.status == "requires_payment_method"
    charge: Any = intent.latest_charge
    assert (charge.status, charge.failure_code) == ("failed", code)
    assert told(account)[-2:] == ["charge.failed", "payment_intent.payment_failed"]


def test_a_card_that_expires_later_fails_and_another_pays(client: stripe.StripeClient, account: Account) -> None:
    customer = _customer(client)
    method = account.save_card(customer)["id"]
    account.change_card(method, "expired")
    with pytest.raises(stripe.CardError) as failed:
        _charge(client, customer, method)
    intent: Any = failed.value.error.payment_intent  # type: ignore[union-attr]
    other = account.save_card(customer, "mastercard")["id"]
    assert client.v1.payment_intents.confirm(intent.id, {"payment_method": other}).status == "succeeded"


@pytest.mark.parametrize("succeeded", [True, False])
def test_a_stored_bank_account_is_processing_first(
    client: stripe.StripeClient, account: Account, succeeded: bool
) -> None:
    customer = _customer(client)
    intent = _charge(client, customer, account.save_card(customer, "bank_debit")["id"])
    assert intent.status == "processing"
    account.settle_async(intent.id, succeeded=succeeded)
    settled = client.v1.payment_intents.retrieve(intent.id)
    assert settled.status == ("succeeded" if succeeded else "requires_payment_method")
    assert str(settled.latest_charge).startswith("py_")


def test_a_method_of_somebody_else_is_not_charged(client: stripe.StripeClient, account: Account) -> None:
    ana, ben = _customer(client), _customer(client)
    method = account.save_card(ana)["id"]
    asked: Any = {"amount": 500, "currency": "cad", "payment_method": method}
    for params in (asked, asked | {"customer": ben}):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.payment_intents.create(params)


def test_a_method_is_used_once_unless_it_was_saved(client: stripe.StripeClient) -> None:
    once: Any = {"amount": 500, "currency": "cad", "payment_method": "pm_card_visa", "confirm": True}
    method = str(client.v1.payment_intents.create(once).payment_method)
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        client.v1.payment_intents.create(once | {"payment_method": method})


def test_an_intent_is_made_changed_confirmed_or_cancelled(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 500, "currency": "cad"})
    assert intent.status == "requires_payment_method"
    assert client.v1.payment_intents.update(intent.id, {"amount": 700, "metadata": {"a": "b"}}).amount == 700
    with pytest.raises(stripe.InvalidRequestError, match="missing a payment method"):
        client.v1.payment_intents.confirm(intent.id)
    assert client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}).amount_received == 700
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.cancel(intent.id)
    assert refused.value.code == "payment_intent_unexpected_state"
    other = client.v1.payment_intents.create({"amount": 500, "currency": "cad"})
    cancelled = client.v1.payment_intents.cancel(other.id, {"cancellation_reason": "abandoned"})
    assert (cancelled.status, cancelled.cancellation_reason) == ("canceled", "abandoned")


def test_what_makes_no_sense_is_refused_and_leaves_nothing(client: stripe.StripeClient, account: Account) -> None:
    for changes in ({"off_session": True}, {"amount": 1}, {"currency": "xxx"}, {"customer": "cus_x"}):
        asked: Any = {"amount": 500, "currency": "cad", **changes}
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.payment_intents.create(asked)
    assert client.v1.payment_intents.list().data == []
    assert told(account) == []


def test_a_setup_intent_saves_a_method(client: stripe.StripeClient, account: Account) -> None:
    customer = _customer(client)
    done = client.v1.setup_intents.create({"customer": customer, "payment_method": "pm_card_visa", "confirm": True})
    assert done.status == "succeeded"
    assert client.v1.payment_methods.retrieve(str(done.payment_method)).customer == customer
    waiting = client.v1.setup_intents.create({"customer": customer})
    with pytest.raises(stripe.CardError):
        client.v1.setup_intents.confirm(waiting.id, {"payment_method": "pm_card_visa_chargeDeclined"})
    assert client.v1.setup_intents.cancel(waiting.id).status == "canceled"
    assert told(account)[-1] == "setup_intent.canceled"


def test_a_saved_bank_account_has_a_mandate(client: stripe.StripeClient, account: Account) -> None:
    customer = _customer(client)
    opened = client.v1.checkout.sessions.create(
        {"mode": "setup", "currency": "eur", "customer": customer, "success_url": "http://127.0.0.1:9/ok"}
    )
    account.complete(opened.id, "bank_debit")
    intent = client.v1.setup_intents.retrieve(str(opened.setup_intent), {"expand": ["mandate", "payment_method"]})
    found: Any = intent
    assert (found.mandate.status, found.payment_method.type) == ("active", "sepa_debit")


def test_a_setup_intents_own_step_is_refused_and_tried_again(client: stripe.StripeClient, account: Account) -> None:
    customer = _customer(client)
    opened = client.v1.checkout.sessions.create(
        {"mode": "setup", "currency": "cad", "customer": customer, "success_url": "http://127.0.0.1:9/ok"}
    )
    assert account.complete(opened.id, "authenticate", approve=False)["status"] == "open"
    assert told(account)[-2:] == ["setup_intent.requires_action", "setup_intent.setup_failed"]
    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        client.v1.setup_intents.cancel(str(opened.setup_intent))
    client.v1.checkout.sessions.expire(opened.id)
    assert told(account)[-2:] == ["setup_intent.canceled", "checkout.session.expired"]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.setup_intents.confirm(str(opened.setup_intent), {"payment_method": "pm_card_visa"})
    assert refused.value.code == "setup_intent_unexpected_state"


def test_a_setup_intent_needs_a_method(client: stripe.StripeClient) -> None:
    waiting = client.v1.setup_intents.create({})
    with pytest.raises(stripe.InvalidRequestError, match="missing a payment method"):
        client.v1.setup_intents.confirm(waiting.id)


def test_a_method_that_is_not_allowed_is_refused(client: stripe.StripeClient, account: Account) -> None:
    customer = _customer(client)
    bank = account.save_card(customer, "bank_debit")["id"]
    with pytest.raises(stripe.InvalidRequestError, match="not allowed"):
        _charge(client, customer, bank, allowed_payment_method_types=["card"])


def test_money_is_taken_at_once_or_not_at_all(client: stripe.StripeClient) -> None:
    asked: Any = {"amount": 500, "currency": "cad", "capture_method": "manual"}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create(asked)
    assert refused.value.code == "double_does_not_play"
