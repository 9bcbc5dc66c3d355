"""`python -m cli`, or `./foyer`: every command with its help."""

import sys
from typing import Annotated

import typer
from rich.console import Console

from chalicelib.settings import SettingsError
from chalicelib.shared.errors import Fault, Kind
from cli import (
    archive,
    billing_documents,
    classes,
    clients,
    importing,
    keys,
    members,
    migrate,
    money,
    moving,
    organisations,
    resources,
    splits,
    staff,
    stripe,
)
from cli.asking import REASON, given_reason

app = typer.Typer(
    name="foyer",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(organisations.app, name="organisation")
app.add_typer(staff.app, name="staff")
app.add_typer(money.invoices, name="invoices")
app.add_typer(money.payments, name="payments")
app.add_typer(money.credits_, name="credits")
app.add_typer(stripe.app, name="stripe")
app.add_typer(stripe.cards, name="cards")
app.add_typer(billing_documents.quotes, name="quotes")
app.add_typer(billing_documents.recurring, name="recurring")
app.add_typer(billing_documents.subscriptions, name="subscriptions")
app.add_typer(billing_documents.plans, name="plans")
app.add_typer(resources.app, name="resources")
app.add_typer(members.certificates, name="certificates")
app.add_typer(members.skills, name="skills")
app.add_typer(classes.app, name="classes")
app.add_typer(archive.app, name="archive")
app.add_typer(clients.app, name="clients")
app.add_typer(splits.app, name="splits")
app.add_typer(migrate.app, name="migrate")
app.add_typer(keys.app, name="keys")
app.command("restore")(moving.restore)
app.command("import")(importing.import_folder)
app.command("columns")(importing.columns)


@app.callback()
def foyer(
    reason: Annotated[
        str, typer.Option(envvar=REASON, help="Why you work on families' records; the organisation reads it.")
    ] = "",
) -> None:
    """Runs a Foyer portal: its organisations and their records."""
    given_reason.set(reason)


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
