"""Hours of use without growth (D-16): one process serves pages, sends codes and messages, and ticks, on and on."""

import json
import os
import subprocess
import sys
import threading
from contextlib import ExitStack
from tempfile import TemporaryFile

from local.engine import Engine
from tests.support import enduring

ROUNDS = 3
TURNS = int(os.environ.get("FOYER_ENDURANCE_TURNS", "40"))
"""Of each round; a turn is three requests and six runs of workers. 1,050 turns were measured in docs/decisions/0097."""
MOST_KILOBYTES = 2048
"""Between the end of the warm-up and the last round; 160 were measured."""
MOST_OBJECTS = 200
"""Between the two; 13 were measured."""


def test_a_process_that_works_on_and_on_does_not_grow(aws: Engine) -> None:
    """D-16: memory, objects, open files and threads, after the first round has filled what is kept on purpose."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.support.enduring", aws.endpoint, str(TURNS), str(ROUNDS)],
        capture_output=True, text=True, check=False, timeout=60 + TURNS * (ROUNDS + 1), env=dict(os.environ),
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    rounds = [json.loads(line) for line in ran.stdout.splitlines()]

    assert len(rounds) == ROUNDS + 1
    first, last = rounds[0], rounds[-1]
    grown = {name: last[name] - first[name] for name in first}
    assert grown["kilobytes"] <= MOST_KILOBYTES, rounds
    assert grown["objects"] <= MOST_OBJECTS, rounds
    assert grown["files"] <= 0, rounds
    assert grown["threads"] <= 0, rounds


def test_a_leak_would_be_seen() -> None:
    """What is measured does count what a leak leaves behind."""
    before, stop = enduring.occupied(), threading.Event()
    with ExitStack() as stack:
        kept = [[number] for number in range(MOST_OBJECTS + 1)]
        stack.enter_context(TemporaryFile())
        thread = threading.Thread(target=stop.wait)
        thread.start()
        after = enduring.occupied()
        stop.set()
        thread.join()

    assert after["objects"] - before["objects"] > MOST_OBJECTS < len(kept)
    assert after["files"] == before["files"] + 1
    assert after["threads"] == before["threads"] + 1
