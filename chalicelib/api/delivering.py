"""Tells events to addresses: claims one, posts it, and writes down what came of it or when to try again."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from chalicelib.api import endpoints, health
from chalicelib.api.hooks import WAITS, Endpoint, State, signed
from chalicelib.api.models import DeliveryItem
from chalicelib.data import read, write
from chalicelib.data.keys import Key
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Status
from chalicelib.ports import Poster, Unreachable
from chalicelib.shared.errors import NotFound
from chalicelib.shared.times import after, to_iso

_LEASE_SECONDS = 60
"""For which a delivery that somebody works on is nobody else's."""
_JITTER = 10
"""Per cent by which waits differ, so that not all come back at once."""


class Outcome(NamedTuple):
    """What came of a try."""

    state: State
    answered: str


def due(now: datetime) -> list[Key]:
    """Where deliveries wait whose turn it is, at most a hundred."""
    return read.waiting(endpoints.QUEUE, to_iso(now))


def all_due(now: Callable[[], datetime]) -> Iterator[Key]:
    """Where they wait, page by page, until none is due that was not taken up before."""
    seen: set[Key] = set()
    while found := [key for key in due(now()) if key not in seen]:
        seen.update(found)
        yield from found


def deliver_all(poster: Poster, found: Iterable[Key], now: datetime, is_late: Callable[[], bool]) -> int:
    """Delivers what there is time for, and returns how many arrived; what is left stays in its queue.

    An address that fails keeps no other waiting: the rest of what is for it is put off without a try.
    """
    resting: dict[str, int] = {}
    arrived = 0
    for key in found:
        if is_late():
            break
        if key.pk in resting:
            _claim(key, now, resting[key.pk])
            continue
        state = deliver(poster, key, now)
        arrived += state is State.DELIVERED
        if state in (State.WAITING, State.FAILED):
            resting[key.pk] = _rest(key, now)
    return arrived


def _rest(key: Key, now: datetime) -> int:
    """Seconds for which nothing is told to an address that just failed."""
    item = read.one(DeliveryItem, key)
    try:
        return health.rest_seconds(endpoints.require(item.org, item.endpoint), now) if item else _LEASE_SECONDS
    except NotFound:  # removed just now: what waits is dropped at its turn
        return _LEASE_SECONDS


def deliver(poster: Poster, key: Key, now: datetime) -> State | None:
    """Tries one delivery; returns where it then stands, None where it is not this caller's to do."""
    item = _claim(key, now)
    if item is None:
        return None
    try:
        endpoint = endpoints.require(item.org, item.endpoint)
    except NotFound:
        return _keep(item, Outcome(State.DROPPED, ""), now)
    organisation = organisations.get(item.org)
    if not endpoint.is_on or organisation is None or organisation.status is not Status.ACTIVE:
        return _keep(item, Outcome(State.DROPPED, ""), now)
    outcome = _tried(poster, endpoint, item, now)
    if outcome.state is State.DELIVERED:
        health.note_success(item.org, endpoint)
    else:
        health.note_failure(item.org, endpoint, outcome.answered, now)
    return _keep(item, outcome, now)


def _claim(key: Key, now: datetime, seconds: int = _LEASE_SECONDS) -> DeliveryItem | None:
    """The delivery, this caller's for so long; None where another has it, or where nothing is to do."""
    item = read.one(DeliveryItem, key)
    if item is None or item.state != State.WAITING.value or not item.due or item.due > to_iso(now):
        return None
    unclaimed = (DeliveryItem.due == item.due) & (DeliveryItem.state == State.WAITING.value)
    try:
        write.update(item, [DeliveryItem.due.set(to_iso(after(now, seconds)))], unclaimed)
    except write.ConditionFailed:
        return None
    return item


def _tried(poster: Poster, endpoint: Endpoint, item: DeliveryItem, now: datetime) -> Outcome:
    headers = {"content-type": "application/json", **signed(endpoint, item.event, item.body, now)}
    try:
        status = poster.post(endpoint.url, item.body.encode(), headers)
    except Unreachable as error:
        return Outcome(_after_failure(item), error.reason)
    return Outcome(State.DELIVERED if 200 <= status < 300 else _after_failure(item), str(status))


def _after_failure(item: DeliveryItem) -> State:
    return State.WAITING if item.tries < len(WAITS) else State.FAILED


def _keep(item: DeliveryItem, outcome: Outcome, now: datetime) -> State:
    """Writes down what came of a try."""
    actions = [
        DeliveryItem.state.set(outcome.state.value),
        DeliveryItem.answered.set(outcome.answered),
        DeliveryItem.tried_at.set(to_iso(now)),
        DeliveryItem.tries.set(int(item.tries) + 1),
    ]
    if outcome.state is State.WAITING:
        actions.append(DeliveryItem.due.set(to_iso(after(now, _wait(int(item.tries))))))
    else:
        actions += [DeliveryItem.queue.remove(), DeliveryItem.due.remove()]
    write.update(item, actions)
    return outcome.state


def _wait(tries: int) -> int:
    """Seconds until the next try, a little more or less than planned."""
    return WAITS[tries] * (100 + secrets.randbelow(2 * _JITTER) - _JITTER) // 100
