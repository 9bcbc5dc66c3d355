"""Writing records anew under another name: the way in which a merge moves them, and its undo moves them back.

The id of a household or member is 160 random bits. Wherever they stand in a record, in its key or inside, they mean
that household or member and nothing else; so putting another id in their place is all there is to moving a record.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from chalicelib.data import read
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction

MOST_WRITES = 90
"""Writes of one transaction; DynamoDB takes a hundred, and what is noted about them takes some."""


class Rename(NamedTuple):
    """An id that takes another's place."""

    old: str
    new: str

    @property
    def back(self) -> "Rename":
        """The other way."""
        return Rename(self.new, self.old)

    def key(self, key: Key) -> Key:
        """Where what lies at `key` lies afterwards."""
        return Key(key.pk.replace(self.old, self.new), key.sk.replace(self.old, self.new))

    def item(self, item: Item) -> Item:
        """A record with the new id wherever the old one was; one that gets another key begins anew at version one."""
        renamed = Item.from_raw_data(self._within(item.serialize(null_check=False)))
        if renamed.key != item.key:
            renamed.attribute_values.pop("version", None)
        return renamed

    def _within(self, value: Any) -> Any:
        if isinstance(value, str):
            return value.replace(self.old, self.new)
        if isinstance(value, dict):
            return {name: self._within(each) for name, each in value.items()}
        return [self._within(each) for each in value] if isinstance(value, list) else value


class Unit(NamedTuple):
    """Records that move together: one, and what points at it from elsewhere."""

    items: Sequence[Item]

    @property
    def writes(self) -> int:
        """The most that they cost: each may leave one place and come to another."""
        return 2 * len(self.items)


def found_at(keys: Iterable[Key]) -> list[Item]:
    """The records that exist at keys, strongly read. One round trip a hundred."""
    wanted = list(dict.fromkeys(keys))
    return [Item.from_raw_data(raw) for raw in read.raw(wanted).values()] if wanted else []


def rename(transaction: Transaction, unit: Unit, name: Rename) -> list[Key]:
    """Adds the move of a unit; returns where it lies then. Refused when one of them was changed meanwhile."""
    moved: list[Key] = []
    for item in unit.items:
        renamed = name.item(item)
        if renamed.key == item.key:
            transaction.put("moved", renamed, Item.pk.exists() if "version" not in _named(renamed) else None)
        else:
            transaction.delete("moved", item, Item.pk.exists() if "version" not in _named(item) else None)
            transaction.create("moved", renamed)
        moved.append(renamed.key)
    return moved


def packed(units: Iterable[Unit]) -> Iterator[list[Unit]]:
    """Units in packs that fit into a transaction each; no record is in a pack twice."""
    pack: list[Unit] = []
    size, keys = 0, set[Key]()
    for unit in units:
        own = {item.key for item in unit.items}
        if pack and (size + unit.writes > MOST_WRITES or keys & own):
            yield pack
            pack, size, keys = [], 0, set()
        pack.append(unit)
        size, keys = size + unit.writes, keys | own
    if pack:
        yield pack


def _named(item: Item) -> set[str]:
    return {name for name, value in item.attribute_values.items() if value is not None}
