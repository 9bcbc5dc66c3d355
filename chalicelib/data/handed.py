"""What the dispatcher hands on: messages of a queue, each with one record of the table's stream in it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.data.keys import Key
from chalicelib.shared import tracing


def records(event: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The records of an event, by the ids of their messages."""
    return {each["messageId"]: json.loads(each["body"]) for each in event["Records"]}


def key_of(record: Mapping[str, Any]) -> Key:
    """Where the item is that was written."""
    told = record["dynamodb"]["Keys"]
    return Key(told["pk"]["S"], told["sk"]["S"])


def begin(record: Mapping[str, Any]) -> None:
    """From here on this thread works for what caused the record: its request, or else the record itself."""
    named = record["dynamodb"].get("NewImage", {}).get("request", {}).get("S")
    tracing.begin(named or str(record.get("eventID", "")))


def failed(messages: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """The answer that leaves these messages in the queue, and takes the others out of it."""
    return {"batchItemFailures": [{"itemIdentifier": each} for each in messages]}
