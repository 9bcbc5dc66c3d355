"""Refunds and disputes: what is given back, what comes back, and what the books say of it."""

import random

import pytest
import stripe

from local.stripe_double import Account
from local.stripe_double.errors import Refused
from tests.local.stripe_double.conftest import told


@pytest.fixture
def paid(client: stripe.StripeClient) -> stripe.PaymentIntent:
    """A payment of CAD 100.00."""
    return client.v1.payment_intents.create(
        {"amount": 10000, "currency": "cad", "payment_method": "pm_card_visa", "confirm": True}
    )


def _charge(client: stripe.StripeClient, paid: stripe.PaymentIntent) -> stripe.Charge:
    return client.v1.charges.retrieve(str(paid.latest_charge), {"expand": ["refunds"]})


def test_a_payment_is_refunded_in_parts(
    client: stripe.StripeClient, account: Account, paid: stripe.PaymentIntent
) -> None:
    for amount in (1, 2499, 7500):
        refund = client.v1.refunds.create({"payment_intent": paid.id, "amount": amount, "metadata": {"credit": "cn1"}})
        assert (refund.status, refund.amount) == ("succeeded", amount)
    charge = _charge(client, paid)
    assert (charge.amount_refunded, charge.refunded) == (10000, True)
    assert charge.refunds
    assert len(charge.refunds.data) == 3
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": paid.id})
    assert refused.value.code == "charge_already_refunded"
    assert told(account)[-2:] == ["charge.refunded", "refund.created"]


@pytest.mark.parametrize("amount", [0, 10001])
def test_more_than_was_paid_is_not_refunded(
    client: stripe.StripeClient, paid: stripe.PaymentIntent, amount: int
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": paid.id, "amount": amount})
    assert refused.value.param == "amount"


def test_what_was_never_paid_is_not_refunded(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 500, "currency": "cad"})
    for asked in ({"payment_intent": intent.id}, {}, {"charge": "ch_nothing"}):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.refunds.create(asked)  # type: ignore[arg-type]


def test_a_failed_refund_gives_the_money_back_to_the_charge(
    client: stripe.StripeClient, account: Account, paid: stripe.PaymentIntent
) -> None:
    refund = account.refund(paid.id, 3000)
    account.fail_refund(refund["id"])
    failed = client.v1.refunds.retrieve(refund["id"])
    assert (failed.status, failed.failure_reason) == ("failed", "lost_or_stolen_card")
    assert _charge(client, paid).amount_refunded == 0
    assert told(account)[-4:] == ["charge.updated", "refund.updated", "charge.refund.updated", "refund.failed"]
    with pytest.raises(Refused):
        account.fail_refund(refund["id"])


def test_refunds_always_add_up_to_what_the_charge_says(
    client: stripe.StripeClient, account: Account, paid: stripe.PaymentIntent
) -> None:
    """P-14, on the double's side."""
    chance = random.Random(7)
    for _ in range(25):
        good = [one for one in client.v1.refunds.list({"limit": 100}).data if one.status == "succeeded"]
        if good and chance.random() < 0.4:
            account.fail_refund(chance.choice(good).id)
        elif sum(one.amount for one in good) < 10000:
            account.refund(paid.id, chance.randint(1, 10000 - sum(one.amount for one in good)))
        now = [one.amount for one in client.v1.refunds.list({"limit": 100}).data if one.status == "succeeded"]
        assert _charge(client, paid).amount_refunded == sum(now)
    balance = client.v1.balance.retrieve().available[0].amount
    assert balance == 10000 - 320 - sum(now)


def test_a_refund_to_a_bank_account_is_pending_first(client: stripe.StripeClient, account: Account) -> None:
    customer = client.v1.customers.create({}).id
    method = account.save_card(customer, "bank_debit")["id"]
    intent = client.v1.payment_intents.create(
        {"amount": 500, "currency": "cad", "customer": customer, "payment_method": method, "confirm": True}
    )
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent.id})
    account.settle_async(intent.id)
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    assert refund.status == "pending"
    account.settle_refund(refund.id)
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"


@pytest.mark.parametrize("won", [True, False])
def test_a_dispute_takes_the_money_and_gives_it_back_when_won(
    client: stripe.StripeClient, account: Account, paid: stripe.PaymentIntent, won: bool
) -> None:
    start = len(told(account))
    dispute = account.dispute(paid.id, amount=4000, reason="product_not_received")
    assert _charge(client, paid).disputed
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": paid.id})
    assert refused.value.code == "charge_disputed"
    account.close_dispute(dispute["id"], won=won)
    closed = client.v1.disputes.retrieve(dispute["id"])
    assert (closed.status, closed.amount) == ("won" if won else "lost", 4000)
    assert sum(one.amount for one in closed.balance_transactions) == (0 if won else -4000)
    names = ["created", "funds_withdrawn", "closed"] + ["funds_reinstated"] * won
    assert told(account)[start:] == ["charge.updated", *(f"charge.dispute.{name}" for name in names)]
    with pytest.raises(Refused):
        account.close_dispute(dispute["id"], won=won)


def test_an_inquiry_takes_no_money(client: stripe.StripeClient, account: Account, paid: stripe.PaymentIntent) -> None:
    dispute = account.dispute(paid.id, inquiry=True)
    assert dispute["status"] == "warning_needs_response"
    assert client.v1.refunds.create({"payment_intent": paid.id, "amount": 100}).status == "succeeded"
    assert account.close_dispute(dispute["id"], won=True)["status"] == "warning_closed"
    assert "charge.dispute.funds_withdrawn" not in told(account)


def test_the_money_may_be_taken_later_and_evidence_is_looked_at(
    client: stripe.StripeClient, account: Account, paid: stripe.PaymentIntent
) -> None:
    dispute = account.dispute(paid.id, withdraw=False)["id"]
    account.withdraw_dispute(dispute)
    seen = client.v1.disputes.update(dispute, {"evidence": {"uncategorized_text": "They came."}})
    assert seen.status == "under_review"
    assert client.v1.disputes.close(dispute).status == "lost"
    with pytest.raises(Refused):
        account.withdraw_dispute(dispute)


def test_the_metadata_of_a_refund_is_changed(
    client: stripe.StripeClient, account: Account, paid: stripe.PaymentIntent
) -> None:
    refund = client.v1.refunds.create({"payment_intent": paid.id, "amount": 100})
    client.v1.refunds.update(refund.id, {"metadata": {"credit": "cn1"}})
    assert told(account)[-2:] == ["refund.updated", "charge.refund.updated"]
    with pytest.raises(Refused):
        account.settle_refund(refund.id)


def test_a_payment_is_disputed_once(account: Account, paid: stripe.PaymentIntent) -> None:
    account.dispute(paid.id)
    with pytest.raises(Refused):
        account.dispute(paid.id)
