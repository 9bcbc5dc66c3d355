"""The outbox function: new messages from the table's stream, and every minute whatever was left over."""

from typing import Any

from pynamodb.exceptions import PynamoDBException

from chalicelib import bootstrap
from chalicelib.data import outbox
from chalicelib.data.items import Item, connection
from chalicelib.data.keys import Key
from chalicelib.notifications import delivery
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.times import to_iso
from chalicelib.web import logs

KIND = "message"
"""Kind of the items whose insertion starts this function."""
_SWEEP = 100


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Delivers messages as they are written. What fails stays in the queue for the sweep, so nothing is blocked."""
    logs.configure()
    for record in event["Records"]:
        told = record["dynamodb"]["Keys"]
        _deliver(Key(told["pk"]["S"], told["sk"]["S"]))
    return {"batchItemFailures": []}


def sweep(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Delivers what is due and still waits: a tick that is missed, late or doubled does no harm (M-08)."""
    logs.configure()
    due = _due()
    for key in due:
        _deliver(key)
    return {"due": len(due)}


def _due() -> list[Key]:
    """Keys of waiting messages whose time has come, oldest first; the work grows with what is due."""
    now = to_iso(bootstrap.clock().now())
    try:
        answer = connection().query(
            outbox.QUEUE, range_key_condition=Item.due <= now, index_name=Item.work.Meta.index_name, limit=_SWEEP
        )
    except PynamoDBException as error:
        raise Unavailable from error
    return [Key(item["pk"]["S"], item["sk"]["S"]) for item in answer["Items"]]


def _deliver(key: Key) -> None:
    carriers = delivery.Carriers(bootstrap.mailer(), bootstrap.texter())
    try:
        outcome = delivery.deliver(carriers, key, bootstrap.clock().now())
    except Exception as error:
        logs.failure("message.failed", error)
        return
    logs.event("message", outcome=outcome)
