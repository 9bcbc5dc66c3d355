"""The clock of a year: it jumps from one thing that is due to the next; it loses, doubles, overlaps and kills runs.

Between two runs lie fifteen simulated minutes at least. In an outage, nothing runs for hours.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import boto3

from chalicelib import bootstrap, settings
from chalicelib.entry import money_clock, outbox, settling, time_clock
from chalicelib.notifications.delivery import Carriers
from chalicelib.payments import inbox
from chalicelib.ports import Mail
from chalicelib.shared.times import from_iso
from local.events import LambdaContext
from tests.support.clock import TurnedClock
from tests.support.race import together
from tests.support.wire import Fault, Killed, tapped
from tests.year.living import Living

GRID = timedelta(minutes=15)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_RUNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "time_clock": time_clock.tick, "money_clock": money_clock.tick, "sweep": outbox.sweep, "settling": settling.sweep,
}  # fmt: skip
_FAULTS = (Fault.KILLED_BEFORE, Fault.KILLED_AFTER, Fault.LOST, Fault.DOWN, Fault.MUTE, Fault.FAILING)
LOST, DOUBLED, OVERLAPPING, BROKEN = 0.06, 0.06, 0.03, 0.06
"""Of all runs."""
_DEEPEST_CALL = 14
_STRIPE = "stripe"
_BESIDES = ("parked", "reconcile")
"""How queues begin that nobody waits for here: the desk's lists, and comparing with Stripe, which is at every sweep."""


@dataclass
class Sent:
    """What mail and text services were given."""

    mails: list[tuple[datetime, Mail]] = field(default_factory=list)
    clock: TurnedClock = field(default_factory=TurnedClock)

    def send(self, mail: Mail) -> str:
        """Takes a mail."""
        self.mails.append((self.clock.now(), mail))
        return f"mail-{len(self.mails)}"


@dataclass
class Turning:
    """The year as it goes by."""

    living: Living
    clock: TurnedClock
    dice: random.Random
    calm: bool = False
    """Whether nothing goes wrong."""
    sent: Sent = field(default_factory=Sent)
    done: dict[str, list[datetime]] = field(default_factory=lambda: {name: [] for name in _RUNS})
    """When each function came to its end."""
    counts: Counter[str] = field(default_factory=Counter)
    _heard: int = 0
    _is_told: bool = False
    """Whether something that Stripe told waits for a try that is due."""
    _late: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sent.clock = self.clock
        self._table = boto3.client("dynamodb")
        days = [self.dice.randrange(10, max(11, self.living.days - 10)) for _ in range(0 if self.calm else 5)]
        begins = [self.clock.now() + timedelta(days=day, hours=self.dice.randrange(24)) for day in days]
        self._outages = [(each, each + timedelta(hours=self.dice.randrange(5, 31))) for each in begins]

    def run(self) -> None:
        """The whole year."""
        acts = list(self.living.acts)
        while (now := self._next(acts[0][0] if acts else None)) < self.living.ends:
            while acts and acts[0][0] <= now:
                moment, act = acts.pop(0)
                self.clock.set(moment)
                self.living.world.now = moment
                act(moment)
                self.counts["acts"] += 1
            self.clock.set(now)
            self.living.world.now = now
            self._tick()
        self.clock.set(self.living.ends)
        self.calm, self._outages = True, []
        for _ in range(3):  # what was lost last is made good
            self._tick()
            self.clock.advance(minutes=15)

    def _next(self, act: datetime | None) -> datetime:
        """When something is next due, or done by somebody, and no outage keeps the clocks from running."""
        now = self.clock.now()
        waiting = self._waiting()
        ahead = [each for each in waiting if each > now]
        if any(each <= now for each in waiting) or self._late:
            ahead.append(now + GRID)
        if act:
            ahead.append(act)
        moment = max(min(ahead, default=self.living.ends), now + GRID)
        minutes = (moment - now.replace(minute=0, second=0)) // GRID
        rounded = now.replace(minute=0, second=0) + GRID * (minutes + bool((moment.minute % 15) or moment.second))
        ends = [end for begin, end in self._outages if begin <= rounded < end]
        self.counts["outages"] += bool(ends)
        return max([rounded, *ends])

    def _waiting(self) -> list[datetime]:
        """When whatever waits in a work queue is due; lists of the desk are in the same index, in another order."""
        pages = self._table.get_paginator("scan").paginate(TableName=settings.current().table, IndexName="work")
        rows = [(item["queue"]["S"], item["due"]["S"]) for page in pages for item in page["Items"]]
        found = [(queue, due) for queue, due in rows if _MOMENT.fullmatch(due) and not queue.startswith(_BESIDES)]
        moments = [(queue, from_iso(due)) for queue, due in found]
        left = {queue for queue, moment in moments if moment <= self.clock.now()}
        self._is_told = _STRIPE in left
        self.counts.update(f"left in {queue}" for queue in left)
        return [moment for _, moment in moments]

    def _tick(self) -> None:
        self.counts["ticks"] += 1
        self._hear()
        for name in ("time_clock", "money_clock", "sweep"):
            self._disturbed(name)
        self._hear()
        if self._late or self._is_told or self.counts["heard"] != self.counts["settled"]:
            self.counts["settled"] = self.counts["heard"]
            self._disturbed("settling")

    def _disturbed(self, name: str) -> None:
        """A run, or none, or several, or one that does not come to its end."""
        run, fate = _RUNS[name], 1.0 if self.calm else self.dice.random()
        if fate < LOST:
            self.counts["lost"] += 1
            return
        if fate < LOST + DOUBLED:
            self.counts["doubled"] += 1
            run({}, LambdaContext())
        elif fate < LOST + DOUBLED + OVERLAPPING:
            self.counts["overlapping"] += 1
            together([lambda: run({}, LambdaContext())] * 3)
        elif fate < LOST + DOUBLED + OVERLAPPING + BROKEN:
            fault, at = self.dice.choice(_FAULTS), self.dice.randint(1, _DEEPEST_CALL)
            with tapped(fault, at) as wire, suppress(Killed, Exception):
                run({}, LambdaContext())
            self.counts[f"broken: {fault.name.lower()}" if wire.met else "broken: spared"] += 1
            self.counts["broken sweeps"] += wire.met and name == "sweep"
            return
        run({}, LambdaContext())
        self.done[name].append(self.clock.now())

    def _hear(self) -> None:
        """What Stripe has to tell arrives: in any order, some of it twice, some of it at the next tick."""
        events = self.living.acquirer.account.books.all("event")
        fresh, self._heard = [dict(each) for each in events[self._heard :]], len(events)
        told, self._late = [*self._late, *fresh], []
        if not self.calm:
            self.dice.shuffle(told)
            self._late = [each for each in told if self.dice.random() < 0.1]
            told = [each for each in told if each not in self._late]
            told += [each for each in told if self.dice.random() < 0.1]
        gateway, now = self.living.acquirer.gateway, self.clock.now()
        for event in told:
            body, signed = self.living.acquirer.account.signed(event, at=now)
            inbox.keep_event(self.living.world.org, gateway.read_message(body, signed, now), now)
            self.counts["heard"] += 1


class _Unpaced:
    def turn(self, _way: str, _lane: object) -> bool:
        return True


def set_up(turning: Turning) -> None:
    """Has this process go by the turned clock, and send nothing anywhere."""
    bootstrap.clock = lambda: turning.clock  # type: ignore[assignment]
    carriers = Carriers(turning.sent, None, _Unpaced())  # type: ignore[arg-type]
    outbox._carriers = lambda: carriers
