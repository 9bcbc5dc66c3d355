"""The dispatcher: reads the table's stream for all who are told of what was written, and fills the queue of each.

A stream feeds two readers at most before they slow each other down, so whoever is to be told of something gets a queue
here instead of a reader of its own (docs/decisions/0068). One who fails has a queue that grows, and nobody else waits.
What goes into a queue says what was written and whose it is, never what stands there.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from chalicelib import bootstrap
from chalicelib.data import keys, outbox
from chalicelib.entry import loaded
from chalicelib.ports import Queues
from chalicelib.shared import tracing
from chalicelib.shared.times import MINUTE, after, to_iso
from chalicelib.web import logs

Record = Mapping[str, Any]
"""A record of the table's stream, as Lambda hands it over."""

_TOLD = ("pk", "sk", "kind", "households", "request")
"""Attributes of an item that go along."""


class Wanted(NamedTuple):
    """Which writings somebody is told of; one of the three is enough."""

    new: str = ""
    """Kind of items that are new, but for those that are left to a clock (`_is_left`)."""
    written: tuple[str, ...] = ()
    """How the sort keys begin of items of which every writing counts, also that they are gone."""
    new_at: str = ""
    """How the sort keys begin of items that count when they are new."""

    def takes(self, record: Record) -> bool:
        """Whether a record is one of these."""
        told = record["dynamodb"]
        place, is_new = told["Keys"]["sk"]["S"], record["eventName"] == "INSERT"
        kind = told.get("NewImage", {}).get("kind", {}).get("S")
        if self.new and kind == self.new and _is_left(record):
            return False
        if is_new and ((self.new and kind == self.new) or (self.new_at and place.startswith(self.new_at))):
            return True
        return bool(place.startswith(self.written))


def _is_left(record: Record) -> bool:
    """Whether it is bulk mail, which the sweep finds: in the queue of what is told at once, somebody's confirmation
    would wait behind it (M-12). No sweep finds what a demonstration writes ahead of the world's time (NEW-17).
    """
    image = record["dynamodb"].get("NewImage", {})
    if image.get("queue", {}).get("S") != outbox.Lane.BULK.value:
        return False
    written = datetime.fromtimestamp(float(record["dynamodb"]["ApproximateCreationDateTime"]), UTC)
    return str(image["created_at"]["S"]) <= to_iso(after(written, MINUTE))


ROUTES: Mapping[str, Wanted] = {
    "outbox": Wanted(new="message"),
    "settling": Wanted(new="stripe_event"),
    "finder": Wanted(written=("HOUSEHOLD", "PERSON", "USER", keys.MEMBERS, keys.HOUSEHOLD_USERS), new_at=keys.INVOICES),
    "webhooks": Wanted(written=("HOUSEHOLD", "PERSON", keys.INVOICES, keys.PAYMENTS, keys.BOOKINGS)),
}
"""Which function is told of what. The event source's filter is made of it, so what nobody wants starts nothing."""


def is_wanted(record: Record) -> bool:
    """Whether anybody is told of a record."""
    return any(wanted.takes(record) for wanted in ROUTES.values())


def handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Puts each record into the queues of all who want it; answers with the first that a queue did not take.

    From there on the stream tells of it again, also to those who have it: everybody may be told twice.
    """
    logs.configure()
    tracing.begin_run(context)
    records = event["Records"]
    missed = {each for name, wanted in ROUTES.items() for each in _hand_on(bootstrap.queues(), name, wanted, records)}
    first = next((number for number in map(_number, records) if number in missed), None)
    return {"batchItemFailures": [{"itemIdentifier": first}] if first else []}


def _hand_on(queues: Queues, name: str, wanted: Wanted, records: Iterable[Record]) -> Sequence[str]:
    """Sequence numbers of the records that a queue did not take."""
    own = [record for record in records if wanted.takes(record)]
    missed = [_number(own[index]) for index in queues.put(name, [message(record) for record in own])]
    if missed:
        logs.event("dispatch.failed", queue=name, records=len(missed))
    return missed


def _number(record: Record) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def message(record: Record) -> str:
    """A record as the text that goes into a queue: a few hundred bytes, whatever stands in the item."""
    told = record["dynamodb"]
    slim = {name: told[name] for name in ("Keys", "ApproximateCreationDateTime")}
    if "NewImage" in told:
        slim["NewImage"] = {name: told["NewImage"][name] for name in _TOLD if name in told["NewImage"]}
    return json.dumps({"eventID": record["eventID"], "eventName": record["eventName"], "dynamodb": slim})


loaded()
