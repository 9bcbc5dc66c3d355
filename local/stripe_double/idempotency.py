"""Idempotency keys as Stripe keeps them: the first answer under a key is the answer, for 24 hours.

An answer is kept once something was executed, a failure too. The same key with another call is an
error, and while the first call is still being worked on, the same call is refused.
"""

import json
import threading
from dataclasses import asdict, dataclass, field
from typing import Any

from local.stripe_double.errors import Refused
from local.stripe_double.parameters import Given

KEPT_SECONDS = 24 * 60 * 60
_MAX_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer that a key stands for, and the call that it belongs to."""

    call: str
    status: int
    body: str
    at: int
    request_id: str


@dataclass(slots=True)
class Keys:
    """The keys of one account."""

    kept: dict[str, Kept] = field(default_factory=dict)
    _busy: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, key: str, call: str, now: int) -> Kept | None:
        """The kept answer, or None: the call is to be executed now, and `end` is to follow.

        Raises Refused for a key of another call, and for one whose call is being worked on.
        """
        if len(key) > _MAX_LENGTH:
            raise _conflict(f"The idempotency key is too long: {_MAX_LENGTH} letters at most.")
        with self._lock:
            found = self.kept.get(key)
            if found and found.at + KEPT_SECONDS <= now:
                del self.kept[key]
                found = None
            if (found.call if found else self._busy.get(key, call)) != call:
                raise _conflict(
                    "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                    f"Try using a key other than '{key}' if you meant to execute a different request."
                )
            if key in self._busy:
                raise _in_use(key)
            if found is None:
                self._busy[key] = call
            return found

    def end(self, key: str, answer: Kept | None) -> None:
        """The call was worked on; `answer` is kept unless nothing was executed (None)."""
        with self._lock:
            self._busy.pop(key, None)
            if answer:
                self.kept[key] = answer

    def dump(self) -> dict[str, Any]:
        """All that is kept, as JSON has it."""
        with self._lock:
            return {key: asdict(one) for key, one in self.kept.items()}

    def load(self, saved: dict[str, Any]) -> None:
        """Takes back what `dump` gave."""
        self.kept = {key: Kept(**one) for key, one in saved.items()}


def fingerprint(method: str, path: str, given: Given) -> str:
    """What makes two calls the same: address and parameters, in any order."""
    return json.dumps([method, path, given], sort_keys=True)


def _conflict(message: str) -> Refused:
    return Refused(400, message, kind="idempotency_error", saved=False)


def _in_use(key: str) -> Refused:
    message = (
        f"There is currently another in-progress request using this Idempotent Key: {key}. Please try again later."
    )
    return Refused(409, message, code="idempotency_key_in_use", saved=False)
