"""Failures on demand: what may happen between a client and Stripe, before or after a call took effect."""

import threading
from dataclasses import dataclass, field

KINDS = {
    "rate_limit": "answers 429, nothing happened",
    "error": "answers 500, nothing happened; its idempotency key keeps the 500, as Stripe does",
    "error_after": "takes effect and answers 500, which its idempotency key keeps",
    "drop": "closes the connection, nothing happened",
    "drop_after": "takes effect and closes the connection; its idempotency key keeps the real answer",
    "timeout": "never answers, nothing happened",
    "timeout_after": "takes effect and never answers; its idempotency key keeps the real answer",
    "slow": "is worked on for a while before it takes effect and is answered",
}
"""What `fault` may be told, and what then happens."""

SECONDS = 30.0
"""How long `timeout` keeps a client waiting, unless told otherwise."""


@dataclass(slots=True)
class Fault:
    """One kind of failure, for the next calls of an operation (`*`: of any)."""

    operation: str
    kind: str
    times: int = 1
    seconds: float = SECONDS


@dataclass(slots=True)
class Faults:
    """The failures that are still to come, in the order in which they were asked for."""

    waiting: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        """Lets the next calls fail. Raises ValueError for a kind that there is not."""
        if fault.kind not in KINDS:
            raise ValueError(f"no fault {fault.kind!r}; there are {', '.join(KINDS)}")
        with self._lock:
            self.waiting.append(fault)

    def take(self, operation: str) -> Fault | None:
        """The failure of this call, if it is to fail."""
        with self._lock:
            found = next((one for one in self.waiting if one.operation in (operation, "*")), None)
            if found:
                found.times -= 1
                self.waiting = [one for one in self.waiting if one.times > 0]
            return found

    def clear(self) -> None:
        """Nothing fails any more."""
        with self._lock:
            self.waiting.clear()
