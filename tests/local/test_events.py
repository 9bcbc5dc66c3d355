"""The event shapes of API Gateway, and its rules for what a function may answer."""

import base64
from typing import Any

import pytest

from local import events
from local.events import Call, LambdaContext, Resources

_ROUTES = {
    "/": ["GET"],
    "/{org}": ["GET"],
    "/{org}/invoices": ["GET", "POST"],
    "/{org}/invoices/{invoice}": ["GET"],
    "/{org}/invoices/new": ["GET"],
    "/assets/{version}/{name}": ["GET"],
}


def _event(call: Call, base_url: str = "https://portal.test") -> dict[str, Any]:
    resource = Resources(_ROUTES).find(events.path_in_api(call.target, base_url))
    assert resource is not None
    return events.build(call, resource, base_url=base_url, stage="test")


@pytest.mark.parametrize(
    ("path", "resource", "parameters"),
    [
        ("/", "/", {}),
        ("/demo", "/{org}", {"org": "demo"}),
        ("/demo/", "/{org}", {"org": "demo"}),
        ("/demo/invoices", "/{org}/invoices", {"org": "demo"}),
        ("/demo/invoices/new", "/{org}/invoices/new", {"org": "demo"}),
        ("/demo/invoices/7", "/{org}/invoices/{invoice}", {"org": "demo", "invoice": "7"}),
        ("/d%C3%A9mo/invoices/a%2Fb", "/{org}/invoices/{invoice}", {"org": "d%C3%A9mo", "invoice": "a%2Fb"}),
        ("/assets/1/portal.css", "/assets/{version}/{name}", {"version": "1", "name": "portal.css"}),
    ],
)
def test_a_path_finds_its_resource(path: str, resource: str, parameters: dict[str, str]) -> None:
    found = Resources(_ROUTES).find(path)
    assert found is not None
    assert (found.path, dict(found.parameters)) == (resource, parameters)


@pytest.mark.parametrize("path", ["/demo/nothing", "/demo/invoices/7/lines", "//", "/demo//", "//demo/invoices"])
def test_a_path_without_a_resource_finds_none(path: str) -> None:
    assert Resources(_ROUTES).find(path) is None


@pytest.mark.parametrize(
    ("path", "resource", "rest"),
    [
        ("/demo/photos", "/{org}/photos", None),
        ("/demo/photos/7", "/{org}/photos/{proxy+}", "7"),
        ("/demo/photos/7/large", "/{org}/photos/{proxy+}", "7/large"),
        ("/demo/else", "/{org}/{proxy+}", "else"),
        ("/demo", None, None),
    ],
)
def test_a_part_takes_all_that_is_left_of_a_path(path: str, resource: str | None, rest: str | None) -> None:
    """And nothing that ends before it."""
    parts = ("/{org}/{proxy+}", "/{org}/photos/{proxy+}", "/{org}/photos")
    found = Resources({part: ["ANY"] for part in parts}).find(path)
    assert (found and found.path) == resource
    assert (found and found.parameters.get("proxy")) == rest


def test_repeated_headers_and_query_keys_keep_all_values_in_the_second_map() -> None:
    call = Call("GET", "/demo?a=1&a=2+3&b=%C3%A9&c", (("Accept", "x"), ("Accept", "y"), ("User-Agent", "Test")))
    event = _event(call)
    assert event["queryStringParameters"] == {"a": "2 3", "b": "é", "c": ""}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2 3"], "b": ["é"], "c": [""]}
    assert event["headers"]["Accept"] == "y"
    assert event["multiValueHeaders"]["Accept"] == ["x", "y"]
    assert event["requestContext"]["identity"]["userAgent"] == "Test"


def test_a_body_arrives_in_base64_and_none_is_null() -> None:
    with_body = _event(Call("POST", "/demo/invoices", body=b"a=\xff"))
    assert with_body["isBase64Encoded"] is True
    assert base64.b64decode(with_body["body"]) == b"a=\xff"
    without = _event(Call("GET", "/demo"))
    assert without["body"] is None
    assert without["isBase64Encoded"] is False
    assert without["queryStringParameters"] is None
    assert without["multiValueQueryStringParameters"] is None


def test_the_source_is_the_peer_s_and_a_claimed_one_is_only_forwarded() -> None:
    """A-16: limits count `sourceIp`, which nobody can forge."""
    event = _event(Call("GET", "/demo", (("x-forwarded-for", "10.0.0.1"),), source="203.0.113.9"))
    assert event["requestContext"]["identity"]["sourceIp"] == "203.0.113.9"
    assert event["multiValueHeaders"]["X-Forwarded-For"] == ["10.0.0.1, 203.0.113.9"]
    assert "x-forwarded-for" not in event["headers"]


def test_a_stage_in_the_address_is_in_the_context_but_not_in_the_path() -> None:
    event = _event(Call("GET", "/api/demo"), "https://abc.execute-api.ca-central-1.amazonaws.com/api")
    assert event["path"] == "/demo"
    assert event["requestContext"]["path"] == "/api/demo"
    assert event["requestContext"]["resourcePath"] == event["resource"] == "/{org}"
    assert event["requestContext"]["domainName"] == "abc.execute-api.ca-central-1.amazonaws.com"
    assert event["pathParameters"] == {"org": "demo"}


def _invoke(answer: Any) -> events.Answer:
    return events.invoke(lambda _event, _context: answer, {}, LambdaContext())


def test_several_cookies_become_several_headers() -> None:
    answer = _invoke(
        {"statusCode": 303, "headers": {"Location": "/x"}, "multiValueHeaders": {"Set-Cookie": ["a", "b"]}}
    )
    assert answer.status == 303
    assert [value for name, value in answer.headers if name == "Set-Cookie"] == ["a", "b"]
    assert ("Location", "/x") in answer.headers


def test_a_body_in_base64_is_decoded() -> None:
    body = base64.b64encode(b"\x00\xff").decode()
    assert _invoke({"statusCode": 200, "body": body, "isBase64Encoded": True}).body == b"\x00\xff"
    assert _invoke({"statusCode": 200, "body": "é"}).body == "é".encode()


def test_an_answer_without_a_type_is_json_as_on_aws() -> None:
    assert ("Content-Type", "application/json") in _invoke({"statusCode": 200, "body": "{}"}).headers


@pytest.mark.parametrize(
    "answer", [None, "text", {}, {"statusCode": "x"}, {"statusCode": 200, "body": 5}, {"statusCode": 200, "body": b"x"}]
)
def test_an_answer_that_is_no_response_is_refused(answer: Any) -> None:
    with pytest.raises(events.BadAnswer):
        _invoke(answer)


def test_a_function_that_fails_is_a_bad_answer() -> None:
    def fail(_event: Any, _context: Any) -> Any:
        raise ZeroDivisionError

    with pytest.raises(events.BadAnswer, match="ZeroDivisionError"):
        events.invoke(fail, {}, LambdaContext())


def test_what_is_larger_than_lambda_allows_is_refused_both_ways() -> None:
    with pytest.raises(events.TooLarge):
        events.invoke(lambda _event, _context: None, {"body": "x" * 7_000_000}, LambdaContext())
    with pytest.raises(events.BadAnswer, match="larger"):
        _invoke({"statusCode": 200, "body": "x" * 7_000_000})
