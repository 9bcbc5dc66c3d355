"""The command: every check, one line each, and what to do. It changes nothing."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.table import Table

from infra import deploy
from infra.doctor import address, deployment, keys, mail, texts
from infra.doctor.finding import Account, Check, Finding, Verdict, examined
from infra.target import DeployError, Target

CHECKS: Mapping[str, Sequence[Check]] = {
    "Deployment": (
        deployment.stack, deployment.version, deployment.drift, deployment.table, deployment.alarms,
        deployment.at_once, deployment.firewall,
    ),
    "Mail": (mail.sending, mail.sender, mail.feedback),
    "Texts": (texts.sandbox, texts.spending, texts.stopped),
    "Keys": (keys.own, keys.stripe),
    "Address": (address.certificate, address.leads_here),
}  # fmt: skip
"""Everything that is looked at, under its heading."""

_SIGNS = {
    Verdict.WELL: "[green]✓[/green]",
    Verdict.NOTE: "[yellow]·[/yellow]",
    Verdict.MISSING: "[red]✗[/red]",
    Verdict.UNSEEN: "[red]?[/red]",
}


def account_of(target: Target, given: Mapping[str, str], now: datetime) -> Account:
    """The stage's account as it is. Raises DeployError when it can not be reached."""
    cloudformation = target.client("cloudformation")
    try:
        stack = cloudformation.describe_stacks(StackName=target.stack)["Stacks"][0]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise DeployError(f"the stack can not be seen ({error.response['Error']['Code']})") from error
        return Account(target, now, given=given)
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=target.stack)
    names = {
        each["LogicalResourceId"]: each.get("PhysicalResourceId", "")
        for page in pages for each in page["StackResourceSummaries"]
    }  # fmt: skip
    return Account(target, now, stack, names, given)


def examine(account: Account, checks: Mapping[str, Sequence[Check]] = CHECKS) -> dict[str, list[Finding]]:
    """All findings under their headings."""
    return {heading: [one for check in each for one in examined(check, account)] for heading, each in checks.items()}


def told(found: Mapping[str, Sequence[Finding]]) -> Table:
    """The findings as a table."""
    table = Table(show_header=False, box=None, padding=(0, 1))
    for heading, findings in found.items():
        table.add_row("", f"[bold]{heading}[/bold]", "")
        for each in findings:
            table.add_row(_SIGNS[each.verdict], each.what, each.do)
    return table


def main(session: Any = None) -> int:
    """Looks, and says what it finds. 0: nothing is missing, and everything could be looked at."""
    arguments = argparse.ArgumentParser(prog="make doctor", description="Says what an account lacks.")
    arguments.add_argument("stage")
    stage = arguments.parse_args().stage
    given = {deploy.PARAMETERS[key]: os.environ[key] for key in deploy.PARAMETERS if key in os.environ}
    try:
        target = Target.find(session or boto3.Session(), stage)
        account = account_of(target, given, datetime.now(UTC))
    except (DeployError, BotoCoreError, ClientError) as error:
        print(f"The account can not be looked at: {error}", file=sys.stderr)
        return 1
    found = examine(account)
    console = Console()
    console.print(f"{target.stack} in account {target.account}, {target.region}", highlight=False)
    console.print(told(found))
    bad = sum(each.is_bad for findings in found.values() for each in findings)
    console.print(f"[red]{bad} to see to[/red]" if bad else "[green]Nothing is missing[/green]", highlight=False)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
