"""The description of the API (OpenAPI 3.1), made of the table of operations and of nothing else."""

from collections.abc import Iterable
from typing import Any

from chalicelib import settings
from chalicelib.api import problems
from chalicelib.api.domain import SCOPES
from chalicelib.api.operations import Operation
from chalicelib.api.schemas import ID, KEY, SCHEMAS, VERSION

_SLUG = "^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$"
_ABOUT = (
    "Reads and writes what an organisation keeps in its portal. Tokens are made at the desk, each with what it may do "
    "and its last day. Lists come 25 at a time: `next` of a page is `after` of the following one. A POST is named by "
    "an Idempotency-Key and done once within a day, however often it is sent. A PATCH says in If-Match which version "
    "it changes. At most 120 calls a minute."
)


def describe(operations: Iterable[Operation]) -> dict[str, Any]:
    """The whole description."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.route, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Foyer", "version": "1", "description": _ABOUT},
        "servers": [{"url": settings.current().base_url}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": _scopes()}},
        },
    }


def _scopes() -> str:
    return "; ".join(f"`{scope.value}`: {problems.words(message)}" for scope, message in SCOPES.items())


def _operation(operation: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": f"Needs `{operation.scope.value}`.",
        "security": [{"token": []}],
        "parameters": [*_in_path(operation), *_beside(operation)],
        "responses": _responses(operation),
    }
    return {**told, "requestBody": {"required": True, "content": _json(operation.takes)}} if operation.takes else told


def _in_path(operation: Operation) -> list[dict[str, Any]]:
    names = [part.strip("{}") for part in operation.route.split("/") if part.startswith("{")]
    return [_parameter(name, "path", _SLUG if name == "org" else ID) for name in names]


def _beside(operation: Operation) -> list[dict[str, Any]]:
    told = [_parameter("after", "query", ID, required=False)] if operation.is_list else []
    told += [_parameter("Idempotency-Key", "header", KEY)] if operation.is_once else []
    return told + ([_parameter("If-Match", "header", VERSION)] if operation.is_conditional else [])


def _parameter(name: str, place: str, pattern: str, *, required: bool = True) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": {"type": "string", "pattern": pattern}}


def _responses(operation: Operation) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "Done", "content": _json(operation.gives)}
    refused = {str(status): _refusal(status) for status in _statuses(operation)}
    return {str(operation.status): done, **refused}


def _statuses(operation: Operation) -> list[int]:
    """What a call may be refused with."""
    told = {401, 403, 404, 422, 429, 500, 503}
    told |= {304} if operation.method == "GET" else {400, 409, 413, 415}
    return sorted(told | ({412, 428} if operation.is_conditional else set()))


def _refusal(status: int) -> dict[str, Any]:
    if status == 304:
        return {"description": "It is as the ETag in If-None-Match says"}
    content = {problems.TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": problems.TITLES[status], "content": content}


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
