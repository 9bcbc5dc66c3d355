"""From Chalice to a view and back: admits, checks, calls, and turns whatever happens into a page with headers."""

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Protocol

from chalice.app import Chalice, Response

from chalicelib import bootstrap, settings
from chalicelib.data import write
from chalicelib.shared import tracing
from chalicelib.shared.errors import Fault
from chalicelib.shared.texts import LANGUAGES
from chalicelib.web import csrf, errors, headers, http, language, logs
from chalicelib.web.http import FORM, MULTIPART, BadRequest, Reply, Request
from chalicelib.web.routes import Actor, Policy, Route

FILE_TYPES = ["application/pdf", "text/csv", "image/webp"]
"""Types of answers that are bytes, beside the pictures that Chalice knows."""


class Guard(Protocol):
    """Decides who comes in; identity provides it, since only it knows sessions."""

    def __call__(self, request: Request) -> Reply | None:
        """Fills in organisation, account, language and token key; a Reply turns the request away."""


def install(app: Chalice, guard: Guard, tables: Iterable[Iterable[Route]]) -> None:
    """Registers every route of `tables` on `app`."""
    logs.configure()
    app.log.disabled = True  # Chalice's own lines quote exceptions, and with them people's data (L-02)
    app.api.binary_types += FILE_TYPES
    app.register_middleware(_frame_errors, "http")
    for table in tables:
        for route in table:
            _register(app, guard, route)


def _register(app: Chalice, guard: Guard, route: Route) -> None:
    policy = route.policy

    def view(**_params: str) -> Response:
        try:
            return _to_chalice(policy, answer(app.current_request, guard, route))
        except Exception as error:
            logs.failure("page.failed", error, route=policy.path)
            return _to_chalice(policy, Reply(500, HTTPStatus.INTERNAL_SERVER_ERROR.phrase, "text/plain; charset=utf-8"))

    view.__name__ = route.view.__name__
    app.route(policy.path, methods=[policy.method], content_types=_content_types(policy))(view)


def _content_types(policy: Policy) -> list[str]:
    """Types of body that the route takes; all others are answered with 415 (W-07)."""
    if policy.method != "POST":
        return ["application/json"]
    return [FORM, MULTIPART] if policy.uploads else [FORM]


def answer(event: Any, guard: Guard, route: Route) -> Reply:
    """Runs one request through guard, checks and view; faults become their pages.

    What the guard closed for this request alone is open again afterwards.
    """
    try:
        return _answer(event, guard, route)
    finally:
        write.close(closed=False)


def _answer(event: Any, guard: Guard, route: Route) -> Reply:
    begun = time.monotonic()
    tracing.begin(http.id_of(event))
    request = _blank(route.policy)
    try:
        request = http.read(event, route.policy, bootstrap.clock().now())
        request.local = _browser_language(request)
        turned_away = guard(request) or _check(request)
        reply = turned_away or route.view(request)
    except BadRequest as error:
        reply = errors.show(request, error.status)
    except Fault as error:
        reply = errors.fault(request, error)
    except Exception as error:
        logs.failure("request.failed", error, route=route.policy.path)
        reply = errors.show(request, 500)
    took = round((time.monotonic() - begun) * 1000)
    logs.event("request", route=route.policy.path, method=request.method, status=reply.status, ms=took)
    return reply


def _check(request: Request) -> Reply | None:
    """Refuses a forged or stale form."""
    if not request.policy.csrf:
        return None
    given = request.form.get(csrf.FIELD, "")
    if csrf.same_site(request.headers) and csrf.fits(given, request.csrf_key, request.org):
        return None
    return errors.show(request, 403, message=errors.STALE_FORM)


def _blank(policy: Policy) -> Request:
    """Stands in for a request that can not be read, so that even then there is a page."""
    request = Request(
        method=policy.method, path="", params={}, query={}, form={}, cookies={}, headers={},
        source="", id=tracing.current(), now=bootstrap.clock().now(), policy=policy,
    )  # fmt: skip
    request.local = _browser_language(request)
    return request


def _browser_language(request: Request) -> language.Local:
    chosen = language.choose("", request.headers.get("accept-language", ""), ("en", *LANGUAGES))
    return language.Local(chosen, "", "UTC")


def _to_chalice(policy: Policy, reply: Reply) -> Response:
    cache = policy.cache if reply.status in (200, 304) else headers.Cache.NEVER
    known = headers.for_request(cache, settings.current().stripe_url)
    told: dict[str, Any] = {**known, "Content-Type": reply.content_type, **reply.headers}
    if reply.cookies:
        told["Set-Cookie"] = [_one_line(cookie) for cookie in reply.cookies]
    return Response(
        body=reply.body,
        status_code=reply.status,
        headers={name: value if isinstance(value, list) else _one_line(value) for name, value in told.items()},
    )


def _one_line(value: str) -> str:
    """`value`, unless a line break could smuggle in another header; Chalice checks only some of these."""
    if "\r" in value or "\n" in value:
        raise ValueError("line break in a header")
    return value


def _frame_errors(event: Any, get_response: Callable[[Any], Any]) -> Any:
    """Gives Chalice's own JSON errors (404, 405, 415) a page and our headers."""
    tracing.begin(http.id_of(event))
    response = get_response(event)
    if isinstance(response.body, dict) and "Code" in response.body:
        request = _blank(Policy("", "GET", actor=Actor.ANYONE, csrf=False))
        reply = errors.show(request, response.status_code)
        framed = _to_chalice(request.policy, reply)
        framed.headers.update({name: value for name, value in response.headers.items() if name == "Allow"})
        return framed
    return response
