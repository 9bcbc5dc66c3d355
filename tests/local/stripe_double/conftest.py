"""A running double on a clock that the test turns, one account, and Stripe's own client of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe

from local.stripe_double import Account, StripeDouble
from tests.support.clock import TurnedClock

KEY = "sk_test_school"
SECRET = "whsec_school"

Open = Callable[..., stripe.checkout.Session]


@pytest.fixture
def turned() -> TurnedClock:
    """The double's clock."""
    return TurnedClock()


@pytest.fixture
def double(turned: TurnedClock) -> Iterator[StripeDouble]:
    """A running double."""
    started = StripeDouble(clock=turned.now)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def account(double: StripeDouble) -> Account:
    """An organisation's account, without a webhook endpoint."""
    return double.account(KEY, name="École", webhook_secret=SECRET)


def client_of(double: StripeDouble, key: str = KEY, **options: Any) -> stripe.StripeClient:
    """Stripe's own client, pointed at the double; it tries once, so that tests see every answer."""
    addresses: Any = {"api": double.url}
    return stripe.StripeClient(key, base_addresses=addresses, **{"max_network_retries": 0, **options})


@pytest.fixture
def client(double: StripeDouble, account: Account) -> stripe.StripeClient:
    """The client of `account`."""
    return client_of(double)


def a_session(**changes: Any) -> Any:
    """Parameters of a Checkout session over CAD 120.00."""
    price = {"currency": "cad", "unit_amount": 12000, "product_data": {"name": "Invoice INV-7"}}
    return {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": "http://127.0.0.1:9/paid?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/back",
        "metadata": {"invoice_id": "inv7"},
        **changes,
    }


@pytest.fixture
def open_(client: stripe.StripeClient) -> Open:
    """Opens a session over CAD 120.00."""
    return lambda **changes: client.v1.checkout.sessions.create(a_session(**changes))


def told(account: Account) -> list[str]:
    """The types of all events, in order."""
    return [event["type"] for event in account.events()]
