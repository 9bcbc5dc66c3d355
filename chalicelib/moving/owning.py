"""What the items of a batch belong to: a family, a person, a user, a class, or each to itself."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from chalicelib.data import keys
from chalicelib.data.keys import Key

Raw = Mapping[str, Mapping[str, Any]]
"""An item as DynamoDB tells it."""

FAMILIES = ("USER", "HH", "PERSON")
"""What is taken back, or stays, together: in this order, so that nobody signs in to a family that is half gone."""
ROOTS = {"HH": "HOUSEHOLD", "PERSON": "PERSON", "USER": "USER", "CLASS": "CLASS"}
"""Sort key of what the rest of a partition hangs on."""
_FINDS: Mapping[str, tuple[str, int]] = {
    "MEETINGS": ("CLASS", 1), "MONTH": ("CLASS", 1), "CLASSES": ("CLASS", 2), "OFFERED": ("CLASS", 2),
    "JOURNAL": ("HH", 2), "RECEIVED": ("HH", 1),
}  # fmt: skip
"""Partitions of items by which others are found, and which part of the sort key names the owner."""


class Owner(NamedTuple):
    """What entries belong to, and go with: a family, a person, a user, a class, or an item of its own."""

    name: str

    @property
    def kind(self) -> str:
        """`HH`, `PERSON`, `USER`, `CLASS`, or something else."""
        return self.name.partition("#")[0]

    @property
    def id(self) -> str:
        """The id of what is meant."""
        return self.name.partition("#")[2]


def owner_of(key: Key, item: Raw | None) -> str:
    """What an item belongs to. Most say so in their keys; those by which others are found, there or in themselves.

    A note of where a record lies does not say whether that is with a family or with a person: it is told as a family's.
    """
    _, _, *where = key.pk.split("#", 3)
    kind, rest = (where[0], where[1] if len(where) > 1 else "") if where else ("", "")
    parts = key.sk.split("#")
    if kind in ROOTS:
        return f"{kind}#{rest}"
    if kind in _FINDS:
        name, place = _FINDS[kind]
        return f"{name}#{parts[place]}"
    if kind == "LOGIN" and item:
        return f"USER#{item['user']['S']}"
    if kind == "IMPORTED" and item:
        return f"HH#{item['owner']['S']}"
    return f"USER#{parts[1]}" if parts[0] == "STAFF" else f"{key.pk}|{key.sk}"


def tied(key: Key) -> Iterator[str]:
    """Owners that go or stay together with that of an item: a family, its members and its users."""
    for start, kind in ((keys.MEMBERS, "PERSON"), (keys.HOUSEHOLD_USERS, "USER")):
        if key.sk.startswith(start) and "#HH#" in key.pk:
            yield f"{kind}#{key.sk.removeprefix(start)}"


def needed(key: Key, item: Raw | None) -> Iterator[str]:
    """Owners that have to stay if that of an item does: the class of a place, the programme of a class."""
    if item and key.sk.startswith(keys.ENROLMENTS):
        yield "#".join(("CLASS", item["class_group"]["S"]))
    programme = json.loads(item["profile"]["S"]).get("programme") if item and key.sk == "CLASS" else None
    if programme:
        pk, sk = keys.programme(keys.organisation_of(key), programme)
        yield f"{pk}|{sk}"
