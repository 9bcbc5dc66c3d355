"""Commands around imports: the import itself, and the columns it knows."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from chalicelib import bootstrap
from chalicelib.admin import operators
from chalicelib.admin.imports.columns import SHEETS
from chalicelib.admin.imports.plan import Outcome
from chalicelib.admin.imports.service import checked
from chalicelib.admin.imports.staging import Problem, batches
from cli.asking import find, why

_ROWS = 500
"""Mistakes of one printed table: a table is laid out in memory."""


def import_folder(
    org: Annotated[str, typer.Argument(metavar="ORG", help="Slug of the organisation.")],
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", exists=True, file_okay=False, help="Folder with the CSV files.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only check and list all mistakes; write nothing.")
    ] = False,
    send_activation: Annotated[
        bool, typer.Option("--send-activation", help="Tell new users by mail that they have an account.")
    ] = False,
) -> None:
    """Bring an organisation's records in from CSV files. Repeating it with the same files changes nothing."""
    console = Console()
    organisation = find(org)
    because = None if dry_run else why()
    with _progress() as bar, checked(organisation, folder, bootstrap.clock().now(), bar) as found:
        if found.mistakes:
            bar.stop()
            _print_problems(console, found.problems(), f"{found.mistakes} mistakes; nothing was written")
            raise typer.Exit(1)
        if because is None:
            bar.stop()
            _print_rows(console, found.rows())
            return
        operators.work(organisation.slug, because, bootstrap.clock().now())
        outcome = found.write(send_activation=send_activation)
        bar.stop()
    _print_outcome(console, outcome)
    if outcome.left_out:
        raise typer.Exit(1)


def columns() -> None:
    """Show the files of an import and what their columns hold."""
    console = Console()
    for sheet in SHEETS:
        title = f"{sheet.file}: {sheet.meaning}"
        table = Table("column", "needed", "holds", "meaning", title=title, title_justify="left")
        for column in sheet.columns:
            table.add_row(column.name, "yes" if column.required else "", column.type.words, column.meaning)
        console.print(table)


class _Bar:
    """Shows the stages of an import as they go on."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def begin(self, what: str, total: int | None) -> None:
        """A stage begins; the one before is done."""
        self._finish_stage()
        self._progress.start()
        self._task = self._progress.add_task(what, total=total)

    def step(self) -> None:
        """One step of the stage is done."""
        if self._task is not None:
            self._progress.advance(self._task)

    def stop(self) -> None:
        """The last stage is done; the terminal is free for other things."""
        self._finish_stage()
        self._progress.stop()

    def _finish_stage(self) -> None:
        if self._task is not None:
            done = self._progress.tasks[-1].completed or 1
            self._progress.update(self._task, total=done, completed=done)
            self._task = None


@contextmanager
def _progress() -> Iterator[_Bar]:
    parts = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bar = _Bar(Progress(*parts, console=Console(stderr=True)))
    try:
        yield bar
    finally:
        bar.stop()


def _print_problems(console: Console, problems: Iterable[Problem], title: str) -> None:
    for batch in batches(problems, _ROWS):
        table = Table("file", "line", "column", "mistake", title=title)
        for problem in batch:
            line = str(problem.line) if problem.line else ""
            table.add_row(Text(problem.file), line, Text(problem.field), Text(problem.message))
        console.print(table)


def _print_rows(console: Console, rows: dict[str, int]) -> None:
    table = Table("file", "rows", title="No mistakes; nothing was written")
    for file, number in rows.items():
        table.add_row(file, str(number))
    console.print(table)


def _print_outcome(console: Console, outcome: Outcome) -> None:
    table = Table("records", "new", "changed", "untouched", title="Imported")
    for kind in dict.fromkeys(kind for kind, _ in outcome.counts):
        table.add_row(kind, *(str(outcome.counts[kind, what]) for what in ("new", "changed", "untouched")))
    console.print(table)
    if outcome.left_out:
        _print_problems(console, outcome.left_out, "Left as they were")
