"""A table without what all other tests of the process left."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chalicelib import settings
from chalicelib.adapters import aws
from local import setup


@contextmanager
def of_its_own(name: str) -> Iterator[None]:
    """The process uses another table, empty at first and gone afterwards."""
    table = f"foyer-{name}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOYER_TABLE", table)
        settings.current.cache_clear()
        setup.make_table()
        yield
    settings.current.cache_clear()
    aws.client("dynamodb").delete_table(TableName=table)
