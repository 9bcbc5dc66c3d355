"""A run of several jobs: each has its part of the time, and what goes wrong with one keeps no other from its turn."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from chalicelib.data import failing, read
from chalicelib.data.items import Item
from chalicelib.shared import budget, tracing
from chalicelib.shared.times import to_iso
from chalicelib.web import logs

M = TypeVar("M", bound=Item)
T = TypeVar("T")


class Job(NamedTuple):
    """Something that is done in every run."""

    name: str
    work: Callable[[datetime], int | Mapping[str, int]]
    """Does what is due, and returns how much that was, or how much of what."""


def run(jobs: Sequence[Job], context: Any, now: datetime) -> dict[str, int]:
    """Does all jobs in their order, and returns how much each did.

    Raises what stopped the first of those that failed, once all had their turn: so the run counts as failed, and an
    alarm rings.
    """
    done: dict[str, int] = {}
    failed: list[Exception] = []
    remaining = budget.of(context)
    for number, job in enumerate(jobs):
        tracing.begin_run(context)
        try:
            with budget.share(remaining, len(jobs) - number):
                came = job.work(now)
        except Exception as error:
            logs.failure("job.failed", error, job=job.name)
            failed.append(error)
            continue
        done |= came if isinstance(came, Mapping) else {job.name: came}
    if failed:
        raise failed[0]
    return done


def due(queue: str, model: type[M], made: Callable[[M], T], event: str, now: datetime) -> list[T]:
    """What waits in a queue and is due at `now`, at most a hundred, each `made` into what it is.

    What can not be read is told of by `event` and put off further each time, so that it keeps nothing else waiting
    (M-05). Raises Unavailable when the queue can not be read.
    """
    found, broken = read.readable(model, read.waiting(queue, to_iso(now)))
    ready = []
    for key, item in found.items():
        try:
            ready.append(made(item))
        except Exception as error:  # whatever somebody or something wrote there
            broken[key] = error
    for key, why in broken.items():
        logs.failure(event, why, failures=failing.put_off(key, queue, now))
    return ready
