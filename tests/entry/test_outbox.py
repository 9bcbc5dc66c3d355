"""The outbox's workers: the prompt lane before the bulk lane, and as much as fits into a run (M-08, M-12)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.data import outbox as stored
from chalicelib.data.keys import Key
from chalicelib.data.outbox import Lane
from chalicelib.entry import dispatcher, outbox
from chalicelib.notifications import delivery, standing
from chalicelib.shared.times import after, to_iso
from infra import closure
from infra.build import ROOT
from infra.functions import FUNCTIONS
from tests.support.clock import TurnedClock
from tests.support.stream import record
from tests.support.wire import tapped
from tests.support.world import World


def test_whoever_is_asked_whether_a_message_still_stands_is_deployed() -> None:
    """M-09: the package holds what is imported; a module that is only named would be missing there, and nothing that it
    is asked about would ever go out."""
    named = {place.partition(":")[0] for place in standing.CHECKS.values()}
    assert {module.__name__ for module in outbox.CHECKING} == named
    starts = {each.module for each in FUNCTIONS if each.handler.startswith(outbox.__name__)}
    assert named <= closure.of_modules(ROOT, starts).modules


class Queues:
    """What waits, by lane; what is delivered leaves it, and may bring something new."""

    def __init__(self, prompt: int, bulk: int) -> None:
        self.waiting = {Lane.PROMPT: self.made("prompt", prompt), Lane.BULK: self.made("bulk", bulk)}
        self.delivered: list[str] = []
        self.comes: dict[int, str] = {}
        self.asked: list[Lane] = []

    @staticmethod
    def made(name: str, count: int) -> list[Key]:
        return [Key(f"{name}-{number}", "MESSAGE") for number in range(count)]

    def due(self, _now: datetime, lane: Lane = Lane.PROMPT) -> list[Key]:
        """As the index tells it: at most a hundred."""
        self.asked.append(lane)
        return self.waiting[lane][:100]

    def pass_over(self, _carriers: object, key: Key, _now: datetime) -> str:
        """Somebody else has it, and the index does not tell of that yet."""
        self.delivered.append(key.pk)
        return "not_due"

    def deliver(self, _carriers: object, key: Key, _now: datetime) -> str:
        """Takes it out of its lane."""
        self.delivered.append(key.pk)
        for lane in Lane:
            self.waiting[lane] = [each for each in self.waiting[lane] if each != key]
        if new := self.comes.get(len(self.delivered)):
            self.waiting[Lane.PROMPT].append(Key(new, "MESSAGE"))
        return "sent"


def _stand_in(monkeypatch: pytest.MonkeyPatch, queues: Queues) -> Queues:
    monkeypatch.setattr(stored, "due", queues.due)
    monkeypatch.setattr(stored, "oldest_seconds", lambda *_: 0)
    monkeypatch.setattr(delivery, "deliver", queues.deliver)
    monkeypatch.setattr(outbox, "_WORKERS", 1)
    return queues


def test_what_somebody_waits_for_goes_before_ten_thousand_others(
    aws: object, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-12: also what is written while the run is at the bulk lane."""
    queues = _stand_in(monkeypatch, Queues(prompt=3, bulk=500))
    queues.comes = {50: "prompt-late"}

    assert outbox.sweep({}, None) == {"due": 504}

    assert queues.delivered[:3] == ["prompt-0", "prompt-1", "prompt-2"]
    assert queues.delivered.index("prompt-late") <= 50 + outbox._ROUND
    assert len(set(queues.delivered)) == len(queues.delivered) == 504


def test_a_run_ends_with_its_time_and_leaves_the_rest(
    aws: object, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-08: the next run goes on; a second before the function's end nothing is begun."""
    queues = _stand_in(monkeypatch, Queues(prompt=0, bulk=500))
    begins = bootstrap.clock().now()
    real = queues.deliver

    def slowly(carriers: object, key: Key, now: datetime) -> str:
        clock.set(after(bootstrap.clock().now(), 1))
        return real(carriers, key, now)

    monkeypatch.setattr(delivery, "deliver", slowly)
    outbox.sweep({}, None)

    assert len(queues.delivered) == outbox._SWEEP_SECONDS
    assert bootstrap.clock().now() <= after(begins, outbox._SWEEP_SECONDS + 1)


def test_what_the_index_still_tells_of_is_taken_up_once_in_a_run(
    aws: object, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D-03: the index is behind, and somebody else may have the message."""
    queues = _stand_in(monkeypatch, Queues(prompt=7, bulk=7))
    monkeypatch.setattr(delivery, "deliver", queues.pass_over)

    assert outbox.sweep({}, None) == {"due": 14}
    assert len(queues.delivered) == 14


def test_a_run_with_nothing_to_do_asks_each_lane_once_for_its_age_and_once_for_its_work(
    world: World, clock: TurnedClock
) -> None:
    """M-08: the work grows with what is due."""
    clock.set(datetime(2001, 1, 1, tzinfo=UTC))
    with tapped() as wire:
        assert outbox.sweep({}, None) == {"due": 0}
    assert wire.calls == ["Query"] * 4


def _message(queue: str, created_at: datetime, at: datetime) -> dict[str, Any]:
    image = {
        "pk": {"S": "ORG#o#OUTBOX#m"}, "sk": {"S": "MESSAGE"}, "kind": {"S": "message"}, "queue": {"S": queue},
        "created_at": {"S": to_iso(created_at)},
    }  # fmt: skip
    return record(image, at=at)


@pytest.mark.parametrize(
    ("queue", "ahead", "taken"),
    [("outbox", 0, True), ("outbox_bulk", 0, False), ("outbox_bulk", 86_400, True), ("outbox", 86_400, True)],
)
def test_bulk_mail_is_not_told_at_once(world: World, queue: str, ahead: int, taken: bool) -> None:
    """M-12: it would stand before somebody's confirmation; but what a demonstration writes is told, for its clock is
    ahead and no sweep would find it (NEW-17)."""
    told = _message(queue, after(world.now, ahead), world.now)
    assert dispatcher.ROUTES["outbox"].takes(told) is taken
    assert dispatcher.is_wanted(told) is taken
