"""A table without what all other tests of the process left."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chalicelib import settings
from chalicelib.adapters import aws
from local import setup


@contextmanager
def of_its_own(name: str, *, forgets: bool = False) -> Iterator[None]:
    """The process uses another table, empty at first and gone afterwards."""
    table = f"foyer-{name}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOYER_TABLE", table)
        settings.current.cache_clear()
        setup.make_table()
        if not forgets:
            forget_nothing()
        yield
    settings.current.cache_clear()
    aws.client("dynamodb").delete_table(TableName=table)


def forget_nothing() -> None:
    """Has the table keep what expires.

    It forgets by the machine's clock: to a test that stands at a day long ago, sessions and codes of that day are over,
    and would be gone whenever the embedded AWS happens to clean up.
    """
    specification = {"AttributeName": "expires", "Enabled": False}
    aws.client("dynamodb").update_time_to_live(
        TableName=settings.current().table, TimeToLiveSpecification=specification
    )


def drop_what_is_over() -> None:
    """Takes out what has expired, before a copy of the table is compared with it.

    A copy forgets what expires (infra.restore), at a moment of its own choosing.
    """
    dynamodb, table = aws.client("dynamodb"), settings.current().table
    over = {"FilterExpression": "expires <= :now", "ExpressionAttributeValues": {":now": {"N": str(int(time.time()))}}}
    for page in dynamodb.get_paginator("scan").paginate(TableName=table, ProjectionExpression="pk, sk", **over):
        for key in page["Items"]:
            dynamodb.delete_item(TableName=table, Key=key)
