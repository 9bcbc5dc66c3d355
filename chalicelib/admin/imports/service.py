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
from chalicelib.admin.imports.plan import Outcome
from chalicelib.admin.imports.rows import read_folder
from chalicelib.admin.imports.staging import Problem, Staging, open_staging
from chalicelib.admin.imports.users import Invitation, write_users
from chalicelib.admin.imports.values import Context
from chalicelib.admin.summaries import rebuild
from chalicelib.organisations.domain import Organisation


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

    def write(self, *, send_activation: bool = False) -> Outcome:
        """Writes all records. Safe to repeat after a crash. Raises Conflict, Unavailable, ValueError on mistakes."""
        if self.mistakes:
            raise ValueError("files with mistakes are not written")
        organisation, staging, total = self._organisation, self._staging, Outcome()
        self._listener.begin("Programmes and classes", None)
        write_catalogue(organisation, staging, total)
        homes = list(names(staging))
        self._listener.begin("Households", len(homes))
        for name in homes:
            write_household(organisation, staging, name, self._now, total)
            self._listener.step()
        for (home,) in list(staging.rows("SELECT household FROM stale")):
            rebuild(organisation, home, self._now)
        self._listener.begin("Users", staging.count("user"))
        for _ in write_users(organisation, staging, Invitation(self._now, send_activation), total):
            self._listener.step()
        return total


@contextmanager
def checked(
    organisation: Organisation, folder: Path, now: datetime, listener: Listener | None = None
) -> Iterator[Checked]:
    """Reads and checks the files of `folder`; nothing is written yet. Raises NotADirectoryError, Unavailable."""
    listener = listener or Silence()
    with open_staging() as staging:
        listener.begin("Reading", None)
        read_folder(folder, Context(organisation, now), staging, listener.step)
        listener.begin("Checking", None)
        check(organisation, staging)
        yield Checked(organisation, staging, now, listener)
