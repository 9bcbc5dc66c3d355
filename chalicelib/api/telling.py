"""From the table's stream to events: whoever wrote something (a page, an import, Stripe), an event tells of it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.api import endpoints
from chalicelib.api.hooks import TEST, Endpoint, Event, Happening
from chalicelib.data import keys
from chalicelib.data.keys import Key
from chalicelib.shared.ids import named_id, new_id

_TYPES: Mapping[str, tuple[Event, Event, str]] = {
    "household": (Event.HOUSEHOLD_CREATED, Event.HOUSEHOLD_CHANGED, "household"),
    "person": (Event.MEMBER_CREATED, Event.MEMBER_CHANGED, "member"),
    "invoice": (Event.INVOICE_ISSUED, Event.INVOICE_CHANGED, "invoice"),
    "payment": (Event.PAYMENT_NOTED, Event.PAYMENT_CHANGED, "payment"),
    "booking": (Event.BOOKING_MADE, Event.BOOKING_CHANGED, "booking"),
}
"""By the kind of an item: what it is when it is new, and when it is not; and what the thing is called."""


_REMOVED: Mapping[str, tuple[Event, str]] = {
    "HOUSEHOLD": (Event.HOUSEHOLD_REMOVED, "household"),
    "PERSON": (Event.MEMBER_REMOVED, "member"),
}
"""By the sort key of what is gone: whoever keeps a copy of it has to erase that too."""


def happenings(records: Iterable[Mapping[str, Any]]) -> Iterator[Happening]:
    """The events in records of the stream; what is no event is none."""
    for record in records:
        told = record["dynamodb"]
        place, image = Key(told["Keys"]["pk"]["S"], told["Keys"]["sk"]["S"]), told.get("NewImage")
        found = _written(record["eventName"], place, image) if image else _removed(place)
        if found:
            org, (event, data) = keys.organisation_of(place), found
            yield Happening(org, named_id(record["eventID"]), event.value, _moment(record), data)


def _written(how: str, place: Key, image: Mapping[str, Any]) -> tuple[Event, dict[str, str]] | None:
    kind = image["kind"]["S"]
    if kind not in _TYPES:
        return None
    created, changed, name = _TYPES[kind]
    return created if how == "INSERT" else changed, _named(name, place, image)


def _removed(place: Key) -> tuple[Event, dict[str, str]] | None:
    if place.sk not in _REMOVED:
        return None
    event, name = _REMOVED[place.sk]
    return event, {name: place.pk.rpartition("#")[2]}


def _moment(record: Mapping[str, Any]) -> datetime:
    """When it was written; the same however often the stream tells of it."""
    return datetime.fromtimestamp(int(record["dynamodb"]["ApproximateCreationDateTime"]), UTC)


def _named(name: str, place: Key, image: Mapping[str, Any]) -> dict[str, str]:
    if name == "member":
        homes = image.get("households", {}).get("L", [])
        return {"member": place.pk.rpartition("#")[2], **({"household": homes[0]["S"]} if homes else {})}
    household = keys.owner(place)[1]
    return {"household": household} | ({name: place.sk.partition("#")[2]} if name != "household" else {})


def note(found: Iterable[Happening]) -> list[Key]:
    """Writes down who has to be told of what; returns where. Telling of the same again writes nothing."""
    known: dict[str, list[Endpoint]] = {}
    written = []
    for each in found:
        if each.org not in known:
            known[each.org] = endpoints.of(each.org)
        wanting = [endpoint for endpoint in known[each.org] if endpoint.wants(each.type)]
        written += [endpoints.put_delivery(each, to.id) for to in wanting]
    return [key for key in written if key is not None]


def test(org: str, endpoint_id: str, now: datetime) -> Key | None:
    """Writes down an event that only asks whether an address answers."""
    return endpoints.put_delivery(Happening(org, new_id(), TEST, now, {}), endpoint_id)
