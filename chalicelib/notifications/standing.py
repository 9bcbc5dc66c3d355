"""Whether what a message says still stands, asked under the claim right before it is sent (M-09).

What was true when a message was written may not be so when its time comes: a lesson is called off, an invoice is paid.
Features tell here how their messages are looked at; a message of a folder that is not named stands as it was written.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import import_module

from chalicelib.data.outbox import MessageItem

Check = Callable[[MessageItem, datetime], str]
"""Why a message is not to be sent any more, at a moment by the clock of its organisation (NEW-17); "" where it is.

May raise Unavailable.
"""
CHECKS: Mapping[str, str] = {
    **dict.fromkeys(
        ("booking_reminder", "class_reminder", "consent_changed", "document_wanted", "form_due", "makeup_expiring"),
        "chalicelib.reminders.checking:still_due",
    ),
    "membership_expiring": "chalicelib.reminders.endings:still_ends",
    "autopay_notice": "chalicelib.payments.noticing:still_planned",
    "card_expiring": "chalicelib.payments.cards:still_ending",
    "overdue": "chalicelib.dunning.checking:still_owed",
    "quote_expiring": "chalicelib.quotes.jobs:still_open",
}
"""By folder of messages, where its check is: `chalicelib.reminders.checking:still_due`. Loaded when first asked."""


def reason_to_skip(item: MessageItem, now: datetime) -> str:
    """Why the message is not to be sent any more; "" where it is. Reads what its feature reads. Raises Unavailable."""
    place = CHECKS.get(item.template, "")
    if not place:
        return ""
    module, _, name = place.partition(":")
    check: Check = getattr(import_module(module), name)
    return check(item, now)
