"""D-13: the drill. A table with a season in it is lost and comes back: as many of each kind, each the same."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from chalicelib import bootstrap
from chalicelib.data import keys
from chalicelib.moving import restoring
from chalicelib.moving.plainly import LEFT_OUT
from chalicelib.organisations import store as organisations
from infra import restore
from infra.reckoning import Reckoning, reckon
from infra.restore import put_on
from infra.target import DeployError, Target
from local import engine
from local.demonstration import load_once
from local.portal import DEMONSTRATION
from tests.moving.test_restoring import exported
from tests.support import tables
from tests.support.world import World

_ARN = "arn:aws:kms:ca-central-1:000000000000:key/1"


def test_the_whole_demonstration_comes_back_the_same(
    target: Target, table: str, new: str, record_property: Callable[[str, object], None]
) -> None:
    """Counts and checksums of each kind, of a season of four families' and more; how long it took is published."""
    load_once(DEMONSTRATION)
    tables.drop_what_is_over()
    heard: list[None] = []
    done = restore.restore(target, table, new, step=lambda: heard.append(None))
    items = sum(each.items for each in done.before.values())
    assert done.differing == []
    assert done.before == done.after
    assert items > 500
    assert {"organisation", "household", "invoice", "class", "booking", "ledger"} <= set(done.after)
    assert len(heard) == 2 * items
    record_property("restored", f"{items} items of {len(done.after)} kinds in {done.seconds:.1f} s")


def test_what_a_restore_leaves_out_is_put_on_again(target: Target, table: str, new: str) -> None:
    dynamodb = target.client("dynamodb")
    former = dynamodb.describe_table(TableName=table)["Table"]
    dynamodb.restore_table_to_point_in_time(SourceTableName=table, TargetTableName=new, UseLatestRestorableTime=True)
    assert {"its history", "forgetting what expires"} <= set(restore.lacking(target, former, new))
    put_on(target, former, new)
    assert restore.lacking(target, former, new) == []
    put_on(target, former, new)
    told = dynamodb.describe_table(TableName=new)["Table"]
    assert told["StreamSpecification"] == former["StreamSpecification"]
    assert dynamodb.describe_time_to_live(TableName=new)["TimeToLiveDescription"]["AttributeName"] == "expires"
    assert {"Key": "cost", "Value": "portal"} in dynamodb.list_tags_of_resource(ResourceArn=told["TableArn"])["Tags"]


def test_a_moment_that_can_not_be_had_is_refused_before_anything_is_made(target: Target, table: str, new: str) -> None:
    with pytest.raises(DeployError, match="at the latest"):
        restore.restore(target, table, new, datetime.now(UTC) + timedelta(hours=1))
    assert new not in target.client("dynamodb").list_tables()["TableNames"]


def test_a_table_that_keeps_no_history_is_said_to_have_none(target: Target, new: str) -> None:
    dynamodb = target.client("dynamodb")
    dynamodb.create_table(
        TableName=new, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )  # fmt: skip
    with pytest.raises(DeployError, match="keeps no history"):
        restore.latest(target, new)


def test_the_copy_is_sealed_under_the_tables_own_key(target: Target) -> None:
    """AWS would take a key of its own; the embedded one has none, so this is what AWS is told, word for word."""
    dynamodb = target.client("dynamodb")
    moment = datetime(2026, 11, 23, 10, tzinfo=UTC)
    with Stubber(dynamodb) as aws:
        points = {"PointInTimeRecoveryStatus": "ENABLED", "LatestRestorableDateTime": moment}
        told = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": points}
        aws.add_response("describe_continuous_backups", {"ContinuousBackupsDescription": told})
        sealed = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": _ARN}
        aws.add_response("describe_table", {"Table": {"TableName": "foyer", "SSEDescription": sealed}})
        aws.add_client_error(
            "restore_table_to_point_in_time", "LimitExceededException",
            expected_params={
                "SourceTableName": "foyer", "TargetTableName": "foyer-new", "RestoreDateTime": ANY,
                "SSESpecificationOverride": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": _ARN},
            },
        )  # fmt: skip
        there = Target(_Only(dynamodb), engine.ACCOUNT, engine.REGION, "prod")
        with pytest.raises(dynamodb.exceptions.LimitExceededException):
            restore.restore(there, "foyer", "foyer-new", moment - timedelta(hours=1))
        aws.assert_no_pending_responses()


class _Only:
    """A session with one client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def client(self, _service: str) -> Any:
        """That one."""
        return self._client


def test_an_organisation_comes_back_from_its_export_the_same(
    world: World, target: Target, table: str, tmp_path: Path
) -> None:
    """The other way, which needs no AWS: counts and checksums of each kind that an export holds."""
    home = world.household("Tremblay", "Léa", "Noé")
    world.user(home)
    world.invoice(home, "2026-0041")
    before = _of(target, table, world.org)
    restored = restoring.restore(exported(world, tmp_path), bootstrap.vault(), f"{world.org}-b")
    after = _of(target, table, restored.org)
    assert {kind: each.items for kind, each in after.items()} == {kind: each.items for kind, each in before.items()}
    assert organisations.get(restored.org)


def _of(target: Target, table: str, org: str) -> dict[str, Reckoning]:
    """What an organisation has of the kinds that it takes along."""
    found: dict[str, Reckoning] = {}
    for page in target.client("dynamodb").get_paginator("scan").paginate(TableName=table):
        for item in page["Items"]:
            kind = item.get("kind", {}).get("S", "-")
            if keys.is_of(org, item["pk"]["S"]) and kind not in LEFT_OUT:
                found[kind] = found.get(kind, Reckoning()).and_(item)
    return found


def test_a_checksum_tells_any_change(target: Target, table: str, world: World) -> None:
    """One attribute of one item among all; the order makes no difference."""
    world.household("Roy", "Claire")
    dynamodb = target.client("dynamodb")
    one, other = reckon(dynamodb, table), reckon(dynamodb, table)
    assert one == other
    item = {"kind": {"S": "a"}, "x": {"N": "1"}}
    added, changed = Reckoning().and_(item), Reckoning().and_({**item, "x": {"N": "2"}})
    assert added != changed
    assert added.and_(item) != added
    assert Reckoning().and_(item).and_({**item, "x": {"N": "2"}}) == Reckoning().and_({**item, "x": {"N": "2"}}).and_(
        item
    )
