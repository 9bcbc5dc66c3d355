"""A process that ends at any call to the outside, and a use case that is begun again afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Crash(BaseException):
    """The process ends here. Nothing catches it, for nothing runs any more."""


class Wire:
    """Counts what goes over the wire to AWS and Stripe, and cuts it at one place: before the call, or after it."""

    def __init__(self) -> None:
        self.calls = 0
        self.cut_at, self.after = 0, False

    def call(self, real: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """One call."""
        self.calls += 1
        if self.calls == self.cut_at and not self.after:
            raise Crash
        answer = real(*args, **named)
        if self.calls == self.cut_at:
            raise Crash
        return answer

    @contextmanager
    def cut(self, at: int, *, after: bool) -> Iterator[None]:
        """Counts from here, and crashes at the given call."""
        self.calls, self.cut_at, self.after = 0, at, after
        try:
            yield
        finally:
            self.cut_at = 0


def everywhere(wire: Wire, setting: Callable[[], Callable[[], object]], proof: Callable[[], None]) -> int:
    """Runs a use case anew with a crash at each of its calls, each time repeats it, and looks; returns how many."""
    for after in (False, True):
        at = 0
        while True:
            at += 1
            use_case = setting()
            with wire.cut(at, after=after):
                try:
                    use_case()
                except Crash:
                    crashed = True
                else:
                    crashed = False
            use_case()
            proof()
            if not crashed:
                break
    return at
