"""Passes and punch cards: from when to when, how often, and what is left of them (SUB-4, X-11).

A use is counted when somebody comes, never when something is booked (X-11). That a pass has not begun, is about to
end, has expired or is used up is worked out from its days and uses, never stored. A use that is taken back stays on
the card, struck through, so that the family sees what happened.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from chalicelib.memberships.reminding import reminded_on
from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import Texts, say

EXPIRING_DAYS = 14
"""For how long before its end a pass is flagged."""
MAX_USES = 100
"""Uses that one card can be sold with: each is a row on it."""
KEPT_USES = 100
"""Uses that stay on a pass by name; of one without a limit, the latest."""


class PassStatus(Enum):
    """Where a pass stands (glossary); that it is about to end is a flag."""

    UPCOMING = "upcoming"
    UNUSED = "unused"
    """Begins with its first use, which has not been."""
    ACTIVE = "active"
    USED_UP = "used_up"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Use(NamedTuple):
    """That somebody came in on a pass."""

    id: str
    at: datetime
    by: str = ""
    """Name of the person at the door."""
    member: str = ""
    """Who came, of a pass for the whole family."""
    about: str = ""
    """What for, such as the class."""
    undone_by: str = ""
    """Name of who took it back; empty while it counts."""


@dataclass(frozen=True, slots=True)
class Pass:
    """A member's or the household's pass."""

    id: str
    household: str
    title: Texts
    product: str
    bought_at: datetime
    card: str
    """Number of its card."""
    uses: int = 0
    """How often it lets somebody in; 0: as often as they come."""
    days: int = 0
    """For how many days it is good; 0: for good."""
    member: str = ""
    """Empty: for the whole family."""
    bought_on: date | None = None
    """The organisation's day on which it was bought; None of those that were sold before that was kept."""
    starts_on: date | None = None
    """None until its first use, if it begins with that."""
    expires_on: date | None = None
    """Last day."""
    from_first_use: bool = False
    used: int = 0
    taken: tuple[Use, ...] = ()
    """Oldest first, those that were taken back included."""
    invoice: str = ""
    is_cancelled: bool = False
    version: int | None = None

    @property
    def left(self) -> int | None:
        """How many uses are left; None where they are not counted."""
        return self.uses - self.used if self.uses else None

    @property
    def reminded_on(self) -> date | None:
        """The day on which the family is told that it ends; None where nothing is left of it, or it is a short one."""
        if self.is_cancelled or self.left == 0:
            return None
        bought_on = self.bought_on or self.bought_at.date()
        return reminded_on(max(self.starts_on or date.min, bought_on), self.expires_on)

    def status_at(self, today: date) -> PassStatus:
        """Where it stands on the organisation's day `today`."""
        if self.is_cancelled:
            return PassStatus.CANCELLED
        if self.left == 0:
            return PassStatus.USED_UP
        if self.expires_on and self.expires_on < today:
            return PassStatus.EXPIRED
        if self.starts_on is None:
            return PassStatus.UNUSED
        return PassStatus.UPCOMING if today < self.starts_on else PassStatus.ACTIVE

    def is_expiring(self, today: date) -> bool:
        """Whether one that is good ends soon (flag)."""
        if self.expires_on is None or self.status_at(today) is not PassStatus.ACTIVE:
            return False
        return self.expires_on - today <= timedelta(days=EXPIRING_DAYS)

    def is_good(self, today: date) -> bool:
        """Whether it lets somebody in."""
        return self.status_at(today) in (PassStatus.ACTIVE, PassStatus.UNUSED)


def begun(fresh: Pass, starts_on: date) -> Pass:
    """The pass from its first day on."""
    last = starts_on + timedelta(days=fresh.days - 1) if fresh.days else None
    return replace(fresh, starts_on=starts_on, expires_on=last)


def used(before: Pass, use: Use, today: date) -> Pass:
    """The pass once somebody came in; the same use again changes nothing. Raises Conflict where it is not good."""
    if any(each.id == use.id for each in before.taken):
        return before
    if not before.is_good(today):
        raise Conflict(say("This pass is not good today."))
    running = before if before.starts_on else begun(before, today)
    return replace(running, used=before.used + 1, taken=(*before.taken, use)[-KEPT_USES:])


def taken_back(before: Pass, use_id: str, by: str) -> Pass:
    """The pass once a use is taken back; again it changes nothing. Raises Conflict when there is no such use.

    One that began with its first use waits again for that, if none is left.
    """
    use = next((each for each in before.taken if each.id == use_id), None)
    if use is None:
        raise Conflict(say("There is no such visit on this pass."))
    if use.undone_by:
        return before
    taken = tuple(each._replace(undone_by=by) if each is use else each for each in before.taken)
    after = replace(before, used=before.used - 1, taken=taken)
    waits_again = before.from_first_use and not after.used
    return replace(after, starts_on=None, expires_on=None) if waits_again else after


def cancelled(before: Pass) -> Pass:
    """The pass once it was given back. Raises Conflict when somebody came in on it."""
    if before.used:
        raise Conflict(say("This pass was used already."))
    return replace(before, is_cancelled=True)
