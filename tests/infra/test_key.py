"""The deployment's own key: what lies under it, and how a stage that had none comes under it without standing still."""

from typing import Any

import pytest

from infra import deploy, refusing
from infra.deploy import DeployError, Target
from infra.functions import FUNCTIONS

Resources = dict[str, Any]
_NOTHING = object()
_KEPT = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::SNS::Topic")


def _with_key(value: Any, own: str) -> Any:
    """A part of the template as CloudFormation reads it where `OwnKey` is this."""
    if isinstance(value, list):
        return [told for told in (_with_key(each, own) for each in value) if told is not _NOTHING]
    if not isinstance(value, dict):
        return value
    if value == {"Ref": "AWS::NoValue"}:
        return _NOTHING
    if value.get("Fn::If", [""])[0] == "UnderOwnKey":
        return _with_key(value["Fn::If"][1 if own == "1" else 2], own)
    told = {name: _with_key(each, own) for name, each in value.items()}
    return {name: each for name, each in told.items() if each is not _NOTHING}


def _of_type(resources: Resources, kind: str) -> dict[str, Any]:
    return {name: one.get("Properties", {}) for name, one in resources.items() if one["Type"] == kind}


def _stack(**parameters: str) -> dict[str, Any]:
    told = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
    return {"Parameters": told}


@pytest.fixture
def target() -> Target:
    """A stage; whoever asks AWS about it fails."""
    return Target(None, "123456789012", "ca-central-1", "prod")


def test_all_that_people_have_here_lies_under_one_key_that_outlives_the_stack(resources: Resources) -> None:
    """D-13, L-01: AWS makes new material of it each year; without the key nobody could read the table again."""
    key = resources["Key"]
    assert key["DeletionPolicy"] == key["UpdateReplacePolicy"] == "Retain"
    assert key["Properties"]["EnableKeyRotation"] is True
    assert key["Properties"]["RotationPeriodInDays"] <= 365
    under, name = _with_key(resources, "1"), {"Fn::GetAtt": ["Key", "Arn"]}
    told = under["Table"]["Properties"]["SSESpecification"]
    assert told == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": name}
    for bucket in _of_type(under, "AWS::S3::Bucket").values():
        (told,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert told["BucketKeyEnabled"] is True, "or each file costs a call"
        assert told["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": name}
    queues, topics = _of_type(under, "AWS::SQS::Queue"), _of_type(under, "AWS::SNS::Topic")
    assert all(told["KmsMasterKeyId"] == {"Ref": "Key"} for told in queues.values())
    assert {name for name, told in topics.items() if "KmsMasterKeyId" not in told} == {"Alarms"}


def test_a_stage_that_had_no_key_gets_the_key_and_the_rights_first(resources: Resources) -> None:
    """D-13: CloudFormation changes the table before the roles that name it, so the rights have to be there already.
    What lay under AWS's own keys lies there still, as the version before had it."""
    first = _with_key(resources, "0")
    assert first["Table"]["Properties"]["SSESpecification"] == {"SSEEnabled": True}
    for bucket in _of_type(first, "AWS::S3::Bucket").values():
        (told,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert told == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    for kind in ("AWS::SQS::Queue", "AWS::SNS::Topic"):
        assert not [name for name, told in _of_type(first, kind).items() if "Kms" in str(told)]
    for function in FUNCTIONS:
        (policy,) = first[f"{function.title}Role"]["Properties"]["Policies"]
        (key,) = (one for one in policy["PolicyDocument"]["Statement"] if one.get("Sid") == "Key")
        assert key["Resource"] == {"Fn::GetAtt": ["Key", "Arn"]}


def test_the_second_deployment_changes_nothing_but_what_lies_under_the_key(resources: Resources) -> None:
    """So it neither needs a right that is not there nor takes one away, also where CloudFormation undoes it."""
    first, second = _with_key(resources, "0"), _with_key(resources, "1")
    changed = {name for name in resources if first[name] != second[name]}
    assert {resources[name]["Type"] for name in changed} == set(_KEPT)
    kept = {name for name, one in resources.items() if one["Type"] in _KEPT}
    assert kept - changed == {"Alarms"}


def test_a_new_stage_lies_under_its_key_from_the_start(template: dict[str, Any]) -> None:
    """Its functions are made after its table, so nobody could have read it before."""
    assert template["Parameters"]["OwnKey"]["Default"] == "1"
    assert deploy._without_key(None) == {}


def test_the_first_deployment_of_a_stage_without_a_key_says_so_by_itself(target: Target) -> None:
    old = _stack(MailFrom="portal@school.example")
    assert deploy._without_key(old) == {"OwnKey": "0"}
    assert deploy._without_key(_stack(OwnKey="0")) == deploy._without_key(_stack(OwnKey="1")) == {}
    refusing.refuse_foolish(target, old, {})


def test_a_stage_without_a_key_is_not_put_under_one_at_once(target: Target) -> None:
    """Every page would fail until the roles have the right."""
    with pytest.raises(DeployError, match="once more with OWN_KEY=1"):
        refusing.refuse_foolish(target, _stack(MailFrom="portal@school.example"), {"OwnKey": "1"})
    for had in ("0", "1"):
        refusing.refuse_foolish(target, _stack(MailFrom="portal@school.example", OwnKey=had), {"OwnKey": "1"})


def test_a_stage_that_lies_under_its_key_does_not_go_back_to_a_version_that_knows_none(target: Target) -> None:
    """What waits in its queues could not be read any more."""
    older: dict[str, Any] = {"Parameters": {"MailFrom": {}}}
    with pytest.raises(DeployError, match="OWN_KEY=0 first"):
        deploy.bring(target, _stack(OwnKey="1"), "prod/older.json", older, {})
    refusing.refuse_to_lose_the_key(_stack(OwnKey="0"), older["Parameters"])
    refusing.refuse_to_lose_the_key(_stack(OwnKey="1"), {"OwnKey": {}})


def test_whoever_deploys_is_told_that_the_second_step_is_left(
    target: Target, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {"Address": "https://portal.example", "TableName": "t", "OwnKey": "0"}
    deploy.announce(target, told)
    assert "make deploy STAGE=prod OWN_KEY=1" in capsys.readouterr().out
    deploy.announce(target, {**told, "OwnKey": "1"})
    assert "OWN_KEY" not in capsys.readouterr().out
