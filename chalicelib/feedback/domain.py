"""What is known of an address, and what follows from it: pure rules (decisions 0075 to 0078).

Every report only moves a moment forward, so that reports count alike in whatever order, and however often, they come.
"""

from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import DAY, after

ANSWER = "number_answer"
"""The message with which a text to us is answered, STOP too."""
SOFT_MOST = 3
"""Mails in a row of days that could not be delivered for the time being, until the address counts as refused."""
SOFT_SECONDS = 7 * DAY
"""Within how long they come; and how long after the last one nothing is sent."""
_KEPT_SOFT = 10
CODE_SECONDS = DAY
"""How often a code still tries an address whose mails come back."""


class Refusal(Enum):
    """Why an address is not to be written to."""

    NONE = ""
    BOUNCED = "bounced"
    """Mails to it come back."""
    COMPLAINED = "complained"
    """Its reader marked one of our mails as unwanted."""
    STOPPED = "stopped"
    """Its owner answered one of our texts with STOP."""


class Told(Enum):
    """What is reported of an address."""

    HARD = "hard"
    """A mail came back for good."""
    SOFT = "soft"
    """A mail could not be delivered for the time being, and the mail service gave up."""
    COMPLAINT = "complaint"
    STOP = "stop"
    START = "start"


class Standing(NamedTuple):
    """Where an address stands at a moment."""

    refusal: Refusal
    since: datetime | None = None
    until: datetime | None = None
    """When it is tried again by itself; None: not until somebody says so."""


@frozen
class Known(Frozen):
    """What came back from an address so far."""

    hard_at: datetime | None = None
    soft_at: tuple[datetime, ...] = ()
    """Earliest first."""
    complained_at: datetime | None = None
    stopped_at: datetime | None = None
    started_at: datetime | None = None
    lifted_at: datetime | None = None
    """When somebody last said that mails shall go there again; what was reported by then counts no more."""
    tried_at: datetime | None = None
    """When a code last went there although mails come back."""
    tried_code: str = ""
    """Which code that was."""
    why: str = ""
    """What the mail service told of the last mail that came back for good, in a word."""

    def having(self, told: Told, at: datetime, why: str = "") -> "Known":
        """After a report of what happened at a moment."""
        match told:
            case Told.HARD:
                last = (at, why) if self.hard_at is None else max((at, why), (self.hard_at, self.why))
                return replace(self, hard_at=last[0], why=last[1])
            case Told.SOFT:
                moments = sorted({*self.soft_at, at})[-_KEPT_SOFT:]
                return replace(self, soft_at=tuple(moments))
            case Told.COMPLAINT:
                return replace(self, complained_at=_later(self.complained_at, at))
            case Told.STOP:
                return replace(self, stopped_at=_later(self.stopped_at, at))
            case Told.START:
                return replace(self, started_at=_later(self.started_at, at))

    def lifted(self, now: datetime) -> "Known":
        """After somebody said that mails shall go there again. A STOP only its owner's START takes back."""
        return replace(self, lifted_at=_later(self.lifted_at, now), tried_at=None, tried_code="")

    def standing(self, now: datetime) -> Standing:
        """Where the address stands."""
        if self.stopped_at and not _is_after(self.started_at, self.stopped_at):
            return Standing(Refusal.STOPPED, self.stopped_at)
        if self.complained_at and self._counts(self.complained_at):
            return Standing(Refusal.COMPLAINED, self.complained_at)
        if self.hard_at and self._counts(self.hard_at):
            return Standing(Refusal.BOUNCED, self.hard_at)
        return self._softly(now)

    def may_try_code(self, code: str, now: datetime) -> bool:
        """Whether a code may go there although mails come back: one a day, which may be sent again if it has to be."""
        return self.tried_at is None or code == self.tried_code or after(self.tried_at, CODE_SECONDS) <= now

    def _counts(self, moment: datetime) -> bool:
        return self.lifted_at is None or moment > self.lifted_at

    def _softly(self, now: datetime) -> Standing:
        counted = [moment for moment in self.soft_at if self._counts(moment)]
        for last in range(len(counted) - 1, SOFT_MOST - 2, -1):
            since, until = counted[last], after(counted[last], SOFT_SECONDS)
            if until > now and after(counted[last - SOFT_MOST + 1], SOFT_SECONDS) >= since:
                return Standing(Refusal.BOUNCED, since, until)
        return Standing(Refusal.NONE)


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)


def _is_after(one: datetime | None, other: datetime) -> bool:
    return one is not None and one > other
