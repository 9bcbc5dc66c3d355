"""Reads and writes registrations."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from chalicelib.data import keys, read
from chalicelib.data.write import Transaction
from chalicelib.joining.domain import Asked, Begun, Request, RequestState, Wish
from chalicelib.joining.models import BegunItem, JoinRequestItem
from chalicelib.shared.times import DAY, HOUR, after, from_iso, to_iso

_BEGUN_KEPT = 2 * HOUR
_WAITING_KEPT = 180 * DAY
_DECIDED_KEPT = 90 * DAY
"""L-10: who asked and is no client is forgotten."""


def get_begun(org: str, joining_id: str) -> Begun | None:
    """A registration on its way, or None. One strong read."""
    item = read.one(BegunItem, keys.joining_begun(org, joining_id))
    return Begun(item.joining, _asked(item.asked), from_iso(item.made_at), item.version) if item else None


def save_begun(transaction: Transaction, org: str, begun: Begun) -> None:
    """Adds the write of a registration on its way; refused when it was changed meanwhile."""
    transaction.put("begun", begun_item(org, begun))


def drop_begun(transaction: Transaction, org: str, begun: Begun) -> None:
    """Adds the end of a registration on its way; refused when it has ended, or was changed, meanwhile."""
    transaction.delete("begun", begun_item(org, begun))


def begun_item(org: str, begun: Begun) -> BegunItem:
    """The item that stores `begun`."""
    pk, sk = keys.joining_begun(org, begun.id)
    return BegunItem(
        pk,
        sk,
        joining=begun.id,
        asked=_told(begun.asked),
        made_at=to_iso(begun.made_at),
        expires=after(begun.made_at, _BEGUN_KEPT),
        version=begun.version,
    )


def get_request(org: str, request_id: str) -> Request | None:
    """A request, waiting or decided, or None. One strong read."""
    found = read.many(JoinRequestItem, [keys.join_request(org, waits, request_id) for waits in (True, False)])
    return next((request_from(item) for item in found.values()), None)


def list_requests(org: str, *, waiting: bool, beyond: str = "") -> read.Page[Request]:
    """Requests that wait, the oldest first, or that were decided, the latest first; 25 at a time. One round trip."""
    shape = partial(keys.join_request, org, waiting)
    found = read.listed(JoinRequestItem, shape, after=beyond, newest_first=not waiting)
    return read.Page([request_from(item) for item in found.rows], found.next)


def create_request(transaction: Transaction, org: str, request: Request) -> None:
    """Adds a new request."""
    transaction.create("request", request_item(org, request))


def move_request(transaction: Transaction, org: str, before: Request, now_is: Request) -> None:
    """Adds what became of a request; refused when it was decided meanwhile."""
    if before.state.waits == now_is.state.waits:
        transaction.put("request", request_item(org, now_is))
        return
    transaction.delete("request", request_item(org, before))
    transaction.put("decided", request_item(org, replace(now_is, version=None)))


def request_item(org: str, request: Request) -> JoinRequestItem:
    """The item that stores `request`."""
    pk, sk = keys.join_request(org, request.state.waits, request.id)
    return JoinRequestItem(
        pk,
        sk,
        request=request.id,
        asked=_told(request.asked),
        made_at=to_iso(request.made_at),
        state=request.state.value,
        household=request.household or None,
        decided_by=request.decided_by or None,
        reason=request.reason or None,
        expires=after(request.made_at, _WAITING_KEPT if request.state.waits else _DECIDED_KEPT),
        version=request.version,
    )


def request_from(item: JoinRequestItem) -> Request:
    """The request that `item` stores."""
    return Request(
        id=item.request,
        asked=_asked(item.asked),
        made_at=from_iso(item.made_at),
        state=RequestState(item.state),
        household=item.household or "",
        decided_by=item.decided_by or "",
        reason=item.reason or "",
        version=item.version,
    )


def _told(asked: Asked) -> dict[str, Any]:
    values = {name: getattr(asked, name) for name in Asked.__dataclass_fields__}
    return {**values, "wish": asked.wish.value, "born": asked.born.isoformat() if asked.born else ""}


def _asked(told: dict[str, Any]) -> Asked:
    born = date.fromisoformat(told["born"]) if told["born"] else None
    return Asked(**{**told, "wish": Wish(told["wish"]), "born": born})
