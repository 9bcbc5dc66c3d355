"""Old and new code over the same items (D-14): how an item of the version before is read, and what a newer one had.

While a deployment replaces another, and after going back, code meets items that newer code wrote. What it does not
know of them it must not lose when it writes: stores make most items anew from their domain objects, so the attributes
that were beyond this version when an item was read are remembered here by its key, and written along.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from chalicelib.data.keys import Key
from chalicelib.shared import tracing

Stored = dict[str, dict[str, Any]]
"""An item as DynamoDB tells it."""
Upgrade = Callable[[Stored], Stored]
"""Makes of an item of one version one of the next. Done twice, it gives the same: it is done at each read until the
item is written, and by a step of `migrating` for those that nobody writes."""

_MOST = 1000
"""Items whose attributes are remembered; more are never read for one answer."""


class _Beyond(NamedTuple):
    """What an item held that this version does not know, and the count of writes it was read at, if it has one."""

    writes: str
    attributes: Stored


class _Memory(threading.local):
    """What this thread has read for what it works for now. Empty, and costing nothing, as long as nothing newer was
    met."""

    def __init__(self) -> None:
        self.cause = ""
        self.items: OrderedDict[Key, _Beyond] = OrderedDict()


_memory = _Memory()


def _items() -> OrderedDict[Key, _Beyond]:
    """What is remembered: with the request, record or run it ends, for the next one reads for itself."""
    if _memory.items and _memory.cause != tracing.current():
        _memory.items.clear()
    _memory.cause = tracing.current()
    return _memory.items


def remember(data: Stored, known: Mapping[str, Any]) -> None:
    """Takes note of what an item holds beyond the attributes in `known`. Only of items that were read whole."""
    if "v" not in data:
        return
    key = Key(data["pk"]["S"], data["sk"]["S"])
    beyond = {name: value for name, value in data.items() if name not in known}
    items = _items()
    if not beyond:
        items.pop(key, None)
        return
    items[key] = _Beyond(_writes(data), beyond)
    items.move_to_end(key)
    if len(items) > _MOST:
        items.popitem(last=False)


def has_memories() -> bool:
    """Whether something is remembered of any item."""
    return bool(_memory.items and _items())


def beyond(key: Key, data: Stored) -> Stored:
    """What is written along with `data`, an item that is about to be put.

    Of an item that counts its writes, only over the very write that was read: a new one in its place has none of it.
    """
    found = _items().get(key) if _memory.items else None
    if found is None or found.writes != _writes(data):
        return {}
    return found.attributes


def _writes(data: Stored) -> str:
    return str(data.get("version", {}).get("N", ""))


def upgraded(data: Stored, upgrades: Mapping[int, Upgrade], current: int) -> Stored:
    """An item in the form of the version `current`; the same one where it is that, or newer. `data` is not changed."""
    version = int(data["v"]["N"]) if "v" in data else current
    while version in upgrades and version < current:
        data = upgrades[version](dict(data))
        version += 1
        data["v"] = {"N": str(version)}
    return data
