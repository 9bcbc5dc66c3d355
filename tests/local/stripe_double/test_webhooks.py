"""Webhooks: signed as Stripe signs, delivered in several unruly ways, tried again, written down."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import stripe

from local.events import Answer, Call
from local.gateway import Page, Server
from local.stripe_double import Account, Mode, StripeDouble
from local.stripe_double.webhooks import Courier, Delivery
from tests.local.stripe_double.conftest import KEY, SECRET, client_of


@dataclass
class Endpoint:
    """Takes webhooks, checks their signatures with the real library, and answers with `statuses`, then 200."""

    server: Server = field(init=False)
    events: list[stripe.Event] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        take = self.take

        class Front(Page):
            def respond(self, call: Call) -> Answer:
                return take(call)

        self.server = Server(0, Front)

    def take(self, call: Call) -> Answer:
        header = dict(call.headers)["Stripe-Signature"]
        event = stripe.Webhook.construct_event(call.body, header, SECRET)
        with self.lock:
            self.events.append(event)
            status = self.statuses.pop(0) if self.statuses else 200
        return Answer(status, [("Location", "/elsewhere")], b"")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hook"

    @property
    def names(self) -> list[str]:
        return [event.data.object["name"] for event in self.events]


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    started = Endpoint()
    started.server.start()
    yield started
    started.server.stop()


@pytest.fixture
def heard(double: StripeDouble, endpoint: Endpoint) -> Account:
    """An account whose events go to `endpoint`, tried again quickly."""
    account = double.account(KEY, webhook_url=endpoint.url, webhook_secret=SECRET)
    account.courier.retries = (0.02, 0.02, 0.02)
    return account


@pytest.fixture
def happen(double: StripeDouble, heard: Account) -> Callable[[int], list[str]]:
    """Makes as many events, and gives what they are told by."""

    def make(count: int) -> list[str]:
        names = [f"customer {number}" for number in range(count)]
        for name in names:
            client_of(double).v1.customers.create({"name": name})
        return names

    return make


Happen = Callable[[int], list[str]]


def test_events_arrive_signed_in_order_and_count_as_delivered(
    heard: Account, endpoint: Endpoint, happen: Happen
) -> None:
    names = happen(5)
    assert heard.wait_until_idle()
    assert endpoint.names == names
    event = endpoint.events[0]
    assert (event.api_version, event.livemode, "account" in event) == (stripe.api_version, False, False)
    assert [one["pending_webhooks"] for one in heard.events()] == [0] * 5
    assert [(one.status, one.attempt, one.arrived) for one in heard.deliveries] == [(200, 1, True)] * 5


def test_an_endpoint_that_fails_is_tried_again(heard: Account, endpoint: Endpoint, happen: Happen) -> None:
    endpoint.statuses = [500, 302]
    happen(1)
    assert heard.wait_until_idle()
    assert [(one.status, one.attempt) for one in heard.deliveries] == [(500, 1), (302, 2), (200, 3)]
    assert len({event.id for event in endpoint.events}) == 1


def test_an_endpoint_that_never_answers_is_given_up(double: StripeDouble, heard: Account, happen: Happen) -> None:
    heard.webhook_url = "http://127.0.0.1:1/nobody"
    happen(1)
    assert heard.wait_until_idle()
    assert [one.status for one in heard.deliveries] == [0] * 4
    assert heard.deliveries[0].error
    assert len(client_of(double).v1.events.list({"delivery_success": False}).data) == 1


def test_repeat_sends_each_event_several_times(heard: Account, endpoint: Endpoint, happen: Happen) -> None:
    heard.mode = Mode("repeat", times=4)
    (name,) = happen(1)
    assert heard.wait_until_idle()
    assert endpoint.names == [name] * 4


def test_delay_sends_later(heard: Account, endpoint: Endpoint, happen: Happen) -> None:
    heard.mode = Mode("delay", seconds=0.3)
    started = time.monotonic()
    happen(1)
    assert endpoint.events == []
    assert heard.wait_until_idle()
    assert time.monotonic() - started >= 0.3
    assert len(endpoint.events) == 1


def test_reorder_shuffles_and_loses_nothing(heard: Account, endpoint: Endpoint, happen: Happen) -> None:
    heard.mode = Mode("reorder", seconds=0.4)
    names = happen(12)
    assert heard.wait_until_idle()
    assert sorted(endpoint.names) == sorted(names)
    assert endpoint.names != names


def test_drop_loses_the_same_events_for_the_same_seed(
    double: StripeDouble, heard: Account, endpoint: Endpoint, happen: Happen
) -> None:
    lost = []
    for _ in range(2):
        endpoint.events.clear()
        heard.mode = Mode("drop", fraction=0.5, seed=3)
        names = happen(20)
        assert heard.wait_until_idle()
        lost.append(set(names) - set(endpoint.names))
    assert lost[0] == lost[1]
    assert 4 <= len(lost[0]) <= 16
    missed = client_of(double).v1.events.list({"delivery_success": False, "limit": 100})
    assert {one.id for one in missed.data} == heard.courier.lost


def test_hold_keeps_events_until_they_are_released(heard: Account, endpoint: Endpoint, happen: Happen) -> None:
    heard.mode = "hold"
    names = happen(3)
    assert heard.wait_until_idle()
    assert endpoint.events == []
    heard.release(backwards=True)
    assert heard.wait_until_idle()
    assert endpoint.names == names[::-1]


def test_an_unknown_mode_is_refused(heard: Account) -> None:
    with pytest.raises(ValueError, match="there are"):
        heard.mode = "teleport"
    assert heard.mode == Mode("normal")


def test_an_event_is_delivered_again_by_hand(heard: Account, endpoint: Endpoint, happen: Happen) -> None:
    heard.mode = "hold"
    happen(1)
    (event,) = heard.events()
    assert [one.status for one in heard.deliver(event["id"], times=20, parallel=8)] == [200] * 20
    assert [one.id for one in endpoint.events] == [event["id"]] * 20


def test_signatures_can_be_taken_without_an_endpoint(account: Account, client: stripe.StripeClient) -> None:
    client.v1.customers.create({"name": "Ana"})
    (event,) = account.events()
    raw, header = account.signed(event)
    check = stripe.WebhookSignature.verify_header
    assert check(raw.decode(), header, SECRET, 300)
    for body, secret in ((raw + b" ", SECRET), (raw, "whsec_other")):
        with pytest.raises(stripe.SignatureVerificationError):
            check(body.decode(), header, secret, 300)
    forged = account.signed(event, secret="whsec_other")[1]
    with pytest.raises(stripe.SignatureVerificationError):
        check(raw.decode(), forged, SECRET, 300)
    with pytest.raises(Exception, match="no webhook endpoint"):
        account.deliver(event["id"])


def test_a_stale_signature_is_one(account: Account, client: stripe.StripeClient, turned: Any) -> None:
    client.v1.customers.create({})
    then = turned.now()
    raw, header = account.signed(account.events()[0], at=then)
    assert header.startswith(f"t={int(then.timestamp())},v1=")
    assert raw == account.signed(account.events()[0], at=turned.advance(301))[0]


def test_a_stopped_courier_sends_nothing() -> None:
    sent: list[str] = []

    def send(event: str, attempt: int) -> Delivery:
        sent.append(event)
        return Delivery(event, "x", attempt, 200, "", 0.0)

    courier = Courier(send)
    courier.stop()
    courier.take(["evt_1"])
    assert not courier.wait_until_idle(0.05)
    assert sent == []
