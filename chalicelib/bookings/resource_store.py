"""Reads and writes what can be booked. All of an organisation's is one Query."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.bookings.domain import Terms
from chalicelib.bookings.models import ResourceItem
from chalicelib.bookings.resources import Opening, PricePer, Resource, ResourceKind
from chalicelib.data import keys, read
from chalicelib.data.write import Transaction
from chalicelib.organisations import store as organisations

_AT_ONCE = 50
"""Resources written in one transaction."""


def get(org: str, resource_id: str) -> Resource | None:
    """The resource, or None. One strong read."""
    item = read.one(ResourceItem, keys.resource(org, resource_id))
    return resource_from(item) if item else None


def list_all(org: str) -> list[Resource]:
    """Everything that can be booked, or could once, by id. One round trip for each hundred."""
    return [resource_from(item) for item in read.each(ResourceItem, *keys.resource(org, ""))]


def save_all(org: str, resources: Iterable[Resource]) -> None:
    """Stores resources, each over the one with its id, and notes with the organisation whether anything is offered.

    Raises Conflict when somebody else is at it, NotFound.
    """
    stored = {each.id: each for each in list_all(org)}
    transaction = Transaction()
    for resource in resources:
        if len(transaction) == _AT_ONCE:
            transaction.commit_or_conflict()
            transaction = Transaction()
        before = stored.get(resource.id)
        stored[resource.id] = replace(resource, version=before.version if before else None)
        transaction.put("resource", resource_item(org, stored[resource.id]))
    organisations.note_bookings(transaction, org, offers=any(each.is_offered for each in stored.values()))
    transaction.commit_or_conflict()


def resource_item(org: str, resource: Resource) -> ResourceItem:
    """The item that stores `resource`."""
    pk, sk = keys.resource(org, resource.id)
    return ResourceItem(pk, sk, resource=resource.id, document=_document(resource), version=resource.version)


def resource_from(item: ResourceItem) -> Resource:
    """The resource that `item` stores."""
    told: dict[str, Any] = item.document
    return Resource(
        **{
            **told,
            "id": item.resource,
            "kind": ResourceKind(told["kind"]),
            "hours": tuple(map(_openings, told["hours"])),
            "special": {date.fromisoformat(day): _openings(hours) for day, hours in told["special"].items()},
            "price_per": PricePer(told["price_per"]),
            "terms": Terms(*told["terms"]),
            "version": item.version,
        }
    )


def _openings(rows: Iterable[Iterable[int]]) -> tuple[Opening, ...]:
    return tuple(Opening(*row) for row in rows)


_APART = ("id", "version")


def _document(resource: Resource) -> dict[str, Any]:
    told = {name: getattr(resource, name) for name in Resource.__dataclass_fields__ if name not in _APART}
    return {
        **told,
        "kind": resource.kind.value,
        "title": dict(resource.title),
        "description": dict(resource.description),
        "hours": [[list(opening) for opening in openings] for openings in resource.hours],
        "special": {day.isoformat(): [list(each) for each in hours] for day, hours in resource.special.items()},
        "price_per": resource.price_per.value,
        "terms": list(resource.terms),
    }
