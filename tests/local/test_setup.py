"""The resources of a portal on one machine."""

from typing import Any

from chalicelib import bootstrap, settings
from chalicelib.adapters import aws as adapters
from chalicelib.data.items import Item
from local import setup
from local.engine import Engine
from tests.support import tables


def _table() -> dict[str, Any]:
    table: dict[str, Any] = adapters.client("dynamodb").describe_table(TableName=settings.current().table)["Table"]
    return table


def test_the_table_has_its_keys_index_stream_and_expiry(aws: Engine) -> None:
    table = _table()
    assert [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]] == [("pk", "HASH"), ("sk", "RANGE")]
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == Item.work.Meta.index_name
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["queue", "due"]
    assert index["Projection"]["ProjectionType"] == "KEYS_ONLY"
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    with tables.of_its_own("test-forgetting", forgets=True):
        expiry = adapters.client("dynamodb").describe_time_to_live(TableName=settings.current().table)
    assert expiry["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}


def test_the_pepper_is_long_and_stays_the_same(aws: Engine) -> None:
    (before,) = bootstrap.secrets().pepper()
    setup.make_resources()
    parameter = adapters.client("ssm").get_parameter(Name=settings.current().pepper_parameter, WithDecryption=True)
    bootstrap.secrets.cache_clear()
    assert bootstrap.secrets().pepper() == (before,)
    assert len(before) == 32
    assert parameter["Parameter"]["Type"] == "SecureString"


def test_a_second_time_changes_nothing(aws: Engine) -> None:
    before = _table()["LatestStreamArn"]
    setup.make_resources()
    assert _table()["LatestStreamArn"] == before == setup.stream_arn()


def test_mail_may_be_sent_from_the_portal_s_address(aws: Engine) -> None:
    identity = adapters.client("sesv2").get_email_identity(EmailIdentity=settings.current().mail_from)
    assert identity["VerifiedForSendingStatus"] is True
