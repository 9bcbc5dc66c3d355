"""Commands around Stripe: an organisation's keys, comparing books, and the page on which a card is put on file."""

import os
import sys
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from chalicelib import bootstrap, settings
from chalicelib.adapters import ssm
from chalicelib.admin import operators
from chalicelib.gateway import Gateway
from chalicelib.households import store as households
from chalicelib.payments import paying, reconciling
from chalicelib.payments.domain import Purpose, Wish
from chalicelib.shared.errors import NotFound
from cli.asking import HouseholdId, Org, at, find, plainly, stop, tell, why

app = typer.Typer(help="Connect an organisation to its Stripe account, and compare books.", no_args_is_help=True)
cards = typer.Typer(help="Put families' cards on file, by Stripe's own page.", no_args_is_help=True)

_PARAMETERS = "FOYER_STRIPE_PARAMETERS"
_KEY, _SECRET = "FOYER_STRIPE_KEY", "FOYER_STRIPE_WEBHOOK_SECRET"
_LONGEST = 365


@app.command("connect")
def connect(org: Org) -> None:
    """Store an organisation's Stripe key and webhook secret, encrypted.

    They are asked for without showing them, or read from the variables FOYER_STRIPE_KEY and
    FOYER_STRIPE_WEBHOOK_SECRET, or as two lines from standard input; never from the command itself, which other
    people on the machine could see.
    """
    organisation, because = find(org), why()
    key = _secret(_KEY, "Secret or restricted key (sk_…, rk_…)")
    webhook = _secret(_SECRET, "Signing secret of the webhook endpoint (whsec_…)")
    _check(key, webhook)
    operators.connect(organisation.slug, because, bootstrap.clock().now())
    for name, value in (("key", key), ("webhook", webhook)):
        ssm.put_secret(f"{_parameters()}/{organisation.slug}/{name}", value)
    tell(f"Connected {organisation.slug}; its functions take the keys up within five minutes.")
    tell(f"Webhook endpoint in Stripe: {settings.current().base_url}/webhooks/stripe/{organisation.slug}")
    if not organisation.billing.online:
        tell("Families see nothing of it until the settings say online = true under [billing].")


@app.command("reconcile")
def reconcile(
    org: Org,
    days: Annotated[int, typer.Option(min=1, max=_LONGEST, help="How far back, in days.")] = 30,
) -> None:
    """Compare payments with Stripe's, and set right what differs, as the schedule does."""
    organisation, now = find(org), bootstrap.clock().now()
    operators.work(organisation.slug, why(), now)
    columns = (SpinnerColumn(), TextColumn("{task.completed} payments of Stripe compared"), TimeElapsedColumn())
    with plainly(), Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)
        differing = reconciling.compare(
            gateway(org), organisation, now - timedelta(days=days), now, lambda: bar.advance(task)
        )
    tell(f"{differing} differed" if differing else "Nothing differed")


@cards.command("link")
def link_card(org: Org, household: HouseholdId) -> None:
    """Print the address of Stripe's page on which the family's card is put on file; good for an hour.

    Open it beside the family, or send it to them. Staff never type a card's number anywhere else.
    """
    organisation, home, now = at(org, household)
    with plainly():
        found = households.get_household(organisation.slug, home)
        if found is None:
            raise NotFound
        wish = Wish(Purpose.SETUP, organisation.currency, 0)
        buyer = paying.Buyer(found.language or organisation.language, "", found.name, found.email)
        tell(paying.start(gateway(org), organisation, home, wish, buyer, now))


def gateway(org: str) -> Gateway:
    """The organisation's gateway; where its keys stand follows from the stage where the terminal does not say."""
    if not settings.current().stripe_parameters:
        os.environ[_PARAMETERS] = _parameters()
        settings.current.cache_clear()
    return bootstrap.gateway(org)


def _parameters() -> str:
    here = settings.current()
    return here.stripe_parameters or settings.stripe_parameters(here.stage)


def _secret(variable: str, prompt: str) -> str:
    told = os.environ.get(variable, "")
    if not told:
        told = typer.prompt(prompt, hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    return told.strip()


def _check(key: str, webhook: str) -> None:
    """Ends the command for what can not be Stripe's, or moves real money where none must move (P-21)."""
    if not key.startswith(("sk_test_", "sk_live_", "rk_test_", "rk_live_")):
        raise stop("The key is no secret or restricted key of Stripe's: it begins with sk_ or rk_.")
    if not webhook.startswith("whsec_"):
        raise stop("The signing secret is none of Stripe's: it begins with whsec_.")
    if ("_live_" in key) != settings.current().live_payments:
        wanted = "live" if settings.current().live_payments else "test"
        raise stop(f"This deployment takes {wanted} keys only.")
