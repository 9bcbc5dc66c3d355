"""Looks at what a batch would change of records that are here already, field by field, without writing anything."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from chalicelib.data import read
from chalicelib.data.items import Item
from chalicelib.data.write import Transaction
from chalicelib.moving.domain import Row
from chalicelib.moving.store import MOST_ROWS

_SHOWN = {
    "household": ("name",), "person": ("first_name", "last_name"), "user": ("name",), "invoice": ("number",),
    "payment": ("reference",), "class": ("title",), "programme": ("title",), "enrolment": ("status",),
    "booking": ("resource",),
}  # fmt: skip
"""Kinds whose changes people want to see, and what names a record of each."""
_UNSEEN = frozenset({"pk", "sk", "kind", "v", "version", "source", "queue", "due", "expires", "occurrences"})
_LONGEST = 300


class Comparing:
    """Carries transactions nowhere, and remembers what they would change."""

    def __init__(self, known: Iterable[Row] = (), more: int = 0) -> None:
        self._rows = list(known)
        self.more = more
        """How many differences there are that are not kept."""

    def carry(self, transaction: Transaction) -> None:
        """Looks at a transaction that is not committed."""
        wanted = {
            key: item for key, item in transaction.results().items() if item is not None and _kind(item) in _SHOWN
        }
        stored = read.raw(list(wanted)) if wanted else {}
        for key, raw in stored.items():
            for row in self._compare(Item.from_raw_data(raw), wanted[key]):
                if len(self._rows) < MOST_ROWS:
                    self._rows.append(row)
                else:
                    self.more += 1

    def rows(self) -> list[Row]:
        """What would change, as far as it is kept."""
        return self._rows

    def _compare(self, before: Item, after: Item) -> Iterator[Row]:
        old, new = _fields(before), _fields(after)
        kind = _kind(after)
        name = " ".join(told for part in _SHOWN[kind] if (told := _text(new.get(part, ""))))
        link = _home(after)
        for field in sorted(old.keys() | new.keys()):
            was, will_be = _text(old.get(field)), _text(new.get(field))
            if was != will_be:
                yield Row(kind, name, field, was, will_be, link)


def _kind(item: Item) -> str:
    return str(item.serialize()["kind"]["S"])


def _home(item: Item) -> str:
    """Id of the household that an item is about, or of one of them; empty for none."""
    told = item.attribute_values
    homes = told.get("households") or told.get("profile", {}).get("households") or [told.get("household") or ""]
    return str(homes[0] if isinstance(homes[0], str) else homes[0][0])


def _fields(item: Item) -> dict[str, Any]:
    """What an item says, by name; parts of a part by both names."""
    found: dict[str, Any] = {}
    for name, value in item.attribute_values.items():
        if name in _UNSEEN:
            continue
        parts = value if isinstance(value, dict) else {}
        found |= {f"{name}.{part}" if name != "profile" else part: told for part, told in parts.items()}
        if not parts:
            found[name] = value
    return found


def _text(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))[:_LONGEST]
