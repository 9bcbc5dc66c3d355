"""How each kind of message is sent: in which lane, how often it is tried, and whether quiet hours hold it.

Codes have a lane and a function of their own (`notifications.codes`): five tries within about two minutes, then a code
is stale. Everything else is tried here, with waits that grow and full jitter, so that what failed together is not tried
together again (M-04).
"""

import random
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from chalicelib.data.outbox import Lane, lane_of
from chalicelib.shared.times import DAY, HOUR, MINUTE

FIRST_WAIT = MINUTE
LONGEST_WAIT = 4 * HOUR
TRIES = 12
"""With these waits, within a day."""
_TRIES_UNTIL_USE_BY = 60
"""Enough for a week; who fails so often without end is poison (M-05)."""
Jitter = Callable[[int], int]
"""From the longest wait to the one that is taken, both in seconds."""


def full_jitter(longest: int) -> int:
    """Any wait up to the longest, all alike."""
    return random.randint(1, longest)  # noqa: S311 - jitter, not a secret


class Quiet(Enum):
    """What of a kind quiet hours hold."""

    NOTHING = "nothing"
    """Somebody waits for it, or it is about the next hours."""
    TEXTS = "texts"
    """A mail disturbs nobody, a text does."""
    EVERYTHING = "everything"


class Plan(NamedTuple):
    """How one kind of message is sent."""

    lane: Lane = Lane.PROMPT
    tries: int = TRIES
    quiet: Quiet = Quiet.NOTHING
    within: int = DAY
    """Seconds in which a provider that takes nothing of anybody costs a message no try."""


_PROMPT = Plan()
_CALM = Plan(quiet=Quiet.TEXTS)
"""Prompt by day, but nobody waits for it at night."""
_SOON = Plan(tries=_TRIES_UNTIL_USE_BY)
"""About the next minutes or hours: tried as long as it is of use."""
_BULK = Plan(Lane.BULK, quiet=Quiet.EVERYTHING)
_REMINDER = Plan(Lane.BULK, _TRIES_UNTIL_USE_BY, Quiet.EVERYTHING)
"""Tried until it is of no use any more, which its writer says with `until`."""
_PLANS = {
    "booking_reminder": _REMINDER,
    "class_reminder": _REMINDER,
    "form_due": _REMINDER,
    "makeup_expiring": _REMINDER,
    "membership_expiring": _REMINDER,
    "quote_expiring": _REMINDER,
    "class_online": _SOON,
    "place_offered": _SOON,
    "document": _CALM,
    "document_wanted": _CALM,
    "growing": _CALM,
    "invoice": _CALM,
    "quote": _CALM,
    "subscription": _CALM,
}


def plan_of(template: str) -> Plan:
    """How messages of a folder are sent; what nobody named goes out promptly, and through the night."""
    return _PLANS.get(template, _PROMPT if lane_of(template) is Lane.PROMPT else _BULK)


def wait_after(tries: int, jitter: Jitter = full_jitter) -> int:
    """Seconds until a message that failed `tries` times is tried again: anything up to a bound that doubles each time.

    The bound begins with a minute and ends with four hours.
    """
    return jitter(min(LONGEST_WAIT, FIRST_WAIT * 2 ** max(0, tries - 1)))


def is_counted(plan: Plan, late: int) -> bool:
    """Whether finding the provider too busy is a try of a message that was to go out `late` seconds ago."""
    return late > plan.within
