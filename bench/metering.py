"""What one run of a function takes: its processor time, its calls, what these read and write, and who is told of it.

Whoever is told runs as well, as on AWS: the stream's dispatcher, and each function whose queue it fills. Reads are
taken from DynamoDB's answers, writes from the table before and after, for the embedded AWS does not tell the capacity
of every call.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bench import pages
from chalicelib.entry import code_sender, dispatcher, finder, outbox, settling, webhooks
from local.events import LambdaContext, Resources
from tests.support.stored import stored_items
from tests.support.stream import handed, record
from tests.support.wire import tapped

_WRITE_UNIT = 1024
_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})
_TABLE = frozenset({*_WRITES, "GetItem", "BatchGetItem", "Query"})
_QUEUED: Mapping[str, Callable[[dict[str, Any], Any], Any]] = {
    "outbox": outbox.handler, "settling": settling.handler, "finder": finder.handler, "webhooks": webhooks.handler,
}  # fmt: skip
_SQS_CALLS = 3
"""A batch is sent, received and deleted."""

Image = Mapping[str, Any]
Place = tuple[str, str]


@dataclass(slots=True)
class Step:
    """One run of one function."""

    function: str
    """As in `.chalice/config.json`; empty for what another system does."""
    what: str
    cpu_ms: float
    table_calls: int
    other_calls: int
    """To other services of AWS, and to Stripe."""
    read_units: float
    write_units: int
    log_bytes: int
    answer_bytes: int = 0
    web: bool = False
    sqs: int = 0
    mails: int = 0
    texts: int = 0


@dataclass
class Meter:
    """Runs functions for one organisation, and keeps what each run took."""

    org: str
    steps: list[Step] = field(default_factory=list)
    asked_stripe: Callable[[], int] = lambda: 0
    """How often Stripe has been asked until now."""

    def run(self, function: str, what: str, work: Callable[[], Any], *, web: bool = False, sqs: int = 0) -> Any:
        """One run, and those of everybody who is told of what it wrote. Returns what it answered."""
        before, asked = stored_items(self.org), self.asked_stripe()
        with tapped() as wire, pages.counting() as spent, _Lines() as lines:
            begun = time.process_time()
            answer = work()
            took = time.process_time() - begun
        after = stored_items(self.org)
        calls = list(zip(wire.calls, wire.bodies, strict=True))
        others = sum(call not in _TABLE for call in wire.calls) + self.asked_stripe() - asked
        step = Step(
            function, what, took * 1000, sum(call in _TABLE for call in wire.calls),
            others, spent.units, _write_units(calls, before, after),
            sum(map(len, lines)), len(str(answer.get("body", ""))) if web and answer else 0, web, sqs,
            sum(call == "SendEmail" for call in wire.calls), sum(_is_text(*call) for call in calls),
        )  # fmt: skip
        self.steps.append(step)
        self._tell(list(_records(calls, before, after)))
        return answer

    def _tell(self, records: list[dict[str, Any]]) -> None:
        orders = [each for each in records if _kind(each) == code_sender.KIND and each["eventName"] == "INSERT"]
        if orders:
            self.run("code_sender", "sends the code", lambda: code_sender.handler({"Records": orders}, None))
        wanted = [each for each in records if dispatcher.is_wanted(each)]
        if not wanted:
            return
        self.run(
            "dispatcher", "hands on what was written",
            lambda: dispatcher.handler({"Records": wanted}, LambdaContext("dispatcher")),
        )  # fmt: skip
        for queue, handler in _QUEUED.items():
            event = handed(queue, wanted)
            if event["Records"]:
                what, work = f"works off its queue ({len(event['Records'])})", partial(handler, event, LambdaContext())
                self.run(queue, what, work, sqs=_SQS_CALLS)


@dataclass(slots=True)
class Deployed:
    """All functions with pages, each asked for its own part, as API Gateway does."""

    meter: Meter
    owners: Mapping[tuple[str, str], tuple[str, Any]]
    """Name and app by path and method."""

    @classmethod
    def of(cls, meter: Meter, apps: Mapping[str, Any]) -> "Deployed":
        """Of the apps of all functions, by name."""
        owners = {
            (path, method): (name, app)
            for name, app in apps.items()
            for path, methods in app.routes.items()
            for method in methods
        }
        return cls(meter, owners)

    @property
    def routes(self) -> dict[str, list[str]]:
        """Every path with its methods."""
        found: dict[str, list[str]] = {}
        for path, method in self.owners:
            found.setdefault(path, []).append(method)
        return found

    def __call__(self, event: dict[str, Any], context: Any) -> Any:
        """What the function answers whose page is asked for."""
        resource = Resources(self.routes).find(event["path"])
        if resource is None:
            raise LookupError(event["path"])
        method = event["httpMethod"]
        name, app = self.owners[resource.path, method]
        routed = {**event, "resource": resource.path}
        return self.meter.run(name, f"{method} {resource.path}", lambda: app(routed, context), web=True)


class _Lines:
    """What our logger writes for the length of a `with` block; a line also has what CloudWatch adds to each."""

    _ADDED = 26

    def __enter__(self) -> list[str]:
        self._logger = logging.getLogger("foyer")
        self._logger.setLevel(logging.INFO)
        self._found: list[str] = []
        self._logger.addFilter(self._note)
        return self._found

    def __exit__(self, *_: object) -> None:
        self._logger.removeFilter(self._note)

    def _note(self, line: Any) -> bool:
        self._found.append(line.getMessage() + " " * self._ADDED)
        return True


def _kind(record: Mapping[str, Any]) -> str:
    return str(record["dynamodb"].get("NewImage", {}).get("kind", {}).get("S", ""))


def _is_text(call: str, body: bytes) -> bool:
    return call == "Publish" and "PhoneNumber" in str(body)


def _written(calls: list[tuple[str, bytes]]) -> Iterator[tuple[Place, bool]]:
    """The key of each write, and whether it was part of a transaction."""
    for call, body in calls:
        if call not in _WRITES:
            continue
        told = json.loads(body)
        acts: list[Mapping[str, Any]] = told.get("TransactItems", [])
        batch = [request for requests in told.get("RequestItems", {}).values() for request in requests]
        for act in [*acts, *batch] or [{call: told}]:
            what = next(iter(act.values()))
            place = what.get("Key") or what["Item"]
            yield (place["pk"]["S"], place["sk"]["S"]), bool(acts)


def _write_units(calls: list[tuple[str, bytes]], before: Mapping[Place, Image], after: Mapping[Place, Image]) -> int:
    """Write units: begun kilobytes of the larger of what was there and what is, twice in a transaction; and the rows of
    the index that came, went, or both."""
    found = 0
    for place, together in _written(calls):
        size = max(_size(before.get(place)), _size(after.get(place)), 1)
        found += -(-size // _WRITE_UNIT) * (2 if together else 1)
    places = {place for place, _ in _written(calls)}
    for place in places:
        was, now = _in_index(before.get(place)), _in_index(after.get(place))
        found += 0 if was == now else bool(was) + bool(now)
    return found


def _size(image: Image | None) -> int:
    return pages.size(dict(image)) if image else 0


def _in_index(image: Image | None) -> tuple[str, str] | None:
    if not image or "queue" not in image:
        return None
    return image["queue"]["S"], image["due"]["S"]


def _records(
    calls: list[tuple[str, bytes]], before: Mapping[Place, Image], after: Mapping[Place, Image]
) -> Iterator[dict[str, Any]]:
    """What the stream tells of the writes."""
    for place, _ in _written(calls):
        if place not in before and place not in after:
            continue
        key = {"pk": {"S": place[0]}, "sk": {"S": place[1]}}
        if place not in after:
            yield record(key, "REMOVE")
        elif before.get(place) != after[place]:
            yield record(after[place], "MODIFY" if place in before else "INSERT")
