"""Transactions say which condition failed, lost answers are got over, and what broke is said plainly (D-04 to D-10)."""

import json
from collections.abc import Callable
from functools import partial

import pytest

from chalicelib.adapters import aws as clients
from chalicelib.data import read, write
from chalicelib.data.items import Item, connection
from chalicelib.data.keys import Key
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.identity.models import CounterItem, LimitItem
from chalicelib.shared.errors import Unavailable
from tests.support.race import together
from tests.support.wire import Fault, tapped


def counter(org: str, name: str = "a", total: int = 0) -> CounterItem:
    """An unversioned item."""
    return CounterItem(f"ORG#{org}#TEST#{name}", "ITEM", total=total)


def versioned(org: str, name: str = "v") -> LimitItem:
    """An item that counts its writes."""
    return LimitItem(f"ORG#{org}#TEST#{name}", "ITEM", sends=[], failures=[])


def total(org: str, name: str = "a") -> int | None:
    item = read.one(CounterItem, counter(org, name).key)
    return int(item.total) if item else None


def test_the_conditions_that_failed_are_known_by_name(aws: object, org: str) -> None:
    """However the SDK orders the writes: checks, deletes, puts, updates."""
    write.put(counter(org, "there", 1))
    transaction = Transaction()
    transaction.update("update ok", counter(org, "a"), [CounterItem.total.add(1)])
    transaction.create("create taken", counter(org, "there"))
    transaction.put("put ok", counter(org, "b"))
    transaction.update("update refused", counter(org, "c"), [CounterItem.total.add(1)], CounterItem.total > 5)
    transaction.delete("delete refused", counter(org, "d"), CounterItem.pk.exists())
    pk, sk = counter(org, "e").key
    transaction.check("check refused", CounterItem, pk, sk, CounterItem.pk.exists())
    transaction.check("check ok", CounterItem, f"{pk}x", sk, CounterItem.pk.does_not_exist())

    with pytest.raises(ConditionFailed) as refused:
        transaction.commit()

    assert refused.value.names == {"create taken", "update refused", "delete refused", "check refused"}
    assert len(transaction) == 7
    assert (total(org, "a"), total(org, "b"), total(org, "there")) == (None, None, 1)


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.LOST])
def test_a_transaction_whose_answer_is_lost_is_recognised(aws: object, org: str, fault: Fault) -> None:
    """M4, D-05: the repeat carries the same token, so the effect is there once and the caller is told so."""
    with tapped(fault, 1) as wire:
        transaction = Transaction()
        transaction.create("counter", counter(org, total=1))
        transaction.update("other", counter(org, "b"), [CounterItem.total.add(1)])
        transaction.commit()

    assert json.loads(wire.bodies[0])["ClientRequestToken"]
    assert (total(org), total(org, "b")) == (1, 1)


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.MUTE, Fault.FAILING])
@pytest.mark.parametrize(
    "act",
    [
        lambda org: _commit(org),
        lambda org: write.put(counter(org)),
        lambda org: write.update(counter(org), [CounterItem.total.set(1)]),
        lambda org: write.delete(counter(org)),
        lambda org: read.one(CounterItem, counter(org).key),
        lambda org: read.many(CounterItem, [counter(org).key]),
        lambda org: read.page(CounterItem, counter(org).pk, "I"),
        lambda org: list(read.each(CounterItem, counter(org).pk, "I")),
        lambda org: list(read.whole(counter(org).pk)),
    ],
    ids=["commit", "put", "update", "delete", "one", "many", "page", "each", "whole"],
)
def test_whatever_breaks_is_unavailable(aws: object, org: str, fault: Fault, act: Callable[[str], object]) -> None:
    """D-10: one word for every kind of trouble, so that pages can be honest; at most three tries."""
    with tapped(fault, 1) as wire, pytest.raises(Unavailable):
        act(org)

    assert len(wire.calls) == 1
    assert wire.tries(1) == 3


def _commit(org: str) -> None:
    transaction = Transaction()
    transaction.put("counter", counter(org))
    transaction.commit()


def test_a_condition_that_fails_is_told_from_trouble(aws: object, org: str) -> None:
    write.put(counter(org))
    with pytest.raises(ConditionFailed):
        write.put(counter(org), CounterItem.pk.does_not_exist())
    with pytest.raises(ConditionFailed):
        write.update(counter(org), [CounterItem.total.add(1)], CounterItem.total == 99)


def test_no_edit_of_a_versioned_item_is_lost(aws: object, org: str) -> None:
    """D-04: 16 writers with 10 edits each; whoever meets another is told and repeats."""
    write.put(versioned(org))

    def edit(writer: int) -> None:
        for number in range(10):
            while True:
                item = read.one(LimitItem, versioned(org).key)
                assert item is not None
                item.sends = [*item.sends, writer * 100 + number]
                transaction = Transaction()
                transaction.put("item", item)
                try:
                    transaction.commit()
                except ConditionFailed:
                    continue
                break

    together([partial(edit, writer) for writer in range(16)])

    item = read.one(LimitItem, versioned(org).key)
    assert item is not None
    assert len(item.sends) == len(set(item.sends)) == 160


def test_of_32_creations_one_passes(aws: object, org: str) -> None:
    """D-01."""

    def create(number: int) -> int:
        transaction = Transaction()
        transaction.create("counter", counter(org, total=number))
        transaction.put("orphan", counter(org, f"orphan{number}", number))
        transaction.commit()
        return number

    results = together([partial(create, number) for number in range(32)])

    won = [result for result in results if isinstance(result, int)]
    assert len(won) == 1
    assert total(org) == won[0]
    assert [number for number in range(32) if total(org, f"orphan{number}") is not None] == won


def test_clients_give_up_in_time(aws: object) -> None:
    """D-09, M5: connect 1 s, read 1.5 s, three tries for the table; other services 1 s, 3 s and three."""
    table = connection().connection.client.meta.config
    assert (table.connect_timeout, table.read_timeout, table.retries["total_max_attempts"]) == (1, 1.5, 3)
    for service in ("sesv2", "sns", "ssm"):
        config = clients.client(service).meta.config
        assert config.connect_timeout <= 1
        assert config.read_timeout <= 3
        assert config.retries["total_max_attempts"] <= 3


def test_a_key_that_is_too_long_names_nothing(aws: object, org: str) -> None:
    """W-07: what people send ends up in keys; a long one is not a fault of the table's."""
    with tapped() as wire:
        assert read.one(Item, Key("x" * 2049, "y")) is None
        assert read.one(Item, Key("x", "y" * 1025)) is None
        assert read.one(Item, Key("x", "é" * 513)) is None
        assert read.page(Item, "x" * 2049, "y") == read.Page([], "")
        assert read.page(Item, "x", "y", after="y" * 1025) == read.Page([], "")
    assert wire.calls == []
    assert read.one(Item, Key("x" * 2048, "y" * 1024)) is None


def test_lists_are_whole_however_small_their_pages(aws: object, org: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """D-12: 23 items read by one, by seven and at once; in order, each once."""
    for number in range(23):
        write.put(CounterItem(f"ORG#{org}#TEST#list", f"ROW#{number:03d}", total=number))
    for size in (1, 7, 100):
        monkeypatch.setattr(read, "_BATCH", size)
        rows = [int(item.total) for item in read.each(CounterItem, f"ORG#{org}#TEST#list", "ROW#")]
        assert rows == list(range(23))
    page = read.page(CounterItem, f"ORG#{org}#TEST#list", "ROW#", size=10)
    assert [int(item.total) for item in page.rows] == list(range(22, 12, -1))
    page = read.page(CounterItem, f"ORG#{org}#TEST#list", "ROW#", after=page.next, size=100)
    assert [int(item.total) for item in page.rows] == list(range(12, -1, -1))
    assert page.next == ""
