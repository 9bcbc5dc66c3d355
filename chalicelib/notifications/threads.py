"""What mails are about, so that mail programs show those about one thing together: told by their facts.

Whoever writes a message may say so himself (`Notice.thread`); this is for those that name their thing anyway.
"""

from collections.abc import Mapping
from typing import Any

_KINDS: Mapping[str, tuple[str, ...]] = {
    "invoice": ("autopay_notice", "autopay_waits", "invoice", "payment_failed"),
    "payment": ("receipt", "refund"),
    "quote": ("quote", "quote_expiring"),
    "subscription": ("cancel_asked", "subscription"),
    "booking": (
        "booking_cancelled", "booking_confirmed", "booking_declined", "booking_expired", "booking_moved",
        "booking_reminder", "booking_requested",
    ),
    "document": ("document",),
    "wanted": ("document_wanted",),
    "form": ("form_due",),
    "thread": ("message", "message_to_desk"),
}  # fmt: skip
"""Folders of messages by the fact that names what they are about."""
_FACTS = {template: kind for kind, templates in _KINDS.items() for template in templates}


def thread_of(template: str, facts: Mapping[str, Any]) -> str:
    """Stable name of what a message is about, such as `invoice-<id>`; empty where its facts name nothing.

    What somebody who pays by a link is told names no invoice, and stands alone.
    """
    kind = _FACTS.get(template, "")
    thing = str(facts.get(kind, "")) if kind else ""
    if kind == "booking":
        thing = thing.partition("-")[2] or thing  # its id begins with its day, which changes when it is moved
    return f"{kind}-{thing}" if thing else ""
