"""The log of the organisation: who decided what about it, when, and how it was before (ADM-7 to ADM-9).

An act is noted in the transaction that does it, like the deeds of a family's own log; what a family's things are done
to stands there and not here. Notes are never changed. The words for each act are `portals`'.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.data import keys, read
from chalicelib.data.items import Item, JSONAttribute
from chalicelib.data.read import Page
from chalicelib.data.write import Transaction
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.ids import new_id
from chalicelib.shared.times import from_iso, to_iso


class AuditItem(Item, discriminator="audit"):
    """One act in the log of an organisation."""

    entry = JSONAttribute()


class Author(NamedTuple):
    """Who decides."""

    user: str = ""
    """Id of a user among the staff; "" for whoever runs the portal, at its command line."""
    name: str = ""
    """As it was then: people leave, and the log stays readable."""


OPERATOR = Author()


class Change(NamedTuple):
    """One thing that is otherwise now."""

    path: str
    """Which, by its key in the settings file: `billing.due_days`."""
    before: str
    after: str


@frozen
class Entry(Frozen):
    """Something that was decided."""

    act: str
    """What: names its sentence on the page, e.g. `settings`."""
    at: datetime
    author: Author = OPERATOR
    about: Mapping[str, str] = field(default_factory=dict)
    """What fills the sentence; never a secret, and nothing of a family's but its name."""
    changes: tuple[Change, ...] = ()
    id: str = ""
    """Its place in the log: the moment and a name."""


def note(transaction: Transaction, org: str, entry: Entry) -> None:
    """Adds `entry` to an organisation's log in the transaction of the act itself."""
    name = f"{to_iso(entry.at)}#{new_id()}"
    transaction.put(f"audit {name}", AuditItem(*keys.audit(org, name), entry=_document(entry)))


def page(org: str, *, after: str = "") -> Page[Entry]:
    """What was decided, the latest first, 25 at a time, from beyond the entry `after`. One round trip."""
    found = read.listed(AuditItem, lambda name: keys.audit(org, name), after=after)
    return Page([_entry(item) for item in found.rows], found.next)


def get(org: str, entry_id: str) -> Entry | None:
    """One entry by its place in the log. One round trip."""
    item = read.one(AuditItem, keys.audit(org, entry_id), consistent=False)
    return _entry(item) if item else None


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """What differs between two documents, key by key, in the order of the later one."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    paths = dict.fromkeys((*new, *old))
    return tuple(
        Change(path, old.get(path, ""), new.get(path, "")) for path in paths if old.get(path, "") != new.get(path, "")
    )


def _leaves(told: Any, path: str = "") -> Sequence[tuple[str, str]]:
    if isinstance(told, Mapping):
        parts = [(f"{path}.{key}" if path else str(key), value) for key, value in told.items()]
    elif isinstance(told, list) and any(isinstance(each, Mapping) for each in told):
        parts = [(f"{path}[{at}]", value) for at, value in enumerate(told, start=1)]
    else:
        return [(path, _text(told))]
    return [leaf for key, value in parts for leaf in _leaves(value, key)]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _document(entry: Entry) -> dict[str, Any]:
    return {
        "act": entry.act,
        "at": to_iso(entry.at),
        "author": list(entry.author),
        "about": dict(entry.about),
        "changes": [list(change) for change in entry.changes],
    }


def _entry(item: AuditItem) -> Entry:
    told = item.entry
    return Entry(
        told["act"], from_iso(told["at"]), Author(*told["author"]), told["about"],
        tuple(Change(*change) for change in told["changes"]), item.sk.removeprefix(keys.AUDIT),
    )  # fmt: skip
