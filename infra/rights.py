"""The role of each function: what its policy file says, its own log, and the key under which all that lies (L-05)."""

from collections.abc import Sequence
from typing import Any

from infra.functions import Function

Statement = dict[str, Any]

_LAMBDA = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
_UNDER_THE_KEY = ("dynamodb", "s3", "sqs")
"""Services that keep what is theirs under the deployment's key."""
_USES = (
    "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom", "kms:ReEncryptTo",
)  # fmt: skip
"""What these services ask of the key in the name of whoever reads or writes."""


def role(function: Function, told: Sequence[Statement]) -> dict[str, Any]:
    """The role of `function`, whose policy file says `told`."""
    log = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": {"Fn::GetAtt": [f"{function.title}Logs", "Arn"]},
    }
    policy = {"Version": "2012-10-17", "Statement": [log, *told, *_key(told)]}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [_LAMBDA]},
            "Policies": [{"PolicyName": function.name, "PolicyDocument": policy}],
        },
    }


def _key(told: Sequence[Statement]) -> list[Statement]:
    """The right to use the key, through those services alone that the function uses anyway."""
    actions = {action for statement in told for action in statement["Action"]}
    used = [service for service in _UNDER_THE_KEY if any(action.startswith(f"{service}:") for action in actions)]
    through = [{"Fn::Sub": f"{service}.${{AWS::Region}}.${{AWS::URLSuffix}}"} for service in used]
    statement = {
        "Sid": "Key",
        "Effect": "Allow",
        "Action": list(_USES),
        "Resource": {"Fn::GetAtt": ["Key", "Arn"]},
        "Condition": {"StringEquals": {"kms:ViaService": through}},
    }
    return [statement] if used else []
