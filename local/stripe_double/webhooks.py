"""Webhooks of one account: signed, delivered in several unruly ways, tried again, and written down."""

import hashlib
import heapq
import hmac
import itertools
import json
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from local.stripe_double.objects import Thing

RETRIES = (0.3, 0.6, 1.5, 3, 6, 15, 30, 60, 120)
"""Seconds before each new try; Stripe's own are spread over three days."""

_WAIT_SECONDS = 20
_LOGGED = 5000
MODES = ("normal", "repeat", "delay", "reorder", "drop", "hold")


@dataclass(frozen=True, slots=True)
class Mode:
    """How events travel from now on."""

    kind: str = "normal"
    """`repeat` sends each `times`; `delay` sends it after `seconds`; `reorder` shuffles what happens within `seconds`;
    `drop` loses `fraction` of them for good; `hold` keeps them until `release`."""
    times: int = 3
    seconds: float = 1.0
    fraction: float = 0.5
    seed: int = 1

    def __post_init__(self) -> None:
        if self.kind not in MODES:
            raise ValueError(f"no mode {self.kind!r}; there are {', '.join(MODES)}")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try to deliver an event. `status` is 0 where no answer came."""

    event: str
    type: str
    attempt: int
    status: int
    error: str
    at: float

    @property
    def arrived(self) -> bool:
        """Whether the endpoint took it."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


def body(event: Thing) -> bytes:
    """The event as Stripe sends it."""
    return json.dumps(event, indent=2).encode()


def signature(secret: str, raw: bytes, timestamp: int) -> str:
    """The value of `Stripe-Signature` for `raw`, sent at `timestamp` (seconds since 1970)."""
    signed = hmac.new(secret.encode(), f"{timestamp}.".encode() + raw, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={signed}"


class _NoRedirects(HTTPRedirectHandler):
    """Stripe takes a redirect for a failure."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


_OPENER = build_opener(ProxyHandler({}), _NoRedirects())


def post(url: str, raw: bytes, header: str) -> tuple[int, str]:
    """Status and error of one delivery; status 0 where no answer came."""
    headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": header}
    request = Request(url, raw, {**headers, "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)"})
    try:
        with _OPENER.open(request, timeout=_WAIT_SECONDS) as answer:
            return answer.status, ""
    except HTTPError as error:
        with error:
            return error.code, str(error.reason)
    except (OSError, ValueError) as error:
        return 0, str(error)


@dataclass(slots=True)
class Courier:
    """Takes the events of one account to its endpoint, one after the other, in a thread of its own."""

    send: Callable[[str, int], Delivery]
    """Delivers an event once; told its id and the number of the try."""
    mode: Mode = field(default_factory=Mode)
    retries: tuple[float, ...] = RETRIES
    log: deque[Delivery] = field(default_factory=lambda: deque(maxlen=_LOGGED))
    lost: set[str] = field(default_factory=set)
    """Events that `drop` lost."""
    held: list[str] = field(default_factory=list)
    _queue: list[tuple[float, int, str, int]] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _count: Any = field(default_factory=itertools.count)
    _chance: random.Random = field(default_factory=lambda: random.Random(1))
    _busy: bool = False
    _stopped: bool = False
    _thread: threading.Thread | None = None

    def take(self, event_ids: Iterable[str]) -> None:
        """Events that just happened, in order: on their way as the mode says."""
        with self._changed:
            for event_id in event_ids:
                self._plan(event_id)
            self._wake()

    def _plan(self, event_id: str) -> None:
        mode = self.mode
        if mode.kind == "hold":
            self.held.append(event_id)
        elif mode.kind == "drop" and self._chance.random() < mode.fraction:
            self.lost.add(event_id)
        else:
            wait = {"delay": mode.seconds, "reorder": mode.seconds * self._chance.random()}.get(mode.kind, 0.0)
            for _ in range(mode.times if mode.kind == "repeat" else 1):
                self._put(event_id, wait)

    def _put(self, event_id: str, wait: float, attempt: int = 1) -> None:
        heapq.heappush(self._queue, (time.monotonic() + wait, next(self._count), event_id, attempt))

    def switch(self, mode: Mode) -> None:
        """Another mode from now on; what is held stays held."""
        with self._changed:
            self.mode, self._chance = mode, random.Random(mode.seed)

    def release(self, *, backwards: bool = False) -> None:
        """Sends what is held, in the order it happened or the other way round."""
        with self._changed:
            for event_id in reversed(self.held) if backwards else self.held:
                self._put(event_id, 0)
            self.held.clear()
            self._wake()

    def _wake(self) -> None:
        if self._queue and self._thread is None and not self._stopped:
            self._thread = threading.Thread(target=self._work, daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _work(self) -> None:
        while True:
            due = self._next()
            if due is None:
                return
            delivery = self.send(*due)
            with self._changed:
                self._busy = False
                if not delivery.arrived and delivery.attempt <= len(self.retries):
                    self._put(delivery.event, self.retries[delivery.attempt - 1], delivery.attempt + 1)
                self._changed.notify_all()

    def _next(self) -> tuple[str, int] | None:
        """Waits for an event whose time has come; None when the courier is stopped."""
        with self._changed:
            while not self._stopped:
                wait = self._queue[0][0] - time.monotonic() if self._queue else None
                if wait is not None and wait <= 0:
                    self._busy = True
                    _due, _count, event_id, attempt = heapq.heappop(self._queue)
                    return event_id, attempt
                self._changed.wait(wait)
            return None

    def wait_until_idle(self, seconds: float) -> bool:
        """Waits until nothing is on its way, retries included; whether that came about in time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._queue and not self._busy, seconds)

    def stop(self) -> None:
        """Sends nothing more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join(_WAIT_SECONDS)
