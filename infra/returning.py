"""`make put-back STAGE=… COPY=<table>`: brings records of a restored table back into the one in use.

The portal goes on meanwhile. What is there stays as it is, unless `EXACTLY=1` says that what the copy has goes over
it; nothing is ever deleted. What was on its way when the copy was taken, such as messages, has long arrived or is of
no use: it stays behind, so that nobody is written to twice.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from chalicelib.moving.plainly import is_passing
from infra.target import DeployError, Target, outputs_of

_AT_ONCE = 100

Stored = dict[str, dict[str, Any]]


class Returned(NamedTuple):
    """What came of it."""

    written: int
    same: int
    kept: int
    """Records that differ from the copy's, and were left as they are."""
    left_behind: int


def put_back(
    dynamodb: Any, copy: str, table: str, *, exactly: bool = False, step: Callable[[], object] = lambda: None
) -> Returned:
    """Writes what is in the copy and not in the table; with `exactly` also over what differs. Safe to repeat.

    `step` hears of each record. Raises ClientError.
    """
    written = same = kept = left = 0
    for items in _pages(dynamodb, copy):
        there = _there(dynamodb, table, items)
        for item in items:
            step()
            found = there.get(_name(item))
            if is_passing(item):
                left += 1
            elif found == item:
                same += 1
            elif (found and not exactly) or not _write(dynamodb, table, item, found):
                kept += 1
            else:
                written += 1
    return Returned(written, same, kept, left)


def _pages(dynamodb: Any, table: str) -> Iterator[Sequence[Stored]]:
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table, ConsistentRead=True, PaginationConfig={"PageSize": _AT_ONCE}
    )
    for page in pages:
        yield page["Items"]


def _there(dynamodb: Any, table: str, items: Sequence[Stored]) -> dict[tuple[str, str], Stored]:
    """What the table has at the places of these items; strong reads."""
    found: dict[tuple[str, str], Stored] = {}
    wanted = [{"pk": item["pk"], "sk": item["sk"]} for item in items]
    while wanted:
        answer = dynamodb.batch_get_item(RequestItems={table: {"Keys": wanted, "ConsistentRead": True}})
        found |= {_name(item): item for item in answer["Responses"].get(table, ())}
        wanted = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
    return found


def _write(dynamodb: Any, table: str, item: Stored, found: Stored | None) -> bool:
    """Writes an item unless somebody was quicker."""
    counted = (found or {}).get("version")
    condition = (
        "attribute_not_exists(pk)" if found is None else "version = :read" if counted else "attribute_exists(pk)"
    )
    values = {"ExpressionAttributeValues": {":read": counted}} if counted else {}
    try:
        dynamodb.put_item(TableName=table, Item=item, ConditionExpression=condition, **values)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _name(item: Stored) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def main() -> int:
    """Brings records back, and says how many."""
    arguments = argparse.ArgumentParser(prog="make put-back", description="Brings records back from a restored table.")
    arguments.add_argument("stage")
    arguments.add_argument("copy", help="name of the restored table")
    arguments.add_argument("--exactly", action="store_true", help="also over records that differ")
    asked = arguments.parse_args()
    try:
        target = Target.find(boto3.Session(), asked.stage)
        table = outputs_of(target).get("TableName", "")
        columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed}"), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("Records", total=None)
            done = put_back(
                target.client("dynamodb"), asked.copy, table, exactly=asked.exactly, step=lambda: bar.advance(task)
            )
    except (DeployError, BotoCoreError, ClientError) as error:
        print(f"Not all is back: {error}. Repeating is safe.", file=sys.stderr)
        return 1
    print(f"Back  {done.written} records; {done.same} were the same, {done.kept} differ and stay,", end=" ")
    print(f"{done.left_behind} were on their way and stay behind")
    return 0


if __name__ == "__main__":
    sys.exit(main())
