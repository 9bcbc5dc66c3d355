"""When a family is told that something ends: subscriptions that do not renew, and passes."""

from datetime import date, timedelta
from typing import Any

ENDINGS = "subscription_ends"
"""Queue of subscriptions and passes of whose end the family is told."""
REMINDED_DAYS = 14
"""How long before its last day the family is told that something ends."""


def reminded_on(first: date, last: date | None) -> date | None:
    """The day on which the family is told that something ends; None for what has no end, or never lasts longer."""
    day = last - timedelta(days=REMINDED_DAYS) if last else None
    return day if day and day > first else None


def waits(day: date | None) -> dict[str, Any]:
    """Where what ends waits for the day on which the family is told.

    Due is the morning where that day begins first of all; the clock then has it wait for the organisation's own.
    """
    return {"queue": ENDINGS, "due": f"{day - timedelta(days=1)}T19:00:00Z"} if day else {}
