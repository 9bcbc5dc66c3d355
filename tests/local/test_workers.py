"""Event sources on one machine: new items reach their worker, and a failing worker stops nothing."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib import settings
from chalicelib.adapters import aws as adapters
from local.engine import Engine
from local.workers import ScheduledWorker, StreamWorker, working


class Recorder:
    """A handler that keeps what it was called with."""

    def __init__(self, *, failing: bool = False) -> None:
        self.events: list[dict[str, Any]] = []
        self._failing = failing

    def __call__(self, event: dict[str, Any], _context: Any) -> None:
        self.events.append(event)
        if self._failing:
            raise ZeroDivisionError

    @property
    def keys(self) -> list[str]:
        """Sort keys of the items that arrived."""
        return [record["dynamodb"]["Keys"]["sk"]["S"] for event in self.events for record in event["Records"]]


def _put(org: str, sk: str, kind: str, **more: Any) -> None:
    item = {"pk": {"S": f"ORG#{org}"}, "sk": {"S": sk}, "kind": {"S": kind}, **more}
    adapters.client("dynamodb").put_item(TableName=settings.current().table, Item=item)


def _wait(condition: Callable[[], bool], seconds: float = 5.0) -> float:
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, "it did not happen in time"
        time.sleep(0.02)
    return time.monotonic() - started


def test_new_items_of_its_kind_reach_a_worker_within_about_a_second(org: str) -> None:
    codes, messages = Recorder(), Recorder()
    with working([StreamWorker("code_dispatch", codes), StreamWorker("message", messages)], []):
        _put(org, "A", "message")
        _put(org, "B", "code_dispatch")
        _put(org, "C", "household")
        took = _wait(lambda: codes.keys == ["B"] and messages.keys == ["A"])
    assert took < 2


def test_changes_and_deletions_are_not_new_items(org: str) -> None:
    messages = Recorder()
    _put(org, "OLD", "message")
    with working([StreamWorker("message", messages)], []):
        _put(org, "OLD", "message", state={"S": "sent"})
        key = {"pk": {"S": f"ORG#{org}"}, "sk": {"S": "OLD"}}
        adapters.client("dynamodb").delete_item(TableName=settings.current().table, Key=key)
        _put(org, "NEW", "message")
        _wait(lambda: bool(messages.keys))
    assert messages.keys == ["NEW"]


def test_a_record_looks_as_lambda_gets_it(org: str) -> None:
    messages = Recorder()
    with working([StreamWorker("message", messages)], []):
        _put(org, "A", "message", image={"B": b"\x00\xff"})
        _wait(lambda: bool(messages.events))
    (record,) = messages.events[0]["Records"]
    assert record["eventSource"] == "aws:dynamodb"
    assert record["eventName"] == "INSERT"
    assert record["eventSourceARN"].startswith("arn:aws:dynamodb:ca-central-1:")
    assert record["dynamodb"]["NewImage"]["image"] == {"B": "AP8="}
    assert isinstance(record["dynamodb"]["ApproximateCreationDateTime"], int)


def test_a_worker_that_fails_goes_on_with_the_next(org: str, caplog: pytest.LogCaptureFixture) -> None:
    failing = Recorder(failing=True)
    with working([StreamWorker("message", failing)], []):
        _put(org, "A", "message")
        _wait(lambda: failing.keys == ["A"])
        _put(org, "B", "message")
        _wait(lambda: failing.keys == ["A", "B"])
    assert [record.getMessage() for record in caplog.records] == [
        "message failed and goes on with the next: ZeroDivisionError()"
    ] * 2


def test_a_schedule_runs_at_once_and_then_again_and_again(aws: Engine) -> None:
    sweep = Recorder()
    with working([], [ScheduledWorker("sweep", sweep, seconds=0.1)]):
        _wait(lambda: len(sweep.events) >= 3)
    assert sweep.events[0]["detail-type"] == "Scheduled Event"
    assert sweep.events[0]["resources"] == ["arn:aws:events:ca-central-1:000000000000:rule/sweep"]


def test_they_stop_quickly(aws: Engine) -> None:
    before = threading.active_count()
    with working([StreamWorker("message", Recorder())], [ScheduledWorker("sweep", Recorder())]):
        started = time.monotonic()
    assert time.monotonic() - started < 2
    assert threading.active_count() == before
