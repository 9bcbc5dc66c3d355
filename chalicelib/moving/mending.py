"""Leaves out of files what can not be read, where whoever brings them in wishes so: a cell, or a row that needs it."""

import csv
import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from chalicelib.admin.imports.columns import SHEETS
from chalicelib.admin.imports.service import checked
from chalicelib.admin.imports.staging import Problem
from chalicelib.organisations.domain import Organisation

_ROUNDS = 6
"""A row that goes can leave others without what they name; a chain of these ends before so many rounds."""
_REQUIRED = {sheet.file: frozenset(sheet.required) for sheet in SHEETS}
_COLUMNS = {sheet.file: frozenset(column.name for column in sheet.columns) for sheet in SHEETS}
_MOST = 50_000
"""Mistakes that one round looks at."""


def mend(organisation: Organisation, folder: Path, now: datetime) -> Iterator[Problem]:
    """Leaves out cells and rows until nothing is wrong, and tells of each. What can not be mended stays wrong."""
    for _ in range(_ROUNDS):
        with checked(organisation, folder, now) as found:
            wrong = list(itertools.islice(found.problems(), _MOST))
        if not wrong:
            return
        for file in sorted({problem.file for problem in wrong}):
            mendable = [problem for problem in wrong if problem.file == file and problem.line > 1]
            if mendable and (folder / file).exists():
                _mend(folder / file, mendable)
                yield from mendable


def _mend(path: Path, problems: Iterable[Problem]) -> None:
    """Writes a file anew, each row in the line where it was."""
    wrong: dict[int, set[str]] = {}
    for problem in problems:
        wrong.setdefault(problem.line, set()).add(problem.field)
    mended = path.with_suffix(".mended")
    with path.open(newline="", encoding="utf-8") as old, mended.open("w", newline="", encoding="utf-8") as new:
        reader, writer = csv.reader(old), csv.writer(new, lineterminator="\n")
        header: list[str] = []
        begins = 1
        for cells in reader:
            header = header or cells
            kept = _kept(path.name, header, cells, wrong.get(begins, set()))
            if kept:
                writer.writerow(kept)
            written = 1 + sum(cell.count("\n") for cell in kept) if kept else 0
            new.write("\n" * (reader.line_num + 1 - begins - written))
            begins = reader.line_num + 1
    mended.replace(path)


def _kept(file: str, header: Sequence[str], cells: Sequence[str], wrong: set[str]) -> list[str]:
    """The row without its wrong cells; nothing where it can not be without one, or where what is wrong is empty."""
    told = dict(zip(header, cells, strict=False))
    if any(field in _REQUIRED[file] or field not in _COLUMNS[file] or not told.get(field) for field in wrong):
        return []
    return ["" if name in wrong else cell for name, cell in zip(header, cells, strict=False)]
