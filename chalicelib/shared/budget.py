"""The time that a run has, and each of its jobs a part of it.

Lambda ends a run that takes too long in the middle of whatever it does, and jobs that come later would never have their
turn. So each job has a part of what is left, and what ends early leaves its time to the others; when its part is over,
queues tell it of nothing more (`data.read.waiting`). What it leaves waits there for the next run, so nothing is lost.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
Remaining = Callable[[], int]
"""Milliseconds that a run has still."""

RESERVE = 30_000
"""Milliseconds at the end of a run in which nothing is taken up: what was taken up is done with."""
_is_over: ContextVar[Callable[[], bool] | None] = ContextVar("is_over", default=None)


def of(context: Any) -> Remaining:
    """What a run has, as Lambda says in its context; where nothing says it, there is no end."""
    told = getattr(context, "get_remaining_time_in_millis", None)
    return (lambda: int(told()) - RESERVE) if told else (lambda: sys.maxsize)


@contextmanager
def share(remaining: Remaining, parts: int) -> Iterator[None]:
    """Within it, this thread has one of so many equal parts of what remains."""
    left = remaining()
    end = left - left // parts
    token = _is_over.set(lambda: remaining() <= end)
    try:
        yield
    finally:
        _is_over.reset(token)


def is_over() -> bool:
    """Whether this thread is to take nothing up any more; never outside of a run."""
    asked = _is_over.get()
    return asked is not None and asked()


def each(found: Iterable[T]) -> Iterator[T]:
    """Those for which there is time."""
    for one in found:
        if is_over():
            return
        yield one
