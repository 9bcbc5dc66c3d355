"""The outbox function: new messages from the table's stream, and every minute whatever was left over."""

from typing import Any

from chalicelib import bootstrap
from chalicelib.data import handed, outbox
from chalicelib.data.keys import Key
from chalicelib.entry import loaded
from chalicelib.notifications import delivery
from chalicelib.web import logs


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Delivers messages as they are written. What fails stays in the queue for the sweep, so nothing is blocked."""
    logs.configure()
    for record in handed.records(event).values():
        _deliver(handed.key_of(record))
    return handed.failed(())


def sweep(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Delivers what is due and still waits: a tick that is missed, late or doubled does no harm (M-08)."""
    logs.configure()
    found = outbox.due(bootstrap.clock().now())
    for key in found:
        _deliver(key)
    return {"due": len(found)}


def _deliver(key: Key) -> None:
    carriers = delivery.Carriers(bootstrap.mailer(), bootstrap.texter())
    try:
        outcome = delivery.deliver(carriers, key, bootstrap.clock().now())
    except Exception as error:
        logs.failure("message.failed", error)
        return
    logs.event("message", outcome=outcome)


loaded()
