"""Quick reads: what they leave out of botocore's work makes no difference to what is read, sent or refused."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.handlers import BUILTIN_HANDLERS

from chalicelib import settings
from chalicelib.adapters import aws as clients
from chalicelib.data.items import connection

_VALUES: dict[str, Any] = {
    "text": {"S": 'élève \u0007 "B"'},
    "number": {"N": "-12.50"},
    "binary": {"B": b"\x00\xffB"},
    "yes": {"BOOL": True},
    "nothing": {"NULL": True},
    "texts": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2"]},
    "binaries": {"BS": [b"\x00", b"\xff"]},
    "list": {"L": [{"S": "x"}, {"M": {}}, {"B": b"y"}]},
    "map": {"M": {"B": {"B": b"z"}, "BS": {"S": "s"}, "S": {"N": "1"}}},
    "B": {"S": "an attribute with the name of a form"},
    "BS": {"L": []},
}


@pytest.fixture
def keys(org: str) -> list[dict[str, Any]]:
    """Keys of two stored items, one of them with a value of each form."""
    plain = clients.client("dynamodb")
    keys: list[dict[str, Any]] = [{"pk": {"S": f"ORG#{org}#TEST"}, "sk": {"S": name}} for name in ("FULL", "EMPTY")]
    for key, values in zip(keys, (_VALUES, {}), strict=True):
        plain.put_item(TableName=settings.current().table, Item={**key, **values})
    return keys


def _told(client: Any, operation: str, **parameters: Any) -> Any:
    answer = getattr(client, operation)(**parameters)
    metadata = answer.pop("ResponseMetadata")
    assert metadata["HTTPStatusCode"] == 200
    assert metadata["HTTPHeaders"]["content-type"].startswith("application/x-amz-json")
    return answer


def test_an_answer_is_what_botocore_itself_would_read(aws: object, keys: list[dict[str, Any]]) -> None:
    """Every form of value, in each of the operations that give items."""
    table = settings.current().table
    calls: list[tuple[str, dict[str, Any]]] = [
        ("get_item", {"TableName": table, "Key": keys[0]}),
        ("get_item", {"TableName": table, "Key": {**keys[0], "sk": {"S": "NONE"}}}),
        ("batch_get_item", {"RequestItems": {table: {"Keys": keys, "ConsistentRead": True}}}),
        (
            "query",
            {
                "TableName": table,
                "KeyConditionExpression": "pk = :pk",
                "ExpressionAttributeValues": {":pk": keys[0]["pk"]},
                "Limit": 1,
            },
        ),
    ]
    for operation, parameters in calls:
        quick, plain = (
            _told(client, operation, **parameters)
            for client in (connection().connection.client, clients.client("dynamodb"))
        )
        assert quick == plain, operation


def test_what_is_refused_is_told_as_botocore_tells_it(aws: object) -> None:
    parameters = {"TableName": "nowhere", "Key": {"pk": {"S": "a"}, "sk": {"S": "b"}}}
    codes = []
    for client in (connection().connection.client, clients.client("dynamodb")):
        with pytest.raises(ClientError) as refused:
            client.get_item(**parameters)
        codes.append((refused.value.response["Error"]["Code"], type(refused.value).__name__))
    assert codes == [("ResourceNotFoundException", "ResourceNotFoundException")] * 2


def test_the_address_is_the_region_s(aws: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client works out no address at a call, so the one it starts with must be right: here, and on AWS."""
    from pynamodb.connection import Connection

    from chalicelib.data import client

    assert connection().connection.client.meta.endpoint_url == settings.current().endpoint
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    far = Connection(region="ca-central-1")
    client.prepare(far)
    assert far.client.meta.endpoint_url == "https://dynamodb.ca-central-1.amazonaws.com"


def test_no_handler_of_botocore_s_for_dynamodb_is_left_out() -> None:
    """Left out is what has a dot in its name, that is, another service: a new version may think otherwise."""
    named = [event for event, *_ in BUILTIN_HANDLERS if "." in event]
    assert len(named) > 50
    assert not [event for event in named if event.split(".")[1] in ("*", "dynamodb") and not event.startswith("docs.")]
