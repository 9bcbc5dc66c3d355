"""Parameters that Stripe's library does not declare are refused as Stripe refuses them."""

from typing import Any

import pytest
import stripe

from local.stripe_double import Account, parameters
from local.stripe_double.errors import Refused
from tests.local.stripe_double.conftest import a_session

_SESSION = "checkout.SessionCreateParams"


@pytest.mark.parametrize(
    ("form", "params", "code", "param"),
    [
        ("colour=red", "CustomerCreateParams", "parameter_unknown", "colour"),
        ("address[planet]=mars", "CustomerCreateParams", "parameter_unknown", "address[planet]"),
        ("api_key=sk", "CustomerCreateParams", "parameter_unknown", "api_key"),
        ("payment_method_types[0]=card", _SESSION, "parameter_unknown", "payment_method_types"),
        ("payment_intent_data[colour]=red", _SESSION, "parameter_unknown", "payment_intent_data[colour]"),
        ("line_items[0][colour]=red", _SESSION, "parameter_unknown", "line_items[0][colour]"),
        ("line_items[0][quantity]=1.5", _SESSION, "parameter_invalid_integer", "line_items[0][quantity]"),
        (
            "line_items[0][price_data][unit_amount]=5",
            _SESSION,
            "parameter_missing",
            "line_items[0][price_data][currency]",
        ),
        ("amount=100", "PaymentIntentCreateParams", "parameter_missing", "currency"),
        ("amount=ten&currency=cad", "PaymentIntentCreateParams", "parameter_invalid_integer", "amount"),
        ("mode=barter", _SESSION, "", "mode"),
        ("expires_at=soon", _SESSION, "parameter_invalid_integer", "expires_at"),
        ("automatic_tax[enabled]=maybe", _SESSION, "", "automatic_tax[enabled]"),
        ("line_items=5", _SESSION, "", "line_items"),
        ("line_items[a][quantity]=5", _SESSION, "", "line_items"),
        ("metadata[a][b]=c", _SESSION, "", "metadata"),
        (f"metadata[{'a' * 41}]=c", _SESSION, "", "metadata"),
        (f"metadata[a]={'c' * 501}", _SESSION, "", "metadata"),
        ("metadata=", _SESSION, "", "metadata"),
        ("customer[id]=cus_1", _SESSION, "", "customer"),
        ("created[around]=5", "EventListParams", "parameter_unknown", "created[around]"),
        ("off_session=perhaps&amount=100&currency=cad", "PaymentIntentCreateParams", "", "off_session"),
        ("[x]=1", _SESSION, "", "[x]"),
        ("a=1&a[b]=2", _SESSION, "", "a[b]"),
    ],
)
def test_what_the_library_does_not_declare_is_refused(form: str, params: str, code: str, param: str) -> None:
    with pytest.raises(Refused) as refused:
        parameters.check(parameters.read(form), params)
    assert (refused.value.status, refused.value.code, refused.value.param) == (400, code, param)
    assert not refused.value.saved


@pytest.mark.parametrize(
    ("form", "params", "checked"),
    [
        ("expand[]=a&expand[]=b", _SESSION, {"expand": ["a", "b"]}),
        ("created=5", "EventListParams", {"created": 5}),
        ("created[gte]=5", "EventListParams", {"created": {"gte": 5}}),
        ("metadata=", "CustomerUpdateParams", {"metadata": ""}),
        ("metadata[a]=é", "CustomerUpdateParams", {"metadata": {"a": "é"}}),
        ("name=", "CustomerUpdateParams", {"name": ""}),
        ("delivery_success=false", "EventListParams", {"delivery_success": False}),
        ("locale=fr-CA", _SESSION, {"locale": "fr-CA"}),
        (
            "line_items[1][quantity]=2&line_items[0][quantity]=1",
            _SESSION,
            {"line_items": [{"quantity": 1}, {"quantity": 2}]},
        ),
    ],
)
def test_values_get_the_types_that_the_library_declares(form: str, params: str, checked: Any) -> None:
    assert parameters.check(parameters.read(form), params) == checked


def test_the_library_sees_stripes_own_error(client: stripe.StripeClient, account: Account) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(a_session(payment_method_types=["card"]))
    assert (refused.value.code, refused.value.param) == ("parameter_unknown", "payment_method_types")
    assert refused.value.http_status == 400
    assert account.calls[-1].status == 400


def test_what_stripe_takes_and_the_double_does_not_play_is_said(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(a_session(invoice_creation={"enabled": True}))
    assert refused.value.code == "double_does_not_play"
