"""CSV files as organisations have them: UTF-8 or Windows-1252, commas or semicolons, read a row at a time."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 1 << 16
_HEAD = 1 << 13


class Unreadable(Exception):
    """A file, from `line` on, that is no CSV file in a known encoding."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file and the line of the file where it begins (the header is line 1)."""

    number: int
    cells: list[str]


def lines(path: Path) -> Iterator[Line]:
    """Rows of a file that are not blank, the header first. Raises Unreadable."""
    try:
        with path.open(encoding=_encoding(path), newline="") as stream:
            yield from _rows(stream, _separator(path))
    except UnicodeDecodeError as error:
        raise Unreadable(1, "is neither UTF-8 nor Windows-1252") from error


def _rows(stream: Iterator[str], separator: str) -> Iterator[Line]:
    reader = csv.reader(stream, delimiter=separator, strict=True)
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(begins, f"can not be read as CSV: {error}") from error
        if any(cell.strip() for cell in cells):
            yield Line(begins, cells)
        begins = reader.line_num + 1


def _encoding(path: Path) -> str:
    """UTF-8 when every byte fits, with or without its mark; otherwise Windows-1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _separator(path: Path) -> str:
    """Comma or semicolon: names of columns hold neither, so the header tells."""
    with path.open("rb") as stream:
        header = stream.read(_HEAD).partition(b"\n")[0]
    return ";" if header.count(b";") > header.count(b",") else ","
