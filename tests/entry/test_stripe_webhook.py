"""The webhook function as API Gateway calls it: what is Stripe's is kept once, all else is refused (P-01)."""

import json
import time
from collections.abc import Callable
from functools import partial

import pytest

from chalicelib import bootstrap
from chalicelib.adapters import aws
from chalicelib.data import keys, read
from chalicelib.entry import stripe_webhook
from chalicelib.payments import inbox, parking
from chalicelib.payments.models import StripeEventItem
from chalicelib.web.http import MAX_FORM_BYTES
from local.events import Call
from local.gateway import Gateway
from local.stripe_double.objects import Thing
from local.stripe_double.webhooks import signature
from tests.payments.till import Till
from tests.support.acquirer import PARAMETERS, WEBHOOK_SECRET
from tests.support.clock import TurnedClock
from tests.support.race import together

BASE = "https://portal.test"
API = Gateway(stripe_webhook.app.routes, stripe_webhook.app, BASE, "test")


@pytest.fixture
def till(world: object, acquirer: object) -> Till:
    """A family whose organisation has an account."""
    return Till(world, acquirer)  # type: ignore[arg-type]


@pytest.fixture
def event(till: Till) -> Thing:
    """Something that Stripe has to tell."""
    checkout = till.begin(till.invoice())
    till.fresh()
    till.acquirer.account.complete(checkout.session)
    return next(each for each in till.fresh() if each["type"] == "checkout.session.completed")


def _post(org: str, body: bytes, header: str | None, path: str = "") -> int:
    headers = [("Content-Type", "application/json; charset=utf-8")]
    headers += [("Stripe-Signature", header)] if header is not None else []
    return API.answer(Call("POST", path or f"/webhooks/stripe/{org}", headers, body)).status


def _stored(till: Till, event: Thing) -> StripeEventItem | None:
    return read.one(StripeEventItem, keys.stripe_event(till.world.org, event["id"]))


def _signed(body: bytes, stamp: int, secret: str = WEBHOOK_SECRET) -> str:
    return signature(secret, body, stamp)


Forge = Callable[[bytes, int], tuple[bytes, str | None]]


def _v1(body: bytes, stamp: int) -> str:
    return _signed(body, stamp).partition("v1=")[2]


def _changed(place: float) -> Forge:
    def forge(body: bytes, now: int) -> tuple[bytes, str]:
        at = int(place * (len(body) - 1))
        return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :], _signed(body, now)

    return forge


def _aged(seconds: int) -> Forge:
    return lambda body, now: (body, _signed(body, now - seconds))


def _headed(write: Callable[[str, int], str]) -> Forge:
    return lambda body, now: (body, write(_v1(body, now), now))


REFUSED: dict[str, Forge] = {
    **{f"a byte changed at {place:.0%}": _changed(place) for place in (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1)},
    **{f"signed {age} s ago": _aged(age) for age in (301, 302, 600, 3600, 86400, 10**8)},
    **{f"signed {age} s ahead": _aged(-age) for age in (301, 3600, 10**9)},
    "no header": lambda body, _: (body, None),
    "an empty header": lambda body, _: (body, ""),
    "words for a header": lambda body, _: (body, "not a signature"),
    "only a time": _headed(lambda _, now: f"t={now}"),
    "only a signature": _headed(lambda good, _: f"v1={good}"),
    "scheme v0": _headed(lambda good, now: f"t={now},v0={good}"),
    "scheme v2": _headed(lambda good, now: f"t={now},v2={good}"),
    "an empty signature": _headed(lambda _, now: f"t={now},v1="),
    "half a signature": _headed(lambda good, now: f"t={now},v1={good[:32]}"),
    "a letter more": _headed(lambda good, now: f"t={now},v1={good}0"),
    "in capitals": _headed(lambda good, now: f"t={now},v1={good.upper()}"),
    "another time": _headed(lambda good, now: f"t={now - 1},v1={good}"),
    "no time": _headed(lambda good, _: f"t=,v1={good}"),
    "a time in words": _headed(lambda good, _: f"t=now,v1={good}"),
    "a time below zero": _headed(lambda good, now: f"t=-{now},v1={good}"),
    "a time with thousands of digits": _headed(lambda good, _: f"t={'9' * 5000},v1={good}"),
    "another secret": lambda body, now: (body, _signed(body, now, "whsec_of_somebody_else")),
    "the empty secret": lambda body, now: (body, _signed(body, now, "")),
    "another body of ours": lambda body, now: (b"{}", _signed(body, now)),
    "no body": lambda body, now: (b"", _signed(body, now)),
    "not text": lambda body, now: (b"\xff\xfe" + body, _signed(b"\xff\xfe" + body, now)),
    "signed, but no event": lambda _, now: (b"[]", _signed(b"[]", now)),
    "signed, but no JSON": lambda _, now: (b"hello", _signed(b"hello", now)),
    "signed, with nothing in it": lambda _, now: (b"{}", _signed(b"{}", now)),
    "signed, without its object": lambda _, now: (b'{"id": "evt_1"}', _signed(b'{"id": "evt_1"}', now)),
    "too large": lambda _, now: (b" " * (MAX_FORM_BYTES + 1), _signed(b" " * (MAX_FORM_BYTES + 1), now)),
}


def test_what_is_not_stripes_is_refused_and_writes_nothing(till: Till, event: Thing, clock: TurnedClock) -> None:
    """P-01: forty-odd ways, each through the gateway's base64."""
    assert len(REFUSED) >= 40
    body, _ = till.acquirer.account.signed(event)
    before = till.check(), till.checkouts()
    for how, forge in REFUSED.items():
        sent, header = forge(body, int(clock.now().timestamp()))
        assert _post(till.world.org, sent, header) == 400, how
    assert inbox.due(clock.now()) == [] or not _stored(till, event)
    assert _stored(till, event) is None
    assert (till.check(), till.checkouts()) == before


@pytest.mark.parametrize("age", [0, 1, 299, 300, -299, -300])
def test_what_is_stripes_and_fresh_is_kept(till: Till, event: Thing, clock: TurnedClock, age: int) -> None:
    """P-01."""
    body, _ = till.acquirer.account.signed(event)
    assert _post(till.world.org, body, _signed(body, int(clock.now().timestamp()) - age)) == 200
    item = _stored(till, event)
    assert item
    assert (item.state, item.type) == ("waiting", "checkout.session.completed")


def test_both_secrets_count_while_one_replaces_the_other_and_none_switches_the_endpoint_off(
    till: Till, event: Thing, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P-01."""
    body, now = till.acquirer.account.signed(event)[0], int(clock.now().timestamp())

    def having(value: str) -> None:
        path = f"{PARAMETERS}/{till.world.org}/webhook"
        aws.client("ssm").put_parameter(Name=path, Type="SecureString", Value=value, Overwrite=True)
        fresh = till.acquirer.gateway
        monkeypatch.setattr(bootstrap, "gateway", lambda _org: fresh)

    having("whsec_new whsec_old")
    assert _post(till.world.org, body, _signed(body, now, "whsec_old")) == 200
    assert _post(till.world.org, body, _signed(body, now, "whsec_new")) == 200
    both = f"{_signed(body, now, 'whsec_other')},{_signed(body, now, 'whsec_new').partition(',')[2]}"
    assert _post(till.world.org, body, both) == 200
    assert _post(till.world.org, body, _signed(body, now)) == 400
    having(" ")
    assert _post(till.world.org, body, _signed(body, now, "whsec_new")) == 400
    assert _post(till.world.org, body, _signed(body, now, "")) == 400


@pytest.mark.parametrize("slug", ["nobody-here", "NOT-A-SLUG", "a" * 200, "..", "%2e%2e", "a%2Fb", "café"])
def test_an_organisation_that_there_is_not_is_refused_like_a_forgery(till: Till, event: Thing, slug: str) -> None:
    """P-02: neither a fault of ours, nor a hint at who is here."""
    body, header = till.acquirer.account.signed(event)
    assert _post("", body, header, f"/webhooks/stripe/{slug}") in (400, 403)
    assert _stored(till, event) is None


def test_a_message_is_kept_once_however_often_it_comes(till: Till, event: Thing) -> None:
    """P-03."""
    body, header = till.acquirer.account.signed(event)
    results = together([partial(_post, till.world.org, body, header)] * 32)
    assert set(results) == {200}
    assert till.work(event) == "done"
    assert _post(till.world.org, body, header) == 200
    item = _stored(till, event)
    assert item
    assert item.state == "done"
    assert len(till.payments()) == 1


def test_it_answers_at_once_while_stripe_is_down(till: Till, clock: TurnedClock) -> None:
    """P-03: 200 events, the slowest but two within a second; none of them asks Stripe for anything."""
    till.acquirer.account.fault("*", "drop", 10**6)
    calls, times = len(till.acquirer.account.calls), []
    for number in range(200):
        told = {"id": f"evt_{number}", "type": "x", "created": 1, "livemode": False, "data": {"object": {"id": "x"}}}
        body = json.dumps(told).encode()
        before = time.perf_counter()
        assert _post(till.world.org, body, _signed(body, int(clock.now().timestamp()))) == 200
        times.append(time.perf_counter() - before)
    assert sorted(times)[197] < 1
    assert len(till.acquirer.account.calls) == calls


def _event(till: Till, event: Thing, **changes: object) -> str:
    """What becomes of an event that says something else."""
    return till.hear({**event, "id": f"evt_changed_{len(str(changes))}", **changes})


def test_events_of_others_or_of_nothing_we_know_are_parked_with_a_reason(till: Till, event: Thing) -> None:
    """P-02: answered, parked, without any effect."""
    thing = event["data"]["object"]
    account = till.acquirer.account
    elsewhere = {"organisation": "other-school", "household": till.home, "checkout": "x", "attempt": "1"}
    cases: dict[str, dict[str, object]] = {
        "live": {"livemode": True},
        "another API version": {"api_version": "2020-08-27"},
        "no API version": {"api_version": None},
        "no session of ours": {"data": {"object": {**thing, "id": "cs_test_other"}}},
        "no payment of ours": {"data": {"object": {"object": "charge", "id": "ch_1", "payment_intent": "pi_other"}}},
        "a type nobody knows": {"type": "tax.settings.updated", "data": {"object": {"object": "tax.settings"}}},
        "nothing to look at": {"type": "balance.available", "data": {"object": {"object": "balance"}}},
    }
    for number, (how, changes) in enumerate(cases.items()):
        assert till.hear({**event, "id": f"evt_{number}", **changes}) == "parked", how
    account.books.get("checkout.session", thing["id"])["metadata"] = elsewhere
    assert till.hear({**event, "id": "evt_crossed"}) == "parked"
    account.books.get("checkout.session", thing["id"])["metadata"] = {}
    assert till.hear({**event, "id": "evt_bare"}) == "parked"
    reasons = [each.outcome for each in parking.waiting(till.world.org) if isinstance(each, StripeEventItem)]
    assert len(reasons) == len(cases) + 2
    assert all(reasons)
    assert till.payments() == []


def test_an_event_that_comes_before_our_commit_is_tried_again_until_it_fits(
    till: Till, event: Thing, clock: TurnedClock
) -> None:
    """P-07: kept, tried with growing waits, settled when the attempt is there; parked after three days."""
    (checkout,) = till.checkouts()
    session = till.acquirer.account.books.get("checkout.session", checkout.session)
    intent = till.acquirer.account.books.get("payment_intent", session["payment_intent"])
    real = dict(session["metadata"])
    session["metadata"] = intent["metadata"] = {**real, "checkout": "not-committed-yet"}
    waits = []
    for _ in range(3):
        assert till.hear(event) == "later"
        item = _stored(till, event)
        assert item
        assert item.due > till.world.now.isoformat()[:19]
        waits.append(item.due)
    assert waits == sorted(waits)
    session["metadata"] = intent["metadata"] = real
    assert till.work(event) == "done"
    assert len(till.payments()) == 1
    late = {**event, "id": "evt_late"}
    session["metadata"] = {**real, "checkout": "never"}
    intent["metadata"] = session["metadata"]
    assert till.hear(late) == "later"
    till.wait(days=3, seconds=1)
    assert till.work(late) == "parked"


def test_a_message_that_breaks_the_worker_waits_its_turn_like_any_other(
    till: Till, event: Thing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P-07: and is a person's in the end, not tried each minute for ever."""
    monkeypatch.setattr(inbox, "_settle", lambda *_: 1 / 0)
    assert till.hear(event) == "later"
    item = _stored(till, event)
    assert item
    assert item.outcome == "ZeroDivisionError"
    till.wait(days=3, seconds=1)
    assert till.work(event) == "parked"
