"""Runs of several jobs: the clocks and the sweep of what Stripe told (M-08, L-08)."""

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.data import read
from chalicelib.data.keys import Key
from chalicelib.entry import money_clock, settling, time_clock
from chalicelib.shared import budget
from chalicelib.shared.errors import Unavailable
from chalicelib.web import running
from chalicelib.web.running import Job
from tests.support.clock import TurnedClock
from tests.support.world import World

JOBS = {
    time_clock: ["changes", "places", "bookings", "growing", "slips", "statements", "reminders"],
    money_clock: ["recurring", "autopay", "cards", "quotes", "dunning"],
    settling: ["closing", "reconciling"],
}


def _fails(*_: object) -> int:
    raise Unavailable


@pytest.mark.parametrize(("clock_of", "first"), [(module, names[0]) for module, names in JOBS.items()])
def test_a_job_that_fails_stops_no_other_and_the_run_counts_as_failed(
    world: World, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch, clock_of: Any, first: str
) -> None:
    """L-08: the alarm on errors rings, and everything else was done all the same."""
    begun: list[str] = []

    def noted(name: str) -> Callable[..., Any]:
        def work(*_: object) -> Any:
            begun.append(name)
            return SimpleNamespace(made=0, _asdict=dict)

        return work

    for name in JOBS[clock_of]:
        module = getattr(clock_of, name)
        work = "make_due_invoices" if name == "recurring" else "run"
        monkeypatch.setattr(module, work, _fails if name == first else noted(name))
    with pytest.raises(Unavailable):
        getattr(clock_of, "sweep" if clock_of is settling else "tick")({}, None)
    assert begun == JOBS[clock_of][1:]


def test_a_job_that_never_ends_leaves_the_others_their_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """M-08: whoever comes last in a run is not the one whom nobody ever tells."""
    left = [300_000]
    context = SimpleNamespace(aws_request_id="run", get_remaining_time_in_millis=lambda: left[0])
    monkeypatch.setattr(read, "queued", lambda *_, **__: read.Page([("", Key("pk", "sk"))]))

    def endless(_now: datetime) -> int:
        done = 0
        while read.waiting("queue", "9999"):
            left[0] -= 1000
            done += 1
        return done

    done = running.run([Job(str(number), endless) for number in range(3)], context, world.now)

    assert done == {"0": 90, "1": 90, "2": 90}
    assert left[0] == budget.RESERVE


def test_each_job_says_how_much_it_did_or_how_much_of_what() -> None:
    jobs = [Job("one", lambda _: 1), Job("places", lambda _: {"doors": 2, "rolls": 3})]
    assert running.run(jobs, None, datetime.min) == {"one": 1, "doors": 2, "rolls": 3}
