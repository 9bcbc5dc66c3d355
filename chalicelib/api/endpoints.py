"""Addresses that an organisation's events are told to, and the log of what was told: stored, read, changed."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from pynamodb.expressions.update import Action

from chalicelib import settings
from chalicelib.api.hooks import KEPT, MOST_ENDPOINTS, OVERLAP, Delivery, Endpoint, Event, Happening, State, new_secret
from chalicelib.api.models import DeliveryItem, EndpointItem
from chalicelib.data import keys, read, write
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.organisations import audit
from chalicelib.organisations.audit import Author, Entry
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import after, from_iso, moment_or_none, to_iso

QUEUE = "webhooks"
"""The work queue of deliveries that wait."""
_ADDED = say("Address for events added: %(label)s")
_REMOVED = say("Address for events removed: %(label)s")
_RENEWED = say("Address for events has a new secret: %(label)s")
_ON = say("Address for events switched on: %(label)s")
_OFF = say("Address for events switched off: %(label)s")


def add(org: str, url: str, events: Collection[Event], by: Author, now: datetime) -> Endpoint:
    """Stores a new address. Raises Conflict where the organisation has as many as it may."""
    if len(of(org)) >= MOST_ENDPOINTS:
        raise Conflict(say("There are as many addresses as there may be. Remove one first."))
    endpoint = Endpoint(new_id(), url, frozenset(events), new_secret(), now)
    transaction = Transaction()
    transaction.create("endpoint", _item(org, endpoint))
    _note(transaction, org, _ADDED, endpoint, by, now)
    transaction.commit()
    return endpoint


def of(org: str) -> list[Endpoint]:
    """All addresses of an organisation, the oldest first. One round trip."""
    found = read.each(EndpointItem, keys.endpoint(org, "").pk, keys.ENDPOINTS)
    return sorted(map(_endpoint, found), key=lambda endpoint: endpoint.made_at)


def require(org: str, endpoint_id: str) -> Endpoint:
    """One address. Raises NotFound."""
    item = read.one(EndpointItem, keys.endpoint(org, endpoint_id))
    if item is None:
        raise NotFound
    return _endpoint(item)


def switch(org: str, endpoint_id: str, by: Author, now: datetime, *, is_on: bool) -> None:
    """Switches an address on or off; its failures are forgotten. Raises NotFound."""
    actions = [EndpointItem.is_on.set(is_on), EndpointItem.failing_since.remove()]
    _change(org, require(org, endpoint_id), actions, _ON if is_on else _OFF, by, now)


def renew_secret(org: str, endpoint_id: str, by: Author, now: datetime) -> Endpoint:
    """Gives an address a new secret; the old one signs beside it for a day. Raises NotFound."""
    actions = [
        EndpointItem.secret.set(new_secret()),
        EndpointItem.old_secret.set(EndpointItem.secret),
        EndpointItem.old_until.set(to_iso(after(now, OVERLAP))),
    ]
    _change(org, require(org, endpoint_id), actions, _RENEWED, by, now)
    return require(org, endpoint_id)


def remove(org: str, endpoint_id: str, by: Author, now: datetime) -> None:
    """Removes an address; what still waits for it is dropped when its turn comes. Raises NotFound."""
    endpoint = require(org, endpoint_id)
    transaction = Transaction()
    transaction.delete("endpoint", EndpointItem(*keys.endpoint(org, endpoint_id)))
    _note(transaction, org, _REMOVED, endpoint, by, now)
    transaction.commit()


def _change(org: str, endpoint: Endpoint, actions: Sequence[Action], words: Message, by: Author, now: datetime) -> None:
    """Writes these attributes alone: an address is changed by its owner and by what came of deliveries at once."""
    transaction = Transaction()
    transaction.update("endpoint", EndpointItem(*keys.endpoint(org, endpoint.id)), actions, EndpointItem.pk.exists())
    _note(transaction, org, words, endpoint, by, now)
    try:
        transaction.commit()
    except ConditionFailed as gone:
        raise NotFound from gone


def _note(transaction: Transaction, org: str, words: Message, endpoint: Endpoint, by: Author, now: datetime) -> None:
    """Tells it in the organisation's log; by the host alone, for the rest of an address may be a secret."""
    about = {"what": words.key, "label": urlsplit(endpoint.url).hostname or ""}
    audit.note(transaction, org, Entry("endpoint", now, by, about))


def put_delivery(happening: Happening, endpoint_id: str) -> keys.Key | None:
    """Writes down that an event has to be told to an address; None where that is written already."""
    name = f"{happening.at:%Y%m%d%H%M%S}-{happening.id}"
    key = keys.delivery(happening.org, endpoint_id, name)
    item = DeliveryItem(
        *key,
        org=happening.org,
        endpoint=endpoint_id,
        delivery=name,
        event=happening.id,
        type=happening.type,
        body=_body(happening),
        state=State.WAITING.value,
        made_at=to_iso(happening.at),
        queue=QUEUE,
        due=to_iso(happening.at),
        expires=after(happening.at, KEPT),
    )
    try:
        write.put(item, DeliveryItem.pk.does_not_exist())
    except write.ConditionFailed:
        return None
    return key


def _body(happening: Happening) -> str:
    told = {
        "id": happening.id,
        "type": happening.type,
        "at": to_iso(happening.at),
        "organisation": happening.org,
        "data": dict(happening.data),
        "api": f"{settings.current().base_url}/api/v1/{happening.org}",
    }
    return json.dumps(told)


def list_deliveries(org: str, endpoint_id: str, beyond: str = "") -> read.Page[Delivery]:
    """What was told to an address, the latest first, 25 at a time. One round trip."""
    found = read.listed(DeliveryItem, lambda each: keys.delivery(org, endpoint_id, each), after=beyond)
    return read.Page([delivery_from(item) for item in found.rows], found.next)


def retry(org: str, endpoint_id: str, delivery_id: str, now: datetime) -> keys.Key:
    """Has something told once more, from the first try on, whatever came of it before. Raises NotFound."""
    key = keys.delivery(org, endpoint_id, delivery_id)
    item = read.one(DeliveryItem, key)
    if item is None:
        raise NotFound
    actions = [
        DeliveryItem.state.set(State.WAITING.value),
        DeliveryItem.tries.set(0),
        DeliveryItem.queue.set(QUEUE),
        DeliveryItem.due.set(to_iso(now)),
    ]
    write.update(item, actions)
    return key


def _item(org: str, endpoint: Endpoint) -> EndpointItem:
    return EndpointItem(
        *keys.endpoint(org, endpoint.id),
        endpoint=endpoint.id,
        url=endpoint.url,
        events=sorted(event.value for event in endpoint.events),
        secret=endpoint.secret,
        old_secret=endpoint.old_secret or None,
        old_until=to_iso(endpoint.old_until) if endpoint.old_until else None,
        made_at=to_iso(endpoint.made_at),
        is_on=endpoint.is_on,
        failing_since=to_iso(endpoint.failing_since) if endpoint.failing_since else None,
    )


def _endpoint(item: EndpointItem) -> Endpoint:
    return Endpoint(
        id=item.endpoint,
        url=item.url,
        events=frozenset(map(Event, item.events)),
        secret=item.secret,
        made_at=from_iso(item.made_at),
        old_secret=item.old_secret or "",
        old_until=moment_or_none(item.old_until),
        is_on=item.is_on,
        failing_since=moment_or_none(item.failing_since),
    )


def delivery_from(item: DeliveryItem) -> Delivery:
    """The delivery that `item` stores."""
    return Delivery(
        id=item.delivery,
        event=item.event,
        type=item.type,
        state=State(item.state),
        tries=int(item.tries),
        made_at=from_iso(item.made_at),
        answered=item.answered or "",
        tried_at=moment_or_none(item.tried_at),
        due=moment_or_none(item.due) if item.state == State.WAITING.value else None,
    )
