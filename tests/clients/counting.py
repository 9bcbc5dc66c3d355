"""Counts what is asked of DynamoDB, for tests that want it bounded."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chalicelib.data.items import connection


@dataclass(slots=True)
class Reads:
    """Round trips, and the items that they brought."""

    calls: int = 0
    items: int = 0


@contextmanager
def reads() -> Iterator[Reads]:
    """Counts reads for the length of a `with` block."""
    found = Reads()
    signals = connection().connection.client.meta.events

    def note(parsed: dict[str, Any], **_: Any) -> None:
        by_key = [item for items in parsed.get("Responses", {}).values() for item in items]
        found.calls += 1
        found.items += parsed.get("ScannedCount", 0) + len(by_key) + ("Item" in parsed)

    signals.register("after-call.dynamodb.*", note)
    try:
        yield found
    finally:
        signals.unregister("after-call.dynamodb.*", note)
