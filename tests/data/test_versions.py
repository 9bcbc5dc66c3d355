"""D-14: old code over items that newer code wrote, and the other way round: nothing is lost, nothing fails."""

from typing import Any, ClassVar

import pytest
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.data import keys, read, versions, write
from chalicelib.data.items import Item, Version, connection
from chalicelib.data.keys import Key
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.shared import tracing


class CountedItem(Item, discriminator="test_counted"):
    """A kind that counts its writes."""

    words = UnicodeAttribute()
    version = Version()


class PlainItem(Item, discriminator="test_plain"):
    """A kind that does not."""

    words = UnicodeAttribute()


class RenewedItem(Item, discriminator="test_renewed"):
    """A kind in its second form: two parts instead of one text."""

    schema = NumberAttribute(default=2, attr_name="v")
    upgrades: ClassVar = {1: lambda data: {**data, "first": {"S": data["words"]["S"].split()[0]}}}
    words = UnicodeAttribute()
    first = UnicodeAttribute()


def _key(org: str, name: str = "thing") -> Key:
    return Key(keys.partition(org), name)


def _newer(org: str, kind: str, name: str = "thing", **more: dict[str, str]) -> Key:
    """Stores what the version after this one would."""
    key = _key(org, name)
    known = {"pk": {"S": key.pk}, "sk": {"S": key.sk}, "kind": {"S": kind}, "v": {"N": "2"}, "words": {"S": "old"}}
    write.restore([{**known, "colour": {"S": "green"}, **more}])
    return key


def _stored(key: Key) -> dict[str, Any]:
    return dict(read.raw([key])[key])


def test_what_a_newer_version_keeps_survives_an_item_that_is_made_anew(org: str, aws: object) -> None:
    """As stores do: from a domain object, which knows nothing of the attribute."""
    key = _newer(org, "test_counted", version={"N": "4"})
    found = read.one(CountedItem, key)
    assert found
    transaction = Transaction()
    transaction.put("thing", CountedItem(*key, words="new", version=found.version))
    transaction.commit()
    stored = _stored(key)
    assert (stored["words"], stored["colour"], stored["version"]) == ({"S": "new"}, {"S": "green"}, {"N": "5"})
    assert stored["v"] == {"N": "1"}, "what this version wrote is of its form, and is upgraded again"


def test_what_was_read_for_one_request_is_nothing_to_the_next(org: str, aws: object) -> None:
    """A warm function serves many: what an item held then may be long gone, and no count of writes tells."""
    key = _newer(org, "test_plain")
    tracing.begin("one")
    assert read.one(PlainItem, key)
    assert versions.has_memories()
    tracing.begin("other")
    assert not versions.has_memories()
    write.put(PlainItem(*key, words="new"))
    assert "colour" not in _stored(key)


def test_it_survives_in_items_that_do_not_count_their_writes(org: str, aws: object) -> None:
    key = _newer(org, "test_plain")
    assert read.one(PlainItem, key)
    write.put(PlainItem(*key, words="new"))
    assert _stored(key)["colour"] == {"S": "green"}


def test_nothing_is_carried_into_another_item_or_a_later_one_at_the_same_place(org: str, aws: object) -> None:
    key = _newer(org, "test_counted", version={"N": "4"})
    other = _key(org, "other")
    assert read.one(CountedItem, key)
    write.put(CountedItem(*other, words="new", version=None))
    assert "colour" not in _stored(other)
    connection().delete_item(*key)
    write.put(CountedItem(*key, words="begun anew", version=None))
    assert "colour" not in _stored(key)


def test_what_newer_code_took_away_does_not_come_back(org: str, aws: object) -> None:
    key = _newer(org, "test_plain")
    assert read.one(PlainItem, key)
    write.restore([{name: value for name, value in _stored(key).items() if name != "colour"}])
    assert read.one(PlainItem, key)
    write.put(PlainItem(*key, words="new"))
    assert "colour" not in _stored(key)


def test_an_overtaken_write_is_still_refused(org: str, aws: object) -> None:
    key = _newer(org, "test_counted", version={"N": "4"})
    found = read.one(CountedItem, key)
    assert found
    write.put(CountedItem(*key, words="first", version=found.version))
    with pytest.raises(ConditionFailed):
        write.put(CountedItem(*key, words="second", version=4))


def test_memory_is_bounded(org: str, aws: object) -> None:
    """A worker that passes a hundred thousand such items holds a thousand."""
    data = {"pk": {"S": "p"}, "kind": {"S": "test_plain"}, "v": {"N": "2"}, "words": {"S": ""}, "colour": {"S": ""}}
    for number in range(1500):
        PlainItem.from_raw_data({**data, "sk": {"S": str(number)}})
    assert len(versions._memory.items) == versions._MOST
    versions._memory.items.clear()


def test_an_item_of_the_version_before_is_read_in_the_present_form(org: str, aws: object) -> None:
    data = {"pk": {"S": "p"}, "sk": {"S": "s"}, "kind": {"S": "test_renewed"}, "words": {"S": "Claire Roy"}}
    former = RenewedItem.from_raw_data({**data, "v": {"N": "1"}})
    assert (former.first, former.schema) == ("Claire", 2)
    present = RenewedItem.from_raw_data({**data, "v": {"N": "2"}, "first": {"S": "C."}})
    assert (present.first, present.schema) == ("C.", 2)


def test_an_upgrade_done_twice_is_an_upgrade_done_once() -> None:
    data = {"v": {"N": "1"}, "words": {"S": "Claire Roy"}}
    once = versions.upgraded(data, RenewedItem.upgrades, 2)
    assert versions.upgraded(once, RenewedItem.upgrades, 2) is once
    assert versions.upgraded({**once, "v": {"N": "1"}}, RenewedItem.upgrades, 2) == once
    assert data["v"] == {"N": "1"}, "what was read stays as it was"
