"""Telling events: from the table's stream to an address, with tries, a log and an end."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.api import delivering, endpoints, telling
from chalicelib.api.hooks import WAITS, Delivery, Endpoint, Event, State
from chalicelib.billing.items import invoice_items
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.entry import webhooks
from chalicelib.households import store
from chalicelib.organisations import store as organisations
from chalicelib.organisations.audit import OPERATOR
from chalicelib.organisations.domain import Status
from chalicelib.ports import Unreachable
from tests.support.clock import TurnedClock
from tests.support.stream import handed as queued
from tests.support.stream import image_of
from tests.support.stream import record as written
from tests.support.world import World


@dataclass
class Postbox:
    """Takes what is posted, or fails as it is told."""

    status: int = 200
    fails: str = ""
    got: list[tuple[str, dict[str, Any], Mapping[str, str]]] = field(default_factory=list)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.got.append((url, json.loads(body), headers))
        if self.fails:
            raise Unreachable(self.fails)
        return self.status


def never() -> bool:
    return False


@pytest.fixture
def postbox(monkeypatch: pytest.MonkeyPatch) -> Postbox:
    """What stands at every address."""
    postbox = Postbox()
    monkeypatch.setattr(bootstrap, "poster", lambda: postbox)
    return postbox


def record(item: Item, now: datetime, *, is_new: bool = True) -> dict[str, Any]:
    """What the stream tells of an item."""
    return written(image_of(item), "INSERT" if is_new else "MODIFY", at=now)


def removal(item: Item, now: datetime) -> dict[str, Any]:
    """What the stream tells of an item that was deleted."""
    return written(image_of(item), "REMOVE", at=now)


def messages(*records: dict[str, Any]) -> list[dict[str, Any]]:
    """What the dispatcher puts into the queue of what the stream tells."""
    found: list[dict[str, Any]] = queued("webhooks", records)["Records"]
    return found


def handed_over(*records: dict[str, Any]) -> None:
    """Hands over what the stream tells, as far as it is an event."""
    assert webhooks.handler({"Records": messages(*records)}, None) == {"batchItemFailures": []}


def listening(world: World, *events: Event, url: str = "https://hooks.example.com/in") -> Endpoint:
    """An address for these events."""
    return endpoints.add(world.org, url, events, OPERATOR, world.now)


def log(world: World, endpoint: Endpoint) -> list[Delivery]:
    """What was told to an address."""
    return list(endpoints.list_deliveries(world.org, endpoint.id).rows)


def waiting(world: World, endpoint: Endpoint) -> Key:
    """A delivery that waits."""
    key = telling.test(world.org, endpoint.id, world.now)
    assert key
    return key


def test_whoever_writes_an_invoice_its_event_is_told_at_once_signed_and_without_amounts(
    world: World, postbox: Postbox
) -> None:
    home = world.household("Tremblay")
    invoice = world.invoice(home)
    endpoint = listening(world, Event.INVOICE_ISSUED)
    items = invoice_items(world.org, invoice).values()

    handed_over(*(record(each, world.now) for each in items))

    ((url, body, headers),) = postbox.got
    assert url == endpoint.url
    assert (body["type"], body["data"]) == ("invoice.issued", {"household": home.id, "invoice": invoice.id})
    assert set(body) == {"id", "type", "at", "organisation", "data", "api"}
    assert headers["webhook-id"] == body["id"]
    assert [each.state for each in log(world, endpoint)] == [State.DELIVERED]


def test_of_all_that_is_written_what_is_an_event_is_handed_on_with_no_word_of_what_stands_there(world: World) -> None:
    """Every kind of event begins with a key that the dispatcher hands on."""
    home = world.household("Secretissime")
    items = [store.household_item(world.org, home), store.person_item(world.org, world.member(home, "Léa"))]
    items += invoice_items(world.org, world.invoice(home)).values()

    handed = messages(*(record(each, world.now) for each in items))

    kinds = {json.loads(each["body"])["dynamodb"]["NewImage"]["kind"]["S"] for each in handed}
    assert kinds == {"household", "person", "invoice"}
    assert "Secretissime" not in str(handed)


def test_an_event_that_the_stream_tells_twice_is_told_once(world: World, postbox: Postbox) -> None:
    home = world.household("Tremblay")
    listening(world, Event.HOUSEHOLD_CHANGED)
    told = record(store.household_item(world.org, home), world.now, is_new=False)

    handed_over(told)
    handed_over(told)

    assert [body["type"] for _, body, _ in postbox.got] == ["household.changed"]


def test_a_member_is_told_with_the_first_of_its_homes(world: World, postbox: Postbox) -> None:
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    listening(world, Event.MEMBER_CREATED)

    handed_over(record(store.person_item(world.org, lea), world.now))

    assert postbox.got[0][1]["data"] == {"member": lea.id, "household": home.id}


def test_only_what_an_address_wants_is_told_and_never_to_another_organisation(world: World, postbox: Postbox) -> None:
    """T-04."""
    home = world.household("Tremblay")
    listening(world, Event.INVOICE_ISSUED)

    handed_over(record(store.household_item(world.org, home), world.now))

    assert postbox.got == []


def test_a_failure_is_tried_again_later_and_later_then_given_up(
    world: World, postbox: Postbox, clock: TurnedClock
) -> None:
    endpoint = listening(world, Event.INVOICE_ISSUED)
    key = waiting(world, endpoint)
    postbox.status = 500

    for number, wait in enumerate(WAITS, start=1):
        assert delivering.deliver(postbox, key, clock.now()) is State.WAITING
        (told,) = log(world, endpoint)
        assert told.due
        assert (told.tries, told.answered) == (number, "500")
        assert 0.9 * wait <= (told.due - clock.now()).total_seconds() <= 1.1 * wait
        assert delivering.deliver(postbox, key, clock.now()) is None
        clock.set(told.due)
        endpoints.switch(world.org, endpoint.id, OPERATOR, clock.now(), is_on=True)
    assert delivering.deliver(postbox, key, clock.now()) is State.FAILED
    assert len(postbox.got) == len(WAITS) + 1
    assert log(world, endpoint)[0].due is None


def test_what_was_given_up_is_told_once_more_when_somebody_presses(world: World, postbox: Postbox) -> None:
    endpoint = listening(world, Event.INVOICE_ISSUED)
    key = waiting(world, endpoint)
    assert delivering.deliver(postbox, key, world.now) is State.DELIVERED

    endpoints.retry(world.org, endpoint.id, log(world, endpoint)[0].id, world.now)
    delivering.deliver_all(postbox, [key], world.now, never)

    assert len(postbox.got) == 2
    assert postbox.got[0][2]["webhook-id"] == postbox.got[1][2]["webhook-id"]


def test_an_address_that_fails_keeps_no_other_waiting(world: World, postbox: Postbox) -> None:
    dead, alive = (listening(world, Event.INVOICE_ISSUED, url=f"https://{name}.example.com/") for name in ("a", "b"))
    found = [waiting(world, dead), waiting(world, dead), waiting(world, alive)]
    postbox.fails = "no_answer"
    delivering.deliver_all(postbox, found[:2], world.now, never)
    postbox.fails = ""

    assert delivering.deliver_all(postbox, found[2:], world.now, never) == 1
    assert [url for url, _, _ in postbox.got] == [dead.url, alive.url]


def test_a_sweep_goes_on_until_nothing_is_due(world: World, postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many wait: one page of the queue holds a hundred."""
    endpoint = listening(world, Event.INVOICE_ISSUED)
    found = [waiting(world, endpoint) for _ in range(3)]
    pages = iter([found[:1], found[:2], found[1:], [], []])
    monkeypatch.setattr(delivering, "due", lambda _: next(pages))

    assert webhooks.sweep({}, None) == {"told": 3}
    assert [each.state for each in log(world, endpoint)] == [State.DELIVERED] * 3


def test_nothing_is_told_of_an_organisation_that_is_closed(world: World, postbox: Postbox) -> None:
    """S-07."""
    endpoint = listening(world, Event.INVOICE_ISSUED)
    key = waiting(world, endpoint)
    organisations.update(replace(world.organisation, status=Status.SUSPENDED))

    assert delivering.deliver(postbox, key, world.now) is State.DROPPED
    assert postbox.got == []


def test_what_was_erased_is_told_so_that_copies_of_it_can_be_erased(world: World, postbox: Postbox) -> None:
    """L-10: whoever got a family's data is told that it is gone; the stream tells of it by its key alone."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    listening(world, Event.HOUSEHOLD_REMOVED, Event.MEMBER_REMOVED)
    gone = [store.household_item(world.org, home), store.person_item(world.org, lea)]

    handed_over(*(removal(each, world.now) for each in gone))

    told = [(body["type"], body["data"]) for _, body, _ in postbox.got]
    assert told == [("household.removed", {"household": home.id}), ("member.removed", {"member": lea.id})]


def test_what_waits_for_an_address_that_is_removed_is_dropped(world: World, postbox: Postbox) -> None:
    endpoint = listening(world, Event.INVOICE_ISSUED)
    key = waiting(world, endpoint)
    endpoints.remove(world.org, endpoint.id, OPERATOR, world.now)

    assert delivering.deliver(postbox, key, world.now) is State.DROPPED
    assert postbox.got == []


def test_the_sweep_takes_up_what_is_due_and_only_that(world: World, postbox: Postbox, clock: TurnedClock) -> None:
    endpoint = listening(world, Event.INVOICE_ISSUED)
    key = waiting(world, endpoint)

    assert key in delivering.due(clock.now())
    delivering.deliver_all(postbox, [key], clock.now(), never)
    assert key not in delivering.due(clock.now() + timedelta(days=9))


def test_two_workers_tell_once(world: World, postbox: Postbox) -> None:
    endpoint = listening(world, Event.INVOICE_ISSUED)
    key = waiting(world, endpoint)

    class Nested(Postbox):
        def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
            assert delivering.deliver(postbox, key, world.now) is None
            return super().post(url, body, headers)

    nested = Nested()
    assert delivering.deliver(nested, key, world.now) is State.DELIVERED
    assert (len(nested.got), len(postbox.got)) == (1, 0)
