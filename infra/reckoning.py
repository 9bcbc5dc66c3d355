"""What a table holds, by kind: how many items, and a checksum that does not depend on their order."""

import hashlib
import json
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple


class Reckoning(NamedTuple):
    """Items of one kind."""

    items: int = 0
    checksum: int = 0
    """Sum of the digests of the items: the same for the same items in any order."""

    def and_(self, item: dict[str, Any]) -> "Reckoning":
        """With one more."""
        return Reckoning(self.items + 1, (self.checksum + _digest(item)) % 2**256)


def reckon(dynamodb: Any, table: str, step: Callable[[], object] = lambda: None) -> dict[str, Reckoning]:
    """Counts and sums up a whole table by strong reads; `step` hears of each item."""
    found: dict[str, Reckoning] = defaultdict(Reckoning)
    for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        for item in page["Items"]:
            kind = str(item.get("kind", {}).get("S", "-"))
            found[kind] = found[kind].and_(item)
            step()
    return dict(found)


def _digest(item: dict[str, Any]) -> int:
    told = json.dumps(item, sort_keys=True, default=_plain).encode()
    return int.from_bytes(hashlib.sha256(told).digest(), "big")


def _plain(value: object) -> object:
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} in an item")
