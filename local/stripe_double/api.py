"""The API as clients see it: who calls, which operation, its parameters, its idempotency key, and its answer."""

import base64
import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from local.events import Answer, Call
from local.stripe_double import listing, operations, parameters
from local.stripe_double.account import Account, Made
from local.stripe_double.errors import Refused, rate_limited, server_error, unauthorised
from local.stripe_double.faults import Fault
from local.stripe_double.idempotency import Kept, fingerprint
from local.stripe_double.objects import letters
from local.stripe_double.operations import Operation
from local.stripe_double.parameters import Given

_log = logging.getLogger("local")


class Dropped(ConnectionAbortedError):
    """The connection is to be closed without an answer."""


@dataclass(slots=True)
class Request:
    """One call of the API on its way."""

    account: Account
    operation: Operation
    ids: tuple[str, ...]
    path: str
    given: Given
    """Parameters as they came, all text."""
    key: str
    version: str
    fault: Fault | None
    id: str = field(default_factory=lambda: f"req_{letters(14)}")
    status: int = 0
    replayed: bool = False

    @property
    def writes(self) -> bool:
        """Whether an idempotency key means something: Stripe reads it with POST."""
        return self.operation.method == "POST"

    def fails(self, *kinds: str) -> bool:
        """Whether this call is to fail in one of these ways."""
        return self.fault is not None and self.fault.kind in kinds


@dataclass(slots=True)
class Api:
    """Answers calls for whatever accounts there are."""

    account_of: Callable[[str], Account | None]
    """The account that a secret key belongs to."""
    stopped: threading.Event
    """Ends all waiting."""

    def answer(self, call: Call) -> Answer:
        """The answer to `call`. Raises Dropped where a fault asks for it."""
        headers = {name.lower(): value for name, value in call.headers}
        path, _, query = call.target.partition("?")
        try:
            request = self._request(call, headers, path, query)
        except Refused as refusal:
            return _answer(refusal.status, json.dumps(refusal.body), {})
        try:
            return self._worked(request)
        except Dropped:
            raise
        except Exception as error:
            _log.exception("%s: a fault of the double's own", request.operation.name)
            return _answer(500, json.dumps(server_error(f"The Stripe double failed: {error!r}").body), {})

    def _request(self, call: Call, headers: dict[str, str], path: str, query: str) -> Request:
        key = _secret(headers.get("authorization", ""))
        account = self.account_of(key)
        if account is None:
            raise unauthorised(key)
        found = operations.find(call.method, path)
        if found is None:
            raise Refused(404, f"Unrecognized request URL ({call.method}: {path}).", saved=False)
        form = call.body.decode() if call.method == "POST" else query
        given, fault = parameters.read(form), account.faults.take(found[0].name)
        version = headers.get("stripe-version", "")
        return Request(account, *found, path, given, headers.get("idempotency-key", ""), version, fault)

    def _worked(self, request: Request) -> Answer:
        if request.fails("drop", "timeout"):
            self._hang_up(request)
        try:
            kept = self._kept(request)
        except Refused as refusal:
            kept = _kept(request, refusal)
        if request.fails("drop_after", "timeout_after"):
            self._hang_up(request)
        request.status = kept.status
        _note(request)
        return _answer(kept.status, kept.body, _headers(request, kept))

    def _kept(self, request: Request) -> Kept:
        """The answer, from its idempotency key or by doing it. Raises Refused for what no key keeps."""
        if request.fails("rate_limit"):
            raise rate_limited()
        given = parameters.check(request.given, request.operation.params)
        request.operation.check_played(given)
        if not (request.writes and request.key):
            return self._done(request, given)
        call = fingerprint(request.operation.method, request.path, request.given)
        before = request.account.keys.begin(request.key, call, request.account.books.now())
        if before:
            request.replayed = True
            return before
        return self._kept_under_key(request, given, call)

    def _kept_under_key(self, request: Request, given: Given, call: str) -> Kept:
        made = None
        try:
            made = self._done(request, given, call)
        finally:
            request.account.keys.end(request.key, made)
        return made

    def _done(self, request: Request, given: Given, call: str = "") -> Kept:
        """Executes the call. Raises Refused where nothing was executed."""
        if request.fails("slow"):
            self._wait(request)
        if request.fails("error"):
            return _kept(request, server_error(), call)
        try:
            body = _execute(request, given)
        except Refused as refusal:
            if not refusal.saved:
                raise
            return _kept(request, refusal, call)
        if request.fails("error_after"):
            return _kept(request, server_error(), call)
        return Kept(call, 200, body, request.account.books.now(), request.id)

    def _wait(self, request: Request) -> None:
        if request.fault:
            self.stopped.wait(request.fault.seconds)

    def _hang_up(self, request: Request) -> NoReturn:
        _note(request)
        if request.fails("timeout", "timeout_after"):
            self._wait(request)
        raise Dropped(request.operation.name)


def _execute(request: Request, given: Given) -> str:
    """Does what the call asks for; the answer is written down before anything else can change it."""
    context: dict[str, str | None] = {"id": request.id, "idempotency_key": request.key or None}
    expand = given.pop("expand", [])
    with request.account.acting(context, writes=request.operation.method != "GET") as books:
        thing = request.operation.handler(books, given, *request.ids)
        return json.dumps(listing.expanded(books, thing, expand))


def _kept(request: Request, refusal: Refused, call: str = "") -> Kept:
    return Kept(call, refusal.status, json.dumps(refusal.body), request.account.books.now(), request.id)


def _secret(authorization: str) -> str:
    """The secret key of a call, as a bearer token or as the user of basic authentication."""
    how, _, value = authorization.partition(" ")
    if how.lower() == "bearer":
        return value.strip()
    try:
        return base64.b64decode(value).decode().partition(":")[0] if how.lower() == "basic" else ""
    except ValueError:
        return ""


def _headers(request: Request, kept: Kept) -> dict[str, str]:
    headers = {"Request-Id": request.id, "Stripe-Version": request.version}
    if request.key:
        headers["Idempotency-Key"] = request.key
    if request.replayed:
        headers |= {"Idempotent-Replayed": "true", "Original-Request": kept.request_id}
    return headers


def _answer(status: int, body: str, headers: dict[str, str]) -> Answer:
    own = [("Content-Type", "application/json"), ("Cache-Control", "no-cache, no-store")]
    return Answer(status, own + list(headers.items()), body.encode())


def _note(request: Request) -> None:
    request.account.note(
        Made(
            operation=request.operation.name,
            method=request.operation.method,
            path=request.path,
            params=request.given,
            idempotency_key=request.key,
            status=request.status,
            replayed=request.replayed,
            fault=request.fault.kind if request.fault else "",
            stripe_version=request.version,
            at=request.account.books.now(),
        )
    )
