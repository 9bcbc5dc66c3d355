"""What the table's stream tells, and the messages that the dispatcher makes of it, as functions get them."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.data.items import Item
from chalicelib.entry import dispatcher
from chalicelib.shared.times import epoch

Image = Mapping[str, Any]


def image_of(item: Item) -> Image:
    """An item as DynamoDB tells it."""
    found: Image = item.serialize(null_check=False)
    return found


def record(image: Image, event: str = "INSERT", *, at: datetime | None = None, name: str = "") -> dict[str, Any]:
    """The stream's record of something written; of what is deleted it has the keys alone."""
    told: dict[str, Any] = {
        "Keys": {name: image[name] for name in ("pk", "sk")},
        "ApproximateCreationDateTime": epoch(at or datetime.now(UTC)),
        "SequenceNumber": str(secrets.randbelow(10**20)),
    }
    if event != "REMOVE":
        told["NewImage"] = dict(image)
    return {"eventID": name or secrets.token_hex(16), "eventName": event, "dynamodb": told}


def handed(queue: str, records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The event with which a function gets what the dispatcher puts into its queue of these records."""
    texts = [dispatcher.message(each) for each in records if dispatcher.ROUTES[queue].takes(each)]
    return {"Records": [{"messageId": f"message-{number}", "body": text} for number, text in enumerate(texts)]}
