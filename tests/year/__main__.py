"""`python -m tests.year SEED DAYS [SABOTAGE]`: lives through a year on an embedded AWS of its own.

Writes what the oracle has to say, and what there was of everything, as JSON.
"""

import json
import logging
import random
import sys

import pytest

from chalicelib import bootstrap
from local import engine, setup
from tests.support import tables
from tests.support.acquirer import acquiring
from tests.support.clock import TurnedClock
from tests.year import oracle, sabotage
from tests.year.living import STARTS, at, begin
from tests.year.turning import Turning, set_up


def main(seed: int, days: int, broken: str = "", calm: str = "") -> None:
    """Lives through the days."""
    logging.getLogger("foyer").addHandler(logging.NullHandler())
    clock = TurnedClock()
    clock.set(at(STARTS))
    with engine.running() as running, pytest.MonkeyPatch.context() as patch:
        setup.configure(running.endpoint, stage="test", base_url="https://portal.test")
        setup.make_resources()
        tables.forget_nothing()
        bootstrap.clock = lambda: clock  # type: ignore[assignment]
        with acquiring("org-year", clock, patch) as acquirer:
            living = begin("org-year", acquirer, seed, days)
            turning = Turning(living, clock, random.Random(seed + 1), calm=bool(calm))
            set_up(turning)
            if broken:
                {**sabotage.WAYS, **sabotage.CALM}[broken].take_away(patch)
            turning.run()
            told = oracle.judge(living, turning)
    report = {"problems": told.problems, "counts": dict(turning.counts), "seen": told.counts}
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
