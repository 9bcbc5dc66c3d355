"""How the portal does, for whoever watches it from outside (docs/decisions/0096).

Strangers may ask as often as they like. They learn that it runs, as which stage and version, and whether the table
answers; a function asks that one at most twice a minute, whoever asks how often.
"""

import json
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib import settings
from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.shared.errors import Unavailable
from chalicelib.web.http import Reply

_KEPT = timedelta(seconds=30)
_UNREACHED = 424
"""Watchers take it for a failure, and alarms of the gateway do not: those look for errors of our own making, and a
stranger who asks on and on must not make one failure look like a thousand."""


class _Looked(NamedTuple):
    at: datetime
    reached: bool


_looked: _Looked | None = None


def report(now: datetime, *, deep: bool) -> Reply:
    """200 when all is well; 424 when the table does not answer, which only a `deep` look finds out."""
    told = {"status": "ok", "stage": settings.current().stage, "version": settings.current().version}
    if not deep:
        return _reply(200, told)
    reached = _reaches_table(now)
    told |= {"status": "ok" if reached else "failing", "table": "ok" if reached else "unreachable"}
    reply = _reply(200 if reached else _UNREACHED, told)
    if not reached:
        reply.headers["Retry-After"] = str(_KEPT.seconds)
    return reply


def _reply(status: int, told: dict[str, str]) -> Reply:
    return Reply(status, json.dumps(told), content_type="application/json")


def _reaches_table(now: datetime) -> bool:
    """Whether the table answers now, or did when this function last looked; one read of a key that no item has."""
    global _looked  # noqa: PLW0603 - one answer for all who ask
    if _looked is None or not _looked.at <= now < _looked.at + _KEPT:
        _looked = _Looked(now, _look())
    return _looked.reached


def _look() -> bool:
    try:
        read.one(Item, keys.organisation("health"), consistent=False)
    except Unavailable:
        return False
    return True
