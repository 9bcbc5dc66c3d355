"""Going through the whole table for what concerns all organisations: steps of `migrating`, begun by an operator.

No page and no function of the deployment comes here. What a function may look through, it looks through for one
organisation, with `read.everything` and `read.leaf_through`.
"""

from collections.abc import Collection, Iterator
from functools import reduce
from operator import and_
from typing import Any, NamedTuple

from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.data.items import Item, connection
from chalicelib.data.keys import Key
from chalicelib.data.versions import Stored
from chalicelib.shared.errors import Unavailable

AT_ONCE = 200
"""Items that one round trip passes: what is done over when somebody ends the work in the middle."""
_NAMES = frozenset({"pk", "sk"})


class Leaf(NamedTuple):
    """Some of the table's items, and where to go on; None at the end."""

    items: list[Stored]
    passed: int
    next: Stored | None


def through(kinds: Collection[str], start: Stored | None = None, limit: int = AT_ONCE) -> Leaf:
    """The items of these kinds among the next `limit` of the table, in no order; strong reads. Raises Unavailable."""
    try:
        answer = connection().scan(
            filter_condition=Item.kind.is_in(*map(_value, sorted(kinds))), limit=limit, exclusive_start_key=start,
            consistent_read=True,
        )  # fmt: skip
    except PynamoDBException as error:
        raise Unavailable() from error
    return Leaf(answer["Items"], int(answer["ScannedCount"]), answer.get("LastEvaluatedKey"))


def about() -> int:
    """How many items the table has, about: DynamoDB counts them four times a day. Raises Unavailable."""
    try:
        return int(connection().describe_table()["ItemCount"])
    except PynamoDBException as error:
        raise Unavailable() from error


def rewrite(before: Stored, after: Stored) -> bool:
    """Gives an item what differs between the two, if it still is as `before`; False when somebody was quicker.

    Everything else of the item stays, whatever newer code keeps there. One that counts its writes is compared by the
    count, and counts this one; others by all that they hold. Raises Unavailable.
    """
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    actions: list[Action] = [Path([name]).set(value) for name, value in changed.items()]
    actions += [Path([name]).remove() for name in before if name not in after]
    if not actions:
        return True
    if "version" in before:
        actions.append(Path(["version"]).add({"N": "1"}))
    condition = reduce(and_, _unchanged(before))
    try:
        connection().update_item(before["pk"]["S"], before["sk"]["S"], actions=actions, condition=condition)
    except PynamoDBException as error:
        if _is_refused(error):
            return False
        raise Unavailable() from error
    return True


def again(before: Stored) -> Stored | None:
    """An item as it is now, or None; a strong read. Raises Unavailable."""
    try:
        answer = connection().get_item(before["pk"]["S"], before["sk"]["S"], consistent_read=True)
    except PynamoDBException as error:
        raise Unavailable() from error
    found: Stored | None = answer.get("Item")
    return found


def key_of(item: Stored) -> Key:
    """Where an item is."""
    return Key(item["pk"]["S"], item["sk"]["S"])


def _unchanged(before: Stored) -> Iterator[Condition]:
    told = ("version",) if "version" in before else sorted(set(before) - _NAMES)
    for name in told:
        yield Path([name]) == before[name]


def _value(kind: str) -> Any:
    return {"S": kind}


def _is_refused(error: PynamoDBException) -> bool:
    return error.cause_response_code == "ConditionalCheckFailedException"
