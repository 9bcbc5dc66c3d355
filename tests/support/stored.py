"""What the table holds of an organisation, item by item, as DynamoDB tells it."""

from collections.abc import Iterator, Mapping
from typing import Any

import boto3
from botocore.config import Config

from chalicelib import settings
from chalicelib.data.outbox import MessageItem

_PATIENT = Config(read_timeout=120, retries={"total_max_attempts": 1})
"""All tests of a process share a table: reading it whole takes longer than any page of ours may."""

StoredItem = Mapping[str, Any]


def stored_items(org: str) -> dict[tuple[str, str], StoredItem]:
    """Everything of one organisation, by key."""
    return {(item["pk"]["S"], item["sk"]["S"]): item for item in _scanned(org)}


def messages_of(org: str) -> list[MessageItem]:
    """All mails and texts of one organisation that were put on their way."""
    found = (MessageItem.from_raw_data(dict(item)) for item in _scanned(org) if item["kind"]["S"] == "message")
    return sorted(found, key=lambda item: (item.created_at, item.message))


def _scanned(org: str) -> Iterator[StoredItem]:
    scan = boto3.client("dynamodb", config=_PATIENT).get_paginator("scan")
    pages = scan.paginate(
        TableName=settings.current().table,
        ConsistentRead=True,
        FilterExpression="begins_with(pk, :below) or pk = :itself",
        ExpressionAttributeValues={":below": {"S": f"ORG#{org}#"}, ":itself": {"S": f"ORG#{org}"}},
    )
    for page in pages:
        yield from page["Items"]
