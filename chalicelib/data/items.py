"""The item every model extends, the table's one sparse index, and the process's connection."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, Self

import pynamodb.attributes
from pynamodb.attributes import (
    Attribute,
    DiscriminatorAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    VersionAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from chalicelib import settings
from chalicelib.data import client, versions
from chalicelib.data.keys import Key

SCHEMA = 1
"""Version of the form of kinds that never changed theirs (D-14)."""


class Version(VersionAttribute):
    """Counts the writes of an item; None, in a record that was never stored, means that none may exist yet (D-04)."""

    def __set__(self, instance: Any, value: Any) -> None:
        """Takes None for a new item, which PynamoDB's own attribute refuses."""
        if value is not None:
            super().__set__(instance, value)  # type: ignore[no-untyped-call]


class JSONAttribute(pynamodb.attributes.JSONAttribute):
    """Data as JSON with its letters as they are: escaped, what is Russian would take three times the room."""

    def serialize(self, value: Any) -> str | None:
        """The text that is stored."""
        return None if value is None else json.dumps(value, ensure_ascii=False)


class WorkQueue(GlobalSecondaryIndex["Item"]):  # type: ignore[no-untyped-call]
    """Items that wait for a worker, by due time. Sparse: an item leaves it by losing its `queue`."""

    class Meta:
        index_name = "work"
        projection = KeysOnlyProjection()

    queue = UnicodeAttribute(hash_key=True)
    due = UnicodeAttribute(range_key=True)


class Item(Model):
    """One item of the table."""

    class Meta:
        table_name = "foyer"
        region: str
        host: str | None
        billing_mode = "PAY_PER_REQUEST"
        stream_view_type = "NEW_IMAGE"
        connect_timeout_seconds = 1
        read_timeout_seconds = 1.5
        max_retry_attempts = 2
        max_pool_connections = 64

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = DiscriminatorAttribute()
    schema = NumberAttribute(default=SCHEMA, attr_name="v")
    upgrades: ClassVar[Mapping[int, versions.Upgrade]] = MappingProxyType({})
    """By version: how an item of it becomes one of the next. A kind with some has a `schema` with a default of its own.
    """
    queue = UnicodeAttribute(null=True)
    due = UnicodeAttribute(null=True)
    failed_runs = NumberAttribute(null=True)
    """How often in a row its clock failed at it."""
    expires = TTLAttribute(null=True)
    work = WorkQueue()

    @property
    def key(self) -> Key:
        """The item's primary key."""
        return Key(self.pk, self.sk)

    @classmethod
    def from_raw_data(cls, data: dict[str, Any]) -> Self:
        """The item that DynamoDB told, as its own kind. Raises TypeError when that is not a kind of this model.

        PynamoDB's own way ends the same, but goes over all attributes three times with many questions to each, and
        that for each item of each page.
        """
        kind: type[Any] = cls.kind.deserialize(data["kind"]["S"]) if "kind" in data else cls  # type: ignore[no-untyped-call]
        if not issubclass(kind, cls):
            raise TypeError(f"a {kind.__name__} is not a {cls.__name__}")
        item: Self = kind.__new__(kind)
        usual, known = _attributes(kind)
        told = usual.copy()
        if kind.upgrades:
            data = versions.upgraded(data, kind.upgrades, usual["schema"])
        newer = False
        for stored, value in data.items():
            if stored in known:
                name, form, read = known[stored]
                told[name] = read(value[form])
            else:
                newer = True
        told["kind"] = kind  # an item that an update made has none stored
        item.attribute_values = told
        if newer or versions.has_memories():
            versions.remember(data, known)
        return item

    def serialize(self, null_check: bool = True) -> dict[str, dict[str, Any]]:
        """What is stored of the item: its attributes, and those that a newer version gave it (D-14)."""
        own = super().serialize(null_check)
        return {**versions.beyond(self.key, own), **own}


@cache
def _attributes(kind: type[Item]) -> tuple[dict[str, Any], dict[str, tuple[str, str, Callable[[Any], Any]]]]:
    """The defaults of all attributes; and by the stored name its name, the form of its value, and what reads that."""
    found = kind.get_attributes()
    known = {each.attr_name: (name, each.attr_type, _reader(each)) for name, each in found.items()}
    return {name: each.default for name, each in found.items()}, known


def _reader(attribute: Attribute[Any]) -> Callable[[Any], Any]:
    """What turns a stored value into the attribute's; PynamoDB's reads JSON with a decoder made for each text."""
    return json.loads if isinstance(attribute, JSONAttribute) else attribute.deserialize


def connection() -> Any:
    """The process's one DynamoDB connection, shared by all models.

    PynamoDB keeps a connection per model class and looks it up through inheritance; made
    on the base class, all models find this one, and a cold start builds one client.
    """
    here = settings.current()
    if Item.Meta.table_name != here.table or Item._connection is None:
        Item.Meta.table_name = here.table
        Item.Meta.region = here.region
        Item.Meta.host = here.endpoint or None
        Item._connection = None
        client.prepare(Item._get_connection().connection)
    return Item._get_connection()
