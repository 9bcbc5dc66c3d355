"""Accounts survive a restart of the double, with keys, cards and events that had not arrived."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
import stripe

from local.stripe_double import StripeDouble
from tests.local.stripe_double.conftest import KEY, a_session, client_of

_OPTION: Any = {"idempotency_key": "k1"}


def _started(folder: Path) -> StripeDouble:
    double = StripeDouble(folder=folder)
    double.start()
    return double


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    first = _started(tmp_path)
    account = first.account(KEY, name="École", webhook_secret="whsec_x", currency="eur")
    client = client_of(first)
    customer = client.v1.customers.create({"name": "Ana"}).id
    method = account.save_card(customer, "insufficient_funds")["id"]
    opened = client.v1.checkout.sessions.create(a_session(), _OPTION)
    first.stop()

    second = _started(tmp_path)
    client = client_of(second)
    restored = second.account(KEY)
    assert (restored.id, restored.name, restored.books.currency) == (account.id, "École", "eur")
    assert client.v1.checkout.sessions.create(a_session(), _OPTION).id == opened.id
    asked: Any = {"amount": 500, "currency": "eur", "customer": customer, "payment_method": method, "confirm": True}
    with pytest.raises(stripe.CardError):
        client.v1.payment_intents.create(asked)
    assert restored.complete(opened.id)["payment_status"] == "paid"
    second.stop()


def test_a_change_is_on_disk_within_two_seconds(tmp_path: Path) -> None:
    double = _started(tmp_path)
    account = double.account(KEY)
    client_of(double).v1.customers.create({"name": "Ana"})
    file, deadline = tmp_path / f"{account.id}.json", time.monotonic() + 2
    while time.monotonic() < deadline and not (file.exists() and "Ana" in file.read_text()):
        time.sleep(0.05)
    saved = json.loads(file.read_text())
    double.stop()
    assert [one["name"] for one in saved["kinds"]["customer"].values()] == ["Ana"]


def test_what_did_not_arrive_is_sent_after_the_restart(tmp_path: Path) -> None:
    first = _started(tmp_path)
    account = first.account(KEY, webhook_url="http://127.0.0.1:1/nobody", webhook_secret="whsec_x")
    account.mode = "hold"
    client_of(first).v1.customers.create({})
    first.stop()
    second = _started(tmp_path)
    restored = second.account(KEY)
    deadline = time.monotonic() + 60
    while not restored.deliveries and time.monotonic() < deadline:
        time.sleep(0.02)
    assert restored.deliveries[0].type == "customer.created"
    second.stop()
