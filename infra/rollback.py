"""`make rollback STAGE=…`: brings the version before back, from the bucket of packages; `make history` lists them.

Only code and template go back: settings and records stay. A version reads what the one after it wrote (D-14), so
one step back is safe at any time; further back only as far as the change log says.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.table import Table

from chalicelib.migrating.domain import Phase
from infra import changing, deploy, history
from infra.history import Entry
from infra.target import DeployError, Target, outputs_of, stack_of


def choose(entries: Sequence[Entry], wanted: str = "") -> Entry:
    """The version to go back to: `wanted`, as git calls it, else the last one that differs from what runs.

    `entries` are newest first. Raises DeployError when there is none.
    """
    if not entries:
        raise DeployError("nobody noted what was deployed before: check the version out and make deploy")
    now = entries[0]
    others = [each for each in entries if (each.template, dict(each.code)) != (now.template, dict(now.code))]
    found = [each for each in others if not wanted or each.version.startswith(wanted)]
    if not wanted and now.went_back:
        raise DeployError(f"{now.version} is what was gone back to; say which with TO=, or make deploy")
    if not found:
        raise DeployError(f"no deployment of {wanted} is noted" if wanted else "there is no version before this one")
    return found[0]


def go_back(target: Target, wanted: str = "", tell: changing.Tell = changing.unheard) -> Entry:
    """Brings an earlier version back, or forth again. Returns what was noted of it. Raises DeployError.

    Steps of `chalicelib.migrating` that it knows and the version that runs does not are run again beside it.
    """
    before = stack_of(target)
    if before is None:
        raise DeployError(f"nothing is deployed as {target.stack}")
    entry = choose(list(history.entries(target)), wanted)
    if strange := set(entry.steps) - set(deploy.STEP_NUMBERS):
        numbers = ", ".join(map(str, sorted(strange)))
        raise DeployError(f"{entry.version} has steps that the code here does not know ({numbers}): check it out")
    new = deploy.begin_anew(target, outputs_of(target), entry.steps)
    if new:
        deploy.migrate(target, outputs_of(target), Phase.BEFORE, new)
    s3 = target.client("s3")
    template = json.loads(s3.get_object(Bucket=target.bucket, Key=entry.template)["Body"].read())
    told = {"Stage": target.stage, "CodeBucket": target.bucket, **entry.code}
    deploy.bring(target, before, entry.template, template, told, tell)
    history.note(target, replace(entry, at=datetime.now(UTC), by=history.by_whom(), went_back=True))
    if new:
        deploy.migrate(target, outputs_of(target), Phase.AFTER, new)
    return entry


def told(entries: Sequence[Entry]) -> Table:
    """What was deployed, newest first."""
    table = Table("deployed at (UTC)", "version", "by", "")
    for number, each in enumerate(entries):
        remarks = ["runs"] * (number == 0) + ["went back"] * each.went_back
        table.add_row(f"{each.at:%Y-%m-%d %H:%M}", each.version, each.by, ", ".join(remarks))
    return table


def main() -> int:
    """Goes back, or with `--list` shows what was deployed."""
    arguments = argparse.ArgumentParser(prog="make rollback", description="Brings an earlier version back.")
    arguments.add_argument("stage")
    arguments.add_argument("--list", action="store_true", help="only show what was deployed")
    asked = arguments.parse_args()
    try:
        target = Target.find(boto3.Session(), asked.stage)
        if asked.list:
            Console().print(told(list(history.entries(target))))
            return 0
        with deploy.progress() as tell:
            entry = go_back(target, os.environ.get("TO", ""), tell)
    except (DeployError, BotoCoreError, ClientError) as error:
        print(f"Not rolled back: {error}", file=sys.stderr)
        return 1
    print(f"Runs again  {entry.version}, as deployed on {entry.at:%Y-%m-%d %H:%M} UTC")
    deploy.announce(target, outputs_of(target))
    return 0


if __name__ == "__main__":
    sys.exit(main())
