"""What commands about one organisation and household have in common: arguments, and words for what is wrong."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from chalicelib import bootstrap
from chalicelib.admin import billing_files, operators
from chalicelib.admin.tables import FileMistakes
from chalicelib.billing.amounts import parse_amount
from chalicelib.households.store import get_person
from chalicelib.organisations import store
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict, NotFound

REASON = "FOYER_REASON"
"""Variable with the reason for which an operator works on families' records, where `--reason` does not say it."""
given_reason: ContextVar[str] = ContextVar("given_reason", default="")
"""The reason that this command was given."""

Org = Annotated[str, typer.Argument(metavar="ORG", help="Slug of the organisation.")]
HouseholdId = Annotated[
    str, typer.Argument(metavar="HOUSEHOLD", help="Id of the household: the portal's, or the organisation's own.")
]
DocumentId = Annotated[str, typer.Argument(metavar="ID", help="Id as the command printed it that made it.")]
DocumentFile = Annotated[
    Path,
    typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="TOML or JSON; see docs/operations.md."),
]
Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help="Money as people write it: 18.50.")]


def find(slug: str) -> Organisation:
    """The organisation with this slug; ends the command when there is none."""
    organisation = store.get(slug)
    if organisation is None:
        raise stop(f"There is no organisation {slug}.")
    return organisation


def at(org: str, household: str) -> tuple[Organisation, str, datetime]:
    """The organisation, the portal's id of the household, and now.

    Every command about a family comes through here, and none goes on without a reason that the organisation reads.
    """
    organisation, now = find(org), bootstrap.clock().now()
    home = billing_files.portal_id(organisation, "household", household)
    operators.look(organisation.slug, home, why(), now)
    return organisation, home, now


def member_at(org: str, member: str) -> tuple[Organisation, str]:
    """The organisation, and the portal's id of a member of one of its families; wants a reason as well."""
    organisation, now = find(org), bootstrap.clock().now()
    found = billing_files.portal_id(organisation, "member", member)
    person = get_person(organisation.slug, found)
    for home in person.households if person else ():
        operators.look(organisation.slug, home, why(), now)
    return organisation, found


def why() -> operators.Why:
    """Who runs this command, and why: as `foyer --reason` or FOYER_REASON says, else asked at the terminal."""
    told = given_reason.get()
    if not told and sys.stdin.isatty():
        told = str(typer.prompt("Reason, for the organisation to read"))
    try:
        return operators.because(getpass.getuser(), told)
    except ValueError as error:
        raise stop(
            f"Say why, for the organisation to read: foyer --reason WORDS, or {REASON}, in 10 to 300 characters."
        ) from error


def minor_of(text: str, currency: str) -> int:
    """Minor units of an amount above zero; ends the command for anything else."""
    try:
        minor = parse_amount(text, currency, "en")
    except ValueError as error:
        raise stop(f"{text} is no amount of {currency}.") from error
    if minor <= 0:
        raise stop("The amount must be above zero.")
    return minor


@contextmanager
def plainly() -> Iterator[None]:
    """Ends the command with a sentence when what was asked for is not there, or can not be done."""
    try:
        yield
    except FileMistakes as wrong:
        raise stop("The file has mistakes:", *wrong.mistakes) from wrong
    except NotFound as missing:
        raise stop("There is no such household, member, plan or document in this state.") from missing
    except Conflict as refused:
        if refused.message is None:
            raise
        raise stop(refused.message.key % refused.message.values) from refused


def tell(words: str) -> None:
    """Says what was done."""
    Console().print(words, highlight=False, markup=False, soft_wrap=True)


def stop(*lines: str) -> typer.Exit:
    """Says what is wrong; what is returned ends the command."""
    for line in lines:
        Console(stderr=True).print(line, highlight=False, markup=False)
    return typer.Exit(1)
