"""Event sources on one machine: new items reach their worker, and a failing worker stops nothing."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib import settings
from chalicelib.adapters import aws as adapters
from chalicelib.data import handed
from chalicelib.entry import dispatcher
from chalicelib.entry.dispatcher import Wanted
from local import workers
from local.engine import Engine
from local.workers import QueueWorker, ScheduledWorker, StreamWorker, working

_PATIENCE_SECONDS = 60.0


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


def _worker(kind: str, handler: Recorder) -> StreamWorker:
    """A function that is told of new items of a kind."""
    return StreamWorker(kind, handler, Wanted(new=kind).takes)


def _put(org: str, sk: str, kind: str, **more: Any) -> None:
    item = {"pk": {"S": f"ORG#{org}"}, "sk": {"S": sk}, "kind": {"S": kind}, **more}
    adapters.client("dynamodb").put_item(TableName=settings.current().table, Item=item)


def _wait(condition: Callable[[], bool]) -> None:
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < _PATIENCE_SECONDS, "it did not happen in time"
        time.sleep(0.02)


def test_new_items_of_its_kind_reach_a_worker(org: str) -> None:
    codes, messages = Recorder(), Recorder()
    with working([_worker("code_dispatch", codes), _worker("message", messages)], []):
        _put(org, "A", "message")
        _put(org, "B", "code_dispatch")
        _put(org, "C", "household")
        _wait(lambda: codes.keys == ["B"] and messages.keys == ["A"])


def test_changes_and_deletions_are_not_new_items(org: str) -> None:
    messages = Recorder()
    _put(org, "OLD", "message")
    with working([_worker("message", messages)], []):
        _put(org, "OLD", "message", state={"S": "sent"})
        key = {"pk": {"S": f"ORG#{org}"}, "sk": {"S": "OLD"}}
        adapters.client("dynamodb").delete_item(TableName=settings.current().table, Key=key)
        _put(org, "NEW", "message")
        _wait(lambda: bool(messages.keys))
    assert messages.keys == ["NEW"]


def test_who_follows_items_is_told_of_every_writing(org: str) -> None:
    """Of some by their sort keys, also when they change or go; of others only when they are new."""
    told = Recorder()
    with working(
        [StreamWorker("clients", told, Wanted(written=("HOUSEHOLD", "MEMBER#"), new_at="INVOICE#").takes)], []
    ):
        for sk in ("HOUSEHOLD", "MEMBER#1", "MEMBER_INVOICE#1", "INVOICE#1", "OTHER"):
            _put(org, sk, "any")
        _put(org, "INVOICE#1", "any", state={"S": "paid"})
        _put(org, "HOUSEHOLD", "any", name={"S": "Roy"})
        key = {"pk": {"S": f"ORG#{org}"}, "sk": {"S": "MEMBER#1"}}
        adapters.client("dynamodb").delete_item(TableName=settings.current().table, Key=key)
        _wait(lambda: len(told.keys) == 5)
    assert told.keys == ["HOUSEHOLD", "MEMBER#1", "INVOICE#1", "HOUSEHOLD", "MEMBER#1"]


def test_a_record_looks_as_lambda_gets_it(org: str) -> None:
    messages = Recorder()
    with working([_worker("message", messages)], []):
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
    with working([_worker("message", failing)], []):
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
    with working([_worker("message", Recorder())], [ScheduledWorker("sweep", Recorder())]):
        started = time.monotonic()
    assert time.monotonic() - started < 20
    assert threading.active_count() == before


def test_those_that_hang_are_left_after_one_wait_for_all(aws: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_STOP_SECONDS", 2.0)
    hanging = threading.Event()
    stuck = [ScheduledWorker(f"stuck-{number}", lambda *_: hanging.wait()) for number in range(20)]
    with working([], stuck):
        started = time.monotonic()
    took = time.monotonic() - started
    hanging.set()
    assert took < 20


class Worker:
    """A function that works off a queue, and leaves what it is told to leave as often as it is told to."""

    def __init__(self, *, fails: int = 0, breaks: int = 0) -> None:
        self.keys: list[str] = []
        self._fails, self._breaks = fails, breaks

    def __call__(self, event: dict[str, Any], _context: Any) -> Any:
        told = {each["messageId"]: handed.key_of(record) for each, record in _told(event)}
        self.keys += [key.sk for key in told.values()]
        self._breaks -= 1
        if self._breaks >= 0:
            raise ZeroDivisionError
        self._fails -= 1
        return handed.failed(told if self._fails >= 0 else ())


def _told(event: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    return zip(event["Records"], handed.records(event).values(), strict=True)


DISPATCHER = StreamWorker("dispatcher", dispatcher.handler, dispatcher.is_wanted)


@pytest.fixture
def impatient(aws: Engine) -> Iterator[None]:
    """Queues that tell of what was not done after a second, without what other files left in them."""
    urls = settings.current().queues.values()
    for url in urls:
        adapters.client("sqs").purge_queue(QueueUrl=url)
    for seconds in ("1", "30"):
        for url in urls:
            adapters.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": seconds})
        if seconds == "1":
            yield


@pytest.mark.usefixtures("impatient")
def test_what_is_written_comes_to_the_queues_of_all_who_want_it(org: str) -> None:
    """Each function's own, by way of the dispatcher; what nobody wants comes to none."""
    finder, webhooks, outbox = Worker(), Worker(), Worker()
    queues = [QueueWorker("finder", finder), QueueWorker("webhooks", webhooks), QueueWorker("outbox", outbox)]
    with working([DISPATCHER], [], queues):
        _put(org, "HOUSEHOLD", "household")
        _put(org, "MESSAGE", "message")
        _put(org, "SESSION#1", "session")
        _put(org, "PAYMENT#1", "payment")
        _wait(lambda: len(webhooks.keys) == 2 and bool(finder.keys) and bool(outbox.keys))
    assert (finder.keys, sorted(webhooks.keys), outbox.keys) == (["HOUSEHOLD"], ["HOUSEHOLD", "PAYMENT#1"], ["MESSAGE"])


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("broken", [Worker(breaks=1), Worker(fails=1)], ids=["broken", "failing"])
def test_who_fails_is_told_again_and_keeps_nobody_else_waiting(org: str, broken: Worker) -> None:
    webhooks = Worker()
    with working([DISPATCHER], [], [QueueWorker("finder", broken), QueueWorker("webhooks", webhooks)]):
        _put(org, "HOUSEHOLD", "household")
        _wait(lambda: len(broken.keys) == 2)
    assert broken.keys == ["HOUSEHOLD"] * 2
    assert webhooks.keys == ["HOUSEHOLD"]
