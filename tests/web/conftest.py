"""What the tests of the web layer share: everybody, and the routes with nothing behind them."""

import pytest

from local.gateway import Gateway
from tests.web import cast as casts
from tests.web.cast import Cast


@pytest.fixture(scope="module")
def cast(aws: object) -> Cast:
    """Everybody, built once for a module: its tests only look."""
    return casts.assemble()


@pytest.fixture(scope="module")
def doors(aws: object) -> Gateway:
    """The routes with nothing behind them."""
    return casts.doors_only()
