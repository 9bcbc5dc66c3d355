"""The wire to AWS, for tests: counts the calls of a flow, and breaks any one of them in any way (M4, Q-04).

A call is one act of the SDK with all its retries; they share an invocation id. Faults happen
below the SDK, where the network is, so that its own retries and tokens take part.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from types import SimpleNamespace
from typing import Any

import botocore.endpoint
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError
from botocore.httpsession import URLLib3Session

_send = URLLib3Session.send


class Fault(Enum):
    """What happens to one call."""

    REFUSED = "the first try is refused before it applies"
    LOST = "it applies, and the answer to the first try is lost"
    DOWN = "every try is refused before it applies"
    MUTE = "it applies, and no answer ever comes"
    FAILING = "every try is answered with error 500 and not applied"
    KILLED_BEFORE = "the process dies before the call"
    KILLED_AFTER = "the process dies after the call"


class Killed(BaseException):
    """The process is gone: nothing of ours catches this."""


@dataclass
class Wire:
    """Calls that went out since it was opened, and the fault of one of them."""

    fault: Fault | None = None
    at: int = 0
    """Number of the call that the fault meets, from 1."""
    calls: list[str] = field(default_factory=list)
    """Operations in order: `GetItem`, `TransactWriteItems`, ..."""
    bodies: list[bytes] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)
    _tries: dict[int, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def met(self) -> bool:
        """Whether the fault came to pass."""
        return self.fault is not None and len(self.calls) >= self.at

    @property
    def writes(self) -> list[str]:
        """Calls that change something."""
        return [call for call in self.calls if call not in ("GetItem", "BatchGetItem", "Query", "GetParameter")]

    def tries(self, number: int) -> int:
        """How often the SDK tried a call."""
        return self._tries[number]

    def pass_on(self, session: URLLib3Session, request: Any) -> AWSResponse:
        """Sends a request, or does to it what was planned."""
        number, attempt = self._note(request)
        if self.fault is None or number != self.at:
            return _send(session, request)
        return self._break(self.fault, attempt, lambda: _send(session, request), request)

    def _note(self, request: Any) -> tuple[int, int]:
        invocation = _text(request.headers.get("amz-sdk-invocation-id", ""))
        with self._lock:
            if invocation not in self._numbers:
                self._numbers[invocation] = len(self.calls) + 1
                self.calls.append(_operation(request))
                self.bodies.append(request.body or b"")
            number = self._numbers[invocation]
            self._tries[number] = self._tries.get(number, 0) + 1
            return number, self._tries[number]

    def _break(self, fault: Fault, attempt: int, send: Callable[[], AWSResponse], request: Any) -> AWSResponse:
        first = attempt == 1
        if fault is Fault.KILLED_BEFORE:
            raise Killed
        if fault is Fault.KILLED_AFTER:
            send()
            raise Killed
        if fault is Fault.FAILING:
            return _error(request.url)
        if fault in (Fault.LOST, Fault.MUTE) and first:
            send()
        if first or fault in (Fault.DOWN, Fault.MUTE):
            raise ConnectionClosedError(endpoint_url=request.url)
        return send()


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _operation(request: Any) -> str:
    target = _text(request.headers.get("X-Amz-Target", ""))
    if target:
        return target.rpartition(".")[2]
    return "SendEmail" if "/v2/email/" in request.url else "Publish"


def _error(url: str) -> AWSResponse:
    body = b'{"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "no"}'
    raw = SimpleNamespace(stream=lambda *_arguments, **_named: iter([body]))
    return AWSResponse(url, 500, {"content-type": "application/x-amz-json-1.0"}, raw)


@contextmanager
def tapped(fault: Fault | None = None, at: int = 0) -> Iterator[Wire]:
    """The wire of this process while the block runs. The SDK's waits between retries are left out."""
    wire = Wire(fault, at)
    clock = botocore.endpoint.time

    def send(session: URLLib3Session, request: Any) -> AWSResponse:
        return wire.pass_on(session, request)

    URLLib3Session.send = send
    botocore.endpoint.time = SimpleNamespace(sleep=lambda _seconds: None, time=clock.time)
    try:
        yield wire
    finally:
        URLLib3Session.send = _send
        botocore.endpoint.time = clock
