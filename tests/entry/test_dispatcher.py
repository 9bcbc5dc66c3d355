"""The dispatcher: everybody is told of what they want, of nothing that stands there, and nobody waits for another."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib import bootstrap, settings
from chalicelib.adapters import aws as adapters
from chalicelib.adapters.sqs import SqsQueues
from chalicelib.entry import dispatcher
from local.engine import Engine
from tests.support.stream import record


class Queues:
    """Queues that take what they are given, but for those that are broken."""

    def __init__(self, *broken: str) -> None:
        self.told: dict[str, list[dict[str, Any]]] = {}
        self._broken = broken

    def put(self, queue: str, texts: Sequence[str]) -> list[int]:
        if queue in self._broken:
            return list(range(len(texts)))
        self.told.setdefault(queue, []).extend(map(json.loads, texts))
        return []

    def kinds(self, queue: str) -> list[str]:
        """Kinds of the items that a queue was told of."""
        return [each["dynamodb"]["NewImage"]["kind"]["S"] for each in self.told.get(queue, [])]


def written(kind: str, sk: str, event: str = "INSERT", **more: Any) -> dict[str, Any]:
    """The stream's record of an item."""
    image = {"pk": {"S": "ORG#o#HH#h"}, "sk": {"S": sk}, "kind": {"S": kind}, "name": {"S": "Tremblay"}, **more}
    return record(image, event)


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> Queues:
    """Queues that all work."""
    return _stands_in(monkeypatch, Queues())


def _stands_in(monkeypatch: pytest.MonkeyPatch, queues: Queues) -> Queues:
    monkeypatch.setattr(bootstrap, "queues", lambda: queues)
    return queues


ALL = (
    written("message", "MESSAGE"), written("stripe_event", "EVENT"), written("household", "HOUSEHOLD", "MODIFY"),
    written("invoice", "INVOICE#1"), written("invoice", "INVOICE#1", "MODIFY"), written("payment", "PAYMENT#1"),
    written("member", "MEMBER#1"), written("message", "MESSAGE", "MODIFY"), written("session", "SESSION#1"),
)  # fmt: skip


def test_each_is_told_of_what_it_wants(queues: Queues) -> None:
    assert dispatcher.handler({"Records": list(ALL)}, None) == {"batchItemFailures": []}

    assert queues.kinds("outbox") == ["message"]
    assert queues.kinds("settling") == ["stripe_event"]
    assert queues.kinds("finder") == ["household", "invoice", "member"]
    assert queues.kinds("webhooks") == ["household", "invoice", "invoice", "payment"]


def test_nothing_of_what_stands_there_goes_into_a_queue(queues: Queues) -> None:
    """L-02: names of things and whose they are; so a message is small, however large the item."""
    dispatcher.handler({"Records": [written("household", "HOUSEHOLD", text={"S": "x" * 300_000})]}, None)

    (told,) = queues.told["finder"]
    assert "Tremblay" not in json.dumps(told)
    assert len(json.dumps(told)) < 1000


def test_that_something_is_gone_is_told_by_its_key(queues: Queues) -> None:
    dispatcher.handler({"Records": [written("household", "HOUSEHOLD", "REMOVE")]}, None)

    (told,) = queues.told["finder"]
    assert (told["eventName"], "NewImage" in told["dynamodb"]) == ("REMOVE", False)


def test_a_queue_that_takes_nothing_keeps_no_other_from_being_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream begins again with the first that was missed: everybody is told at least once."""
    queues = _stands_in(monkeypatch, Queues("webhooks"))

    answer = dispatcher.handler({"Records": list(ALL)}, None)

    first = ALL[2]["dynamodb"]["SequenceNumber"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": first}]}
    assert queues.kinds("outbox") == ["message"]
    assert queues.kinds("finder") == ["household", "invoice", "member"]


def test_what_nobody_wants_is_no_reason_to_be_started() -> None:
    """The event source's filter says the same (tests/infra/test_starting.py)."""
    assert [dispatcher.is_wanted(each) for each in ALL] == [True] * 7 + [False] * 2


def test_queues_take_any_number_of_messages(aws: Engine) -> None:
    url = adapters.client("sqs").create_queue(QueueName="foyer-test-many")["QueueUrl"]
    put = SqsQueues({"many": url})

    assert put.put("many", [f"text {number}" for number in range(23)]) == []

    taken: set[str] = set()
    while len(taken) < 23:
        found = adapters.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        taken |= {each["Body"] for each in found}
    assert taken == {f"text {number}" for number in range(23)}


def test_a_queue_that_is_not_there_takes_nothing_and_raises_nothing(
    aws: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = settings.current().queues["finder"].replace("finder", "gone")
    assert SqsQueues({"gone": gone}).put("gone", ["a"] * 12) == list(range(12))

    def unreachable(**_told: Any) -> Any:
        raise EndpointConnectionError(endpoint_url="https://sqs.example")

    monkeypatch.setattr(adapters.client("sqs"), "send_message_batch", unreachable)
    assert SqsQueues({"gone": gone}).put("gone", ["a"]) == [0]


def test_what_a_queue_refuses_of_ten_is_told(aws: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters.client("sqs"), "send_message_batch", lambda **_told: {"Failed": [{"Id": "3"}]})
    assert SqsQueues({"any": "url"}).put("any", ["a"] * 5) == [3]
