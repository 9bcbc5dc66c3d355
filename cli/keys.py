"""Commands that replace the deployment's keys while people work. No value is ever shown."""

import os
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from chalicelib import bootstrap, settings
from chalicelib.adapters import ssm
from chalicelib.admin import rotating
from chalicelib.admin.rotating import Name, Versions
from chalicelib.shared.times import DAY, MINUTE
from cli.asking import find, stop, tell

app = typer.Typer(help="Replace keys while people work; two versions stand side by side.", no_args_is_help=True)

_EPOCH = 1970
SECRET = "FOYER_STRIPE_WEBHOOK_SECRET"  # noqa: S105 - a variable's name
What = Annotated[Name, typer.Argument(metavar="KEY", help="pepper, numbers, stripe-webhook or unsubscribe.")]
Of = Annotated[str, typer.Argument(metavar="[ORG]", help="Slug of the organisation, of the last two.")]


@app.command("status")
def status(
    org: Annotated[str, typer.Argument(metavar="[ORG]", help="Also those of this organisation.")] = "",
) -> None:
    """Show how many versions of each key are in use, and since when."""
    table = Table("key", "versions in use", "since (UTC)")
    for name in (each for each in Name if org or not each.is_an_organisations):
        found = _stored(name, org)
        told = (str(len(found.values)), _since(found)) if found else ("none", "")
        table.add_row(f"{name.value} {org if name.is_an_organisations else ''}".strip(), *told)
    Console().print(table)


@app.command("rotate")
def rotate(key: What, org: Of = "") -> None:
    """Put a new version in front of the one in use; what the old one made stays good.

    Of stripe-webhook the new signing secret is asked for without showing it, or read from the variable
    FOYER_STRIPE_WEBHOOK_SECRET or from standard input. Stripe makes it: roll the secret in its dashboard first, with
    the old one good for another day, then write the new one here.
    """
    found = _found(key, org)
    new = _told() if key is Name.WEBHOOK else rotating.new_key()
    try:
        value = rotating.rotated(found, new)
    except rotating.Refused as refused:
        raise stop(str(refused)) from refused
    _put(key, org, value)
    tell(f"Two versions of {key.value} are in use.")
    wait = f"{found.lasts // DAY} days" if found.lasts >= DAY else f"{found.lasts // MINUTE} minutes"
    tell(f"In {wait} at the earliest: ./foyer keys drop {_words(key, org)}")


@app.command("drop")
def drop(
    key: What,
    org: Of = "",
    even: Annotated[
        bool, typer.Option("--even-if-needed", help="At once, whatever needs it: that is lost with it. After a leak.")
    ] = False,
) -> None:
    """Take the older version out of use, when nothing needs it any more."""
    found = _found(key, org)
    with Console(stderr=True).status("Looking for what still needs it"):
        waiting = 0 if even else rotating.waiting_for(key, found)
    try:
        value = rotating.dropped(found, waiting, bootstrap.clock().now(), at_once=even)
    except rotating.Refused as refused:
        raise stop(str(refused)) from refused
    _put(key, org, value)
    tell(f"One version of {key.value} is in use.")


def _found(key: Name, org: str) -> Versions:
    found = _stored(key, org)
    if found is None:
        raise stop(f"There is no {_words(key, org)} yet.")
    return found


def _stored(key: Name, org: str) -> Versions | None:
    """Keys of unsubscribe lines lie with their organisation, all others in the parameter store."""
    if key is Name.UNSUBSCRIBE:
        return rotating.of_lines(_organisation(org))
    stored = ssm.stored_secret(_parameter(key, org))
    return Versions(tuple(stored.value.split()), stored.since) if stored else None


def _put(key: Name, org: str, value: str) -> None:
    if key is Name.UNSUBSCRIBE:
        rotating.set_lines(_organisation(org), value, bootstrap.clock().now())
    else:
        ssm.put_secret(_parameter(key, org), value)


def _since(found: Versions) -> str:
    return f"{found.since:%Y-%m-%d %H:%M}" if found.since.year > _EPOCH else ""


def _organisation(org: str) -> str:
    if not org:
        raise stop("Say of which organisation.")
    return find(org).slug


def _parameter(key: Name, org: str) -> str:
    here = settings.current()
    match key:
        case Name.PEPPER:
            return here.pepper_parameter or settings.pepper_parameter(here.stage)
        case Name.NUMBERS:
            return here.number_keys_parameter or settings.number_keys_parameter(here.stage)
    return f"{here.stripe_parameters or settings.stripe_parameters(here.stage)}/{_organisation(org)}/webhook"


def _words(key: Name, org: str) -> str:
    return f"{key.value} {org}".strip()


def _told() -> str:
    told = os.environ.get(SECRET, "")
    if not told:
        prompt = "New signing secret (whsec_…)"
        told = typer.prompt(prompt, hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    if not told.strip().startswith("whsec_") or len(told.split()) != 1:
        raise stop("The signing secret is none of Stripe's: it begins with whsec_.")
    return str(told).strip()
