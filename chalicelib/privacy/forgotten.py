"""Who was erased, and must not come back from an older copy of the table (NEW-12, D-13).

The portal marks whoever it erases by ids, which name nobody: a family with its request to be forgotten, an organisation
with a note of the deployment's. A copy that has the same mark was made later: what it still holds, the law keeps.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from chalicelib.data.keys import DEPLOYMENT, Key
from chalicelib.data.versions import Stored
from chalicelib.privacy.deletions import DeletionItem, DeletionState
from chalicelib.privacy.ending import EndedItem
from chalicelib.privacy.gathering import kind_of
from chalicelib.shared.ids import ids_in

MARKS = (kind_of(DeletionItem), kind_of(EndedItem))
"""Kinds of the items that tell of it."""
_OF_MANY = frozenset({"roll", "week_sheet", "imported", "audit"})
"""Kinds that many families share one item of, where one that is gone is an id among others."""
_ERASED = (DeletionState.DONE.value, DeletionState.PARTLY.value)


class Forgotten(NamedTuple):
    """Whose records of a copy are not to be used."""

    ids: frozenset[str] = frozenset()
    """Of households, members and users."""
    organisations: frozenset[str] = frozenset()
    """Slugs."""

    def is_told_by(self, item: Stored) -> bool:
        """Whether a record of a copy tells of anybody who was erased since."""
        if str(item["pk"]["S"]).split("#")[1] in self.organisations:
            return True
        if not self.ids or item.get("kind", {}).get("S") in _OF_MANY:
            return False
        return any(ids_in(str(value["S"])) & self.ids for value in item.values() if "S" in value)


def since(marks: Iterable[Stored], copied: Mapping[Key, Stored]) -> Forgotten:
    """Who was erased after a copy was made, by the marks of the table in use and those that the copy has itself."""
    ids: set[str] = set()
    organisations: set[str] = set()
    for stored in marks:
        before = copied.get(Key(stored["pk"]["S"], stored["sk"]["S"]))
        if before is not None and _told(before) == _told(stored):
            continue
        if stored["kind"]["S"] == kind_of(EndedItem):
            organisations.add(stored["slug"]["S"])
        else:
            ids |= _gone(stored)
    return Forgotten(frozenset(ids), frozenset(organisations - {DEPLOYMENT}))


def _gone(stored: Stored) -> set[str]:
    """Whom a request erased, or is erasing."""
    item = DeletionItem.from_raw_data(stored)
    own = {item.household} if item.state in _ERASED else set()
    return own | set(item.gone or ())


def _told(stored: Stored) -> dict[str, Any]:
    """What makes one mark another."""
    return {name: stored.get(name) for name in ("state", "decided_at", "gone", "at")}
