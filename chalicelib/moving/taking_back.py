"""What a batch wrote, on its way to be taken back: what belongs together, what was done with, and what has to stay.

Whoever was changed since stays as they are now, with all that belongs to them: a family with its members and users,
and the classes that they are in. It all lies in a database on disk, so that a batch of any size needs little memory,
and the next worker can go on with it.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.moving.before import Entry, print_of, raw_of
from chalicelib.moving.owning import FAMILIES, ROOTS, Owner, Raw, tied

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (pk TEXT, sk TEXT, first INTEGER, last INTEGER, before TEXT, left TEXT, owner TEXT,
    PRIMARY KEY (pk, sk)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entry_of ON entry (owner);
CREATE TABLE IF NOT EXISTS tie (one TEXT, other TEXT, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS needs (owner TEXT, other TEXT, PRIMARY KEY (owner, other)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kept (owner TEXT PRIMARY KEY, reason TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS done (owner TEXT, step TEXT, PRIMARY KEY (owner, step)) WITHOUT ROWID;
"""
_ADD = """
INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    before = iif(excluded.first < first, excluded.before, before), first = min(excluded.first, first),
    left = iif(excluded.last > last, excluded.left, left), last = max(excluded.last, last)
"""
_SORT_OUT = """
UPDATE entry SET owner = 'PERSON#' || substr(owner, 4) WHERE sk = 'IMPORTED'
    AND 'PERSON#' || substr(owner, 4) IN (SELECT owner FROM entry WHERE sk = 'PERSON')
"""
_GROUP = """
WITH RECURSIVE found (owner) AS (SELECT ? UNION SELECT tie.other FROM found JOIN tie ON tie.one = found.owner)
SELECT owner FROM found WHERE owner IN (SELECT owner FROM entry) ORDER BY owner
"""
_SPREAD = """
WITH RECURSIVE spread (owner) AS (
    SELECT owner FROM kept UNION SELECT needs.other FROM spread JOIN needs ON needs.owner = spread.owner
) INSERT OR IGNORE INTO kept SELECT owner, 'belongs' FROM spread
"""
_BY_THEMSELVES = {
    "HH": (keys.SENT, keys.NEWS, keys.AGENDA), "PERSON": (), "USER": (keys.SENT,), "CLASS": ("ROLL", keys.STIRRED),
}  # fmt: skip
"""What comes to a partition without anybody having done anything there."""


class Undo:
    """What a batch wrote, item by item, and what of it has to stay."""

    def __init__(self, org: str, connection: sqlite3.Connection) -> None:
        self._org = org
        self._db = connection
        connection.executescript(_SCHEMA)

    def load(self, entries: Iterable[tuple[int, Entry]]) -> None:
        """Takes in what the batch wrote. Of an item that it wrote twice, what was there first and what it left last."""
        self._db.execute("BEGIN")
        for number, entry in entries:
            before = json.dumps(entry.before) if entry.before else None
            self._db.execute(_ADD, (*entry.key, number, number, before, entry.after, entry.owner))
            pairs = [(entry.owner, other) for other in tied(entry.key)]
            self._db.executemany("INSERT OR IGNORE INTO tie VALUES (?, ?)", [*pairs, *(pair[::-1] for pair in pairs)])
            needs = [(entry.owner, other) for other in entry.needs]
            self._db.executemany("INSERT OR IGNORE INTO needs VALUES (?, ?)", needs)
        self._db.execute(_SORT_OUT)
        self._db.execute("COMMIT")

    def groups(self) -> Iterator[list[Owner]]:
        """Families with their members and users, each with what goes or stays together; those that are not done."""
        for kind in ("HH", "PERSON", "USER"):
            query = "SELECT DISTINCT owner FROM entry WHERE owner LIKE ? ORDER BY owner"
            for (name,) in self._rows(query, f"{kind}#%"):
                if not self.is_done(Owner(name), "group"):
                    found = [Owner(each) for (each,) in self._rows(_GROUP, name)]
                    yield sorted(found, key=lambda owner: (FAMILIES.index(owner.kind), owner.name))

    def owners(self, kind: str = "") -> list[Owner]:
        """Owners of one kind that are not kept; without a kind, those that are an item each."""
        query = "SELECT DISTINCT owner FROM entry WHERE owner NOT IN (SELECT owner FROM kept) ORDER BY owner"
        found = [Owner(name) for (name,) in self._rows(query)]
        return [each for each in found if (each.kind == kind if kind else each.kind not in ROOTS)]

    def why_it_stays(self, owner: Owner) -> str:
        """`changed` since, or `used`, by what is stored now; empty for what is as the batch left it, or as it was.

        Raises Unavailable.
        """
        rows = list(self._rows("SELECT pk, sk, before, left FROM entry WHERE owner = ?", owner.name))
        stored = read.raw([Key(pk, sk) for pk, sk, _, _ in rows])
        for pk, sk, before, left in rows:
            if print_of(stored.get(Key(pk, sk))) not in (left, print_of(_parsed(before))):
                return "changed"
        return "used" if self.is_made(owner) and self._has_more(owner) else ""

    def _has_more(self, owner: Owner) -> bool:
        """Whether anything is with an owner that the batch did not bring, and did not come by itself."""
        partition = keys.partition(self._org, owner.name)
        known = {sk for (sk,) in self._rows("SELECT sk FROM entry WHERE pk = ?", partition)}
        usual = _BY_THEMSELVES[owner.kind]
        return any(item.sk not in known and not item.sk.startswith(usual) for item in read.whole(partition))

    def keep(self, owner: Owner, reason: str) -> None:
        """Keeps an owner as it is, for `changed`, `used`, or because it `belongs` to what stays."""
        self._db.execute("INSERT OR IGNORE INTO kept VALUES (?, ?)", (owner.name, reason))

    def keep_what_is_needed(self) -> None:
        """Keeps what that which stays can not be without."""
        self._db.execute(_SPREAD)

    def kept(self, kind: str) -> Iterator[tuple[Owner, str]]:
        """What stays of a kind, and why."""
        query = "SELECT owner, reason FROM kept WHERE owner LIKE ? AND owner IN (SELECT owner FROM entry)"
        for name, reason in self._rows(query, f"{kind}#%"):
            yield Owner(name), reason

    def is_kept(self, owner: Owner) -> bool:
        """Whether an owner stays as it is."""
        return self._has("SELECT 1 FROM kept WHERE owner = ?", owner.name)

    def is_made(self, owner: Owner) -> bool:
        """Whether there was no such owner before the batch."""
        root = ROOTS.get(owner.kind, "")
        return self._has("SELECT 1 FROM entry WHERE owner = ? AND sk = ? AND before IS NULL", owner.name, root)

    def entries(self, owner: Owner) -> list[tuple[Key, Raw | None]]:
        """Items of an owner, what was written last first, and what was there before each."""
        rows = self._rows("SELECT pk, sk, before FROM entry WHERE owner = ? ORDER BY last DESC", owner.name)
        return [(Key(pk, sk), _parsed(before)) for pk, sk, before in rows]

    def finish(self, owner: Owner, step: str) -> None:
        """Remembers that a step is done with an owner, for the worker who goes on."""
        self._db.execute("INSERT OR IGNORE INTO done VALUES (?, ?)", (owner.name, step))

    def is_done(self, owner: Owner, step: str) -> bool:
        """Whether a step is done with an owner."""
        return self._has("SELECT 1 FROM done WHERE owner = ? AND step = ?", owner.name, step)

    def count(self) -> int:
        """How many owners there are."""
        return int(self._db.execute("SELECT count(DISTINCT owner) FROM entry").fetchone()[0])

    def count_done(self) -> int:
        """How many of them are done with."""
        return int(self._db.execute("SELECT count(DISTINCT owner) FROM done WHERE step != 'summary'").fetchone()[0])

    def _rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        return iter(self._db.execute(query, values))

    def _has(self, query: str, *values: object) -> bool:
        return self._db.execute(query, values).fetchone() is not None


@contextmanager
def undo_of(org: str, path: Path) -> Iterator[Undo]:
    """An undo whose entries lie in a database at `path`, or are going to."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        yield Undo(org, connection)
    finally:
        connection.close()


def _parsed(before: str | None) -> Raw | None:
    return raw_of(json.loads(before)) if before else None
