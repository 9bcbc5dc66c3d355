"""Items read quickly are what PynamoDB itself would read."""

import json
from typing import Any

import pytest
from pynamodb.models import Model

from chalicelib.data.items import Item
from chalicelib.identity.models import ChallengeItem, LimitItem, SessionItem
from chalicelib.organisations.models import LogoItem

_KEY = {"pk": {"S": "ORG#a"}, "sk": {"S": "B"}}
_STORED: list[tuple[type[Item], dict[str, Any]]] = [
    (LimitItem, {"kind": {"S": "limit"}, "v": {"N": "1"}, "sends": {"S": "[1]"}, "version": {"N": "3"}}),
    (LimitItem, {"kind": {"S": "limit"}, "failures": {"S": json.dumps(["é\u0007"])}, "expires": {"N": "1700000000"}}),
    (ChallengeItem, {"kind": {"S": "challenge"}, "sent": {"N": "2"}, "unknown": {"S": "from a later version"}}),
    (LogoItem, {"kind": {"S": "logo"}, "digest": {"S": "d"}, "image": {"B": b"\x00\xff"}}),
    (LimitItem, {"sends": {"S": "[]"}}),
]


@pytest.mark.parametrize(("model", "stored"), _STORED)
def test_an_item_is_what_pynamodb_reads(model: type[Item], stored: dict[str, Any]) -> None:
    """With numbers, JSON, moments, bytes, versions, defaults, and without a kind, as an update leaves a new item."""
    data = {**_KEY, **stored}
    quick, own = model.from_raw_data(dict(data)), super(Item, model).from_raw_data(dict(data))

    assert type(quick) is type(own) is model
    for name in model.get_attributes():
        assert getattr(quick, name) == getattr(own, name), name
    assert quick.serialize(null_check=False) == own.serialize(null_check=False)


def test_json_is_stored_with_its_letters_as_they_are() -> None:
    """Escaped, Russian would take three times the room of an item."""
    stored = LimitItem("pk", "sk", sends=["Женя"], failures=[]).serialize()
    assert stored["sends"] == {"S": '["Женя"]'}
    assert LimitItem.from_raw_data(stored).sends == ["Женя"]


def test_an_item_becomes_its_own_kind() -> None:
    data = {**_KEY, "kind": {"S": "limit"}, "sends": {"S": "[]"}, "failures": {"S": "[]"}}
    assert type(Item.from_raw_data(data)) is LimitItem


def test_an_item_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="a LimitItem is not a SessionItem"):
        SessionItem.from_raw_data({**_KEY, "kind": {"S": "limit"}})


def test_pynamodb_s_way_is_the_one_compared_with() -> None:
    assert Item.from_raw_data.__func__ is not Model.from_raw_data.__func__  # type: ignore[attr-defined]
