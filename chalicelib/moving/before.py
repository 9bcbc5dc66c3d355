"""Writes down what was there before a batch, in the very transactions that change it, so that it can be taken back.

What is a family's, a person's or a user's stands in notes of its own, so that it can be erased with them.
Derived things are left out, for they are not put back but worked out anew: rolls of classes and week sheets, which
others write as well. Messages are left out because nobody can take back what went out.
"""

import hashlib
import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.moving.models import BeforeItem
from chalicelib.moving.owning import FAMILIES, Owner, Raw, needed, owner_of
from chalicelib.moving.store import UNDO_SECONDS
from chalicelib.shared.times import after

_SHARED = frozenset({"roll", "week_sheet", "message", "stirred_class"})
_MOST_BYTES = 300_000
"""Of one note, packed; an item takes 400 KB."""
_COUNTING = "version"


class Entry(NamedTuple):
    """One item that a batch wrote."""

    key: Key
    before: Raw | None
    """As it was; None where there was none."""
    after: str
    """Fingerprint of what the batch left; empty where it left nothing."""
    owner: str
    """What it belongs to, and goes with."""
    needs: Sequence[str] = ()
    """Owners without which it can not be."""

    @property
    def subject(self) -> str:
        """Id of the family, the person or the user whom it tells of; empty for others."""
        owner = Owner(self.owner)
        return owner.id if owner.kind in FAMILIES else ""


class WritingDown:
    """Carries transactions of one worker, each together with what was there before."""

    def __init__(self, org: str, batch: str, worker: int, now: datetime) -> None:
        self._org = org
        self._batch = batch
        self._worker = worker
        self._now = now
        self._number = 0

    def carry(self, transaction: Transaction) -> None:
        """Commits a transaction. Raises ConditionFailed, Unavailable."""
        results = {key: item for key, item in transaction.results().items() if not _is_shared(item)}
        found = read.raw(list(results))
        entries = [_entry(key, found.get(key), results[key]) for key in sorted(results)]
        for subject in sorted({entry.subject for entry in entries}):
            for note in self._notes(subject, [entry for entry in entries if entry.subject == subject]):
                transaction.create(f"before {note.sk}", note)
        transaction.commit()

    def _notes(self, subject: str, entries: list[Entry]) -> Iterator[BeforeItem]:
        """All entries in one note, or in halves of halves of it where that is too large for an item."""
        packed = zlib.compress(json.dumps([_told(entry) for entry in entries]).encode())
        if len(packed) > _MOST_BYTES and len(entries) > 1:
            middle = len(entries) // 2
            yield from self._notes(subject, entries[:middle])
            yield from self._notes(subject, entries[middle:])
            return
        self._number += 1
        pk, sk = keys.before_batch(self._org, self._batch, subject, self._worker, self._number)
        yield BeforeItem(pk, sk, entries=packed, expires=after(self._now, UNDO_SECONDS))


def _entry(key: Key, before: Raw | None, left: Item | None) -> Entry:
    stays: Raw | None = left.serialize() if left is not None else None
    return Entry(key, before, print_of(stays), owner_of(key, stays or before), tuple(needed(key, stays)))


def _is_shared(item: Item | None) -> bool:
    return item is not None and str(item.serialize()["kind"]["S"]) in _SHARED


def print_of(raw: Raw | None) -> str:
    """Fingerprint of an item, but for how often it was written; empty for none."""
    if raw is None:
        return ""
    told = {name: _plain(value) for name, value in raw.items() if name != _COUNTING}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def _told(entry: Entry) -> list[Any]:
    before = {name: _plain(value) for name, value in entry.before.items()} if entry.before else None
    return [*entry.key, before, entry.after, entry.owner, list(entry.needs)]


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    """A value that JSON can hold: bytes as base 64."""
    ((form, told),) = value.items()
    return {form: b64encode(bytes(told)).decode() if form == "B" else told}


def raw_of(told: Mapping[str, Mapping[str, Any]]) -> Raw:
    """The item that JSON holds."""
    return {
        name: {form: b64decode(value) if form == "B" else value for form, value in each.items()}
        for name, each in told.items()
    }


def entries_of(org: str, batch: str) -> Iterator[tuple[int, Entry]]:
    """All that a batch wrote, each with its place in the order of writing; an item that it wrote twice comes twice."""
    for note in read.each(BeforeItem, keys.before_partition(org, batch), keys.BEFORE):
        worker, number = note.sk.split("#")[-2:]
        for pk, sk, before, left, owner, needs in json.loads(zlib.decompress(note.entries)):
            yield int(worker + number), Entry(Key(pk, sk), before, left, owner, needs)
