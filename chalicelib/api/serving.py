"""From Chalice to an operation and back: the token, its scope and its rate first, then what the table says of the call.

There is no session, no cookie and no page here, so nothing of a browser's can be used against it (S-10).
"""

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import unquote

from chalice.app import Chalice, Response

from chalicelib import bootstrap
from chalicelib.api import bodies, describing, domain, once, problems, tokens
from chalicelib.api.domain import Token
from chalicelib.api.models import ApiTokenItem
from chalicelib.api.operations import Answer, Call, Operation
from chalicelib.api.problems import Problem
from chalicelib.api.schemas import ID, KEY, VERSION
from chalicelib.data import keys, read
from chalicelib.households import activity
from chalicelib.households.activity import Deed
from chalicelib.identity.domain import User, UserStatus
from chalicelib.identity.models import UserItem
from chalicelib.identity.staff import OWNING
from chalicelib.identity.store import user_from
from chalicelib.organisations.domain import Organisation, Status, is_slug
from chalicelib.organisations.models import OrganisationItem
from chalicelib.organisations.store import from_item
from chalicelib.shared import tracing
from chalicelib.shared.errors import Fault, Invalid
from chalicelib.shared.times import local_day
from chalicelib.web import headers, http, logs

DESCRIPTION = "/api/v1/openapi.json"
_JSON = "application/json"
_LONGEST_TOKEN = 200
_CHALLENGE = {"WWW-Authenticate": "Bearer"}


def install(app: Chalice, operations: Iterable[Operation]) -> None:
    """Registers every operation on `app`, and the description of all of them."""
    logs.configure()
    app.log.disabled = True  # Chalice's own lines quote exceptions, and with them people's data (L-02)
    app.register_middleware(_frame_problems, "http")
    rows = tuple(operations)
    for operation in rows:
        _register(app, operation)

    @app.route(DESCRIPTION, methods=["GET"], content_types=["*/*"])
    def describe() -> Response:
        return _response(200, _described(rows), {"Cache-Control": "public, max-age=300"})


@cache
def _described(operations: tuple[Operation, ...]) -> str:
    return json.dumps(describing.describe(operations))


def _register(app: Chalice, operation: Operation) -> None:
    def view(**_params: str) -> Response:
        return answer(app.current_request, operation)

    view.__name__ = operation.name
    app.route(operation.route, methods=[operation.method], content_types=["*/*"])(view)


def answer(event: Any, operation: Operation) -> Response:
    """Does one call; whatever happens becomes JSON (L-03)."""
    begun = time.monotonic()
    tracing.begin(http.id_of(event))
    reference = tracing.current()
    try:
        told, version = _done(event, operation)
        response = _answered(event, operation, told, version)
    except Problem as problem:
        response = _problem(problem, reference)
    except Invalid as wrong:
        response = _problem(problems.invalid(wrong.errors), reference)
    except Fault as fault:
        response = _problem(problems.of(fault, is_conditional=operation.is_conditional), reference)
    except Exception as error:
        logs.failure("api.failed", error, route=operation.route)
        response = _problem(Problem(500), reference)
    took = round((time.monotonic() - begun) * 1000)
    logs.event("api", route=operation.route, method=operation.method, status=response.status_code, ms=took)
    return response


def _done(event: Any, operation: Operation) -> Answer:
    now = bootstrap.clock().now()
    told = {name.lower(): value for name, value in dict(event.headers or {}).items()}
    params = {name: unquote(value) for name, value in (event.uri_params or {}).items()}
    organisation, token = _admitted(params.pop("org", ""), told.get("authorization", ""), now)
    _require_may(operation, organisation, token)
    tokens.count(organisation.slug, token, domain.CALLS_A_MINUTE, now)
    tokens.touch(organisation.slug, token, now)
    named, after = _ids(params), _after(operation, dict(event.query_params or {}))
    body = bodies.read(event.raw_body, told.get("content-type", ""), operation.takes) if operation.takes else {}
    call = Call(
        organisation=organisation,
        token=token,
        params=named,
        after=after,
        body=body,
        version=_version(operation, told),
        key=_key(operation, told),
        asked=once.digest(operation, named, body),
        now=now,
    )
    activity.act_for(token.made_by)
    answer = once.do(operation, call) if operation.is_once else operation.view(call)
    _note_look(operation, call)
    return answer


def _admitted(org: str, authorization: str, now: datetime) -> tuple[Organisation, Token]:
    """The organisation, the token and who made it, in one strong read. What is wrong with a token is not told."""
    kind, _, told = authorization.partition(" ")
    if kind.lower() != "bearer" or not is_slug(org) or len(told) > _LONGEST_TOKEN:
        raise Problem(401, headers=_CHALLENGE)
    places = keys.organisation(org), *tokens.keys_of(org, told.strip())
    found = read.raw(places)
    if len(found) < len(places):
        raise Problem(401, headers=_CHALLENGE)
    organisation = from_item(OrganisationItem.from_raw_data(found[places[0]]))
    token = tokens.token_from(ApiTokenItem.from_raw_data(found[places[1]]))
    maker = user_from(UserItem.from_raw_data(found[places[2]]))
    if not token.is_live(local_day(now, organisation.zone)) or not _is_owner(maker):
        raise Problem(401, headers=_CHALLENGE)
    return organisation, token


def _is_owner(user: User) -> bool:
    """Whether somebody may still let programs in: who lost the role or was suspended takes the tokens along (S-07)."""
    return bool(user.status is UserStatus.ACTIVE and user.staff_role and user.staff_role.value in OWNING)


def _require_may(operation: Operation, organisation: Organisation, token: Token) -> None:
    if organisation.status is not Status.ACTIVE:
        raise Problem(403, "The portal of this organisation is closed at the moment.")
    if operation.module and not organisation.uses(operation.module):
        raise Problem(404)
    if operation.scope not in token.scopes:
        needed = f'Bearer error="insufficient_scope", scope="{operation.scope.value}"'
        raise Problem(403, f"This needs {operation.scope.value}.", headers={"WWW-Authenticate": needed})


def _ids(params: Mapping[str, str]) -> dict[str, str]:
    """Parameters of the path; what can be no id of ours names nothing."""
    if not all(re.fullmatch(ID, value) for value in params.values()):
        raise Problem(404)
    return dict(params)


def _after(operation: Operation, query: dict[str, str]) -> str:
    """Where a list goes on. What no operation knows is refused: a program that mistypes must not read everything."""
    after = query.pop("after", "") if operation.is_list else ""
    if query:
        raise Problem(422, errors=dict.fromkeys(sorted(query)[:1], "is not known here"))
    if after and not re.fullmatch(ID, after):
        raise Problem(422, errors={"after": "is what an earlier page told as its next"})
    return after


def _version(operation: Operation, told: Mapping[str, str]) -> int:
    """The version that the program changes."""
    if not operation.is_conditional:
        return 0
    seen = told.get("if-match", "")
    if not seen:
        raise Problem(428, "Send If-Match with the ETag of what you change.")
    if not re.fullmatch(VERSION, seen):
        raise Problem(412)
    return int(seen.strip('"'))


def _key(operation: Operation, told: Mapping[str, str]) -> str:
    """How the program names a call that is to be done once."""
    key = told.get("idempotency-key", "")
    if operation.is_once and not re.fullmatch(KEY, key):
        raise Problem(400, "Send an Idempotency-Key of 8 to 64 letters, digits, - or _, new for each new call.")
    return key if operation.is_once else ""


def _note_look(operation: Operation, call: Call) -> None:
    """Tells a family, in its own log, that a program looked (NEW-11)."""
    if operation.method == "GET" and "household" in call.params:
        looked = Deed("staff_viewed", call.now, about={"section": "api"})
        activity.note_look(call.org, call.params["household"], looked)


def _answered(event: Any, operation: Operation, body: Mapping[str, Any], version: int | None) -> Response:
    tag = f'"{version}"' if version else ""
    more = {"ETag": tag} if tag else {}
    asked = {name.lower(): value for name, value in dict(event.headers or {}).items()}
    if operation.method == "GET" and tag and asked.get("if-none-match") == tag:
        return _response(304, "", more)
    return _response(operation.status, json.dumps(body, ensure_ascii=False), more)


def _problem(problem: Problem, reference: str) -> Response:
    told = json.dumps(problems.body(problem, reference))
    return _response(problem.status, told, {**problem.headers, "Content-Type": problems.TYPE})


def _response(status: int, body: str, more: Mapping[str, str]) -> Response:
    told: dict[str, Any] = {**headers.for_request(headers.Cache.NEVER), "Content-Type": _JSON, **more}
    return Response(body=body, status_code=status, headers=told)


def _frame_problems(event: Any, get_response: Callable[[Any], Any]) -> Any:
    """Gives Chalice's own errors below the API's addresses the shape of all others."""
    response = get_response(event)
    if str(event.path).startswith("/api/") and isinstance(response.body, dict) and "Code" in response.body:
        return _problem(Problem(response.status_code), http.id_of(event))
    return response
