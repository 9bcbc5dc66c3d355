"""The files of a batch as the import wants them, in a folder: its own as they are, those of others translated."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from chalicelib.admin.imports.staging import Problem
from chalicelib.files import keeping
from chalicelib.moving.domain import Batch, Duplicates, Holds, Row
from chalicelib.moving.duplicates import Duplicate, duplicates
from chalicelib.moving.sources import FIELDS
from chalicelib.moving.translating import Translation, translation
from chalicelib.organisations.domain import Organisation
from chalicelib.ports import Vault


class Laid(NamedTuple):
    """A folder of the import's files."""

    folder: Path
    batch: Batch
    translation: Translation | None
    duplicates: tuple[Duplicate, ...]
    """Families who are here already; what becomes of them is as whoever brings the batch wished."""

    def row(self, problem: Problem) -> Row:
        """A mistake as people find it: in the file that they brought, in its line, in its column."""
        origin = self.translation.origin(problem.file, problem.line) if self.translation and problem.line else None
        if origin is None:
            return row_of(problem, _place(problem.file, problem.line), problem.field)
        columns = [
            column for column, field in origin.file.columns.items() if _target(field) == (problem.file, problem.field)
        ]
        return row_of(problem, _place(origin.file.name, origin.line), ", ".join(columns) or problem.field)


def row_of(problem: Problem, place: str, what: str) -> Row:
    """A mistake as it is kept: what was written, and what is to be said of it in the reader's language."""
    if problem.told is None:
        return Row(place, "", what, "", problem.message)
    return Row(place, problem.cell, what, json.dumps(dict(problem.told.values)), problem.told.key)


def _place(file: str, line: int) -> str:
    return f"{file}:{line}" if line else file


def _target(field: str) -> tuple[str, str]:
    found = (each.target for holds in (Holds.PEOPLE, Holds.INVOICES) for each in FIELDS[holds] if each.name == field)
    return next(found, ("", ""))


@contextmanager
def laid_out(organisation: Organisation, vault: Vault, batch: Batch, where: Path) -> Iterator[Laid]:
    """The files of a batch, laid out under `where`. Raises NotFound, Unavailable."""
    folder = where / "files"
    folder.mkdir()
    own = [file for file in batch.files if file.holds is Holds.OWN]
    others = sorted(
        (file for file in batch.files if file.holds is not Holds.OWN), key=lambda each: each.holds.value, reverse=True
    )
    for file in own:
        (folder / file.name).write_bytes(vault.get(keeping.key(batch.org, keeping.ORGANISATION, file.id)))
    if not others:
        yield Laid(folder, batch, None, ())
        return
    with translation(batch.source, where / "translation") as translated:
        for file in others:
            path = where / file.id
            path.write_bytes(vault.get(keeping.key(batch.org, keeping.ORGANISATION, file.id)))
            translated.add(file, path)
            path.unlink()
        found = tuple(duplicates(organisation, translated))
        _heed(batch, translated, found)
        translated.write(folder)
        yield Laid(folder, batch, translated, found)


def _heed(batch: Batch, translated: Translation, found: tuple[Duplicate, ...]) -> None:
    if batch.wishes.duplicates is Duplicates.BRING_IN:
        translated.silence(each.user for each in found)
    else:
        translated.leave_out(home for each in found for home in translated.homes_of(each.user))
