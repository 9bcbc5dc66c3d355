"""`make put-back STAGE=… COPY=<table>`: brings records of a restored table back into the one in use.

The portal goes on meanwhile. What is there stays as it is, unless `EXACTLY=1` says that what the copy has goes over
it; nothing is ever deleted. Of the copy stays behind:

* what was on its way when it was taken, such as messages: nobody is written to twice;
* what opens something, such as sessions and invitations: it may have been ended since, and nobody can tell that from
  its having been lost; login addresses and roles come back if the user still has them;
* whatever tells of a family or an organisation that was erased since.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from typing import Any, NamedTuple

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from chalicelib.data.keys import Key
from chalicelib.data.versions import Stored
from chalicelib.moving import access
from chalicelib.moving.plainly import comes_back
from chalicelib.privacy import forgotten
from chalicelib.privacy.forgotten import Forgotten
from infra.target import DeployError, Target, outputs_of

_AT_ONCE = 100
_HANDS = 10
"""Writes that are under way at once, as many as the client has connections: each waits for an answer by itself."""


class Fate(Enum):
    """What became of a record of the copy."""

    WRITTEN = "written"
    SAME = "same"
    KEPT = "kept"
    """The one in use differs, and was left as it is."""
    LEFT_BEHIND = "left behind"
    """It opens something, or was on its way."""
    FORGOTTEN = "forgotten"
    """It tells of somebody who was erased since."""


class _Copy(NamedTuple):
    """A copy, and the table that its records come back into."""

    dynamodb: Any
    name: str
    table: str
    erased: Forgotten
    exactly: bool

    def fate(self, item: Stored, found: Stored | None, user: Stored | None) -> Fate:
        """Brings one record back if it may come; `found` is what is there, `user` whom a way in names."""
        if self.erased.is_told_by(item):
            return Fate.FORGOTTEN
        if not comes_back(item) or (access.whose(item) and not access.is_open(item, user)):
            return Fate.LEFT_BEHIND
        if found == item:
            return Fate.SAME
        if found and (not self.exactly or access.is_way_in(item)):
            return Fate.KEPT
        return Fate.WRITTEN if _write(self.dynamodb, self.table, item, found) else Fate.KEPT

    def users(self, items: Iterable[Stored]) -> dict[Key, Stored]:
        """The users whom ways in among these name: as they are now; of those who are lost, as the copy has them."""
        wanted = {key for item in items if (key := access.whose(item))}
        now = _there(self.dynamodb, self.table, wanted)
        return _there(self.dynamodb, self.name, wanted - set(now)) | now


def put_back(
    dynamodb: Any, copy: str, table: str, *, exactly: bool = False, step: Callable[[], object] = lambda: None
) -> Counter[Fate]:
    """Writes what is in the copy and not in the table; with `exactly` also over what differs. Safe to repeat.

    `step` hears of each record. Tells how many had which fate. Raises ClientError.
    """
    told: Counter[Fate] = Counter()
    brought = _Copy(dynamodb, copy, table, _forgotten(dynamodb, copy, table), exactly)
    with ThreadPoolExecutor(_HANDS) as hands:
        for items in _pages(dynamodb, copy):
            there, users = _there(dynamodb, table, map(_name, items)), brought.users(items)
            found = [(there.get(_name(item)), users.get(access.whose(item) or _name(item))) for item in items]
            for fate in hands.map(brought.fate, items, *zip(*found, strict=True)):
                told[fate] += 1
                step()
    return told


def _forgotten(dynamodb: Any, copy: str, table: str) -> Forgotten:
    """Who was erased since the copy was taken; reads the whole table."""
    only = {
        "FilterExpression": " OR ".join(f"#kind = :{kind}" for kind in forgotten.MARKS),
        "ExpressionAttributeNames": {"#kind": "kind"},
        "ExpressionAttributeValues": {f":{kind}": {"S": kind} for kind in forgotten.MARKS},
    }
    marks = [item for items in _pages(dynamodb, table, size=None, **only) for item in items]
    return forgotten.since(marks, _there(dynamodb, copy, map(_name, marks)))


def _pages(dynamodb: Any, table: str, *, size: int | None = _AT_ONCE, **only: Any) -> Iterator[Sequence[Stored]]:
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table, ConsistentRead=True, PaginationConfig={"PageSize": size}, **only
    )
    for page in pages:
        yield page["Items"]


def _there(dynamodb: Any, table: str, names: Iterable[Key]) -> dict[Key, Stored]:
    """What a table has at these places; strong reads."""
    found: dict[Key, Stored] = {}
    places = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in sorted(set(names))]
    for start in range(0, len(places), _AT_ONCE):
        wanted = places[start : start + _AT_ONCE]
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


def _name(item: Stored) -> Key:
    return Key(item["pk"]["S"], item["sk"]["S"])


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
    print(f"Back  {done[Fate.WRITTEN]} records; {done[Fate.SAME]} were the same, {done[Fate.KEPT]} differ and stay")
    print(f"Left behind  {done[Fate.LEFT_BEHIND]} that were on their way or open something")
    print(f"Forgotten  {done[Fate.FORGOTTEN]} of families and organisations that were erased since")
    return 0


if __name__ == "__main__":
    sys.exit(main())
