"""Commands that change what is stored already, in steps, while people work (D-14)."""

import getpass
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from chalicelib import bootstrap
from chalicelib.data import looking
from chalicelib.migrating import running, store
from chalicelib.migrating.domain import Phase, State, Step
from chalicelib.migrating.domain import Progress as Told
from chalicelib.migrating.steps import STEPS
from cli.asking import stop, tell

app = typer.Typer(help="Change what is stored already, in steps, while people work.", no_args_is_help=True)


@app.command("status")
def show() -> None:
    """Show the steps, and how far each is."""
    table = Table("step", "what it does", "beside a deployment", "state", "seen", "changed", "by", "at (UTC)")
    for step in STEPS:
        told = store.progress(step)
        moment = told.at.strftime("%Y-%m-%d %H:%M") if told.at else ""
        table.add_row(
            str(step.number), step.name, step.phase.value, told.state.value, str(told.seen), str(told.changed), told.by,
            moment,
        )  # fmt: skip
    Console().print(table)


@app.command("run")
def run(
    number: Annotated[int, typer.Argument(help="One step alone, also one that is done; 0: all that wait.")] = 0,
    phase: Annotated[
        str, typer.Option("--phase", help="`before` or `after`: only steps that run there, beside a deployment.")
    ] = "",
    only: Annotated[list[int] | None, typer.Option("--only", help="Of those that wait these alone.")] = None,
) -> None:
    """Run the steps that wait, in their order. Ctrl-C is safe at any moment: the next run goes on from there."""
    steps = [_chosen(number)] if number else running.pending(STEPS, _phase(phase))
    steps = [step for step in steps if not only or step.number in only]
    for step in steps:
        _run(step)
    if not steps:
        tell("Nothing waits")


@app.command("again")
def again(numbers: Annotated[list[int], typer.Argument(help="The steps.")]) -> None:
    """Have steps wait again and begin anew, because code that does not know them ran since they were done."""
    for number in numbers:
        try:
            store.begin_anew(_chosen(number), bootstrap.clock().now())
        except store.Taken as taken:
            raise stop(str(taken)) from taken
        tell(f"Step {number} waits")


def _chosen(number: int) -> Step:
    found = [step for step in STEPS if step.number == number]
    if not found:
        raise stop(f"There is no step {number}; ./foyer migrate status lists them.")
    return found[0]


def _phase(name: str) -> Phase | None:
    if name and name not in {phase.value for phase in Phase}:
        raise stop("--phase is before or after.")
    return Phase(name) if name else None


def _run(step: Step) -> None:
    columns = (
        TextColumn("{task.description}"), BarColumn(),
        TextColumn("{task.fields[seen]} seen, {task.fields[changed]} changed"), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"Step {step.number}", total=looking.about() or None, seen=0, changed=0)

        def heard(told: Told) -> None:
            bar.update(task, completed=told.passed, seen=told.seen, changed=told.changed)

        try:
            told = running.run(step, getpass.getuser(), bootstrap.clock().now, heard)
        except KeyboardInterrupt:
            raise stop(f"Step {step.number} was ended; the next run goes on from there.") from None
        except store.Taken as taken:
            raise stop(str(taken)) from taken
        if told.state is State.DONE:
            bar.update(task, total=told.passed, completed=told.passed)
    tell(f"Step {step.number}: {told.seen} seen, {told.changed} changed")
