"""Commands that carry a whole organisation: make it anew from an export."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from chalicelib import bootstrap
from chalicelib.moving.restoring import NotAnExport
from chalicelib.moving.restoring import restore as carry_in
from cli.asking import stop, tell


def restore(
    file: Annotated[
        Path, typer.Argument(metavar="EXPORT.zip", exists=True, dir_okay=False, help="An export of an organisation.")
    ],
    slug: Annotated[str, typer.Option("--as", help="Another slug than that of the export.")] = "",
) -> None:
    """Make an organisation anew from its export, with all records and files; nothing may be there under its slug."""
    parts = (SpinnerColumn(), TextColumn("{task.description} {task.completed}"), TimeElapsedColumn())
    try:
        with Progress(*parts, console=Console(stderr=True)) as bar:
            task = bar.add_task("Records", total=None)
            done = carry_in(file, bootstrap.vault(), slug, lambda: bar.advance(task))
    except NotAnExport as refused:
        raise stop(f"{file.name} can not be restored: {refused}.") from refused
    tell(f"Restored {done.org}: {done.records} records, {done.files} files.")
