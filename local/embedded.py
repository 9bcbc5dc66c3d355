"""The embedded AWS as a process of its own: ministack, kept on loopback and saved while it runs.

ministack by itself writes its state only when it stops, so a `kill -9` would cost everything
since the start. This process saves once a second when a request changed something. The
saving is done by a fork: the copy of the process sees one moment of all services and takes its
time to write it, while the original goes on serving.

The parent hands over a listening socket and holds the other end of this process's standard
input; when that closes, for whatever reason, this process saves and ends.
"""

# ruff: noqa: SLF001 - ministack has no public way to the state of its services

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import ministack.app as ministack
from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack.core import persistence
from ministack.services import apigateway_v1, ses, sns
from ministack.services.cloudformation import provisioners

from local import engine
from local.signer import SigningKey

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_SAVE_SECONDS = 1.0
_PATIENCE_SECONDS = 30.0
_CLOSING_SECONDS = 0.2
_READS = (b"Get", b"List", b"Describe", b"Query", b"Scan", b"BatchGet", b"TransactGet", b"Receive")
_SENT_MAIL = "sent_mail"
_ANY_METHOD = "x-amazon-apigateway-any-method"


class Keeper:
    """Saves the state of all services in use, in the background, when something changed."""

    def __init__(self) -> None:
        self.changed = False
        self._copy = 0
        self._copied_at = 0.0

    def tick(self) -> None:
        """Starts a save when one is due and none is running."""
        if self._saving() or not self.changed:
            return
        self.changed = False
        self._copied_at = time.monotonic()
        self._copy = os.fork()
        if not self._copy:
            _save_and_leave()

    def wait(self) -> None:
        """Returns when no save is running: ministack's own, the last, writes to the same files."""
        while self._saving():
            time.sleep(0.01)

    def _saving(self) -> bool:
        if not self._copy:
            return False
        done, status = os.waitpid(self._copy, os.WNOHANG)
        if done:
            self._copy = 0
            self.changed = self.changed or status != 0
        elif time.monotonic() - self._copied_at > _PATIENCE_SECONDS:
            os.kill(self._copy, signal.SIGKILL)
        return bool(self._copy)


def _save_and_leave() -> None:
    """The forked copy's whole life. It must not run the original's clean-up, whatever happens."""
    status = 1
    try:
        persistence.save_all(ministack._build_persistence_save_dict())
        _save_sent_mail()
        status = 0
    finally:
        os._exit(status)


def _save_sent_mail() -> None:
    """Keeps what ministack forgets: mails that were sent (it keeps text messages)."""
    persistence.save_state(_SENT_MAIL, {"mails": ses._sent_emails})


def _load_sent_mail() -> None:
    kept = persistence.load_state(_SENT_MAIL)
    if kept:
        ses._sent_emails.update(kept["mails"])


class _DatedLog(list[dict[str, Any]]):
    """Text messages sent to one number; ministack's own log does not say when."""

    def append(self, record: dict[str, Any]) -> None:
        super().append({**record, "Timestamp": time.time()})


def _date_text_messages() -> None:
    log_for = sns._sms_log_for

    def dated_log_for(number: str) -> _DatedLog:
        sns._sms_messages[number] = dated = _DatedLog(log_for(number))
        return dated

    sns._sms_log_for = dated_log_for


def _import_all_methods() -> None:
    """Lets ministack read what stands for all methods in the description of an API; it only writes it."""
    take = apigateway_v1._import_path_item
    apigateway_v1._OPENAPI_HTTP_METHODS = frozenset({*apigateway_v1._OPENAPI_HTTP_METHODS, "any"})

    def take_all(api: str, path: str, methods: dict[str, Any], *more: Any) -> None:
        take(api, path, {"any" if name == _ANY_METHOD else name: told for name, told in methods.items()}, *more)

    apigateway_v1._import_path_item = take_all


def _take_reckoned_alarms() -> None:
    """Lets a template have alarms that reckon with several metrics; ministack refuses them. Here they never ring."""
    made = provisioners._cw_metric_alarm_record

    def make(name: str, told: dict[str, Any]) -> dict[str, Any]:
        if told.get("Metrics"):
            told = told | {"Metrics": None, "Namespace": "Reckoned", "MetricName": name}
        alarm: dict[str, Any] = made(name, told)
        return alarm

    provisioners._cw_metric_alarm_record = make


def _sign_notices(key: Path) -> None:
    """Lets topics sign what they tell functions, in the form in which Lambda is told; ministack signs nothing."""
    signer, deliver = SigningKey(kept=key), sns._deliver_to_lambda

    def deliver_signed(endpoint: str, envelope: str, *more: Any) -> None:
        told = json.loads(envelope) | {"SignatureVersion": "2", "SigningCertUrl": signer.url}
        left_out = ("SigningCertURL", "UnsubscribeURL")
        whole = {"Subject": None, "MessageAttributes": {}} | {k: told[k] for k in told if k not in left_out}
        deliver(endpoint, json.dumps(signer.signed(whole)), *more)

    sns._deliver_to_lambda = deliver_signed


class Guarded:
    """ministack without visitors from web pages, telling the keeper of each change.

    ministack lets any web page read and write through the visitor's browser; a browser names
    the page in `Origin`, an AWS client never sends it.
    """

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """One connection, request or lifespan message of ASGI."""
        headers: dict[bytes, bytes] = dict(scope.get("headers", ()))
        if b"origin" in headers:
            await _refuse(send)
            return
        await ministack.app(scope, receive, send)
        if scope["type"] == "http" and not _only_reads(scope["method"], headers):
            self._keeper.changed = True


async def _refuse(send: Send) -> None:
    await send({"type": "http.response.start", "status": 403, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def _only_reads(method: str, headers: dict[bytes, bytes]) -> bool:
    action = headers.get(b"x-amz-target", b"").rpartition(b".")[2]
    return method in ("GET", "HEAD") or action.startswith(_READS)


async def _run(listening: int) -> None:
    loop = asyncio.get_running_loop()
    ending = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ending.set)
    loop.add_signal_handler(signal.SIGINT, lambda: None)  # Ctrl-C reaches the parent, which ends this process
    loop.add_reader(sys.stdin.fileno(), ending.set)

    keeper = Keeper()
    saving = asyncio.create_task(_keep_saving(keeper)) if persistence.PERSIST_STATE else None

    async def ended() -> None:
        await ending.wait()
        if saving:
            saving.cancel()
            with suppress(asyncio.CancelledError):
                await saving

    application: Any = Guarded(keeper) if saving else ministack.app
    await serve(application, _configuration(listening), shutdown_trigger=ended)
    if saving:
        _save_sent_mail()


async def _keep_saving(keeper: Keeper) -> None:
    try:
        while True:
            await asyncio.sleep(_SAVE_SECONDS)
            keeper.tick()
    finally:
        keeper.wait()


def _configuration(listening: int) -> Config:
    config = Config()
    config.bind = [f"fd://{listening}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = _CLOSING_SECONDS
    config.loglevel = ministack.LOG_LEVEL
    return config


def main() -> None:
    """Serves on the socket whose number is the only argument."""
    warnings.filterwarnings("ignore", message=".*fork.*", category=DeprecationWarning)
    _date_text_messages()
    _import_all_methods()
    _take_reckoned_alarms()
    if engine.SIGNING_KEY in os.environ:
        _sign_notices(Path(os.environ[engine.SIGNING_KEY]))
    if persistence.PERSIST_STATE:
        _load_sent_mail()
    with tempfile.TemporaryDirectory(prefix="foyer-aws-", ignore_cleanup_errors=True) as unpacked:
        tempfile.tempdir = unpacked  # functions are unpacked there, 70 MB each, and left there when this ends
        asyncio.run(_run(int(sys.argv[1])))


if __name__ == "__main__":
    main()
