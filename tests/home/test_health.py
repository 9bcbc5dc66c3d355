"""How the portal says that it is well, to load balancers and to whoever watches it from outside."""

import json

import pytest

from chalicelib.home import health
from tests.support.browser import Browser
from tests.support.clock import TurnedClock
from tests.support.wire import Fault, tapped
from tests.support.world import World


@pytest.fixture(autouse=True)
def never_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that has just started."""
    monkeypatch.setattr(health, "_looked", None)


def test_the_shallow_answer_touches_nothing(browser: Browser) -> None:
    """L-08: a load balancer asks each second, and costs nothing beyond the function."""
    with tapped() as wire:
        page = browser.get("/health")

    assert page.status == 200
    assert json.loads(page.body) == {"status": "ok", "stage": "test", "version": ""}
    assert wire.calls == []


def test_the_deep_answer_tells_that_the_table_answers(browser: Browser) -> None:
    page = browser.get("/health?deep=1")

    assert page.status == 200
    assert json.loads(page.body)["table"] == "ok"


def test_however_often_strangers_ask_the_table_is_asked_twice_a_minute(browser: Browser, clock: TurnedClock) -> None:
    """Nobody spends the organisation's money by asking how it does."""
    with tapped() as wire:
        for _ in range(60):
            browser.get("/health?deep=1")
            clock.advance(1)

    assert wire.calls == ["GetItem"] * 2


def test_a_table_that_does_not_answer_is_told_and_counts_as_no_failure_of_the_gateways(
    world: World, browser: Browser, clock: TurnedClock
) -> None:
    """Alarms that put a deployment back look at errors of the 500s: a stranger's asking makes none (decision 0096)."""
    with tapped(Fault.DOWN, 1):
        page = browser.get("/health?deep=1")
    again = browser.get("/health?deep=1")
    clock.advance(31)

    assert page.status == again.status == 424
    assert json.loads(page.body)["status"] == "failing"
    assert page.header("retry-after") == "30"
    assert browser.get("/health?deep=1").status == 200


def test_health_tells_nothing_of_the_account_it_runs_in(browser: Browser) -> None:
    """L-03: neither names of resources nor settings."""
    for path in ("/health", "/health?deep=1"):
        assert set(json.loads(browser.get(path).body)) <= {"status", "stage", "version", "table"}
