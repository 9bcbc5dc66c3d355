"""How fast messages go out: as fast as SES and SNS take them of the account, all workers together (M-12).

One item for each lane says when its next message may go out. A worker moves that on by what one message takes, in one
conditional write, and so has a moment of its own; it waits for that if it is near, and puts the message off if it is
not. Bulk mail goes through a slower lane first: some of the rate is always left for what somebody waits for. Codes are
counted in, but wait for nobody.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from pynamodb.attributes import NumberAttribute

from chalicelib.data import keys, write
from chalicelib.data.items import Item
from chalicelib.data.outbox import Lane
from chalicelib.ports import Clock
from chalicelib.settings import Settings
from chalicelib.shared.errors import Unavailable

MAIL, TEXT = "mail", "text"
BULK_SHARE = 0.7
"""Of the rate; the rest is left for what somebody waits for."""
_LONGEST_WAIT = 2.0
"""Seconds that a worker waits for its moment; well below a lease."""
_TURNS = 3
_MICRO = 1_000_000


class LaneItem(Item, discriminator="lane"):
    """How far a lane is taken."""

    next = NumberAttribute()
    """Microseconds since 1970 at which the next message may go out."""


class Pace(Protocol):
    """Says when a message may go out."""

    def turn(self, way: str, lane: Lane) -> bool:
        """Waits until a mail or text of a lane may go out; False where that is too far off. Raises Unavailable."""


class Unpaced:
    """Everything may go out at once."""

    def turn(self, way: str, lane: Lane) -> bool:  # noqa: ARG002 - as the protocol has it
        """True."""
        return True


class SharedPace:
    """The pace of one deployment, shared through the table."""

    def __init__(self, rates: Mapping[str, float], clock: Clock, sleep: Callable[[float], None] = time.sleep) -> None:
        """`rates` are messages a second by way; the clock is the world's, for the limits are."""
        self._rates = rates
        self._clock = clock
        self._sleep = sleep

    def turn(self, way: str, lane: Lane) -> bool:
        """Waits until a mail or text of a lane may go out; False where that is too far off. Raises Unavailable."""
        rate = self._rates[way]
        if lane is Lane.PROMPT:
            return self._wait(way, rate)
        bulk, share = f"{way}_bulk", rate * BULK_SHARE
        if not self._wait(bulk, share):
            return False
        if self._wait(way, rate):
            return True
        _give_back(bulk, share)
        return False

    def note(self, way: str) -> None:
        """Counts in what went out without waiting. Best effort: it is over, whatever can be written now."""
        with suppress(Unavailable):
            _take(way, self._rates[way], self._clock.now(), _MICRO * _MICRO)

    def _wait(self, name: str, rate: float) -> bool:
        moment = _take(name, rate, self._clock.now(), int(_LONGEST_WAIT * _MICRO))
        if moment is None:
            return False
        self._sleep(max(0.0, (moment - _micro(self._clock.now())) / _MICRO))
        return True


def of(settings: Settings, clock: Clock) -> SharedPace:
    """The pace that a deployment is set to."""
    return SharedPace({MAIL: settings.mail_rate, TEXT: settings.text_rate}, clock)


def _take(name: str, rate: float, now: datetime, ahead: int) -> int | None:
    """Takes the next free moment of a lane, at most `ahead` microseconds from now; None where it is later."""
    here, step = _micro(now), _step(rate)
    item = LaneItem(*keys.lane(keys.EVERYBODY, name))
    kind = LaneItem.kind.set(LaneItem)
    for _ in range(_TURNS):
        with suppress(write.ConditionFailed):  # it lies free, or is too far ahead
            queued = (LaneItem.next >= here) & (LaneItem.next < here + ahead)
            write.update(item, [LaneItem.next.set(LaneItem.next + step), kind], queued)
            return int(item.next) - step
        with suppress(write.ConditionFailed):  # somebody else was quicker, or it is too far ahead
            free = LaneItem.next.does_not_exist() | (LaneItem.next < here)
            write.update(item, [LaneItem.next.set(here + step), kind], free)
            return here
    return None


def _give_back(name: str, rate: float) -> None:
    """Gives a moment of a lane back that was not used. Best effort: another of them comes soon."""
    with suppress(write.ConditionFailed, Unavailable):
        write.update(LaneItem(*keys.lane(keys.EVERYBODY, name)), [LaneItem.next.add(-_step(rate))])


def _step(rate: float) -> int:
    return int(_MICRO / rate)


def _micro(moment: datetime) -> int:
    return int(moment.timestamp() * _MICRO)
