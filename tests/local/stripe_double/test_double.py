"""The double as a whole: many accounts and threads at once, its clock, its address."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from local.stripe_double import StripeDouble
from local.stripe_double.errors import Refused
from tests.local.stripe_double.conftest import KEY, a_session, client_of


def test_many_accounts_and_threads_do_not_get_into_each_others_way(double: StripeDouble) -> None:
    keys = [f"sk_test_{number}" for number in range(6)]
    accounts = [double.account(key) for key in keys]

    def live(number: int) -> None:
        account, client = accounts[number % 6], client_of(double, keys[number % 6])
        opened = client.v1.checkout.sessions.create(a_session())
        paid = account.complete(opened.id)
        client.v1.refunds.create({"payment_intent": paid["payment_intent"], "amount": 5000})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(live, range(48)))
    for account, key in zip(accounts, keys, strict=True):
        charges = client_of(double, key).v1.charges.list().data
        assert [charge.amount_refunded for charge in charges] == [5000] * 8
        assert len(account.events("charge.refunded")) == 8


def test_one_session_is_paid_once_by_many(double: StripeDouble) -> None:
    account = double.account(KEY)
    opened = client_of(double).v1.checkout.sessions.create(a_session())
    together = threading.Barrier(8)

    def pay(_: int) -> bool:
        together.wait()
        try:
            return bool(account.complete(opened.id))
        except Refused as refusal:
            return refusal.code != "checkout_session_not_open"

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(pay, range(8))) == 1
    assert len(account.books.all("charge")) == 1


def test_the_clock_is_put_forward(double: StripeDouble) -> None:
    account, before = double.account(KEY), double.now()
    opened = client_of(double).v1.checkout.sessions.create(a_session())
    double.advance(timedelta(hours=25))
    double.advance(60)
    assert double.now() - before == timedelta(hours=25, minutes=1)
    assert [event["data"]["object"]["id"] for event in account.events("checkout.session.expired")] == [opened.id]


def test_pages_may_be_another_site_than_the_portal() -> None:
    double = StripeDouble(page_host="localhost")
    double.start()
    double.account(KEY)
    opened = client_of(double).v1.checkout.sessions.create(a_session())
    double.stop()
    assert str(opened.url).startswith(double.url.replace("127.0.0.1", "localhost"))


def test_an_account_is_told_its_endpoint_later(double: StripeDouble) -> None:
    account = double.account(KEY, webhook_secret="whsec_1")
    assert double.account(KEY, webhook_url="http://127.0.0.1:1/hook") is account
    assert (account.webhook_url, account.webhook_secret) == ("http://127.0.0.1:1/hook", "whsec_1")


def test_a_taken_port_is_refused_and_a_double_that_never_ran_is_stopped(double: StripeDouble, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="in use"):
        StripeDouble(port=int(double.url.rpartition(":")[2]))
    idle = StripeDouble(folder=tmp_path / "new")
    idle.account(KEY)
    idle.stop()
    assert len(list((tmp_path / "new").iterdir())) == 1
