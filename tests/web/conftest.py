"""What the tests of the web layer share: everybody, and the routes with nothing behind them."""

from collections.abc import Iterator

import pytest

from chalicelib.adapters.clock import SystemClock
from local.gateway import Gateway
from tests.support.acquirer import Acquirer, acquiring
from tests.web import cast as casts
from tests.web.cast import Cast


@pytest.fixture(scope="module")
def cast(aws: object) -> Cast:
    """Everybody, built once for a module: its tests only look."""
    return casts.assemble()


@pytest.fixture
def stripe(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Acquirer]:
    """Stripe, for the acts that ask it."""
    with acquiring(cast.org, SystemClock(), monkeypatch) as acquirer:
        yield acquirer


@pytest.fixture(scope="module")
def doors(aws: object) -> Gateway:
    """The routes with nothing behind them."""
    return casts.doors_only()
