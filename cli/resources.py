"""Commands of what can be booked."""

import typer
from rich.console import Console
from rich.table import Table

from chalicelib.admin.resource_file import WEEKDAYS, read_resources
from chalicelib.bookings import resource_store
from chalicelib.bookings.resources import Opening, Resource
from cli.asking import DocumentFile, Org, find, plainly, tell

app = typer.Typer(help="Keep the rooms, courts, rinks and appointments that families book.", no_args_is_help=True)


@app.command("import")
def import_resources(org: Org, file: DocumentFile) -> None:
    """Store what a file describes, each over the one with the same id; bookings stay as they are."""
    organisation = find(org)
    with plainly():
        told = read_resources(file, organisation)
        resource_store.save_all(organisation.slug, told)
    tell(f"Stored {len(told)} resources")


@app.command("show")
def show_resources(org: Org) -> None:
    """Show what can be booked."""
    organisation = find(org)
    table = Table("id", "title", "kind", "hours", "minutes", "at once", "price", "approval", "offered")
    for each in resource_store.list_all(organisation.slug):
        table.add_row(
            each.id,
            each.title.get(organisation.language, ""),
            each.kind.value,
            _hours(each),
            f"{each.shortest} to {each.longest}, every {each.step}",
            str(each.capacity),
            f"{each.price_minor} {organisation.currency} per {each.price_per.value}",
            "yes" if each.needs_approval else "no",
            "yes" if each.is_offered else "no",
        )
    Console().print(table)


def _hours(resource: Resource) -> str:
    days = zip(WEEKDAYS, resource.hours, strict=True)
    return "\n".join(f"{day[:3]} {', '.join(map(_span, openings))}" for day, openings in days if openings)


def _span(opening: Opening) -> str:
    return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in opening)
