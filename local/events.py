"""What API Gateway (REST, regional, Lambda proxy) makes of a request, and of a function's answer.

The shapes are AWS's, as the deployed API has them with all media types declared binary:
bodies arrive in base64, path parameters still URL-encoded, query strings decoded. The portal
on one machine and the tests both go through here, so they meet the code as Lambda does.
"""

import base64
import json
import secrets
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

Handler = Callable[[dict[str, Any], Any], Any]
Headers = Sequence[tuple[str, str]]

MAX_BODY_BYTES = 10 * 1024 * 1024
"""API Gateway's own limit of a request body."""

_MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
"""Lambda's limit of an event, and of an answer, as JSON."""


class Answer(NamedTuple):
    """An HTTP response."""

    status: int
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """An HTTP request as it reaches the gateway. `target` is the path and query as sent."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    source: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """The second argument of a Lambda function."""

    function_name: str = "foyer"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))


class Resource(NamedTuple):
    """A path of the API, e.g. `/{org}/invoices/{invoice}`, with the parameters that a request filled in."""

    path: str
    methods: frozenset[str]
    parameters: Mapping[str, str]


class Resources:
    """The API's paths. A path with literal words wins over one with parameters, and these over one that takes all."""

    def __init__(self, routes: Mapping[str, Iterable[str]]) -> None:
        by_literals = sorted(routes, key=lambda path: [_looseness(part) for part in path.split("/")])
        self._paths = [(path, path.split("/"), frozenset(routes[path])) for path in by_literals]

    def find(self, path: str) -> Resource | None:
        """The resource that `path` (still URL-encoded) leads to. One slash at the end is ignored."""
        if "//" in path:
            return None
        asked = (path.removesuffix("/") or "/").split("/")
        for pattern, parts, methods in self._paths:
            parameters = _match(parts, asked)
            if parameters is not None:
                return Resource(pattern, methods, parameters)
        return None


def _looseness(part: str) -> int:
    """0 for a word, 1 for a parameter, 2 for one that takes all that is left of a path."""
    return part.startswith("{") + part.endswith("+}")


def _match(pattern: Sequence[str], asked: Sequence[str]) -> dict[str, str] | None:
    if _looseness(pattern[-1]) > 1 and len(asked) >= len(pattern):
        asked = [*asked[: len(pattern) - 1], "/".join(asked[len(pattern) - 1 :])]
    if len(pattern) != len(asked):
        return None
    parameters = {}
    for expected, given in zip(pattern, asked, strict=True):
        if _looseness(expected) and given:
            parameters[expected.strip("{+}")] = given
        elif expected != given:
            return None
    return parameters


def path_in_api(target: str, base_url: str) -> str:
    """The path of `target` within the API, without the prefix (such as a stage) under which `base_url` has it."""
    return target.partition("?")[0].removeprefix(urlsplit(base_url).path)


def build(call: Call, resource: Resource, *, base_url: str, stage: str) -> dict[str, Any]:
    """The proxy event of `call`, which reached the API under `base_url` (with or without a path prefix)."""
    here = urlsplit(base_url)
    path, _, query_string = call.target.partition("?")
    headers = _with_gateway_headers(call, here.scheme, here.port)
    query = parse_qsl(query_string, keep_blank_values=True)
    return {
        "resource": resource.path,
        "path": path_in_api(call.target, base_url),
        "httpMethod": call.method,
        "headers": dict(headers),
        "multiValueHeaders": _gathered(headers),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _gathered(query) or None,
        "pathParameters": dict(resource.parameters) or None,
        "stageVariables": None,
        "requestContext": _context(call, resource, path, here.hostname or "", stage),
        "body": base64.b64encode(call.body).decode() if call.body else None,
        "isBase64Encoded": bool(call.body),
    }


def _with_gateway_headers(call: Call, scheme: str, port: int | None) -> list[tuple[str, str]]:
    """The request's headers with the gateway's own; it appends to a forwarded address, it does not believe it."""
    kept = [(name, value) for name, value in call.headers if name.lower() != "x-forwarded-for"]
    claimed = [value for name, value in call.headers if name.lower() == "x-forwarded-for"]
    return [
        *kept,
        ("X-Amzn-Trace-Id", f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"),
        ("X-Forwarded-For", ", ".join([*claimed, call.source])),
        ("X-Forwarded-Port", str(port or (443 if scheme == "https" else 80))),
        ("X-Forwarded-Proto", scheme),
    ]


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for name, value in pairs:
        gathered.setdefault(name, []).append(value)
    return gathered


def _context(call: Call, resource: Resource, path: str, domain: str, stage: str) -> dict[str, Any]:
    agent = next((value for name, value in call.headers if name.lower() == "user-agent"), None)
    chosen = next((value for name, value in call.headers if name.lower() == "x-amzn-requestid"), "")
    now = time.time()
    return {
        "accountId": "000000000000",
        "apiId": "local",
        "domainName": domain,
        "domainPrefix": domain.partition(".")[0],
        "extendedRequestId": f"{secrets.token_hex(8)}=",
        "httpMethod": call.method,
        "identity": {"sourceIp": call.source, "userAgent": agent, "user": None, "userArn": None, "caller": None},
        "path": path,
        "protocol": "HTTP/1.1",
        "requestId": chosen or str(uuid.uuid4()),
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "requestTimeEpoch": int(now * 1000),
        "resourceId": "local",
        "resourcePath": resource.path,
        "stage": stage,
    }


class BadAnswer(Exception):
    """A function failed, or answered what API Gateway can not use: the client gets a 502."""


class TooLarge(Exception):
    """The request is more than API Gateway or Lambda takes: the client gets a 413."""


def invoke(handler: Handler, event: dict[str, Any], context: LambdaContext) -> Answer:
    """Calls `handler` as Lambda does, through JSON both ways. Raises BadAnswer and TooLarge."""
    payload = json.dumps(event)
    if len(payload) > _MAX_PAYLOAD_BYTES:
        raise TooLarge
    try:
        answer = json.dumps(handler(json.loads(payload), context))
    except Exception as error:
        raise BadAnswer(f"the function failed: {error!r}") from error
    if len(answer) > _MAX_PAYLOAD_BYTES:
        raise BadAnswer("the answer is larger than Lambda allows")
    return _read(json.loads(answer))


def _read(answer: Any) -> Answer:
    try:
        status = int(answer["statusCode"])
        headers = [(name, value) for name, values in _all_headers(answer).items() for value in values]
        body = answer.get("body") or ""
        content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise BadAnswer("the answer is not a proxy response") from error
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    return Answer(status, headers, content)


def _all_headers(answer: Mapping[str, Any]) -> dict[str, list[str]]:
    """Both maps in one; where both name a header, the one with several values counts."""
    single = {name: [str(value)] for name, value in (answer.get("headers") or {}).items()}
    several = answer.get("multiValueHeaders") or {}
    return single | {name: [str(value) for value in values] for name, values in several.items()}
