"""The template: sound for CloudFormation, and what people have here is kept (`test_roles.py`, `test_gateway.py`,
`test_starting.py`, `test_alarms.py` and `test_key.py` look at its parts)."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib.data.items import Item
from infra import deploy, functions
from infra import template as templates
from infra.build import ROOT, Build
from infra.functions import FUNCTIONS
from infra.stages import Stage
from tests.infra.templated import (
    Resources,
)


def _linted(template: Path) -> tuple[int, str]:
    command = [Path(sys.executable).with_name("cfn-lint"), template]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_cloudformation_lint_finds_nothing(made: Build) -> None:
    assert _linted(made.template) == (0, "")


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_cloudformation_lint_finds_nothing_in_any_stage(stage: str, tmp_path: Path) -> None:
    written = tmp_path / "template.json"
    written.write_text(json.dumps(templates.make(Stage.read(stage, ROOT), "1")))
    assert _linted(written) == (0, "")


_MOST_RESOURCES, _MOST_BYTES = 500, 1_000_000
"""CloudFormation's limits of a template that lies in a bucket."""


def test_the_template_has_room_to_grow(made: Build, resources: Resources) -> None:
    assert len(resources) <= _MOST_RESOURCES * 0.85
    assert made.template.stat().st_size <= _MOST_BYTES * 0.75


def test_every_parameter_says_what_may_be_told(template: dict[str, Any]) -> None:
    """A mistyped value is refused before anything changes."""
    for name, told in template["Parameters"].items():
        assert told["Description"], name
        limits = {"AllowedPattern", "AllowedValues", "MinValue"} & set(told)
        assert limits, f"{name} takes anything"
        if "AllowedPattern" in told and "Default" in told:
            assert re.fullmatch(told["AllowedPattern"], str(told["Default"])), name


def test_every_parameter_can_be_told_when_deploying(template: dict[str, Any]) -> None:
    by_itself = {"Stage", "CodeBucket", "Revision", *(package.parameter for package in functions.Package)}
    assert set(deploy.PARAMETERS.values()) | by_itself == set(template["Parameters"])


def test_the_table_is_the_models_table(resources: Resources) -> None:
    table = resources["Table"]["Properties"]
    keys = {row["KeyType"]: row["AttributeName"] for row in table["KeySchema"]}
    assert keys == {"HASH": Item._hash_keyname, "RANGE": Item._range_keyname}
    index = table["GlobalSecondaryIndexes"][0]
    assert index["IndexName"] == Item.work.Meta.index_name
    assert [row["AttributeName"] for row in index["KeySchema"]] == ["queue", "due"]
    assert index["Projection"] == {"ProjectionType": Item.work.Meta.projection.projection_type}
    assert table["StreamSpecification"]["StreamViewType"] == Item.Meta.stream_view_type
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}


def test_data_are_kept_and_can_be_brought_back(resources: Resources) -> None:
    """D-13."""
    table = resources["Table"]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    recovery = table["Properties"]["PointInTimeRecoverySpecification"]
    assert recovery == {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}
    assert table["Properties"]["DeletionProtectionEnabled"] is True


def test_the_vault_outlives_the_stack_and_what_was_dropped_can_be_brought_back(resources: Resources) -> None:
    """D-13: for as long as the table."""
    vault = resources["Vault"]
    assert vault["DeletionPolicy"] == vault["UpdateReplacePolicy"] == "Retain"
    told = vault["Properties"]
    assert set(told["PublicAccessBlockConfiguration"].values()) == {True}
    assert told["VersioningConfiguration"] == {"Status": "Enabled"}
    rules = told["LifecycleConfiguration"]["Rules"]
    assert [rule["NoncurrentVersionExpiration"] for rule in rules] == [{"NoncurrentDays": 35}]
    assert not any("ExpirationInDays" in rule for rule in rules), "nothing that is kept goes by itself"
    assert told["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    denied = resources["VaultOverTlsOnly"]["Properties"]["PolicyDocument"]["Statement"][0]
    assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": False}})


def test_files_are_closed_to_the_public_and_gone_after_a_day(resources: Resources) -> None:
    files = resources["Files"]["Properties"]
    closed = files["PublicAccessBlockConfiguration"]
    assert set(closed.values()) == {True}
    assert len(closed) == 4
    assert [rule["ExpirationInDays"] for rule in files["LifecycleConfiguration"]["Rules"]] == [1]
    denied = resources["FilesOverTlsOnly"]["Properties"]["PolicyDocument"]["Statement"][0]
    assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": False}})


def test_no_live_money_moves_unless_the_deployment_is_told_so(template: dict[str, Any]) -> None:
    """P-21."""
    told = template["Parameters"]["LivePayments"]
    assert (told["Default"], told["AllowedValues"]) == ("0", ["0", "1"])
    assert template["Parameters"]["StripeParameters"]["Default"] == "/foyer/test/stripe"


def test_no_secret_stands_in_the_environment(resources: Resources) -> None:
    """L-01: names and addresses only."""
    for function in FUNCTIONS:
        for name, value in resources[function.title]["Properties"]["Environment"]["Variables"].items():
            assert name.startswith("FOYER_")
            assert isinstance(value, dict), f"{name} is written out: {value}"
