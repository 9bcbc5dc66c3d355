"""Customers and the payment methods they keep."""

import pytest
import stripe

from local.stripe_double import Account
from tests.local.stripe_double.conftest import told


def test_a_customer_is_made_changed_and_deleted(client: stripe.StripeClient, account: Account) -> None:
    made = client.v1.customers.create({"email": "ana@example.com", "metadata": {"household": "h1", "old": "x"}})
    changed = client.v1.customers.update(made.id, {"name": "Ana", "email": "", "metadata": {"old": ""}})
    assert changed.metadata
    assert (changed.name, changed.email, changed.metadata.to_dict()) == ("Ana", None, {"household": "h1"})
    assert account.events()[-1]["data"]["previous_attributes"]["email"] == "ana@example.com"
    client.v1.customers.update(made.id, {"name": "Ana"})
    assert told(account) == ["customer.created", "customer.updated"]
    assert client.v1.customers.delete(made.id).deleted
    assert client.v1.customers.retrieve(made.id).deleted
    assert client.v1.customers.list().data == []
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.customers.update(made.id, {"name": "Ben"})
    assert (refused.value.code, refused.value.http_status) == ("resource_missing", 404)


def test_a_method_is_attached_made_default_and_detached_for_good(client: stripe.StripeClient, account: Account) -> None:
    customer = client.v1.customers.create({}).id
    method = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer})
    settings = client.v1.customers.update(customer, {"invoice_settings": {"default_payment_method": method.id}})
    assert settings.invoice_settings
    assert settings.invoice_settings.default_payment_method == method.id
    assert client.v1.payment_methods.detach(method.id).customer is None
    left = client.v1.customers.retrieve(customer).invoice_settings
    assert left
    assert left.default_payment_method is None
    assert told(account)[-2:] == ["payment_method.detached", "customer.updated"]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_methods.attach(method.id, {"customer": customer})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_methods.detach(method.id)
    assert client.v1.payment_methods.list({"customer": customer}).data == []


def test_a_default_must_be_the_customers_own(client: stripe.StripeClient, account: Account) -> None:
    ana, ben = (client.v1.customers.create({}).id for _ in range(2))
    method = account.save_card(ana)["id"]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.update(ben, {"invoice_settings": {"default_payment_method": method}})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.payment_methods.retrieve(ben, method)
    assert client.v1.customers.payment_methods.retrieve(ana, method).id == method


def test_a_card_that_declines_is_not_attached(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({}).id
    with pytest.raises(stripe.CardError):
        client.v1.payment_methods.attach("pm_card_visa_chargeDeclined", {"customer": customer})


def test_a_stored_card_is_changed(client: stripe.StripeClient, account: Account) -> None:
    method = account.save_card(client.v1.customers.create({}).id)["id"]
    changed = client.v1.payment_methods.update(method, {"card": {"exp_month": 1, "exp_year": 2031}})
    assert changed.card
    assert (changed.card.exp_month, changed.card.exp_year, changed.card.last4) == (1, 2031, "4242")
    assert told(account)[-1] == "payment_method.updated"


def test_deleting_a_customer_lets_go_of_the_methods(client: stripe.StripeClient, account: Account) -> None:
    customer = client.v1.customers.create({}).id
    method = account.save_card(customer)["id"]
    client.v1.customers.delete(customer)
    assert client.v1.payment_methods.retrieve(method).customer is None
    assert told(account)[-2:] == ["payment_method.detached", "customer.deleted"]


def test_a_customer_comes_with_a_first_method(client: stripe.StripeClient, account: Account) -> None:
    customer = client.v1.customers.create({"payment_method": "pm_card_visa"}).id
    (method,) = client.v1.customers.payment_methods.list(customer).data
    assert told(account) == ["customer.created", "payment_method.attached"]
    again = client.v1.payment_methods.attach(method.id, {"customer": customer})
    assert (again.customer, len(told(account))) == (customer, 2)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.create({"invoice_settings": {"default_payment_method": method.id}})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_methods.attach("pm_card_visa", {})
    assert len(client.v1.customers.list().data) == 1


def test_a_method_that_nobody_has_is_not_changed(client: stripe.StripeClient, account: Account) -> None:
    method = account.save_card(client.v1.customers.create({}).id)["id"]
    named = client.v1.payment_methods.update(method, {"billing_details": {"name": "Ana"}, "metadata": {"a": "b"}})
    assert named.billing_details.name == "Ana"
    client.v1.payment_methods.detach(method)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_methods.update(method, {"metadata": {"a": "c"}})
