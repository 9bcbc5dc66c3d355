"""The API: every route of the portal with the function that answers it, and pages for what reaches none."""

from typing import Any

from app import app
from chalicelib.entry import sign_in
from infra import gateway_pages
from infra.functions import API_HANDLER, SIGN_IN, Function

_FUNCTION = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"
_INVOKE = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"


def body(asset_version: str, base_path: dict[str, Any]) -> dict[str, Any]:
    """The API's description (OpenAPI 2 with API Gateway's extensions)."""
    return {
        "swagger": "2.0",
        "info": {"title": "foyer", "version": "1"},
        "schemes": ["https"],
        "paths": {path: _path(path, methods) for path, methods in sorted(app.routes.items())},
        "x-amazon-apigateway-gateway-responses": gateway_pages.responses(asset_version, base_path),
    }


def _path(path: str, methods: Any) -> dict[str, Any]:
    parameters = [
        {"name": part.strip("{}"), "in": "path", "required": True, "type": "string"}
        for part in path.split("/")
        if part.startswith("{")
    ]
    return {
        method.lower(): {"parameters": parameters, **_answered_by(_owner(path, method))} for method in sorted(methods)
    }


def _owner(path: str, method: str) -> Function:
    """The sign-in function has its own pages; all others belong to the account pages."""
    return SIGN_IN if method in sign_in.app.routes.get(path, ()) else API_HANDLER


def _answered_by(function: Function) -> dict[str, Any]:
    """Names the function instead of referring to it: functions need the API's address, so the API comes first."""
    return {
        "responses": {"default": {"description": "A page"}},
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": {"Fn::Sub": f"{_INVOKE}{_FUNCTION}{function.deployed_name}/invocations"},
            "passthroughBehavior": "when_no_match",
        },
    }
