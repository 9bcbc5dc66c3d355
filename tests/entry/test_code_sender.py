"""The sender's stream: in order, and what failed is named so that it comes again (M-05)."""

import pytest

from chalicelib import bootstrap
from chalicelib.data import keys
from chalicelib.entry import code_sender
from chalicelib.identity.models import CodeDispatchItem
from chalicelib.ports import DeliveryFailed
from tests.identity.people import person, resident
from tests.notifications.carriers import Van
from tests.support.clock import TurnedClock
from tests.support.door import record
from tests.support.world import World


@pytest.fixture
def van(monkeypatch: pytest.MonkeyPatch) -> Van:
    """Who takes codes."""
    van = Van()
    monkeypatch.setattr(bootstrap, "mailer", lambda: van.carriers.mailer)
    monkeypatch.setattr(bootstrap, "texter", lambda: van.carriers.texter)
    return van


def _orders(world: World, number: int) -> list[dict[str, object]]:
    found = []
    for each in range(number):
        address = f"p{each}@example.com"
        resident(world, address)
        browser = person(world, source=f"198.51.100.{each}")
        browser.ask(world.now, address)
        pk, sk = keys.code_dispatch(world.org, browser.ticket.challenge, 1)
        order = CodeDispatchItem(pk, sk, org=world.org, challenge=browser.ticket.challenge, number=1)
        told = record(order)
        told["dynamodb"]["SequenceNumber"] = str(100 + each)  # type: ignore[index]
        found.append(told)
    return found


def test_orders_are_sent_in_their_order(world: World, van: Van, clock: TurnedClock) -> None:
    assert code_sender.handler({"Records": _orders(world, 3)}, None) == {"batchItemFailures": []}
    assert [mail.to for mail in van.mails] == ["p0@example.com", "p1@example.com", "p2@example.com"]


def test_the_first_failure_is_named_and_the_rest_comes_again(world: World, van: Van, clock: TurnedClock) -> None:
    """M-05: DynamoDB streams go on from the named record."""
    orders, calls = _orders(world, 3), []

    def fail_second() -> None:
        calls.append(1)
        if len(calls) == 2:
            raise DeliveryFailed("Throttling", permanent=False)

    van.trouble = fail_second

    assert code_sender.handler({"Records": orders}, None) == {"batchItemFailures": [{"itemIdentifier": "101"}]}
    assert code_sender.handler({"Records": orders[1:]}, None) == {"batchItemFailures": []}
    assert [mail.to for mail in van.mails] == ["p0@example.com", "p1@example.com", "p2@example.com"]


def test_an_address_that_is_refused_for_good_holds_nobody_up(world: World, van: Van, clock: TurnedClock) -> None:
    """M-04."""
    orders, calls = _orders(world, 2), []

    def refuse_first() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise DeliveryFailed("MessageRejected", permanent=True)

    van.trouble = refuse_first

    assert code_sender.handler({"Records": orders}, None) == {"batchItemFailures": []}
    assert [mail.to for mail in van.mails] == ["p1@example.com"]
