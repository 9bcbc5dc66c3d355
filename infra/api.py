"""The API: its paths with the functions that answer them, and pages for what reaches none."""

from typing import Any

from chalicelib.entry import account, files, papers, passkeys, pay, rest, sign_in, slips, stripe_webhook
from infra import gateway_pages, parts
from infra.functions import (
    API_HANDLER,
    FILES,
    LIVE,
    PAPERS,
    PASSKEYS,
    PAY,
    REST,
    SIGN_IN,
    SLIPS,
    STRIPE_WEBHOOK,
    Function,
)  # fmt: skip

ALL_TYPES = ["*/*"]
"""All media types are binary to the gateway, so that it never alters a body; functions say what is what."""

_OWNERS = {
    API_HANDLER: account.app, SIGN_IN: sign_in.app, PAPERS: papers.app, FILES: files.app, PAY: pay.app, REST: rest.app,
    SLIPS: slips.app, PASSKEYS: passkeys.app, STRIPE_WEBHOOK: stripe_webhook.app,
}  # fmt: skip
_ALL_METHODS = "x-amazon-apigateway-any-method"
_FUNCTION = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"
_INVOKE = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"


def body(asset_version: str, base_path: dict[str, Any]) -> dict[str, Any]:
    """The API's description (OpenAPI 2 with API Gateway's extensions)."""
    return {
        "swagger": "2.0",
        "info": {"title": "foyer", "version": "1"},
        "schemes": ["https"],
        "paths": {path: _path(path, owners) for path, owners in parts.parts(routes()).items()},
        "x-amazon-apigateway-binary-media-types": ALL_TYPES,
        "x-amazon-apigateway-gateway-responses": gateway_pages.responses(asset_version, base_path),
    }


def routes() -> dict[str, dict[str, Function]]:
    """Every route of the portal, with the function that answers each method."""
    found: dict[str, dict[str, Function]] = {}
    for function, app in _OWNERS.items():
        for path, methods in app.routes.items():
            found.setdefault(path, {}).update(dict.fromkeys(methods, function))
    return found


def _path(path: str, owners: parts.Methods) -> dict[str, Any]:
    parameters = [
        {"name": part.strip("{+}"), "in": "path", "required": True, "type": "string"}
        for part in path.split("/")
        if part.startswith("{")
    ]
    return {
        _ALL_METHODS if method == parts.ANY else method.lower(): {"parameters": parameters, **_answered_by(owner)}
        for method, owner in sorted(owners.items())
    }


def _answered_by(function: Function) -> dict[str, Any]:
    """Names the function instead of referring to it: functions need the API's address, so the API comes first."""
    return {
        "responses": {"default": {"description": "A page"}},
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": {"Fn::Sub": f"{_INVOKE}{_FUNCTION}{function.deployed_name}:{LIVE}/invocations"},
            "passthroughBehavior": "when_no_match",
        },
    }
