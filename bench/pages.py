"""Warm requests: CPU against the floor, DynamoDB calls and capacity, bytes, and what a long history costs."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.figures import Figure, low
from bench.world import ORG, Home
from chalicelib.data.items import connection
from chalicelib.web import cookies
from local import events
from local.events import Call, LambdaContext, Resources

_ROUNDS = 150
_WARM_UP = 20
_UNIT = 4096

Work = Callable[[], Any]


@dataclass(slots=True)
class Spent:
    """DynamoDB calls and read capacity of one request."""

    calls: int = 0
    units: float = 0.0


@dataclass(slots=True)
class Portal:
    """The portal's function, called as Lambda calls it."""

    app: Any
    base_url: str
    _resources: Resources = field(init=False)

    def __post_init__(self) -> None:
        self._resources = Resources(self.app.routes)

    def event(self, path: str, home: Home | None = None) -> dict[str, Any]:
        """The event of a GET request, signed in to a home or not."""
        headers = [("Accept", "text/html"), ("Accept-Language", "en")]
        if home:
            headers.append(("Cookie", f"{cookies.name(cookies.SESSION, ORG)}={home.cookie}"))
        resource = self._resources.find(path.partition("?")[0])
        if resource is None:
            raise LookupError(path)
        return events.build(Call("GET", path, tuple(headers)), resource, base_url=self.base_url, stage="bench")

    def get(self, path: str, home: Home | None = None) -> Work:
        """A request, ready to be made again and again. Raises RuntimeError unless it is answered with 200."""
        event, context = self.event(path, home), LambdaContext()
        answer = self.app(dict(event), context)
        if answer["statusCode"] != 200:
            raise RuntimeError(f"{path} is answered with {answer['statusCode']}")
        return lambda: self.app(dict(event), context)


def measure(portal: Portal, floor: Work, small: Home, full: Home, large: Home) -> Iterator[Figure]:
    """All figures of warm pages."""
    cpu = _cpu_together({"floor": floor})
    yield Figure("warm.floor.cpu", _ms(cpu["floor"]), "ms", 1.0)
    yield from each(_pages(portal, small), floor)
    yield from _growth(portal, "large", small, large)
    yield from _growth(portal, "large-to-full-page", full, large)


def each(works: dict[str, Work], floor: Work, rounds: int = _ROUNDS) -> Iterator[Figure]:
    """CPU of pages against the floor, their calls to DynamoDB and what these read, and their bytes."""
    cpu = _cpu_together({"floor": floor, **works}, rounds)
    for name, work in works.items():
        yield Figure(f"warm.{name}.cpu", _ms(cpu[name]), "ms", cpu[name] / cpu["floor"])
        spent = _spent(work)
        yield Figure(f"dynamodb.{name}.calls", spent.calls, "calls")
        yield Figure(f"dynamodb.{name}.capacity", spent.units, "units")
        answer = work()
        yield Figure(f"bytes.{name}.{_kind(answer)}", len(answer["body"].encode()), "bytes")


def _kind(answer: dict[str, Any]) -> str:
    """`html` or `calendar`: what the answer is made of."""
    return str(answer["headers"]["Content-Type"].partition(";")[0].rpartition("/")[2])


def compare(name: str, work: Work, floor: Work) -> Iterator[Figure]:
    """CPU of one more work against the floor, and its calls to DynamoDB."""
    cpu = _cpu_together({"floor": floor, name: work})
    yield Figure(f"warm.{name}.cpu", _ms(cpu[name]), "ms", cpu[name] / cpu["floor"])
    yield Figure(f"dynamodb.{name}.calls", _spent(work).calls, "calls")


def _pages(portal: Portal, home: Home) -> dict[str, Work]:
    return {
        "sign-in": portal.get(f"/{ORG}/sign-in"),
        "dashboard": portal.get(f"/{ORG}", home),
        "schedule": portal.get(f"/{ORG}/schedule", home),
        "invoices": portal.get(f"/{ORG}/invoices", home),
        "invoice": portal.get(f"/{ORG}/invoices/{home.invoice}", home),
        "pay": portal.get(f"/{ORG}/pay", home),
        "members": portal.get(f"/{ORG}/members", home),
        "settings": portal.get(f"/{ORG}/settings", home),
    }


def _growth(portal: Portal, label: str, small: Home, large: Home) -> Iterator[Figure]:
    """The same pages of a household with a long history; the ratio is to the household with a short one."""
    for name, path in {"dashboard": f"/{ORG}", "invoices": f"/{ORG}/invoices", "schedule": f"/{ORG}/schedule"}.items():
        yield growth(f"{label}.{name}", portal.get(path, small), portal.get(path, large))


def growth(name: str, small: Work, large: Work) -> Figure:
    """What a page costs where there is much; the ratio is to where there is little."""
    cpu = _cpu_together({"small": small, "large": large})
    return Figure(f"{name}.cpu", _ms(cpu["large"]), "ms", cpu["large"] / cpu["small"])


def _cpu_together(works: dict[str, Work], rounds: int = _ROUNDS) -> dict[str, float]:
    """Seconds of CPU of each work, measured in turns so that a noisy minute spoils all alike."""
    samples: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(_WARM_UP + rounds):
        for name, work in works.items():
            before = time.process_time()
            work()
            if turn >= _WARM_UP:
                samples[name].append(time.process_time() - before)
    return {name: low(taken) for name, taken in samples.items()}


def _spent(work: Work) -> Spent:
    with counting() as spent:
        work()
    return spent


@contextmanager
def counting() -> Iterator[Spent]:
    """Counts calls, and works out what they read: the embedded AWS does not tell the capacity of every call."""
    spent = Spent()
    signals = connection().connection.client.meta.events
    strong: list[bool] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        tables = list(params.get("RequestItems", {}).values())
        strong.append(any(each.get("ConsistentRead", False) for each in [params, *tables]))

    def add(parsed: dict[str, Any], **_: Any) -> None:
        spent.calls += 1
        spent.units += _units(parsed) * (1 if strong.pop() else 0.5)

    signals.register("provide-client-params.dynamodb.*", note)
    signals.register("after-call.dynamodb.*", add)
    try:
        yield spent
    finally:
        signals.unregister("provide-client-params.dynamodb.*", note)
        signals.unregister("after-call.dynamodb.*", add)


def _units(answer: dict[str, Any]) -> int:
    """Read units of an answer if it was strong: begun 4 KB of each item read by key, or of a query's items together."""
    if "Items" in answer:
        return -(-sum(map(size, answer["Items"])) // _UNIT) or 1
    by_key = [answer.get("Item", {}), *(item for items in answer.get("Responses", {}).values() for item in items)]
    return sum(-(-size(item) // _UNIT) for item in by_key) or 1


def size(item: dict[str, Any]) -> int:
    """Bytes of an item, names included, as DynamoDB counts them (nearly: numbers take less)."""
    return sum(len(name) + len(str(next(iter(value.values()))).encode()) for name, value in item.items())


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
