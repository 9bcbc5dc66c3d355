"""How addresses do: since when one fails, how long it then rests, and that it is switched off in the end.

An address that fails for long is asked ever more seldom, so that a crowd of dead ones keeps no other waiting. One that
says that it is gone, or that failed for days, is switched off, and the owners are told by mail: nobody looks at a log
that nothing is written to.
"""

from datetime import datetime
from urllib.parse import urlsplit

from chalicelib.api.hooks import OFF_AFTER, Endpoint
from chalicelib.api.models import EndpointItem
from chalicelib.data import keys, read, write
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.identity.models import StaffItem
from chalicelib.identity.staff import OWNING
from chalicelib.shared.times import MINUTE, epoch, to_iso

_GONE = "410"
_SHARE = 4
"""An address rests for a quarter of the time for which it has failed."""
_MOST = 50
"""Owners who are told: as many as one transaction has room for."""


def rest_seconds(endpoint: Endpoint, now: datetime) -> int:
    """Seconds for which an address that just failed is left alone."""
    failing = int((now - endpoint.failing_since).total_seconds()) if endpoint.failing_since else 0
    return max(MINUTE, failing // _SHARE)


def note_success(org: str, endpoint: Endpoint) -> None:
    """Forgets that an address failed."""
    if endpoint.failing_since:
        _change(org, endpoint, since=None)


def note_failure(org: str, endpoint: Endpoint, answered: str, now: datetime) -> None:
    """Remembers since when an address fails; switches it off when that is for good, and tells the owners."""
    since = endpoint.failing_since or now
    if answered == _GONE or (now - since).total_seconds() >= OFF_AFTER:
        _switch_off(org, endpoint, since, now)
    elif endpoint.failing_since is None:
        _change(org, endpoint, since=since)


def _change(org: str, endpoint: Endpoint, since: datetime | None) -> None:
    """Writes this alone, and only of an address that is still there: its owner may change or remove it meanwhile."""
    action = EndpointItem.failing_since.set(to_iso(since)) if since else EndpointItem.failing_since.remove()
    try:
        write.update(EndpointItem(*keys.endpoint(org, endpoint.id)), [action], EndpointItem.pk.exists())
    except ConditionFailed:
        return


def _switch_off(org: str, endpoint: Endpoint, since: datetime, now: datetime) -> None:
    transaction = Transaction()
    actions = [EndpointItem.is_on.set(False), EndpointItem.failing_since.set(to_iso(since))]
    item = EndpointItem(*keys.endpoint(org, endpoint.id))
    transaction.update("endpoint", item, actions, EndpointItem.is_on == True)  # noqa: E712 - a condition, no comparison
    facts = {"host": urlsplit(endpoint.url).hostname, "since_at": to_iso(since), "endpoint": endpoint.id}
    for owner in _owners(org):
        message = f"webhook-off-{endpoint.id}-{epoch(now)}-{owner}"
        enqueue(transaction, org, Notice("webhook_off", owner, facts), now, message=message)
    try:
        transaction.commit()
    except ConditionFailed:  # removed, or switched off by somebody else
        return


def _owners(org: str) -> list[str]:
    """Ids of those who look after addresses."""
    start = keys.staff(org, "")
    return [item.user for item in read.each(StaffItem, start.pk, start.sk) if item.role in OWNING][:_MOST]
