"""Plays Lambda's event sources: the table's stream, queues and the schedule, each calling its function.

A function that fails is left alone after one line in the log: what it did not do is still
stored or in its queue, and is taken up again.
"""

import base64
import json
import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from chalicelib import settings
from chalicelib.adapters import aws
from local.events import Handler, LambdaContext
from local.setup import stream_arn

_log = logging.getLogger("local")

_POLL_SECONDS = 0.25
_RETRY_SECONDS = 2.0
_STOP_SECONDS = 5.0
"""For all of them together: what is not done then is left, and taken up again at the next start."""

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StreamWorker:
    """A function that is handed records of the table's stream: those that the deployed filter lets through."""

    name: str
    handler: Handler
    wants: Callable[[Record], bool]


@dataclass(frozen=True, slots=True)
class QueueWorker:
    """A function that works off the queue of its name."""

    name: str
    handler: Handler


@dataclass(frozen=True, slots=True)
class ScheduledWorker:
    """A function that runs at the start and then every `seconds`."""

    name: str
    handler: Handler
    seconds: float = 60.0


@contextmanager
def working(
    streams: Sequence[StreamWorker], schedules: Sequence[ScheduledWorker], queues: Sequence[QueueWorker] = ()
) -> Iterator[None]:
    """Runs the workers for the length of a `with` block; each in its own thread, as each is its own function."""
    stopping = threading.Event()
    arn = stream_arn()
    jobs: list[Callable[[threading.Event], None]] = [
        *(_Stream(arn, worker).follow for worker in streams),
        *(partial(_work_off, worker) for worker in queues),
        *(partial(_repeat, worker) for worker in schedules),
    ]
    threads = [threading.Thread(target=job, args=(stopping,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        deadline = time.monotonic() + _STOP_SECONDS
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))


class _Stream:
    """A place in the stream, from where it stood when this was made, for one worker."""

    def __init__(self, arn: str, worker: StreamWorker) -> None:
        self._arn = arn
        self._worker = worker
        self._place = self._newest()

    def follow(self, stopping: threading.Event) -> None:
        """Hands over new items as they appear."""
        while not stopping.wait(_POLL_SECONDS):
            try:
                records = self._take()
            except Exception as error:
                _log.error("the stream of the table can not be read: %r", error)
                stopping.wait(_RETRY_SECONDS)
                continue
            if records:
                _call(self._worker.name, self._worker.handler, {"Records": records})

    def _newest(self) -> str:
        streams = aws.client("dynamodbstreams")
        shards = streams.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
        place = streams.get_shard_iterator(
            StreamArn=self._arn, ShardId=shards[-1]["ShardId"], ShardIteratorType="LATEST"
        )
        return str(place["ShardIterator"])

    def _take(self) -> list[Record]:
        answer = aws.client("dynamodbstreams").get_records(ShardIterator=self._place, Limit=100)
        self._place = answer["NextShardIterator"]
        records = [_as_lambda_gets_it(record, self._arn) for record in answer["Records"]]
        return [record for record in records if self._worker.wants(record)]


def _work_off(worker: QueueWorker, stopping: threading.Event) -> None:
    """Hands over what is in a queue, and takes out what was done; the rest is there again after a while."""
    place = settings.current().queues[worker.name]
    while not stopping.is_set():
        try:
            answer = aws.client("sqs").receive_message(QueueUrl=place, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        except Exception as error:
            _log.error("the queue of %s can not be read: %r", worker.name, error)
            stopping.wait(_RETRY_SECONDS)
            continue
        if found := answer.get("Messages", []):
            _take_out(place, found, _failed(worker, found))


def _failed(worker: QueueWorker, found: Sequence[Record]) -> set[str]:
    """Ids of messages that the function did not do; all of them if it failed."""
    records = [
        {"messageId": each["MessageId"], "receiptHandle": each["ReceiptHandle"], "body": each["Body"]} for each in found
    ]
    answer = _call(worker.name, worker.handler, {"Records": records})
    if answer is None:
        return {each["messageId"] for each in records}
    return {each["itemIdentifier"] for each in answer["batchItemFailures"]}


def _take_out(place: str, found: Sequence[Record], failed: Collection[str]) -> None:
    for each in found:
        if each["MessageId"] not in failed:
            aws.client("sqs").delete_message(QueueUrl=place, ReceiptHandle=each["ReceiptHandle"])


def _repeat(worker: ScheduledWorker, stopping: threading.Event) -> None:
    """Calls a scheduled function until the end. A call that takes longer than its interval delays the next."""
    due = time.monotonic()
    while not stopping.wait(max(0.0, due - time.monotonic())):
        due = time.monotonic() + worker.seconds
        _call(worker.name, worker.handler, scheduled_event(worker.name, datetime.now(UTC)))


def _call(name: str, handler: Handler, event: dict[str, Any]) -> Any:
    """What the function answers; None if it failed."""
    try:
        return handler(event, LambdaContext(name))
    except Exception as error:
        _log.error("%s failed and goes on with the next: %r", name, error)
        return None


def _as_lambda_gets_it(record: Mapping[str, Any], arn: str) -> Record:
    """A record as JSON: bytes in base64, moments in seconds since 1970."""
    event: Record = json.loads(json.dumps(record, default=_plain))
    return {**event, "eventSourceARN": arn}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} in a stream record")


def scheduled_event(name: str, now: datetime) -> dict[str, Any]:
    """The event that EventBridge sends to a scheduled function."""
    region = settings.current().region
    return {
        "version": "0",
        "id": f"{name}-{int(now.timestamp())}",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": [f"arn:aws:events:{region}:000000000000:rule/{name}"],
        "detail": {},
    }
