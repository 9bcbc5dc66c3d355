"""`python -m cli`, or `./foyer`: every command with its help."""

import sys

import typer
from rich.console import Console

from chalicelib.settings import SettingsError
from chalicelib.shared.errors import Fault, Kind
from cli import importing, organisations

app = typer.Typer(
    name="foyer",
    help="Runs a Foyer portal: its organisations and their records.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(organisations.app, name="organisation")
app.command("import")(importing.import_folder)
app.command("columns")(importing.columns)

_WORDS = {
    Kind.UNAVAILABLE: "DynamoDB can not be reached, or did not answer in time. Repeating is safe.",
    Kind.CONFLICT: "Somebody else keeps changing the same records. Repeating is safe.",
}


def main() -> int:
    """Runs a command; what goes wrong is one line and exit code 1."""
    try:
        app(prog_name="foyer")
    except SettingsError as error:
        return _say(f"This terminal is not set up for a portal: {error}.")
    except Fault as error:
        return _say(_WORDS.get(error.kind, str(error)))
    return 0


def _say(message: str) -> int:
    Console(stderr=True).print(f"[red]Error[/red] {message}", highlight=False)
    return 1


if __name__ == "__main__":
    sys.exit(main())
