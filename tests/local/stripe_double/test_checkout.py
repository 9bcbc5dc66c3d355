"""Checkout sessions, as the real library opens, reads, lists and expires them, and as payers end them."""

from typing import Any

import pytest
import stripe

from local.stripe_double import Account
from tests.local.stripe_double.conftest import Open, a_session, told
from tests.support.clock import TurnedClock

_PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "charge.updated"]


def test_a_paid_session_has_its_payment_with_all_that_was_asked_for(
    client: stripe.StripeClient, account: Account, open_: Open
) -> None:
    data = {"metadata": {"invoice_id": "inv7"}, "description": "INV-7", "receipt_email": "ana@example.com"}
    opened = open_(payment_intent_data=data, client_reference_id="inv7")
    assert (opened.status, opened.payment_status, opened.payment_intent) == ("open", "unpaid", None)
    assert opened.id.startswith("cs_test_")
    account.complete(opened.id, email="ana@example.com", name="Ana")
    expand = ["payment_intent.latest_charge.balance_transaction", "line_items"]
    paid: Any = client.v1.checkout.sessions.retrieve(opened.id, {"expand": expand})
    assert (paid.status, paid.payment_status, paid.amount_total, paid.url) == ("complete", "paid", 12000, None)
    assert (paid.customer_details.email, paid.client_reference_id, paid.customer) == ("ana@example.com", "inv7", None)
    payment = paid.payment_intent
    assert (payment.status, payment.amount_received, payment.metadata["invoice_id"]) == ("succeeded", 12000, "inv7")
    charge = payment.latest_charge
    assert (charge.paid, charge.amount, charge.payment_method_details.card.last4) == (True, 12000, "4242")
    assert charge.balance_transaction.net == 12000 - 378
    assert paid.line_items.data[0].description == "Invoice INV-7"
    assert told(account) == [*_PAID, "checkout.session.completed"]


def test_lines_add_up_and_are_only_shown_when_asked(client: stripe.StripeClient, open_: Open) -> None:
    lines = [
        {"price_data": {"currency": "CAD", "unit_amount": 500, "product_data": {"name": name}}, "quantity": count}
        for name, count in (("Yoga", 3), ("Mat", 1))
    ]
    opened = open_(line_items=lines)
    assert (opened.amount_total, opened.currency, "line_items" in opened) == (2000, "cad", False)
    page = client.v1.checkout.sessions.line_items.list(opened.id, {"limit": 1})
    assert ([line.description for line in page.data], page.has_more) == (["Yoga"], True)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"mode": "setup"}, None),
        ({"line_items": []}, "parameter_missing"),
        ({"line_items": [{"quantity": 1}]}, "parameter_missing"),
        ({"line_items": [{"price": "price_1", "quantity": 1}]}, "resource_missing"),
        ({"success_url": "paid.html"}, "url_invalid"),
        ({"customer": "cus_nobody"}, "resource_missing"),
        ({"customer": "cus_nobody", "customer_email": "a@example.com"}, None),
        ({"expires_at": 5}, None),
        ({"client_reference_id": "x" * 201}, None),
        ({"setup_intent_data": {"description": "x"}}, None),
        ({"allowed_payment_method_types": ["ideal"]}, None),
        ({"mode": "subscription"}, "double_does_not_play"),
    ],
)
def test_what_stripe_would_not_open_is_refused(
    client: stripe.StripeClient, account: Account, changes: Any, code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(a_session(**changes))
    assert refused.value.code == code
    assert client.v1.checkout.sessions.list().data == []
    assert told(account) == []


@pytest.mark.parametrize(
    ("currency", "amount", "code"),
    [
        ("cad", 50, None),
        ("cad", 49, "amount_too_small"),
        ("gbp", 30, None),
        ("gbp", 29, "amount_too_small"),
        ("jpy", 50, None),
        ("jpy", 49, "amount_too_small"),
        ("kwd", 1000, None),
        ("kwd", 1001, "parameter_invalid_integer"),
        ("cad", 100_000_000, "amount_too_large"),
    ],
)
def test_each_currency_has_its_least_amount(
    client: stripe.StripeClient, currency: str, amount: int, code: str | None
) -> None:
    price = {"currency": currency, "unit_amount": amount, "product_data": {"name": "A"}}
    asked = a_session(line_items=[{"price_data": price, "quantity": 1}])
    if code is None:
        assert client.v1.checkout.sessions.create(asked).amount_total == amount
        return
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(asked)
    assert refused.value.code == code


def test_an_unknown_currency_is_refused(client: stripe.StripeClient) -> None:
    price = {"currency": "xxx", "unit_amount": 500, "product_data": {"name": "A"}}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(a_session(line_items=[{"price_data": price, "quantity": 1}]))


def test_a_declined_card_leaves_the_session_open_and_the_next_one_pays(account: Account, open_: Open) -> None:
    opened = open_()
    failed = account.complete(opened.id, "insufficient_funds")
    assert (failed["status"], failed["payment_status"]) == ("open", "unpaid")
    assert told(account) == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]
    error = account.events()[-1]["data"]["object"]["last_payment_error"]
    assert (error["code"], error["decline_code"]) == ("card_declined", "insufficient_funds")
    paid = account.complete(opened.id)
    assert (paid["payment_status"], paid["payment_intent"]) == ("paid", failed["payment_intent"])
    assert told(account).count("payment_intent.created") == 1


@pytest.mark.parametrize("card", ["declined", "expired", "insufficient_funds", "declines_later"])
def test_cards_that_fail_do(account: Account, open_: Open, card: str) -> None:
    assert account.complete(open_().id, card)["status"] == "open"


@pytest.mark.parametrize("card", ["mastercard", "apple_pay", "google_pay"])
def test_cards_and_wallets_that_work_do(account: Account, open_: Open, card: str) -> None:
    assert account.complete(open_().id, card)["payment_status"] == "paid"


def test_a_3d_secure_step_is_approved_or_refused(account: Account, open_: Open) -> None:
    opened = open_()
    refused = account.complete(opened.id, "authenticate", approve=False)
    assert refused["status"] == "open"
    assert told(account)[-2:] == ["payment_intent.requires_action", "payment_intent.payment_failed"]
    assert account.complete(opened.id, "authenticate")["payment_status"] == "paid"


@pytest.mark.parametrize("succeeded", [True, False])
def test_a_bank_debit_is_unpaid_until_the_bank_answers(account: Account, open_: Open, succeeded: bool) -> None:
    session = account.complete(open_().id, "bank_debit")
    assert (session["status"], session["payment_status"]) == ("complete", "unpaid")
    before = ["payment_intent.created", "charge.pending", "payment_intent.processing", "checkout.session.completed"]
    assert told(account) == before
    account.settle_async(session["payment_intent"], succeeded)
    good = [
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.updated",
        "checkout.session.async_payment_succeeded",
    ]
    bad = ["charge.failed", "payment_intent.payment_failed", "checkout.session.async_payment_failed"]
    assert told(account) == before + (good if succeeded else bad)
    assert account.events()[-1]["data"]["object"]["payment_status"] == ("paid" if succeeded else "unpaid")


def test_bank_debits_are_only_taken_where_the_session_allows_them(account: Account, open_: Open) -> None:
    cards_only = open_(allowed_payment_method_types=["card"])
    assert cards_only.payment_method_types == ["card"]
    with pytest.raises(Exception, match="does not take"):
        account.complete(cards_only.id, "bank_debit")
    assert open_(excluded_payment_method_types=["card"]).payment_method_types == ["acss_debit"]


def test_a_saved_card_belongs_to_the_customer(client: stripe.StripeClient, account: Account, open_: Open) -> None:
    customer = client.v1.customers.create({"email": "ana@example.com"})
    opened = open_(customer=customer.id, payment_intent_data={"setup_future_usage": "off_session"})
    account.complete(opened.id)
    (method,) = client.v1.customers.payment_methods.list(customer.id).data
    assert (method.type, method.customer) == ("card", customer.id)
    assert "payment_method.attached" in told(account)


def test_checkout_makes_a_customer_where_asked(client: stripe.StripeClient, account: Account, open_: Open) -> None:
    session = account.complete(open_(customer_creation="always").id, email="ben@example.com", name="Ben")
    customer = client.v1.customers.retrieve(session["customer"])
    assert (customer.email, customer.name) == ("ben@example.com", "Ben")


def test_setup_mode_saves_a_card_without_a_payment(client: stripe.StripeClient, account: Account) -> None:
    customer = client.v1.customers.create({"email": "ana@example.com"})
    asked: Any = {"mode": "setup", "currency": "cad", "customer": customer.id, "success_url": "http://127.0.0.1:9/ok"}
    asked["setup_intent_data"] = {"metadata": {"household": "h1"}}
    opened = client.v1.checkout.sessions.create(asked)
    assert (opened.payment_status, opened.amount_total) == ("no_payment_required", None)
    account.complete(opened.id, "authenticate")
    done = client.v1.checkout.sessions.retrieve(opened.id, {"expand": ["setup_intent.payment_method"]})
    intent: Any = done.setup_intent
    assert (done.status, intent.status, intent.metadata["household"]) == ("complete", "succeeded", "h1")
    assert intent.payment_method.customer == customer.id
    after = ["setup_intent.requires_action", "payment_method.attached", "setup_intent.succeeded"]
    assert told(account) == ["customer.created", "setup_intent.created", *after, "checkout.session.completed"]


def test_setup_mode_needs_a_currency_or_methods(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create({"mode": "setup", "success_url": "http://127.0.0.1:9/ok"})
    assert refused.value.param == "currency"


def test_a_card_that_declines_is_not_saved(client: stripe.StripeClient, account: Account) -> None:
    customer = client.v1.customers.create({})
    opened = client.v1.checkout.sessions.create(
        {"mode": "setup", "currency": "cad", "customer": customer.id, "success_url": "http://127.0.0.1:9/ok"}
    )
    assert account.complete(opened.id, "declined")["status"] == "open"
    assert told(account)[-1] == "setup_intent.setup_failed"
    assert client.v1.customers.payment_methods.list(customer.id).data == []


def test_an_expired_session_takes_its_payment_with_it(
    client: stripe.StripeClient, account: Account, open_: Open
) -> None:
    opened = open_()
    payment = account.complete(opened.id, "declined")["payment_intent"]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.cancel(payment)
    assert client.v1.checkout.sessions.expire(opened.id).status == "expired"
    assert told(account)[-2:] == ["payment_intent.canceled", "checkout.session.expired"]
    assert client.v1.payment_intents.retrieve(payment).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.expire(opened.id)
    with pytest.raises(Exception, match="is expired"):
        account.complete(opened.id)


def test_a_session_expires_by_the_doubles_clock(
    client: stripe.StripeClient, account: Account, open_: Open, turned: TurnedClock
) -> None:
    soon = open_(expires_at=int(turned.now().timestamp()) + 1800)
    late = open_()
    turned.advance(1799)
    assert client.v1.checkout.sessions.retrieve(soon.id).status == "open"
    turned.advance(1)
    assert client.v1.checkout.sessions.retrieve(soon.id).status == "expired"
    turned.advance(hours=24)
    assert client.v1.checkout.sessions.list({"status": "expired"}).data[0].id == late.id
    assert told(account) == ["checkout.session.expired", "checkout.session.expired"]


def test_a_session_is_paid_once(account: Account, open_: Open) -> None:
    opened = open_()
    account.complete(opened.id)
    with pytest.raises(Exception, match="is complete"):
        account.complete(opened.id)
    assert told(account).count("charge.succeeded") == 1


def test_the_metadata_of_a_session_is_changed(client: stripe.StripeClient, open_: Open) -> None:
    changed = client.v1.checkout.sessions.update(open_().id, {"metadata": {"invoice_id": "", "other": "x"}})
    assert changed.metadata
    assert changed.metadata.to_dict() == {"other": "x"}


def test_lines_of_two_currencies_or_without_a_count_are_refused(client: stripe.StripeClient) -> None:
    def line(currency: str, **changes: Any) -> Any:
        price = {"currency": currency, "unit_amount": 500, "product_data": {"name": "A"}, **changes}
        return {"price_data": price, "quantity": 1}

    free = line("cad")
    del free["quantity"]
    for lines in ([line("cad"), line("eur")], [free], [line("cad", unit_amount=-500)]):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.checkout.sessions.create(a_session(line_items=lines))


def test_of_many_open_sessions_only_the_due_ones_expire(account: Account, open_: Open, turned: TurnedClock) -> None:
    first, second = (open_(expires_at=int(turned.now().timestamp()) + 1800 + wait).id for wait in (0, 60))
    turned.advance(1800)
    assert [event["data"]["object"]["id"] for event in account.events()] == [first]
    turned.advance(60)
    assert [event["data"]["object"]["id"] for event in account.events()] == [first, second]
