"""Takes a file in: CSV in the encodings that spreadsheets write, alone or several in a ZIP, as plain UTF-8.

Whatever is no such file is refused with words that say what to do; nothing is guessed where a wrong guess would
silently spoil names.
"""

import codecs
import csv
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from chalicelib.admin.imports.columns import SHEETS
from chalicelib.moving.domain import LONGEST_SAMPLE, MAX_COLUMNS, MAX_FILES, MAX_SAMPLES
from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import Message, say
from chalicelib.web.uploads import Upload

MOST_UNPACKED = 64 * 1024 * 1024
"""Bytes that the files of a ZIP may have in all: the function has all of them in memory, twice."""
_LONGEST_LINE = 1 << 20
"""Letters of one line; of a longer one the cells alone would need more memory than there is."""
_LONGEST_NAME = 80
"""Letters of a column's name; the rest is left off."""
_CHUNK = 1 << 20
_SEPARATORS = ",;\t|"
_HEAD = 1 << 14
_TWICE_ENCODED = re.compile(rb"[\xc3\xc5\xd0\xd1][\x80-\xbf]")
"""Letters of French and Russian as UTF-8 writes them: next to bytes that are no UTF-8, the file mixes encodings."""
_NEUTRALISED = re.compile(r"^'(?=[=+\-@\t\r'＝＋－＠])")
"""The apostrophe with which careful systems keep a cell from being taken for a formula."""

_OWN_FILES = {sheet.file: frozenset(sheet.required) for sheet in SHEETS}


class Table(NamedTuple):
    """A file that was read: what goes into the vault, and what is shown of it."""

    name: str
    content: bytes
    """CSV with commas, in UTF-8, the header first."""
    rows: int
    header: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    days: tuple[str, ...]
    """Cells that look like days."""

    @property
    def is_own(self) -> bool:
        """Whether it is one of the import's own files, by its name and the columns that those need."""
        return self.name in _OWN_FILES and _OWN_FILES[self.name] <= set(self.header)


def tables(upload: Upload | None) -> list[Table]:
    """The tables of a file that was sent. Raises Invalid, at `file`."""
    if upload is None or not upload.content:
        raise _wrong(say("Choose a file"))
    if upload.content.startswith(b"PK\x03\x04"):
        return _unpacked(upload.content)
    return [_table(_name(upload.name), upload.content)]


def _unpacked(content: bytes) -> list[Table]:
    """The CSV files of a ZIP; what they come to is counted while unpacking, whatever its list says."""
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            names = [each for each in archive.namelist() if each.lower().endswith((".csv", ".txt", ".tsv"))]
            if not names or len(names) > MAX_FILES:
                raise _wrong(
                    say(
                        "A ZIP file holds from 1 to %(most)s CSV files. Save a spreadsheet as CSV first.",
                        most=MAX_FILES,
                    )
                )
            left = MOST_UNPACKED
            found = []
            for name in names:
                told = _unpack(archive, name, left)
                left -= len(told)
                found.append(_table(_name(name), told))
            return found
    except (BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, zlib.error) as broken:
        raise _wrong(say("This ZIP file can not be opened. Pack it anew, without a password.")) from broken


def _unpack(archive: ZipFile, name: str, most: int) -> bytes:
    """What one file of a ZIP comes to. Raises Invalid, and ValueError for a way of packing that says itself how much
    memory it takes: that of a few bytes may be more than there is."""
    if archive.getinfo(name).compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise ValueError("packed in an unusual way")
    parts, size = [], 0
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise _wrong(say("The files are too large for a browser. Bring them in parts."))
            parts.append(chunk)
    return b"".join(parts)


def _name(told: str) -> str:
    """A file's name, without folders and what no name needs."""
    bare = re.split(r"[/\\]", told)[-1].strip()
    return "".join(each for each in bare if each.isprintable())[-80:] or "file.csv"


def _table(name: str, content: bytes) -> Table:
    found = _rows(name, content)
    header = _header(name, next(found, []))
    out = io.BytesIO()
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    count, days = 0, list[str]()
    samples: list[list[str]] = [[] for _ in header]
    for count, row in enumerate(found, 1):
        cells = _cells(name, header, row, count)
        writer.writerow(cells)
        _sample(samples, days, cells)
    if not count:
        raise _wrong(say("%(file)s has no rows below its header.", file=name))
    return Table(name, out.getvalue(), count, header, tuple(map(tuple, samples)), tuple(days))


def _header(name: str, row: Sequence[str]) -> tuple[str, ...]:
    header = [" ".join(cell.split())[:_LONGEST_NAME] for cell in row]
    while header and not header[-1]:
        header.pop()
    _check_header(name, header)
    return tuple(header)


def _cells(name: str, header: Sequence[str], row: Sequence[str], number: int) -> list[str]:
    """The cells of a row as other systems meant them. Raises Invalid where there are more than columns."""
    if any(cell.strip() for cell in row[len(header) :]):
        told = say(
            "%(file)s: row %(row)s has more cells than the header. Save the file as CSV anew.",
            file=name,
            row=number + 1,
        )
        raise _wrong(told)
    return [_NEUTRALISED.sub("", cell.strip()) for cell in row[: len(header)]]


def _sample(samples: list[list[str]], days: list[str], cells: Sequence[str]) -> None:
    for kept, cell in zip(samples, cells, strict=False):
        if cell and len(kept) < MAX_SAMPLES:
            kept.append(" ".join(cell.split())[:LONGEST_SAMPLE])
        if _LOOKS_LIKE_DAY.match(cell) and len(days) < _MOST_DAYS:
            days.append(cell)


_LOOKS_LIKE_DAY = re.compile(r"\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
_MOST_DAYS = 2000


def _check_header(name: str, header: Sequence[str]) -> None:
    if not any(header):
        raise _wrong(say("%(file)s is empty.", file=name))
    if len(header) > MAX_COLUMNS:
        raise _wrong(say("%(file)s has more than %(most)s columns.", file=name, most=MAX_COLUMNS))
    if "" in header or len({each.casefold() for each in header}) < len(header):
        raise _wrong(say("%(file)s: every column needs a name of its own in the first row.", file=name))


def _encoding(name: str, content: bytes) -> str:
    """How the file's text is written. UTF-16 says so itself; what is no UTF-8 is what Windows writes, unless both."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        found, wrong = "utf-16", _first_wrong(content, "utf-16")
    else:
        found, wrong = "utf-8-sig", _first_wrong(content, "utf-8")
        if wrong is not None:
            _refuse_mixed(name, content, wrong)
            found, wrong = "cp1252", _first_wrong(content, "cp1252")
    if wrong is not None:
        raise _no_csv(name)
    return found


def _refuse_mixed(name: str, content: bytes, wrong: int) -> None:
    if _TWICE_ENCODED.search(content):
        raise _wrong(
            say(
                "%(file)s mixes two encodings, first in line %(line)s: names would be spoilt. Save it anew as"
                " CSV (UTF-8).",
                file=name,
                line=content.count(b"\n", 0, wrong) + 1,
            )
        )


def _first_wrong(content: bytes, encoding: str) -> int | None:
    """About where bytes are that an encoding does not know, in memory that does not grow with the file."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(content), _CHUNK):
        try:
            decoder.decode(content[start : start + _CHUNK], final=start + _CHUNK >= len(content))
        except UnicodeDecodeError as error:
            return start + error.start
    return None


def _rows(name: str, content: bytes) -> Iterator[list[str]]:
    """Rows that are not blank. Raises Invalid for broken quotes and endless lines, with the line where they begin."""
    encoding = _encoding(name, content)
    head = content[:_HEAD].decode(encoding, errors="ignore").partition("\n")[0]
    separator = max(_SEPARATORS, key=head.count)
    lines = _lines(name, io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline=""))
    reader = csv.reader(lines, delimiter=separator, strict=True)
    begins = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _wrong(
                say("%(file)s: the quotes in line %(line)s are broken. Correct that line.", file=name, line=begins)
            ) from error
        begins = reader.line_num + 1
        if any(cell.strip() for cell in row):
            yield row


def _lines(name: str, text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(_LONGEST_LINE + 1):
        number += 1
        if len(line) > _LONGEST_LINE:
            raise _wrong(say("%(file)s: line %(line)s is too long for a row of a table.", file=name, line=number))
        if "\0" in line:
            raise _no_csv(name)
        yield line


def _no_csv(name: str) -> Invalid:
    return _wrong(say("%(file)s is not a CSV file. Save the sheet as CSV (UTF-8).", file=name))


def _wrong(message: Message) -> Invalid:
    return Invalid({"file": message})
