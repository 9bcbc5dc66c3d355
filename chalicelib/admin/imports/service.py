"""The import of a folder from beginning to end: read, check, and only if nothing is wrong, write."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from chalicelib.admin.imports.catalogue import write_catalogue
from chalicelib.admin.imports.checks import check
from chalicelib.admin.imports.columns import SHEETS
from chalicelib.admin.imports.households import names, write_household
from chalicelib.admin.imports.laying import internal_id
from chalicelib.admin.imports.members import write_members, write_skills
from chalicelib.admin.imports.plan import Outcome
from chalicelib.admin.imports.rolls import write_rolls
from chalicelib.admin.imports.rows import read_folder
from chalicelib.admin.imports.staging import Problem, Record, Staging, open_staging
from chalicelib.admin.imports.users import Invitation, write_users
from chalicelib.admin.imports.values import Context
from chalicelib.admin.summaries import rebuild
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict, Unavailable

_CATALOGUE, _PLACES = "\x1fcatalogue", "\x1fplaces"
"""Stages that are noted beside the households that are done; no household can have such a name."""
_FAILURES = 3
"""So many households in a row that can not be written are not at fault themselves: the table is."""
_LEFT = "could not be written whole: it has grown too large, or it kept changing while the import ran"


class Listener(Protocol):
    """Hears how far a long import is."""

    def begin(self, what: str, total: int | None) -> None:
        """A stage begins; `total` steps, or None when nobody knows."""

    def step(self) -> None:
        """One step of the stage is done."""


class Silence:
    """A listener that shows nothing."""

    def begin(self, what: str, total: int | None) -> None:
        """Nothing."""

    def step(self) -> None:
        """Nothing."""


class Checked:
    """A folder that was read and checked; its mistakes can be listed, or its records written."""

    def __init__(self, organisation: Organisation, staging: Staging, now: datetime, listener: Listener) -> None:
        self._organisation = organisation
        self._staging = staging
        self._now = now
        self._listener = listener

    @property
    def mistakes(self) -> int:
        """How many mistakes there are; only a folder without any is written."""
        return self._staging.count_problems()

    def problems(self) -> Iterator[Problem]:
        """Every mistake, by file and line."""
        return self._staging.problems()

    def rows(self) -> dict[str, int]:
        """How many rows were read, by file."""
        counted = {sheet.file: self._staging.count(sheet.kind) for sheet in SHEETS}
        return {file: number for file, number in counted.items() if number}

    def write(self, *, send_activation: bool = False, total: Outcome | None = None) -> Outcome:
        """Writes all records. Safe to repeat after a crash. Raises Conflict, Unavailable, ValueError on mistakes.

        A household that can not be written is left out and told; no family can stop the import for the others.
        With `total`, what was done before is counted on, and transactions are carried as it says.
        """
        if self.mistakes:
            raise ValueError("files with mistakes are not written")
        organisation, staging, total = self._organisation, self._staging, total or Outcome()
        self._listener.begin("Programmes and classes", None)
        if not staging.is_written(_CATALOGUE):
            write_catalogue(organisation, staging, total)
            write_skills(organisation, staging, total)
            staging.note_written(_CATALOGUE)
        homes = list(names(staging))
        self._listener.begin("Households", len(homes))
        failing = _Failing(total)
        for name in homes:
            home, record = internal_id(organisation, "household", name), staging.record("household", name)
            with failing.left_out(home, name, record):
                write_household(organisation, staging, name, self._now, total)
            staging.note_written(name)
            self._listener.step()
        self._listener.begin("Attendance and places", None)
        if not staging.is_written(_PLACES):
            self._write_places(failing, total)
            staging.note_written(_PLACES)
        self._listener.begin("Users", staging.count("user"))
        for _ in write_users(organisation, staging, Invitation(self._now, send_activation), total):
            self._listener.step()
        return total

    def _write_places(self, failing: "_Failing", total: Outcome) -> None:
        organisation, staging = self._organisation, self._staging
        write_members(organisation, staging, self._now, total)
        write_rolls(organisation, staging, self._now, total)
        for (home,) in list(staging.rows("SELECT household FROM stale")):
            with failing.left_out(home, home, None):
                rebuild(organisation, home, self._now, total.carry)


class _Failing:
    """Notes households that can not be written, unless so many fail in a row that it is the table which does."""

    def __init__(self, total: Outcome) -> None:
        self._total = total
        self._in_a_row = 0
        self._homes: set[str] = set()
        """Internal ids of those that were told already."""

    @contextmanager
    def left_out(self, home: str, name: str, record: Record | None) -> Iterator[None]:
        """Turns the failure of one household into a problem at its row. Raises the last one of a series."""
        try:
            yield
        except (Conflict, Unavailable):
            self._in_a_row += 1
            if self._in_a_row == _FAILURES:
                raise
            self._tell(home, Problem("households.csv", record.line if record else 0, "", f"{name}: {_LEFT}"))
        else:
            self._in_a_row = 0

    def _tell(self, home: str, problem: Problem) -> None:
        if home not in self._homes:
            self._homes.add(home)
            self._total.left_out.append(problem)


@contextmanager
def checked(
    organisation: Organisation, folder: Path, now: datetime, listener: Listener | None = None
) -> Iterator[Checked]:
    """Reads and checks the files of `folder`; nothing is written yet. Raises NotADirectoryError, Unavailable."""
    with open_staging() as staging:
        yield check_into(staging, organisation, folder, now, listener or Silence())


def check_into(
    staging: Staging, organisation: Organisation, folder: Path, now: datetime, listener: Listener
) -> Checked:
    """The files of `folder`, read into `staging` and checked. Raises NotADirectoryError, Unavailable."""
    listener.begin("Reading", None)
    read_folder(folder, Context(organisation, now), staging, listener.step)
    listener.begin("Checking", None)
    check(organisation, staging)
    return Checked(organisation, staging, now, listener)
