"""`make deploy STAGE=…`: puts the package into an AWS account, or brings the deployment there up to date.

Settings of the deployment come as variables of `make` (`MAIL_FROM`, …); one that is not given keeps
its value. Everything happens through one CloudFormation change set, which either succeeds or is undone.
"""

import base64
import hashlib
import json
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.settings import number_keys_parameter, pepper_parameter
from infra import BuildError
from infra.build import ROOT, Build, build
from infra.functions import Package
from infra.stages import Stage

PARAMETERS = {
    "MAIL_FROM": "MailFrom",
    "INBOUND_DOMAIN": "InboundDomain",
    "BASE_URL": "BaseUrl",
    "CERTIFICATE_ARN": "CertificateArn",
    "DEFAULT_ORGANISATION": "DefaultOrganisation",
    "PEPPER_PARAMETER": "PepperParameter",
    "NUMBER_KEYS_PARAMETER": "NumberKeysParameter",
    "STRIPE_PARAMETERS": "StripeParameters",
    "LIVE_PAYMENTS": "LivePayments",
    "ALARM_TOPIC": "AlarmTopic",
    "SMS_ALARM_USD": "SmsAlarmUsd",
}
"""Variables of `make deploy`, and what the template calls them."""

_KEY_BYTES = 32
_POLL_SECONDS = 2.0
_UNCHANGED = ("didn't contain changes", "No updates are to be performed")
_GOING_ON = ("AVAILABLE", "EXECUTE_IN_PROGRESS")
_DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_BEGINNINGS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")
_USABLE = (*_DONE, "UPDATE_ROLLBACK_COMPLETE")


class DeployError(Exception):
    """The deployment can not be made, or was undone; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """The account and region that are deployed to, and the stage there."""

    session: Any
    account: str
    region: str
    stage: str

    @classmethod
    def find(cls, session: Any, stage: str) -> "Target":
        """Where the credentials of `session` lead. Raises DeployError when there are none, or no region."""
        if not session.region_name:
            raise DeployError("no region is chosen: set AWS_DEFAULT_REGION, for example to ca-central-1")
        try:
            account = session.client("sts").get_caller_identity()["Account"]
        except (BotoCoreError, ClientError) as error:
            raise DeployError(f"AWS does not know who is asking ({error}); see docs/operations.md") from error
        return cls(session, account, session.region_name, stage)

    @property
    def stack(self) -> str:
        """Name of the CloudFormation stack."""
        return f"foyer-{self.stage}"

    def client(self, service: str) -> Any:
        """A client of an AWS service there."""
        return self.session.client(service)


def deploy(target: Target, made: Build, given: Mapping[str, str]) -> dict[str, str]:
    """Brings the stage to this build and these parameters. Returns the stack's outputs. Raises DeployError."""
    before = _stack(target)
    if before is None and not given.get("MailFrom"):
        raise DeployError("the first deployment needs MAIL_FROM, the address that mail is sent from")
    _check_domain(before, given)
    bucket = _bucket(target)
    code = {package.parameter: _upload(target, bucket, made.zip_of(package)) for package in Package}
    template = _upload(target, bucket, made.template)
    for parameter, usual in (("PepperParameter", pepper_parameter), ("NumberKeysParameter", number_keys_parameter)):
        _make_key(target, given.get(parameter) or _value(before, parameter) or usual(target.stage))
    told = {**given, "Stage": target.stage, "CodeBucket": bucket, **code}
    known = json.loads(made.template.read_bytes())["Parameters"]
    kept = {one["ParameterKey"] for one in (before or {}).get("Parameters", ())} & set(known) - set(told)
    parameters = [
        *({"ParameterKey": key, "ParameterValue": value} for key, value in told.items()),
        *({"ParameterKey": key, "UsePreviousValue": True} for key in sorted(kept)),
    ]
    _change(target, before, f"{target.client('s3').meta.endpoint_url}/{bucket}/{template}", parameters)
    return {output["OutputKey"]: output["OutputValue"] for output in (_stack(target) or {}).get("Outputs", ())}


def _stack(target: Target) -> Any:
    """The stack as it is, or None. Raises DeployError when it can not be updated."""
    try:
        found = target.client("cloudformation").describe_stacks(StackName=target.stack)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    if found["StackStatus"] == "ROLLBACK_COMPLETE":
        return _remove_husk(target, found["StackId"])
    if found["StackStatus"] == "REVIEW_IN_PROGRESS":
        return None
    if found["StackStatus"] not in _USABLE:
        raise DeployError(f"the stack {target.stack} is {found['StackStatus']}; see docs/operations.md, When it fails")
    return found


def _remove_husk(target: Target, stack: str) -> None:
    """Removes what a first deployment that failed left behind: a name without resources, which nothing can update."""
    cloudformation = target.client("cloudformation")
    cloudformation.delete_stack(StackName=stack)
    _settled(lambda: cloudformation.describe_stacks(StackName=stack)["Stacks"][0], "StackStatus")


def _value(stack: Any, parameter: str) -> str:
    told = (stack or {}).get("Parameters", ())
    return next((one["ParameterValue"] for one in told if one["ParameterKey"] == parameter), "")


def _check_domain(stack: Any, given: Mapping[str, str]) -> None:
    """Raises DeployError for an address of one's own without a certificate, or the other way round.

    Without one the gateway would go on answering under its own name, past whatever stands in front of it, whose
    address would be taken for everybody's (A-16).
    """
    address, certificate = (given.get(name, _value(stack, name)) for name in ("BaseUrl", "CertificateArn"))
    if bool(address) != bool(certificate):
        raise DeployError("BASE_URL and CERTIFICATE_ARN are given together, or neither is; see docs/operations.md")


def _bucket(target: Target) -> str:
    """The account's bucket of packages in this region; made closed to the public when it is not there."""
    s3 = target.client("s3")
    name = f"foyer-packages-{target.account}-{target.region}"
    try:
        s3.head_bucket(Bucket=name)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
            raise
        place = {} if target.region == "us-east-1" else {"LocationConstraint": target.region}
        s3.create_bucket(Bucket=name, **({"CreateBucketConfiguration": place} if place else {}))
        closed = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(closed, True))
    return name


def _upload(target: Target, bucket: str, path: Path) -> str:
    """Uploads a file under a key that changes with its content; returns the key."""
    content = path.read_bytes()
    key = f"{target.stage}/{hashlib.sha256(content).hexdigest()}{path.suffix}"
    target.client("s3").put_object(Bucket=bucket, Key=key, Body=content)
    return key


def _make_key(target: Target, name: str) -> None:
    """Makes a key, of one-time codes or of sealed numbers, when there is none; nobody ever sees it (A-04, L-01)."""
    value = base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
    try:
        target.client("ssm").put_parameter(Name=name, Type="SecureString", Value=value, Overwrite=False)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterAlreadyExists":
            raise


def _change(target: Target, before: Any, template_url: str, parameters: Sequence[Mapping[str, object]]) -> None:
    """Makes and executes one change set. Raises DeployError when it fails; CloudFormation undoes it."""
    cloudformation = target.client("cloudformation")
    change = cloudformation.create_change_set(
        StackName=target.stack,
        ChangeSetName=f"deploy-{int(time.time())}-{secrets.token_hex(4)}",
        ChangeSetType="UPDATE" if before else "CREATE",
        TemplateURL=template_url,
        Capabilities=["CAPABILITY_IAM"],
        Parameters=parameters,
    )
    described = _settled(lambda: cloudformation.describe_change_set(ChangeSetName=change["Id"]), "Status")
    if described["Status"] == "FAILED":
        cloudformation.delete_change_set(ChangeSetName=change["Id"])
        if any(words in described["StatusReason"] for words in _UNCHANGED):
            return
        raise DeployError(f"CloudFormation refuses the template: {described['StatusReason']}")
    cloudformation.execute_change_set(ChangeSetName=change["Id"])
    _await_end(target, change["StackId"], change["Id"])


def _await_end(target: Target, stack: str, change: str) -> None:
    """Waits until the change set is carried out: before it began, the stack tells how the change before it ended."""
    cloudformation = target.client("cloudformation")
    while cloudformation.describe_change_set(ChangeSetName=change)["ExecutionStatus"] in _GOING_ON:
        time.sleep(_POLL_SECONDS)
    ended = _settled(lambda: cloudformation.describe_stacks(StackName=stack)["Stacks"][0], "StackStatus")
    if ended["StackStatus"] in _DONE:
        return
    failed = [event for event in _latest(cloudformation, stack) if event["ResourceStatus"].endswith("FAILED")]
    reasons = [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in reversed(failed)]
    raise DeployError("\n  ".join([f"the deployment ended as {ended['StackStatus']}", *reasons[:5]]))


def _latest(cloudformation: Any, stack: str) -> Iterator[Any]:
    """What the last deployment did, newest first: taking everything back tells more than fits on a page."""
    for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack):
        for event in page["StackEvents"]:
            yield event
            if event["PhysicalResourceId"] == event["StackId"] and event["ResourceStatus"] in _BEGINNINGS:
                return


def _settled(look: Callable[[], Any], status: str) -> Any:
    """What `look` finds once its status is no longer that of something going on."""
    found = look()
    while found[status].endswith(("PENDING", "IN_PROGRESS")):
        time.sleep(_POLL_SECONDS)
        found = look()
    return found


def main() -> int:
    """Builds, deploys, and says where the portal is, or what went wrong."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    given = {PARAMETERS[key]: os.environ[key] for key in PARAMETERS if key in os.environ}
    try:
        stage = Stage.read(name, ROOT, os.environ.get("ARCHITECTURE"))
        target = Target.find(boto3.Session(), stage.name)
        made = build(stage)
        print(f"Deploying {target.stack} to account {target.account}, {target.region}", flush=True)
        outputs = deploy(target, made, given)
    except (BuildError, DeployError, BotoCoreError, ClientError) as error:
        print(f"Not deployed: {error}", file=sys.stderr)
        return 1
    _announce(target, outputs)
    return 0


def _announce(target: Target, outputs: Mapping[str, str]) -> None:
    print(f"Portal  {outputs['Address']}")
    if "DomainTarget" in outputs:
        print(f"DNS  {outputs['Address'].removeprefix('https://')} must be a CNAME of {outputs['DomainTarget']}")
    print("For ./foyer in this terminal:")
    variables = {
        "FOYER_STAGE": target.stage,
        "FOYER_TABLE": outputs["TableName"],
        "FOYER_BASE_URL": outputs["Address"],
        "AWS_DEFAULT_REGION": target.region,
    }
    for variable, value in variables.items():
        print(f"  export {variable}={value}")


if __name__ == "__main__":
    sys.exit(main())
