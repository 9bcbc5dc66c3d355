"""Turns files of other systems into the files of the import: who belongs together, who signs in, what was billed.

Rows go through a database on disk, so that ten rows and a million need the same memory. Families, members and users
get ids that follow from the old system's own, so the same file brought again finds the same records.
"""

import csv
import hashlib
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from chalicelib.moving.domain import BroughtFile, DayOrder, Holds, Source
from chalicelib.moving.invoicing import lines_of
from chalicelib.moving.sources import FIELDS, plain
from chalicelib.shared.texts import LANGUAGES

_SCHEMA = """
CREATE TABLE home (id TEXT PRIMARY KEY, place INTEGER, name TEXT, number TEXT, language TEXT, email TEXT, phone TEXT,
    street TEXT, city TEXT, region TEXT, postcode TEXT) WITHOUT ROWID;
CREATE TABLE known (key TEXT PRIMARY KEY, home TEXT) WITHOUT ROWID;
CREATE TABLE member (id TEXT PRIMARY KEY, place INTEGER, first_name TEXT, last_name TEXT, birth_date TEXT, email TEXT,
    phone TEXT, emergency_name TEXT, emergency_phone TEXT, health_notes TEXT) WITHOUT ROWID;
CREATE TABLE belongs (member TEXT, home TEXT, PRIMARY KEY (member, home)) WITHOUT ROWID;
CREATE TABLE user (id TEXT PRIMARY KEY, place INTEGER, name TEXT, email TEXT, mobile TEXT) WITHOUT ROWID;
CREATE TABLE access (user TEXT, home TEXT, role TEXT, PRIMARY KEY (user, home)) WITHOUT ROWID;
CREATE TABLE invoice (id TEXT PRIMARY KEY, place INTEGER, home TEXT, told TEXT) WITHOUT ROWID;
CREATE TABLE origin (file TEXT, line INTEGER, place INTEGER, PRIMARY KEY (file, line)) WITHOUT ROWID;
CREATE TABLE out (home TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE silent (user TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[ T].*)?")
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T].*)?")
_FILE_SPAN = 10_000_000
"""Places of one file: a place is the file's number and a line of it."""
_YOUNGEST_CENTURY = 30
_LONGEST_ID = 90


class Origin(NamedTuple):
    """Where something comes from: a file of the batch, and a line of it."""

    file: BroughtFile
    line: int


class Translation:
    """The files of one batch, on their way to become files of the import."""

    def __init__(self, source: Source, connection: sqlite3.Connection) -> None:
        self._prefix = source.value
        self._db = connection
        self._files: list[BroughtFile] = []

    def add(self, file: BroughtFile, path: Path) -> None:
        """Takes a file's rows in. Those of people have to come before those of invoices."""
        self._files.append(file)
        take = self._take_invoice if file.holds is Holds.INVOICES else self._take_person
        for line, row in _rows(path):
            cells = {field: row.get(column, "").strip() for column, field in file.columns.items() if field}
            if any(cells.values()):
                take(_with_days(cells, file.days), len(self._files) * _FILE_SPAN + line)

    def _take_person(self, cells: Mapping[str, str], place: int) -> None:
        home = self._home(cells, place)
        member = self._member(cells, home, place)
        holder = _person(cells, "holder")
        if not any(holder[1:]) and member and cells.get("member_email"):
            holder = (_full(cells), cells["member_email"], cells.get("member_phone", ""))
        for name, email, mobile in (holder, _person(cells, "second")):
            self._user(name or self._name_of(home), email, mobile, home, place)

    def _home(self, cells: Mapping[str, str], place: int) -> str:
        """The family that a row belongs to: by its number, else by an address, else by its name."""
        keys = _home_keys(cells)
        found = next((home for key in keys if (home := self._known(key))), "")
        home = found or self._id("h", keys[0] if keys else f"row:{place}")
        for key in keys:
            self._run("INSERT OR IGNORE INTO known VALUES (?, ?)", key, home)
        told = [_home_name(cells), *(cells.get(name, "") for name in _HOME_CELLS)]
        if found:
            filled = ", ".join(f"{name} = iif({name} = '', ?, {name})" for name in ("name", *_HOME_COLUMNS))
            self._run(f"UPDATE home SET {filled} WHERE id = ?", *told, home)  # noqa: S608 - our own names
        else:
            self._run("INSERT INTO home VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", home, place, *told)
        return home

    def _known(self, key: str) -> str:
        found = self._db.execute("SELECT home FROM known WHERE key = ?", (key,)).fetchone()
        return str(found[0]) if found else ""

    def _name_of(self, home: str) -> str:
        return str(self._db.execute("SELECT name FROM home WHERE id = ?", (home,)).fetchone()[0])

    def _member(self, cells: Mapping[str, str], home: str, place: int) -> str:
        first, last = _names(cells.get("member_first", ""), cells.get("member_last", ""), cells.get("member_name", ""))
        if not first:
            return ""
        own = cells.get("member_id", "")
        who = f"id:{own}" if own else f"{home}:{plain(first)}:{plain(last)}:{cells.get('birth_date', '')}"
        member = self._id("p", who)
        told = [cells.get(name, "") for name in _MEMBER_CELLS]
        self._run(
            "INSERT OR IGNORE INTO member VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", member, place, first, last, *told
        )
        self._run("INSERT OR IGNORE INTO belongs VALUES (?, ?)", member, home)
        return member

    def _user(self, name: str, email: str, mobile: str, home: str, place: int) -> None:
        if not email and not mobile:
            return
        user = self._id("u", email.casefold() or _digits(mobile))
        self._run("INSERT OR IGNORE INTO user VALUES (?, ?, ?, ?, ?)", user, place, name, email, mobile)
        self._run("INSERT OR IGNORE INTO access VALUES (?, ?, 'holder')", user, home)

    def _take_invoice(self, cells: Mapping[str, str], place: int) -> None:
        home = next((home for key in _home_keys(cells) if (home := self._known(key))), "") or self._home(cells, place)
        invoice = self._id("f", cells.get("number", "") or f"row:{place}")
        told = "\x1f".join(cells.get(field.name, "") for field in FIELDS[Holds.INVOICES])
        self._run("INSERT OR IGNORE INTO invoice VALUES (?, ?, ?, ?)", invoice, place, home, told)

    def _id(self, kind: str, who: str) -> str:
        """An id for the import's files: the same for the same person of the same system."""
        plain_id = f"{self._prefix}-{kind}-{who.removeprefix('id:')}"
        if len(plain_id) <= _LONGEST_ID and re.fullmatch(r"[\w.@:+-]+", plain_id, re.ASCII):
            return plain_id
        return f"{self._prefix}-{kind}-{hashlib.sha256(who.encode()).hexdigest()[:32]}"

    def _run(self, query: str, *values: object) -> None:
        self._db.execute(query, values)

    def leave_out(self, homes: Iterable[str]) -> None:
        """Families that are not brought in, with all that is theirs."""
        self._db.executemany("INSERT OR IGNORE INTO out VALUES (?)", ((home,) for home in homes))

    def silence(self, users: Iterable[str]) -> None:
        """Users who are not brought in, while their families are."""
        self._db.executemany("INSERT OR IGNORE INTO silent VALUES (?)", ((user,) for user in users))

    def users(self) -> Iterator[tuple[str, str, str, str, int]]:
        """Id, name, address, mobile and place of each user."""
        yield from self._db.execute("SELECT id, name, email, mobile, place FROM user ORDER BY place, id")

    def homes_of(self, user: str) -> list[str]:
        """Families of a user."""
        return [home for (home,) in self._db.execute("SELECT home FROM access WHERE user = ?", (user,))]

    def namesakes(self) -> Iterator[tuple[str, str, int, int]]:
        """Members of several families with one name and day of birth: name, day, and the places of two of them."""
        yield from self._db.execute(_NAMESAKES)

    def write(self, folder: Path) -> None:
        """Writes the import's files."""
        for file, header, query in _FILES:
            rows = self._db.execute(query)
            self._write(folder / file, header, ((row[0], row[1:]) for row in rows))
        for file, (header, found) in lines_of(self._invoices, self._prefix).items():
            self._write(folder / file, header, found)

    def _invoices(self) -> Iterator[tuple[int, str, str, dict[str, str]]]:
        names = [field.name for field in FIELDS[Holds.INVOICES]]
        rows = self._db.execute("SELECT place, id, home, told FROM invoice WHERE home NOT IN out ORDER BY place")
        for place, invoice, home, told in rows:
            yield place, invoice, home, dict(zip(names, told.split("\x1f"), strict=True))

    def _write(self, path: Path, header: tuple[str, ...], rows: Iterable[tuple[int, Iterable[object]]]) -> None:
        """One file, if it has any rows; where each comes from is kept."""
        with path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(header)
            count = 0
            for line, (place, cells) in enumerate(rows, 2):
                told = ["" if cell is None else str(cell) for cell in cells]
                writer.writerow([" ".join(cell.split()) for cell in told])
                self._run("INSERT INTO origin VALUES (?, ?, ?)", path.name, line, place)
                count += 1
        if not count:
            path.unlink()

    def origin(self, file: str, line: int) -> Origin | None:
        """Where a line of a file of the import comes from."""
        found = self._db.execute("SELECT place FROM origin WHERE file = ? AND line = ?", (file, line)).fetchone()
        return self.at(found[0]) if found else None

    def at(self, place: int) -> Origin:
        """The file and the line that a place means."""
        number, line = divmod(place, _FILE_SPAN)
        return Origin(self._files[number - 1], line)


_HOME_CELLS = ("household_id", "language", "holder_email", "phone", "street", "city", "region", "postcode")
_HOME_COLUMNS = ("number", "language", "email", "phone", "street", "city", "region", "postcode")
_MEMBER_CELLS = (
    "birth_date", "member_email", "member_phone", "emergency_name", "emergency_phone", "health_notes",
)  # fmt: skip
_NAMESAKES = """
SELECT min(first_name || ' ' || last_name), birth_date, min(place), max(place) FROM member WHERE birth_date != ''
GROUP BY birth_date, plain(first_name), plain(last_name) HAVING count(*) > 1 ORDER BY min(place)
"""
_FILES = (
    (
        "households.csv",
        ("id", "name", "number", "language", "email", "phone", "street", "city", "region", "postcode"),
        """SELECT place, id, name, number, language, email, phone, street, city, region, postcode FROM home
        WHERE id NOT IN out ORDER BY place""",
    ),
    (
        "members.csv",
        ("id", "households", "first_name", "last_name", *(name.replace("member_", "") for name in _MEMBER_CELLS)),
        """SELECT m.place, m.id, group_concat(b.home, '|'), first_name, last_name, birth_date, email, phone,
        emergency_name, emergency_phone, health_notes FROM member m
        JOIN belongs b ON b.member = m.id AND b.home NOT IN out GROUP BY m.id ORDER BY m.place, m.id""",
    ),
    (
        "users.csv",
        ("id", "name", "email", "mobile", "households"),
        """SELECT u.place, u.id, name, email, mobile, group_concat(a.home || '=' || a.role, '|') FROM user u
        JOIN access a ON a.user = u.id AND a.home NOT IN out WHERE u.id NOT IN silent
        GROUP BY u.id ORDER BY u.place, u.id""",
    ),
)


@contextmanager
def translation(source: Source, path: Path) -> Iterator[Translation]:
    """A translation whose rows lie in a database at `path`."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN; {_SCHEMA}")
        connection.create_function("plain", 1, plain, deterministic=True)
        yield Translation(source, connection)
    finally:
        connection.close()


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a file that was taken in, each with its line; the header is line 1."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        header = next(reader)
        for number, cells in enumerate(reader, 2):
            yield number, dict(zip(header, cells, strict=False))


def _home_keys(cells: Mapping[str, str]) -> list[str]:
    """What a family is known by, the surest first. Who has a number is known by that, not by names that others have."""
    number, name = cells.get("household_id", ""), cells.get("household_name", "")
    keys = [f"id:{number}"] if number else []
    keys += [f"email:{cells['holder_email'].casefold()}"] if cells.get("holder_email") and not number else []
    keys += [f"tel:{_digits(cells['holder_mobile'])}"] if cells.get("holder_mobile") and not keys else []
    return [*keys, f"name:{plain(name)}"] if name and not number else keys


def _digits(text: str) -> str:
    return "".join(each for each in text if each.isdigit())


def _home_name(cells: Mapping[str, str]) -> str:
    holder = _names(cells.get("holder_first", ""), cells.get("holder_last", ""), cells.get("holder_name", ""))
    return (
        cells.get("household_name") or " ".join(filter(None, holder)) or _full(cells) or cells.get("holder_email", "")
    )


def _full(cells: Mapping[str, str]) -> str:
    return " ".join(filter(None, _names(
        cells.get("member_first", ""), cells.get("member_last", ""), cells.get("member_name", "")
    )))  # fmt: skip


def _person(cells: Mapping[str, str], who: str) -> tuple[str, str, str]:
    """Name, address and mobile of a parent."""
    names = _names(cells.get(f"{who}_first", ""), cells.get(f"{who}_last", ""), cells.get(f"{who}_name", ""))
    return " ".join(filter(None, names)), cells.get(f"{who}_email", ""), cells.get(f"{who}_mobile", "")


def _names(first: str, last: str, whole: str) -> tuple[str, str]:
    """First and last name, out of two cells or one: `Léa Roy` or `Roy, Léa`."""
    if first or not whole:
        return (first, last) if first else (last, "")
    if "," in whole:
        after, _, before = whole.partition(",")
        return before.strip() or after.strip(), after.strip() if before.strip() else ""
    first, _, rest = whole.partition(" ")
    return first, last or rest.strip()


_DAYS = ("birth_date", "issued_on", "due_on", "paid_on")


def _with_days(cells: dict[str, str], order: DayOrder) -> dict[str, str]:
    """Days as the import reads them. What is no day stays as it is, for the import to say so."""
    days = {name: _day(cells[name], order) for name in _DAYS if cells.get(name)}
    language = cells.get("language", "")[:2].casefold()
    return {**cells, **days, "language": language if language in LANGUAGES else ""}


def _day(cell: str, order: DayOrder) -> str:
    if found := _ISO.fullmatch(cell):
        return found.group(1)
    found = _NUMERIC.fullmatch(cell)
    if not found:
        return cell
    one, two, year = found.groups()
    day, month = (one, two) if order is DayOrder.DAY_FIRST else (two, one)
    century = "" if len(year) > 2 else "20" if int(year) <= _YOUNGEST_CENTURY else "19"
    return f"{century}{year}-{month:0>2}-{day:0>2}"
