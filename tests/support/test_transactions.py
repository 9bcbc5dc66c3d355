"""What weighs the transactions of all tests sees those that are too much (D-07)."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.data.items import Item
from chalicelib.data.outbox import MessageItem
from chalicelib.data.write import Transaction
from tests.support import transactions
from tests.support.world import World


@pytest.fixture(autouse=True)
def forgiven() -> Iterator[None]:
    """What a test here does wrong is on purpose."""
    before = dict(transactions.largest)
    transactions.largest.update(items=0, bytes=0)
    yield
    transactions.largest.update(before)
    transactions.refused.clear()


def _put(number: int, words: str = "x") -> dict[str, Any]:
    item = {"pk": {"S": "p"}, "sk": {"S": f"{number}"}, "words": {"S": words}, "key": {"B": b"\x00"}}
    return {"Put": {"TableName": "t", "Item": item}}


def test_a_hundred_items_are_right_and_one_more_is_too_much() -> None:
    transactions.weigh([_put(number) for number in range(100)])
    assert transactions.refused == []
    transactions.weigh([_put(number) for number in range(101)])
    assert transactions.refused == ["101 items in one transaction"]


def test_four_megabytes_are_too_much() -> None:
    transactions.weigh([_put(number, "x" * 399_000) for number in range(10)])
    assert transactions.refused == []
    transactions.weigh([_put(number, "x" * 399_000) for number in range(11)])
    assert len(transactions.refused) == 1


def test_an_item_stands_there_once() -> None:
    """Whether it is written or only looked at."""
    check = {"ConditionCheck": {"TableName": "t", "Key": {"pk": {"S": "p"}, "sk": {"S": "1"}}}}
    transactions.weigh([_put(1), _put(2), check])
    assert transactions.refused == ["('p', '1') is twice in one transaction"]


def test_what_the_portal_writes_is_weighed(world: World) -> None:
    transaction = Transaction()
    for number in range(3):
        transaction.check(f"{number}", MessageItem, "nobody", f"{number}", Item.pk.does_not_exist())
    transaction.commit()
    assert transactions.largest["items"] == 3
    assert transactions.largest["bytes"] > 0
