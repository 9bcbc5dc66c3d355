"""Our gateway to Stripe against the double: what goes wrong comes back in our own words (P-10, P-19, P-21)."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import settings
from chalicelib.adapters import aws
from chalicelib.adapters.stripe_gateway import StripeGateway
from chalicelib.gateway import CheckoutOrder, Declined, Faulted, NotSigned
from chalicelib.ports import Clock
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.times import epoch
from local.stripe_double.webhooks import signature
from tests.support.acquirer import PARAMETERS, WEBHOOK_SECRET, Acquirer


def _order(clock: Clock, minor: int = 10000, **changes: object) -> CheckoutOrder:
    facts = {"organisation": "o", "household": "h", "checkout": "c", "attempt": "1"}
    order = CheckoutOrder(
        currency="CAD", minor=minor, description="Piano", customer="", email="marie@example.com", locale="fr",
        success_url="https://portal.test/done", cancel_url="https://portal.test/back",
        expires_at=epoch(clock.now() + timedelta(hours=1)), facts=facts, save_method=False,
    )  # fmt: skip
    return order._replace(**changes)  # type: ignore[arg-type]


def _customer(acquirer: Acquirer, card: str = "succeeds") -> tuple[str, str]:
    customer = acquirer.gateway.create_customer("Tremblay", "", {}, "customer")
    return customer, str(acquirer.account.save_card(customer, card)["id"])


def _key(acquirer: Acquirer, value: str) -> None:
    path = f"{PARAMETERS}/{acquirer.org}/key"
    aws.client("ssm").put_parameter(Name=path, Type="SecureString", Value=value, Overwrite=True)


@pytest.mark.parametrize(
    ("card", "code"),
    [("declines_later", "generic_decline"), ("authenticate", "authentication_required")],
)
def test_a_declined_card_is_refused_with_stripes_code(acquirer: Acquirer, clock: Clock, card: str, code: str) -> None:
    customer, method = _customer(acquirer, card)
    with pytest.raises(Declined) as refused:
        acquirer.gateway.charge(_order(clock, customer=customer), method, "charge")
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("changes", "code"), [({"minor": 1}, "amount_too_small"), ({"customer": "cus_nobody"}, "resource_missing")]
)
def test_what_can_not_be_asked_is_refused_with_stripes_code(
    acquirer: Acquirer, clock: Clock, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(Declined) as refused:
        acquirer.gateway.open_checkout(_order(clock)._replace(**changes), "open")  # type: ignore[arg-type]
    assert refused.value.code == code


@pytest.mark.parametrize(
    "act",
    [
        lambda gateway, order: gateway.open_checkout(order, "key"),
        lambda gateway, _: gateway.find_checkout("cs_1"),
        lambda gateway, _: gateway.find_intent("pi_1"),
        lambda gateway, _: gateway.list_methods("cus_1"),
        lambda gateway, _: gateway.give_back("pi_1", "CAD", 100, {}, "key"),
        lambda gateway, _: list(gateway.intents_since(datetime(2026, 1, 1, tzinfo=UTC))),
    ],
)
@pytest.mark.parametrize(("kind", "error"), [("rate_limit", Unavailable), ("drop", Unavailable), ("error", Faulted)])
def test_what_is_stripes_or_the_networks_fault_may_be_tried_again(
    acquirer: Acquirer, clock: Clock, kind: str, error: type[Exception], act: Callable[[StripeGateway, object], object]
) -> None:
    """P-19: after two retries; only what Stripe will repeat for a key is told apart."""
    acquirer.account.fault("*", kind, 3)
    with pytest.raises(error) as raised:
        act(acquirer.gateway, _order(clock))
    assert type(raised.value) is error


@pytest.mark.parametrize("kind", ["drop", "drop_after"])
def test_a_connection_that_broke_twice_is_got_over_under_one_key(acquirer: Acquirer, clock: Clock, kind: str) -> None:
    """P-10, P-19."""
    acquirer.account.fault("*", kind, 2)
    assert acquirer.gateway.open_checkout(_order(clock), "key").status == "open"
    made = [each for each in acquirer.account.calls if each.operation == "checkout.sessions.create"]
    assert {each.idempotency_key for each in made} == {"key"}
    assert len(acquirer.account.books.all("checkout.session")) == 1


def test_a_key_that_was_rolled_is_read_again(acquirer: Acquirer) -> None:
    """P-21: the first call with the dead key fails, the next one asks with the new key."""
    gateway, good = acquirer.gateway, f"sk_test_{acquirer.org.replace('-', '_')}"
    _key(acquirer, "sk_test_of_yesterday")
    with pytest.raises(Unavailable):
        gateway.find_intent("pi_1")
    _key(acquirer, good)
    assert gateway.find_intent("pi_1") is None


def test_a_key_that_works_is_read_once(acquirer: Acquirer) -> None:
    gateway = acquirer.gateway
    assert gateway.find_intent("pi_1") is None
    _key(acquirer, "sk_test_of_tomorrow")
    assert gateway.find_intent("pi_1") is None


@pytest.mark.parametrize("key", ["sk_live_x", "rk_live_x"])
def test_a_key_of_the_wrong_mode_is_not_used(acquirer: Acquirer, key: str) -> None:
    """P-21."""
    _key(acquirer, key)
    with pytest.raises(RuntimeError, match="wrong mode"):
        acquirer.gateway.find_intent("pi_1")
    assert acquirer.account.calls == []


def test_without_a_key_it_says_that_nothing_is_set_up(acquirer: Acquirer) -> None:
    """Nothing that waiting would heal."""
    with pytest.raises(Unavailable) as refused:
        StripeGateway(settings.current(), "nobody").find_intent("pi_1")
    assert refused.value.message
    assert "not set up" in refused.value.message.key


_EVENT = {
    "id": "evt_1", "type": "charge.refunded", "created": 1, "livemode": False, "data": {"object": {"id": "ch_1"}},
}  # fmt: skip


@pytest.mark.parametrize(
    "form", ["t={0},t={0},v1={1}", "t={0},v1={1},t={0}", "t={2},t={0},v1={1}", "t={0}, t={2},v1={1}"]
)
def test_a_signature_with_two_times_is_refused(acquirer: Acquirer, clock: Clock, form: str) -> None:
    """P-01: one of them may be old, and nobody could say which was meant."""
    now, body = epoch(clock.now()), json.dumps(_EVENT).encode()
    single = signature(WEBHOOK_SECRET, body, now)
    assert acquirer.gateway.read_message(body, single, clock.now()).id == "evt_1"
    with pytest.raises(NotSigned):
        acquirer.gateway.read_message(body, form.format(now, single.partition("v1=")[2], now - 9999), clock.now())
