"""`make deploy STAGE=…`: puts the package into an AWS account, or brings the deployment there up to date.

Settings of the deployment come as variables of `make` (`MAIL_FROM`, …); one that is not given keeps
its value. Everything happens through one CloudFormation change set, which either succeeds or is undone. Steps that
change what is stored run before it and after it (`chalicelib.migrating`).
"""

import base64
import hashlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from chalicelib.migrating.domain import Phase
from chalicelib.migrating.steps import STEPS
from chalicelib.settings import number_keys_parameter, pepper_parameter
from infra import BuildError, changing, history, refusing
from infra.build import ROOT, Build, build
from infra.functions import Package
from infra.stages import Stage
from infra.target import DeployError, Target, outputs_of, parameter, stack_of

__all__ = ["PARAMETERS", "DeployError", "Target", "deploy"]

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
    "OWN_KEY": refusing.OWN_KEY,
    "MAIL_RATE": "MailRate",
    "TEXT_RATE": "TextRate",
    "ALARM_TOPIC": "AlarmTopic",
    "ALARM_MAIL": "AlarmMail",
    "SMS_ALARM_USD": "SmsAlarmUsd",
    "READS_ALARM": "ReadsAlarm",
    "WRITES_ALARM": "WritesAlarm",
    "CONCURRENCY_ALARM": "ConcurrencyAlarm",
    "FIREWALL": "Firewall",
    "FIREWALL_RATE": "FirewallRate",
    "FIREWALL_DOOR_RATE": "FirewallDoorRate",
    "FIREWALL_WEBHOOK_RATE": "FirewallWebhookRate",
}
"""Variables of `make deploy`, and what the template calls them."""

STEP_NUMBERS = tuple(step.number for step in STEPS)
"""Of the steps that the code here has."""
_KEY_BYTES = 32
_REVISION = "Revision"
"""The template's parameter that functions are published under."""


def deploy(
    target: Target, made: Build, given: Mapping[str, str], tell: changing.Tell = changing.unheard
) -> dict[str, str]:
    """Brings the stage to this build and these parameters. Returns the stack's outputs. Raises DeployError."""
    before = stack_of(target)
    refusing.refuse_foolish(target, before, given, is_new=bool(os.environ.get(refusing.NEW_STAGE)))
    bucket = _bucket(target)
    code = {package.parameter: _upload(target, bucket, made.zip_of(package)) for package in Package}
    template = _upload(target, bucket, made.template)
    for name, usual in (("PepperParameter", pepper_parameter), ("NumberKeysParameter", number_keys_parameter)):
        _make_key(target, given.get(name) or parameter(before, name) or usual(target.stage))
    told = {**_without_key(before), **given, "Stage": target.stage, "CodeBucket": bucket, **code}
    bring(target, before, template, json.loads(made.template.read_bytes()), told, tell)
    return outputs_of(target)


def bring(
    target: Target, before: Any, key: str, template: Mapping[str, Any], told: Mapping[str, str],
    tell: changing.Tell = changing.unheard,
) -> bool:  # fmt: skip
    """Brings the stack to a template in the bucket of packages, with these parameters; others keep their values.

    Tells whether anything changed. Raises DeployError.
    """
    known = template["Parameters"]
    refusing.refuse_to_lose_the_key(before, known)
    before_it = {one["ParameterKey"] for one in (before or {}).get("Parameters", ())}
    kept = before_it & set(known) - set(told) - {_REVISION}
    told = dict(told)
    if _REVISION in known:
        told[_REVISION] = _revision(key, told | {name: parameter(before, name) for name in kept})
    parameters = [
        *({"ParameterKey": name, "ParameterValue": value} for name, value in told.items()),
        *({"ParameterKey": name, "UsePreviousValue": True} for name in sorted(kept)),
    ]
    url = f"{target.client('s3').meta.endpoint_url}/{target.bucket}/{key}"
    watched = template.get("Metadata", {}).get("Foyer", {}).get("RollbackAlarms", ())
    return changing.change(target, before, url, parameters, watched, tell)


def _without_key(before: Any) -> dict[str, str]:
    """A stage from before there was a key gets the key and the rights to use it first; nothing lies under it yet."""
    return {refusing.OWN_KEY: "0"} if before and not parameter(before, refusing.OWN_KEY) else {}


def _revision(template: str, values: Mapping[str, str]) -> str:
    """What changes with whatever functions are made of: only then does Lambda publish another version of them."""
    return hashlib.sha256(json.dumps([template, sorted(values.items())]).encode()).hexdigest()[:16]


def _bucket(target: Target) -> str:
    """The account's bucket of packages in this region; made closed to the public when it is not there."""
    s3 = target.client("s3")
    name = target.bucket
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
    key = _key(target, path)
    target.client("s3").put_object(Bucket=bucket, Key=key, Body=path.read_bytes())
    return key


def _key(target: Target, path: Path) -> str:
    return f"{target.stage}/{hashlib.sha256(path.read_bytes()).hexdigest()}{path.suffix}"


def _make_key(target: Target, name: str) -> None:
    """Makes a key, of one-time codes or of sealed numbers, when there is none; nobody ever sees it (A-04, L-01)."""
    value = base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
    try:
        target.client("ssm").put_parameter(Name=name, Type="SecureString", Value=value, Overwrite=False)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterAlreadyExists":
            raise


def variables(target: Target, outputs: Mapping[str, str]) -> dict[str, str]:
    """What the operator's command line wants to be told of a deployment."""
    return {
        "FOYER_STAGE": target.stage,
        "FOYER_TABLE": outputs["TableName"],
        "FOYER_BASE_URL": outputs["Address"],
        "AWS_DEFAULT_REGION": target.region,
    }


def migrate(target: Target, outputs: Mapping[str, str], phase: Phase, only: Sequence[int] = ()) -> None:
    """Runs the steps that wait beside a deployment, or of them `only` some; their progress goes to the terminal.

    Raises DeployError.
    """
    chosen = [word for number in only for word in ("--only", str(number))]
    if not _foyer(target, outputs, "migrate", "run", "--phase", phase.value, *chosen):
        raise DeployError(
            f"a step that runs {phase.value} the deployment did not end; ./foyer migrate status tells more,"
            " and deploying again goes on from there"
        )


def begin_anew(target: Target, outputs: Mapping[str, str], coming: Sequence[int]) -> list[int]:
    """Has the steps wait again that the code which runs does not know, though they may have been done: since then it
    wrote what they did not see, after going back or after a deployment that failed (D-14).

    `coming` are the steps of the code that is about to run. Returns those that wait. Raises DeployError.
    """
    runs = next(history.entries(target), None)
    unknown = [number for number in coming if runs is None or number not in runs.steps]
    if unknown and not _foyer(target, outputs, "migrate", "again", *map(str, unknown)):
        raise DeployError("a step could not be set to wait again; ./foyer migrate status tells more")
    return unknown


def _foyer(target: Target, outputs: Mapping[str, str], *words: str) -> bool:
    """Runs a command of the operator's for a deployment; tells whether it did what it should."""
    done = subprocess.run(
        [sys.executable, "-m", "cli", *words],
        cwd=ROOT, env={**os.environ, **variables(target, outputs)}, stdout=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    return done.returncode == 0


def release(
    target: Target, made: Build, given: Mapping[str, str], version: history.Version,
    tell: changing.Tell = changing.unheard,
) -> dict[str, str]:  # fmt: skip
    """Deploys with the steps that run beside it, and notes it. Returns the stack's outputs. Raises DeployError."""
    if stack_of(target):
        begin_anew(target, outputs_of(target), STEP_NUMBERS)
        migrate(target, outputs_of(target), Phase.BEFORE)
    outputs = deploy(target, made, given, tell)
    note(target, made, version, STEP_NUMBERS)
    migrate(target, outputs, Phase.AFTER)
    return outputs


def note(target: Target, made: Build, version: history.Version, steps: Sequence[int]) -> None:
    """Keeps what was deployed, for going back, and for the doctor."""
    stack = stack_of(target)
    entry = history.Entry(
        version.at, version.name, history.by_whom(), made.seal.read_text(), version.architecture,
        _key(target, made.template),
        {package.parameter: parameter(stack, package.parameter) for package in Package}, steps=tuple(steps),
    )  # fmt: skip
    last = next(history.entries(target), None)
    if last is None or (last.template, dict(last.code)) != (entry.template, dict(entry.code)):
        history.note(target, entry)


def main() -> int:
    """Builds, deploys, and says where the portal is, or what went wrong."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    given = {PARAMETERS[key]: os.environ[key] for key in PARAMETERS if key in os.environ}
    try:
        stage = Stage.read(name, ROOT, os.environ.get("ARCHITECTURE"))
        target = Target.find(boto3.Session(), stage.name)
        before = stack_of(target)
        refusing.refuse_foolish(target, before, given, is_new=bool(os.environ.get(refusing.NEW_STAGE)))
        made = build(stage)
        print(f"Deploying {target.stack} to account {target.account}, {target.region}", flush=True)
        version = history.Version(history.version_here(), stage.architecture, datetime.now(UTC))
        with progress() as tell:
            outputs = release(target, made, given, version, tell)
    except (BuildError, DeployError, BotoCoreError, ClientError) as error:
        print(f"Not deployed: {error}", file=sys.stderr)
        return 1
    announce(target, outputs)
    return 0


class progress(Progress):  # noqa: N801 - used as a function
    """A bar on the terminal while CloudFormation works; silent where there is none."""

    def __init__(self) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[last]}"),
            TimeElapsedColumn(),
        )
        console = Console(stderr=True)
        super().__init__(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._work = self.add_task("CloudFormation", total=None, last="")

    def __enter__(self) -> Any:
        super().__enter__()
        return self.tell

    def tell(self, done: int, count: int, last: str) -> None:
        """Shows how far it is."""
        self.update(self._work, completed=done, total=count or None, last=last)


def announce(target: Target, outputs: Mapping[str, str]) -> None:
    """Says where the portal is, and what the command line needs."""
    print(f"Portal  {outputs['Address']}")
    if "DomainTarget" in outputs:
        print(f"DNS  {outputs['Address'].removeprefix('https://')} must be a CNAME of {outputs['DomainTarget']}")
    if outputs.get(refusing.OWN_KEY) == "0":
        print(f"Key  made, and nothing lies under it yet: make deploy STAGE={target.stage} OWN_KEY=1")
    print("For ./foyer in this terminal:")
    for variable, value in variables(target, outputs).items():
        print(f"  export {variable}={value}")


if __name__ == "__main__":
    sys.exit(main())
