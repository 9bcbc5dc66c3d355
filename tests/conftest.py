"""Fixtures of all tests: an embedded AWS of their own, a clock to turn, and no way off this machine."""

import logging
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from chalicelib import bootstrap
from chalicelib.data.items import connection
from local import engine, setup
from local.engine import Engine
from local.gateway import ALL, Gateway
from tests.support import network, rights, tables, transactions
from tests.support.acquirer import Acquirer, acquiring
from tests.support.browser import Browser
from tests.support.canary import Canary
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.sent import Sent
from tests.support.world import World, build

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium

BASE_URL = "https://portal.test"

network.guard()
transactions.install()
rights.install()

# The same inputs on each run and machine, however slow it is; `--hypothesis-profile default` looks for others.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def stays_on_this_machine() -> Iterator[None]:
    """I-11: fails a test that tried to reach another machine, even when the code swallowed the refusal."""
    network.attempts.clear()
    yield
    assert not network.attempts, f"the test tried to reach {network.attempts}"


@pytest.fixture(autouse=True)
def logs_tell_of_nobody() -> Iterator[None]:
    """L-02: fails a test that wrote a name, an address, a code or a secret into a log or a metric."""
    canary, logger = Canary(), logging.getLogger("foyer")
    logger.addFilter(canary)
    yield
    logger.removeFilter(canary)
    assert not canary.found, f"the log tells of somebody: {canary.found}"


@pytest.fixture(autouse=True)
def rights_suffice() -> Iterator[None]:
    """L-05: fails a test in which a function did what its policy does not allow; the embedded AWS allows everything."""
    rights.refused.clear()
    yield
    assert not rights.refused, "\n".join(sorted(set(rights.refused)))


@pytest.fixture(autouse=True)
def transactions_are_small() -> Iterator[None]:
    """D-07: fails a test in which more was to be written at once than DynamoDB writes."""
    transactions.refused.clear()
    yield
    assert not transactions.refused, "\n".join(transactions.refused)


@pytest.fixture(scope="session")
def _embedded() -> Iterator[Engine]:
    """A fresh embedded AWS in memory; this process is set up for it."""
    with engine.running() as running:
        setup.configure(running.endpoint, stage="test", base_url=BASE_URL)
        setup.make_resources()
        yield running


@pytest.fixture(scope="module")
def aws(_embedded: Engine, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The embedded AWS with the portal's resources, and with a table of this file's own.

    Clocks go through queues of the whole table, and the embedded AWS through all that waits in them: what other files
    left there would cost each of them time, and some of them their meaning.
    """
    with tables.of_its_own(f"test-{request.module.__name__.replace('.', '-')}"):
        yield _embedded


@pytest.fixture(scope="session")
def chromium() -> Iterator["Chromium"]:
    """One Chromium for a whole worker; a machine without any fails the tests that ask for it."""
    from tests.browser.visitor import chromium as launched

    with launched() as browser:
        yield browser


@pytest.fixture
def org(aws: Engine) -> str:
    """A slug that no other test uses: those of a file share a table, and an organisation is its own world (T-04)."""
    return f"org-{secrets.token_hex(6)}"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> TurnedClock:
    """The process's clock, standing still until the test turns it."""
    turned = TurnedClock()
    monkeypatch.setattr(bootstrap, "clock", lambda: turned)
    return turned


@pytest.fixture
def sent(aws: Engine) -> Sent:
    """Mails and texts that go out during the test."""
    return Sent(aws.endpoint)


@pytest.fixture
def world(org: str, clock: TurnedClock) -> World:
    """A stored organisation to fill."""
    return build(org, clock.now())


@pytest.fixture
def calls(world: World) -> Iterator[list[str]]:
    """Names of DynamoDB's operations, as they are called."""
    made: list[str] = []
    signals = connection().connection.client.meta.events

    def note(model: Any, **_: Any) -> None:
        made.append(model.name)

    signals.register("after-call.dynamodb", note)
    yield made
    signals.unregister("after-call.dynamodb", note)


@pytest.fixture
def acquirer(world: World, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Acquirer]:
    """The organisation's Stripe account, played by the double."""
    with acquiring(world.org, clock, monkeypatch) as acquirer:
        yield acquirer


@pytest.fixture
def browser(aws: Engine) -> Browser:
    """A browser that never was here before."""
    from app import app

    return Browser(Gateway(ALL, app, BASE_URL, "test"))


@pytest.fixture
def door(browser: Browser, sent: Sent, world: World) -> Door:
    """That browser in front of the organisation's door."""
    return Door(browser, sent, world.org)
