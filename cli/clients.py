"""Commands about the list of clients that staff look through."""

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from chalicelib.clients.rebuilding import rebuild
from cli.asking import Org, find, plainly, tell

app = typer.Typer(help="The list of clients that the staff look through.", no_args_is_help=True)


@app.command("index")
def index(org: Org) -> None:
    """Make the list anew from the households themselves. It reads the whole table; repeating it does no harm."""
    organisation, done = find(org), 0
    parts = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with plainly(), Progress(*parts, console=Console(stderr=True)) as bar:
        task = bar.add_task("households", total=None)
        for _ in rebuild(organisation.slug):
            done += 1
            bar.advance(task)
    tell(f"{done} households can be found")
