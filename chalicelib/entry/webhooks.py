"""The webhooks function: tells organisations' own programs what happened, as it happens and again every minute."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from chalicelib import bootstrap
from chalicelib.api import delivering, telling
from chalicelib.data import handed
from chalicelib.data.keys import Key
from chalicelib.entry import loaded
from chalicelib.shared import tracing
from chalicelib.web import logs

_AT_ONCE_SECONDS = 20
"""For first tries: what there is no time for is taken up by the sweep within a minute."""
_SWEEP_SECONDS = 240


def handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Writes down who has to be told, then tells. Raises what went wrong while writing: doing it again does no harm."""
    logs.configure()
    tracing.begin_run(context)
    written = telling.note(telling.happenings(handed.records(event).values()))
    if written:
        _deliver(written, _limit(_AT_ONCE_SECONDS))
    return handed.failed(())


def sweep(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Tells what is due and still waits: a tick that is missed, late or doubled does no harm (M-08)."""
    logs.configure()
    tracing.begin_run(context)
    return {"told": _deliver(delivering.all_due(bootstrap.clock().now), _limit(_SWEEP_SECONDS))}


def _deliver(found: Iterable[Key], is_late: Callable[[], bool]) -> int:
    try:
        arrived = delivering.deliver_all(bootstrap.poster(), found, bootstrap.clock().now(), is_late)
    except Exception as error:
        logs.failure("webhooks.failed", error)
        return 0
    logs.event("webhooks", told=arrived)
    return arrived


def _limit(seconds: int) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


loaded()
