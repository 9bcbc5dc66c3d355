"""Runs go through queues of the whole table; each file gets one without what others left waiting."""

from collections.abc import Iterator

import pytest

from tests.support import tables


@pytest.fixture(autouse=True, scope="module")
def _a_table_of_its_own(aws: object, request: pytest.FixtureRequest) -> Iterator[None]:
    with tables.of_its_own(request.module.__name__.replace("_", "-").rpartition(".")[2]):
        yield
