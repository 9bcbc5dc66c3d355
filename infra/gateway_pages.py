"""Pages that API Gateway shows by itself, for requests that reach no function: in HTML, with our headers (W-01).

The gateway can not know the reader's language, so each page says the same in all of them.
"""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from chalicelib.shared.texts import LANGUAGES, say
from chalicelib.web import errors, headers
from chalicelib.web.language import Local

STATUS_OF = {
    "MISSING_AUTHENTICATION_TOKEN": 404,
    "RESOURCE_NOT_FOUND": 404,
    "REQUEST_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "THROTTLED": 429,
    "QUOTA_EXCEEDED": 429,
    "INTEGRATION_FAILURE": 503,
    "INTEGRATION_TIMEOUT": 503,
    "DEFAULT_4XX": None,
    "DEFAULT_5XX": None,
}
"""Statuses by the gateway's own name for what happened; None keeps the gateway's. An unknown address is its
"missing authentication token"."""

_HOME = say("Go to the start page")
_WORDS_OF_DEFAULTS = {"DEFAULT_4XX": 400, "DEFAULT_5XX": 500}


def responses(asset_version: str, base_path: dict[str, Any]) -> dict[str, Any]:
    """The gateway responses of the API; `base_path` is the template's expression for the path before every route."""
    return {name: _response(name, asset_version, base_path) for name in STATUS_OF}


def page(status: int, stylesheet: str, reference: str, home: str) -> str:
    """The page of a status, in every language; `home` is where each offers to go on."""
    words = (*errors.words(status), _HOME)
    said = [(language, *(Local(language, "", "UTC").say(part) for part in words)) for language in LANGUAGES]
    return _template().render(said=said, stylesheet=stylesheet, reference=reference, status=status, home=home)


def _response(name: str, asset_version: str, base_path: dict[str, Any]) -> dict[str, Any]:
    status = STATUS_OF[name]
    shown = page(
        status or _WORDS_OF_DEFAULTS[name],
        f"${{BasePath}}/assets/{asset_version}/portal.css",
        "$context.extendedRequestId",
        "${BasePath}/",
    )
    html = {"Fn::Sub": [shown, {"BasePath": base_path}]}
    response: dict[str, Any] = {
        "responseParameters": {
            f"gatewayresponse.header.{name}": f"'{value}'" for name, value in _headers(status).items()
        },
        # The gateway picks by what the browser accepts, and falls back to JSON: whichever it picks, it is the page.
        "responseTemplates": {"text/html": html, "application/json": html},
    }
    return {"statusCode": str(status), **response} if status else response


def _headers(status: int | None) -> dict[str, str]:
    told = {**headers.for_response(headers.Cache.NEVER), "Content-Type": "text/html; charset=utf-8"}
    return told | ({"Retry-After": "5"} if status in (429, 503) else {})


@cache
def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("gateway.html")
