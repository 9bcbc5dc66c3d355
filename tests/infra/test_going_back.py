"""`make deploy` refuses what nobody can want, notes what it did, takes back what alarms ring at; `make rollback`."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber

from chalicelib.migrating.domain import Phase
from infra import changing, deploy, history, refusing, rollback
from infra.build import ROOT, Build
from infra.functions import Package
from infra.target import DeployError, Target, outputs_of, parameter, stack_of
from local import engine
from local.engine import Engine
from tests.infra.session import Session

_AT = datetime.now(UTC) - timedelta(days=1)
FIRST = {"MailFrom": "portal@foyer.example"}


@pytest.fixture(scope="module")
def account() -> Iterator[Engine]:
    """An account of its own."""
    with engine.running() as aws:
        yield aws


@pytest.fixture
def session(account: Engine) -> Session:
    """The way there."""
    return Session(account.endpoint)


def _target(session: Session, stage: str) -> Target:
    return Target(session, engine.ACCOUNT, engine.REGION, stage)


def small_build(folder: Path, version: str, table: str = "foyer") -> Build:
    """A build as small as can be: one resource, which says which version runs."""
    for package in Package:
        Build(folder).zip_of(package).write_bytes(f"{package.name} {version}".encode())
    names = ("Stage", "CodeBucket", "MailFrom", "SmsAlarmUsd", *(each.parameter for each in Package))
    told = {"Type": "String", "Default": ""}
    version_runs = {"Name": {"Fn::Sub": "/version/${Stage}"}, "Type": "String", "Value": version}
    resources = {"Version": {"Type": "AWS::SSM::Parameter", "Properties": version_runs}}
    template = {
        "Parameters": dict.fromkeys(names, told), "Resources": resources,
        "Outputs": {"Address": {"Value": "https://portal.example"}, "TableName": {"Value": table}},
    }  # fmt: skip
    Build(folder).template.write_text(json.dumps(template))
    Build(folder).seal.write_text(f"inputs of {version}")
    return Build(folder)


def _runs(target: Target) -> str:
    found = target.client("ssm").get_parameter(Name=f"/version/{target.stage}")
    return str(found["Parameter"]["Value"])


def _deployed(target: Target, folder: Path, version: str, at: datetime, **given: str) -> None:
    """Deploys a version and notes it, as the command does."""
    folder = folder / version
    folder.mkdir()
    made = small_build(folder, version)
    deploy.deploy(target, made, {**FIRST, **given})
    deploy.note(target, made, history.Version(version, "arm64", at), deploy.STEP_NUMBERS)


@pytest.fixture
def two(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A stage of its own with two versions, one after the other."""
    monkeypatch.setenv(refusing.NEW_STAGE, "1")
    target = _target(session, f"s{abs(hash(tmp_path)) % 10**10}")
    _deployed(target, tmp_path, "one", _AT)
    _deployed(target, tmp_path, "two", _AT + timedelta(hours=1), SmsAlarmUsd="20")
    return target


def test_the_version_before_runs_again(two: Target) -> None:
    """Code and template go back; a setting that was given meanwhile stays."""
    assert _runs(two) == "two"
    gone_to = rollback.go_back(two)
    assert (gone_to.version, _runs(two)) == ("one", "one")
    stack = stack_of(two)
    assert parameter(stack, "SmsAlarmUsd") == "20"
    assert {parameter(stack, each.parameter) for each in Package} == set(gone_to.code.values())
    noted = list(history.entries(two))
    assert [(each.version, each.went_back) for each in noted] == [("one", True), ("two", False), ("one", False)]
    assert list(rollback.told(noted).columns[1].cells) == ["one", "two", "one"]


def test_going_back_twice_does_not_go_forth_and_back(two: Target) -> None:
    rollback.go_back(two)
    with pytest.raises(DeployError, match="say which with TO="):
        rollback.go_back(two)
    assert _runs(two) == "one"
    assert rollback.go_back(two, "two").version == "two"
    assert _runs(two) == "two"


def test_a_version_that_was_never_deployed_is_said_to_be_none(two: Target) -> None:
    with pytest.raises(DeployError, match="no deployment of nine"):
        rollback.go_back(two, "nine")


@pytest.mark.parametrize(("count", "words"), [(0, "nobody noted"), (1, "no version before")])
def test_there_is_nothing_to_go_back_to(count: int, words: str) -> None:
    entries = [history.Entry(_AT, "one", "anne", "i", "arm64", "t", {})] * count
    with pytest.raises(DeployError, match=words):
        rollback.choose(entries)


def test_nothing_goes_back_where_nothing_is(session: Session) -> None:
    with pytest.raises(DeployError, match="nothing is deployed as foyer-none"):
        rollback.go_back(_target(session, "none"))
    assert list(history.entries(_target(session, "none"))) == []


def test_a_mistyped_stage_makes_no_second_portal(two: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(refusing.NEW_STAGE)
    with pytest.raises(DeployError, match=f"no stage prdo .*{two.stage}.*NEW_STAGE=1"):
        deploy.deploy(_target(two.session, "prdo"), small_build(tmp_path, "three"), FIRST)
    assert stack_of(_target(two.session, "prdo")) is None


@pytest.mark.parametrize(
    ("stage", "given", "keys", "words"),
    [
        ("dev", {}, {}, "not for dev"),
        ("prod", {}, {}, "needs Stripe's live keys"),
        ("prod", {}, {"a/key": "sk_test_1"}, "no live keys: .*a/key"),
        ("prod", {}, {"a/key": "rk_live_1", "b/key": "rk_test_1"}, "no live keys: .*b/key"),
        ("prod", {"AlarmTopic": "arn:aws:sns:us-east-1:1:a"}, {"a/key": "rk_live_1"}, "AlarmTopic is in us-east-1"),
        ("prod", {"BaseUrl": "https://p.example", "CertificateArn": "arn:aws:acm:us-east-1:1:certificate/1"},
         {"a/key": "rk_live_1"}, "CertificateArn is in us-east-1"),
    ],
)  # fmt: skip
def test_what_nobody_can_want_is_refused(
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
    given: dict[str, str],
    keys: dict[str, str],
    words: str,
) -> None:
    """P-21: before anything is built or changed."""
    path = f"/foyer/refused{abs(hash((stage, words)))}"
    for name, value in keys.items():
        session.client("ssm").put_parameter(Name=f"{path}/{name}", Value=value, Type="SecureString")
    told = {**FIRST, "LivePayments": "1", "StripeParameters": path, **given}
    with pytest.raises(DeployError, match=words):
        refusing.refuse_foolish(_target(session, stage), None, told, is_new=True)


def test_live_payments_with_their_keys_are_let_through(session: Session) -> None:
    session.client("ssm").put_parameter(Name="/foyer/fine/a/key", Value="rk_live_1", Type="SecureString")
    told = {**FIRST, "LivePayments": "1", "StripeParameters": "/foyer/fine"}
    refusing.refuse_foolish(_target(session, "prod"), None, told, is_new=True)
    was = {"Parameters": [{"ParameterKey": "LivePayments", "ParameterValue": "1"}]}
    refusing.refuse_foolish(_target(session, "prod"), was, {**told, "StripeParameters": "/foyer/none"})


def test_alarms_that_are_there_take_a_deployment_back(session: Session) -> None:
    """CloudFormation watches them until each clock has come round; at most five, none at first, and none that rings."""
    cloudformation, cloudwatch = session.client("cloudformation"), session.client("cloudwatch")
    rows = [
        {"LogicalResourceId": name, "PhysicalResourceId": f"foyer-{name}", "ResourceType": "AWS::CloudWatch::Alarm",
         "LastUpdatedTimestamp": _AT, "ResourceStatus": "CREATE_COMPLETE"}
        for name in ("ApiFailures", "SignInErrors", "PayErrors", "Other")
    ]  # fmt: skip
    with Stubber(cloudformation) as aws, Stubber(cloudwatch) as watch:
        aws.add_response("list_stack_resources", {"StackResourceSummaries": rows})
        names = ["foyer-ApiFailures", "foyer-SignInErrors", "foyer-PayErrors"]
        ringing = {"MetricAlarms": [{"AlarmName": "foyer-PayErrors"}]}
        watch.add_response("describe_alarms", ringing, {"AlarmNames": names, "StateValue": "ALARM"})
        session.prepared |= {"cloudformation": cloudformation, "cloudwatch": cloudwatch}
        told = changing._triggers(_target(session, "prod"), {}, ["ApiFailures", "New", "SignInErrors", "PayErrors"])
    arns = [each["Arn"].rpartition(":")[2] for each in told["RollbackTriggers"]]
    assert (arns, told["MonitoringTimeInMinutes"]) == (["foyer-ApiFailures", "foyer-SignInErrors"], 17)
    assert changing._triggers(_target(session, "prod"), None, ["ApiFailures"])["RollbackTriggers"] == []


def test_the_template_names_alarms_that_are_there(template: dict[str, Any]) -> None:
    names = template["Metadata"]["Foyer"]["RollbackAlarms"]
    assert 0 < len(names) <= 5
    assert {template["Resources"][name]["Type"] for name in names} == {"AWS::CloudWatch::Alarm"}


def test_every_setting_of_a_deployment_is_a_parameter_of_the_template(template: dict[str, Any]) -> None:
    by_itself = {"Stage", "CodeBucket", "Revision", *(each.parameter for each in Package)}
    assert set(deploy.PARAMETERS.values()) | by_itself == set(template["Parameters"])


def test_progress_is_told_as_resources_are_done(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(refusing.NEW_STAGE, "1")
    heard: list[tuple[int, int, str]] = []
    target = _target(session, "heard")
    deploy.deploy(target, small_build(tmp_path, "one"), FIRST, lambda *told: heard.append(told))
    assert heard[-1] == (1, 1, "Version")


def test_steps_that_wait_run_beside_a_deployment(
    session: Session, account: Engine, monkeypatch: pytest.MonkeyPatch, two: Target
) -> None:
    """D-14: by the command line's own command, on the deployment's table; one that fails is said, and stops all."""
    asked: list[tuple[list[str], dict[str, str]]] = []

    def ran(command: list[str], **more: Any) -> "subprocess.CompletedProcess[str]":
        asked.append((command[1:], more["env"]))
        return subprocess.CompletedProcess(command, len(asked) - 1)

    monkeypatch.setattr("infra.deploy.subprocess.run", ran)
    deploy.migrate(two, outputs_of(two), Phase.BEFORE)
    assert asked[0][0] == ["-m", "cli", "migrate", "run", "--phase", "before"]
    assert (asked[0][1]["FOYER_STAGE"], asked[0][1]["FOYER_TABLE"]) == (two.stage, "foyer")
    with pytest.raises(DeployError, match="a step that runs after the deployment did not end"):
        deploy.migrate(two, outputs_of(two), Phase.AFTER)


def test_the_command_lists_what_was_deployed(account: Engine, two: Target) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FOYER_"))},
        "AWS_ENDPOINT_URL": account.endpoint, "AWS_DEFAULT_REGION": engine.REGION, "COLUMNS": "120",
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
    }  # fmt: skip

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "infra.rollback", *words],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    listed = run(two.stage, "--list")
    assert listed.returncode == 0, listed.stderr
    assert listed.stdout.index("two") < listed.stdout.index("one")
    back = run(two.stage)
    assert back.returncode == 0, back.stderr
    assert back.stdout.startswith(f"Runs again  one, as deployed on {_AT:%Y-%m-%d %H:%M} UTC\n")
    again = run(two.stage)
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    assert again.stderr.startswith("Not rolled back: ")
