"""`make restore STAGE=…`: brings the table of a moment back into a new table, and says what differs (D-13).

A restored table is a copy of the records and their index alone. What makes it safe to use (restorable itself,
protected, forgetting what expires, telling its stream, named by its tags) is put on again here, and looked at.
Nothing of the table in use is touched.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from infra.reckoning import Reckoning, reckon
from infra.target import POLL_SECONDS, DeployError, Target, outputs_of

_DAYS = 35
_MAKING = ("CREATING", "UPDATING")


class Restored(NamedTuple):
    """What came of it."""

    table: str
    at: datetime
    before: Mapping[str, Reckoning]
    """Kinds of the table in use."""
    after: Mapping[str, Reckoning]
    """Kinds of the copy."""
    seconds: float

    @property
    def differing(self) -> list[str]:
        """Kinds that are not the same in both: what was written since the moment, or is missing."""
        return sorted(kind for kind in {*self.before, *self.after} if self.before.get(kind) != self.after.get(kind))


def latest(target: Target, table: str) -> datetime:
    """The latest moment to which a table can be restored. Raises DeployError when it can not at all."""
    told = target.client("dynamodb").describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    points = told["PointInTimeRecoveryDescription"]
    if points["PointInTimeRecoveryStatus"] != "ENABLED":
        raise DeployError(f"{table} keeps no history: point-in-time recovery is off")
    moment: datetime = points["LatestRestorableDateTime"]
    return moment


def restore(
    target: Target, table: str, new: str, at: datetime | None = None, step: Callable[[], object] = lambda: None
) -> Restored:
    """Restores `table` as it was `at` a moment, else as late as can be, into `new`; `step` hears of each item counted.

    Raises DeployError when the moment can not be had, or the copy lacks something in the end.
    """
    begun, dynamodb = time.monotonic(), target.client("dynamodb")
    end = latest(target, table)
    if at and at > end:
        raise DeployError(f"the table can be restored to {end:%Y-%m-%d %H:%M:%S} UTC at the latest")
    former = dynamodb.describe_table(TableName=table)["Table"]
    when = {"RestoreDateTime": at} if at else {"UseLatestRestorableTime": True}
    dynamodb.restore_table_to_point_in_time(SourceTableName=table, TargetTableName=new, **when, **_sealed(former))
    _wait(dynamodb, new)
    put_on(target, former, new)
    _prove(target, former, new)
    before, after = (reckon(dynamodb, name, step) for name in (table, new))
    return Restored(new, at or end, before, after, time.monotonic() - begun)


def _sealed(former: Mapping[str, Any]) -> dict[str, Any]:
    """The key that the copy is encrypted under, which is that of the table: without, it would be AWS's own."""
    told = former.get("SSEDescription", {})
    if not told.get("KMSMasterKeyArn"):
        return {}
    return {"SSESpecificationOverride": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": told["KMSMasterKeyArn"]}}


def put_on(target: Target, former: Mapping[str, Any], new: str) -> None:
    """Gives a restored table what restoring leaves out. Done twice, it changes nothing."""
    dynamodb = target.client("dynamodb")
    now = dynamodb.describe_table(TableName=new)["Table"]
    if not now.get("DeletionProtectionEnabled"):
        dynamodb.update_table(TableName=new, DeletionProtectionEnabled=True)
        _wait(dynamodb, new)
    if not now.get("StreamSpecification", {}).get("StreamEnabled") and former.get("StreamSpecification"):
        dynamodb.update_table(TableName=new, StreamSpecification=former["StreamSpecification"])
        _wait(dynamodb, new)
    kept = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": _DAYS}
    dynamodb.update_continuous_backups(TableName=new, PointInTimeRecoverySpecification=kept)
    if _expiring(dynamodb, new) != "expires":
        expiry = {"Enabled": True, "AttributeName": "expires"}
        dynamodb.update_time_to_live(TableName=new, TimeToLiveSpecification=expiry)
    tags = dynamodb.list_tags_of_resource(ResourceArn=former["TableArn"]).get("Tags", [])
    own = [tag for tag in tags if not tag["Key"].startswith("aws:")]
    if own:
        dynamodb.tag_resource(ResourceArn=now["TableArn"], Tags=own)


def lacking(target: Target, former: Mapping[str, Any], new: str) -> list[str]:
    """What a restored table lacks of what the one before had, in plain words."""
    dynamodb = target.client("dynamodb")
    now = dynamodb.describe_table(TableName=new)["Table"]
    points = dynamodb.describe_continuous_backups(TableName=new)["ContinuousBackupsDescription"]
    indexes, wanted = ({each["IndexName"] for each in told.get("GlobalSecondaryIndexes", ())} for told in (now, former))
    found = {
        "its protection from deletion": not now.get("DeletionProtectionEnabled"),
        "its stream": now.get("StreamSpecification") != former.get("StreamSpecification"),
        "its history": points["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] != "ENABLED",
        "forgetting what expires": _expiring(dynamodb, new) != "expires",
        "its index": not wanted <= indexes,
        "its key": now.get("SSEDescription", {}).get("KMSMasterKeyArn")
        != former.get("SSEDescription", {}).get("KMSMasterKeyArn"),
    }
    return [what for what, lacks in found.items() if lacks]


def _prove(target: Target, former: Mapping[str, Any], new: str) -> None:
    if lacks := lacking(target, former, new):
        raise DeployError(f"{new} is there, and lacks {', '.join(lacks)}: make restore with COPY and FINISH=1 goes on")


def _expiring(dynamodb: Any, table: str) -> str:
    told = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    return str(told.get("AttributeName", "")) if told["TimeToLiveStatus"] in ("ENABLED", "ENABLING") else ""


def _wait(dynamodb: Any, table: str) -> None:
    """Until nothing is going on at the table; AWS takes minutes to hours for a copy."""
    while dynamodb.describe_table(TableName=table)["Table"]["TableStatus"] in _MAKING:
        time.sleep(POLL_SECONDS)


def told(done: Restored) -> Table:
    """Both tables side by side."""
    table = Table("kind", "in use", "restored", "the same")
    for kind in sorted({*done.before, *done.after}):
        one, other = done.before.get(kind, Reckoning()), done.after.get(kind, Reckoning())
        table.add_row(kind, str(one.items), str(other.items), "yes" if one == other else "no")
    return table


def main() -> int:
    """Restores, compares, and says how to go on."""
    asked = _asked()
    try:
        target = Target.find(boto3.Session(), asked.stage)
        table = _in_use(target)
        new = asked.to or f"{table}-{datetime.now(UTC):%Y%m%d%H%M%S}"
        if asked.finish:
            former = target.client("dynamodb").describe_table(TableName=table)["Table"]
            put_on(target, former, new)
            _prove(target, former, new)
            print(f"Finished  {new}")
            return 0
        columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed}"), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("Items compared", total=None)
            done = restore(target, table, new, asked.at, lambda: bar.advance(task))
    except (DeployError, BotoCoreError, ClientError) as error:
        print(f"Not restored: {error}", file=sys.stderr)
        return 1
    Console().print(told(done))
    print(f"Restored  {done.table}, as of {done.at:%Y-%m-%d %H:%M:%S} UTC, in {done.seconds:.0f} s")
    print(f"To look at it in this terminal:\n  export FOYER_TABLE={done.table}")
    print(f"To bring records back from it: make put-back STAGE={target.stage} COPY={done.table}")
    return 0


def _in_use(target: Target) -> str:
    table = outputs_of(target).get("TableName")
    if not table:
        raise DeployError(f"nothing is deployed as {target.stack}")
    return table


def _asked() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(prog="make restore", description="Restores the table into a new one.")
    arguments.add_argument("stage")
    arguments.add_argument("--at", type=_moment, help="moment as 2026-11-22T10:00:00Z; else as late as can be")
    arguments.add_argument("--to", default="", help="name of the new table")
    arguments.add_argument("--finish", action="store_true", help="only put on --to what a cut-off run left out")
    return arguments.parse_args()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("a moment needs a zone: 2026-11-22T10:00:00Z")
    return moment.astimezone(UTC)


if __name__ == "__main__":
    sys.exit(main())
