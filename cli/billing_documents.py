"""Commands of quotes, recurring invoices, subscriptions and plans."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from chalicelib import bootstrap
from chalicelib.admin import billing_files
from chalicelib.memberships import ending
from chalicelib.memberships import service as memberships
from chalicelib.memberships import store as plan_store
from chalicelib.organisations.domain import Organisation
from chalicelib.quotes import service as quoting
from chalicelib.recurring import jobs
from chalicelib.recurring import service as recurrence
from chalicelib.recurring.domain import Recurring
from cli.asking import DocumentFile, DocumentId, HouseholdId, Org, at, find, plainly, tell

quotes = typer.Typer(help="Make quotes and send them to families.", no_args_is_help=True)
recurring = typer.Typer(help="Make, pause and resume recurring invoices.", no_args_is_help=True)
subscriptions = typer.Typer(help="Make, freeze and cancel subscriptions.", no_args_is_help=True)
plans = typer.Typer(help="Keep the plans that families subscribe to.", no_args_is_help=True)


@quotes.command("create")
def create_quote(
    org: Org,
    household: HouseholdId,
    file: DocumentFile,
    send: Annotated[bool, typer.Option("--send", help="Send it at once.")] = False,
) -> None:
    """Make a draft of a quote, which the family does not see yet."""
    organisation, home, now = at(org, household)
    with plainly():
        quote = quoting.create(organisation, home, billing_files.read_quote(file, organisation), now)
        if send:
            quote = quoting.send(organisation, home, quote.id, now)
    tell(f"{'Sent' if send else 'Drafted'} quote {quote.number} {quote.id}")


@quotes.command("send")
def send_quote(org: Org, household: HouseholdId, quote: DocumentId) -> None:
    """Give a draft its number and send it; from now on the family may approve or decline it."""
    organisation, home, now = at(org, household)
    with plainly():
        sent = quoting.send(organisation, home, quote, now)
    tell(f"Sent quote {sent.number} {sent.id}")


@recurring.command("create")
def create_recurring(
    org: Org,
    household: HouseholdId,
    file: DocumentFile,
    draft: Annotated[bool, typer.Option("--draft", help="Do not switch it on yet.")] = False,
) -> None:
    """Make a recurring invoice and switch it on."""
    organisation, home, now = at(org, household)
    with plainly():
        wanted = billing_files.read_recurring(file, organisation)
        made = recurrence.create(organisation, home, wanted, now, start=not draft)
    tell(f"Created recurring invoice {made.id}{_next(made)}")


@recurring.command("start")
def start_recurring(org: Org, household: HouseholdId, recurring: DocumentId) -> None:
    """Switch a draft on."""
    _recur(recurrence.start, "Started", org, household, recurring)


@recurring.command("pause")
def pause_recurring(org: Org, household: HouseholdId, recurring: DocumentId) -> None:
    """Make no more invoices until it is resumed."""
    _recur(recurrence.pause, "Paused", org, household, recurring)


@recurring.command("resume")
def resume_recurring(org: Org, household: HouseholdId, recurring: DocumentId) -> None:
    """Go on with the next period; what lay in the pause is not billed."""
    _recur(recurrence.resume, "Resumed", org, household, recurring)


@recurring.command("run")
def run_recurring() -> None:
    """Make all invoices that are due now, as the schedule does."""
    tell(f"Made {jobs.make_due_invoices(bootstrap.clock().now())} invoices")


@subscriptions.command("create")
def create_subscription(org: Org, household: HouseholdId, file: DocumentFile) -> None:
    """Subscribe a household or one of its members to a plan."""
    organisation, home, now = at(org, household)
    with plainly():
        wanted = billing_files.read_subscription(file, organisation)
        made = memberships.create(organisation, home, wanted, now)
    tell(f"Created subscription {made.id}")


@subscriptions.command("cancel")
def cancel_subscription(org: Org, household: HouseholdId, subscription: DocumentId) -> None:
    """Grant the family's request to cancel; it ends on the day the family was told."""
    organisation, home, now = at(org, household)
    with plainly():
        ended = ending.approve_cancellation(organisation, home, subscription, now)
    tell(f"Cancelled subscription {ended.id}: it ends on {ended.request.ends_on if ended.request else ''}")


@subscriptions.command("freeze")
def freeze_subscription(org: Org, household: HouseholdId, subscription: DocumentId) -> None:
    """Let a subscription rest: nothing is billed."""
    organisation, home, now = at(org, household)
    with plainly():
        memberships.freeze(organisation, home, subscription, now)
    tell(f"Froze subscription {subscription}")


@subscriptions.command("unfreeze")
def unfreeze_subscription(org: Org, household: HouseholdId, subscription: DocumentId) -> None:
    """Let a frozen subscription go on; its end moves by as many days as it rested."""
    organisation, home, now = at(org, household)
    with plainly():
        memberships.unfreeze(organisation, home, subscription, now)
    tell(f"Resumed subscription {subscription}")


@plans.command("save")
def save_plans(org: Org, file: DocumentFile) -> None:
    """Store the plans of a file, each over the one with the same id; subscriptions stay as they are."""
    organisation = find(org)
    with plainly():
        told = billing_files.read_plans(file, organisation)
        for plan in told:
            memberships.save_plan(organisation.slug, plan)
    tell(f"Stored {len(told)} plans")


@plans.command("list")
def list_plans(org: Org) -> None:
    """Show the plans of an organisation."""
    organisation = find(org)
    table = Table("id", "title", "kind", "minor units", "period", "renews", "offered")
    for plan in plan_store.all_plans(organisation.slug):
        table.add_row(
            plan.id,
            plan.title.get(organisation.language, ""),
            plan.kind.value,
            f"{plan.price_minor} {plan.currency}",
            plan.period.value,
            "yes" if plan.renews else "no",
            "yes" if plan.is_offered else "no",
        )
    Console().print(table)


def _recur(
    act: Callable[[Organisation, str, str, datetime], Recurring], done: str, org: str, household: str, recurring: str
) -> None:
    organisation, home, now = at(org, household)
    with plainly():
        changed = act(organisation, home, recurring, now)
    tell(f"{done} recurring invoice {changed.id}{_next(changed)}")


def _next(recurring: Recurring) -> str:
    return f"; the next invoice is of {recurring.next_on}" if recurring.next_on else ""
