"""Steps go through the whole table, and get one of their own."""

from collections.abc import Iterator

import pytest

from tests.support import tables


@pytest.fixture(autouse=True, scope="package")
def _a_table_of_its_own(aws: object) -> Iterator[None]:
    with tables.of_its_own("migrating"):
        yield
