"""The temporary database that rows wait in between checking and writing.

It lies on disk, so an import of any size needs the memory of one household. Every row is
one record; what it names in other files are its references.
"""

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from chalicelib.shared.texts import Message

T = TypeVar("T")

_SCHEMA = """
CREATE TABLE record (kind TEXT, id TEXT, line INTEGER, data TEXT, source TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE reference (
    kind TEXT, id TEXT, line INTEGER, field TEXT, target_kind TEXT, target TEXT, detail
);
CREATE INDEX reference_from ON reference (kind, id);
CREATE INDEX reference_to ON reference (target_kind, target, kind);
CREATE TABLE claim (what TEXT PRIMARY KEY, file TEXT, line INTEGER) WITHOUT ROWID;
CREATE TABLE stored (kind TEXT, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE home (member TEXT, household TEXT, PRIMARY KEY (member, household)) WITHOUT ROWID;
CREATE TABLE place (kind TEXT, id TEXT, inner TEXT, owner TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE INDEX place_of ON place (inner);
CREATE TABLE billed (id TEXT PRIMARY KEY, owner TEXT, status TEXT, total INTEGER, covered INTEGER) WITHOUT ROWID;
CREATE TABLE stale (household TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE seat (
    class_group TEXT, person TEXT, enrolment TEXT, PRIMARY KEY (class_group, person, enrolment)
) WITHOUT ROWID;
CREATE TABLE written (household TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE problem (file TEXT, line INTEGER, field TEXT, message TEXT, cell TEXT, told TEXT, filled TEXT);
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in the files: where it is and what is wrong, in plain words."""

    file: str
    line: int
    field: str
    """Name of the column; empty when the whole row or file is meant."""
    message: str
    """The whole sentence, in English."""
    cell: str = ""
    """What was written, where the sentence begins with it."""
    told: Message | None = None
    """The rest of it, to be said in the reader's language; None for what nobody meets who moves in."""


def problem_of(file: str, line: int, field: str, told: Message, cell: str = "") -> Problem:
    """A mistake that is said in the reader's language, after the cell where that is quoted."""
    return Problem(file, line, field, f"“{cell}” {told.english()}" if cell else told.english(), cell, told)


@dataclass(frozen=True, slots=True)
class Record:
    """One checked row. `data` holds the columns that its file has; None where the cell is empty."""

    kind: str
    id: str
    line: int
    data: dict[str, Any]
    source: str
    """Fingerprint of the row."""

    def get(self, name: str, default: Any = "") -> Any:
        """The value of a column, or `default` when it is empty or not there."""
        value = self.data.get(name)
        return default if value is None else value


@dataclass(frozen=True, slots=True)
class Reference:
    """That a row names a record of another file."""

    kind: str
    id: str
    line: int
    field: str
    target_kind: str
    target: str
    detail: Any = None
    """A role, or an amount in minor units."""


class Staging:
    """The database of one import."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @classmethod
    def new(cls, connection: sqlite3.Connection) -> "Staging":
        """An empty one."""
        connection.executescript(_SCHEMA)
        return cls(connection)

    def note_written(self, name: str) -> None:
        """Notes that a household (the organisation's id), or something else, is done, for whoever goes on later."""
        self._db.execute("INSERT OR IGNORE INTO written VALUES (?)", (name,))

    def is_written(self, name: str) -> bool:
        """Whether that was noted."""
        return bool(self.value("SELECT count(*) FROM written WHERE household = ?", name))

    def add(self, record: Record) -> int:
        """Keeps a record; returns the line of an earlier one with the same id, or 0."""
        try:
            self._db.execute(
                "INSERT INTO record VALUES (?, ?, ?, ?, ?)",
                (record.kind, record.id, record.line, json.dumps(record.data), record.source),
            )
        except sqlite3.IntegrityError:
            return int(self.value("SELECT line FROM record WHERE kind = ? AND id = ?", record.kind, record.id))
        return 0

    def refer(self, reference: Reference) -> None:
        """Keeps what a row names."""
        self._db.execute(
            "INSERT INTO reference VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                reference.kind, reference.id, reference.line, reference.field,
                reference.target_kind, reference.target, reference.detail,
            ),
        )  # fmt: skip

    def claim(self, what: str, file: str, line: int) -> str:
        """Takes something that only one row may have; returns where it was taken before, or nothing."""
        try:
            self._db.execute("INSERT INTO claim VALUES (?, ?, ?)", (what, file, line))
        except sqlite3.IntegrityError:
            found = self._db.execute("SELECT file, line FROM claim WHERE what = ?", (what,)).fetchone()
            return f"{found[0]} line {found[1]}"
        return ""

    def found_stored(self, kind: str, record_id: str) -> None:
        """Notes that a record which is named, and is in no file, exists in the portal."""
        self._db.execute("INSERT OR IGNORE INTO stored VALUES (?, ?)", (kind, record_id))

    def add_home(self, member: str, household: str) -> None:
        """Notes that a stored member belongs to a household (internal id)."""
        self._db.execute("INSERT OR IGNORE INTO home VALUES (?, ?)", (member, household))

    def add_place(self, kind: str, record_id: str, inner: str, owner: str | None) -> None:
        """Notes the internal id of a record and whose it is in the portal; None when it is nobody's yet."""
        self._db.execute("INSERT OR IGNORE INTO place VALUES (?, ?, ?, ?)", (kind, record_id, inner, owner))

    def has_place(self, kind: str, record_id: str) -> bool:
        """Whether the portal knew the record before this import."""
        known = "SELECT EXISTS (SELECT 1 FROM place WHERE kind = ? AND id = ? AND owner IS NOT NULL)"
        return bool(self.value(known, kind, record_id))

    def add_billed(self, record_id: str, owner: str, status: str, total: int, covered: int) -> None:
        """Notes a stored invoice, and what records outside the files cover of it."""
        self._db.execute("INSERT INTO billed VALUES (?, ?, ?, ?, ?)", (record_id, owner, status, total, covered))

    def add_stale(self, household: str) -> None:
        """Notes that a household (internal id) outside the files needs a new summary."""
        self._db.execute("INSERT OR IGNORE INTO stale VALUES (?)", (household,))

    def add_seat(self, class_group: str, person: str, enrolment: str) -> None:
        """Notes that the roll of a class has to tell how an enrolment stands (internal ids)."""
        self._db.execute("INSERT OR IGNORE INTO seat VALUES (?, ?, ?)", (class_group, person, enrolment))

    def report(self, problem: Problem) -> None:
        """Keeps a mistake."""
        told = problem.told or Message("")
        self._db.execute(
            "INSERT INTO problem VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                problem.file,
                problem.line,
                problem.field,
                problem.message,
                problem.cell,
                told.key,
                json.dumps(dict(told.values)),
            ),
        )

    def problems(self) -> Iterator[Problem]:
        """All mistakes, by file and line."""
        for row in self._db.execute("SELECT * FROM problem ORDER BY file, line, rowid"):
            file, line, field, message, cell, key, filled = row
            told = Message(key, json.loads(filled)) if key else None
            yield Problem(file, line, field, message, cell, told)

    def count_problems(self) -> int:
        """How many mistakes there are."""
        return int(self.value("SELECT count(*) FROM problem"))

    def count(self, kind: str) -> int:
        """How many records of a kind there are."""
        return int(self.value("SELECT count(*) FROM record WHERE kind = ?", kind))

    def value(self, query: str, *values: object) -> Any:
        """The first cell of a query's answer."""
        return self._db.execute(query, values).fetchone()[0]

    def rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """The rows of a query's answer, one after another."""
        yield from self._db.execute(query, values)

    def record(self, kind: str, record_id: str) -> Record | None:
        """The record, or None when it is in no file."""
        found = self._records("WHERE kind = ? AND id = ?", kind, record_id)
        return next(found, None)

    def records(self, kind: str) -> Iterator[Record]:
        """All records of a kind, by id."""
        return self._records("WHERE kind = ? ORDER BY id", kind)

    def naming(self, kind: str, target_kind: str, target: str) -> list[Record]:
        """Records of a kind that name a record, in the order of their file."""
        return list(
            self._records(
                "WHERE kind = ? AND id IN (SELECT id FROM reference WHERE target_kind = ? AND target = ? AND kind = ?)"
                " ORDER BY line",
                kind, target_kind, target, kind,
            )
        )  # fmt: skip

    def named_by(self, record: Record, target_kind: str) -> list[Reference]:
        """What a record names, of one kind."""
        found = self._db.execute(
            "SELECT * FROM reference WHERE kind = ? AND id = ? AND target_kind = ? ORDER BY rowid",
            (record.kind, record.id, target_kind),
        )
        return [Reference(*row) for row in found]

    def _records(self, condition: str, *values: object) -> Iterator[Record]:
        query = f"SELECT kind, id, line, data, source FROM record {condition}"  # noqa: S608 - our own constants
        for kind, record_id, line, data, source in self._db.execute(query, values):
            yield Record(kind, record_id, line, json.loads(data), source)


def batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """`things` in lists of up to `size`."""
    batch: list[T] = []
    for thing in things:
        batch.append(thing)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


@contextmanager
def open_staging() -> Iterator[Staging]:
    """A staging database that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="foyer-import-") as folder, staging_at(Path(folder) / "staging") as staging:
        yield staging


@contextmanager
def staging_at(path: Path) -> Iterator[Staging]:
    """The staging database in a file, a new one where there is none; whoever goes on with it later finds it there."""
    is_new = not path.exists()
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        yield Staging.new(connection) if is_new else Staging(connection)
    finally:
        if connection.in_transaction:
            connection.execute("COMMIT")
        connection.close()
