"""The whole way: `make deploy` into an account (the embedded AWS's), an organisation by the command line, signing in.

Requests go through its API Gateway, functions run from the zip, codes come out of its SES.
"""

import hashlib
import hmac
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from chalicelib.data import keys
from chalicelib.data.keys import Key
from chalicelib.entry import stripe_webhook
from chalicelib.gateway import API_VERSION
from infra import deploy
from infra.build import ROOT, Build
from infra.functions import FUNCTIONS, LIVE, Package
from infra.stages import Stage
from local import engine, inbox
from local.engine import Engine
from local.events import Answer, Call
from tests.support.browser import Browser

_PATIENCE_SECONDS = 120.0
_CLIENT = "claire.roy@example.com"

_ORGANISATION = """
slug = "ecole"
country = "CA"
zone = "America/Toronto"
currency = "CAD"
languages = ["fr", "en"]
[name]
fr = "École du Nord"
en = "Northern School"
[contact]
email = "bureau@ecole.example.com"
"""
_HOUSEHOLDS = "id;name;number;language;email\nH1;Famille Roy;C-1;fr;claire.roy@example.com\n"
_USERS = f"id;name;language;email;households\nU1;Claire Roy;fr;{_CLIENT};H1=holder\n"


@dataclass(frozen=True)
class Account:
    """An account that was deployed to."""

    aws: Engine
    environment: dict[str, str]
    said: str
    outputs: dict[str, str]

    @property
    def base_url(self) -> str:
        """Where the portal says that it is."""
        return self.outputs["Address"]

    def answer(self, call: Call) -> Answer:
        """Sends `call` to the account's API Gateway, under the name by which it knows the API."""
        here = urlsplit(self.aws.endpoint)
        host = f"{self.outputs['ApiId']}.execute-api.localhost:{here.port}"
        told = dict(call.headers) | {"Host": host}
        with closing(http.client.HTTPConnection(here.netloc, timeout=_PATIENCE_SECONDS)) as connection:
            connection.request(call.method, call.target, call.body or None, told)
            answer = connection.getresponse()
            return Answer(answer.status, _without_engines_own(answer.getheaders()), answer.read())

    def mailed_code(self, address: str) -> str:
        """The code that SES took for an address; functions send it by themselves, so this waits."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if found := [code for message in inbox.read(self.aws.endpoint, address) for code in message.codes]:
                return found[0]
            time.sleep(0.1)
        raise AssertionError(f"no code was sent to {address}")

    def run(self, *command: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """Runs a command as its operator does."""
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=ROOT, env=self.environment | more, capture_output=True, text=True, check=False,
        )  # fmt: skip


def _without_engines_own(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if not name.lower().startswith(("x-amz", "connection", "date"))]


def _environment(aws: Engine, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FOYER_"))}
    return kept | {
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_DEFAULT_REGION": engine.REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        **more,
    }


def _client(aws: Engine, service: str) -> "boto3.client":
    return boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=engine.REGION).client(
        service, endpoint_url=aws.endpoint
    )


def _outputs(aws: Engine) -> dict[str, str]:
    stack = _client(aws, "cloudformation").describe_stacks(StackName="foyer-test")["Stacks"][0]
    return {row["OutputKey"]: row["OutputValue"] for row in stack["Outputs"]}


@pytest.fixture(scope="module")
def account(made: Build, stage: Stage) -> Iterator[Account]:
    """An account of its own, with a deployment and an organisation in it."""
    with engine.running() as aws:
        _client(aws, "sesv2").create_email_identity(EmailIdentity="portal@foyer.example")
        environment = _environment(aws, MAIL_FROM="portal@foyer.example", ARCHITECTURE=stage.architecture)
        done = Account(aws, environment, "", {}).run("infra.deploy", "test")
        assert done.returncode == 0, done.stderr
        outputs = _outputs(aws)
        yield Account(aws, environment | _for_operator(done.stdout), done.stdout, outputs)


def _for_operator(said: str) -> dict[str, str]:
    """The variables that the deployment tells its operator to set."""
    lines = (line.strip().removeprefix("export ") for line in said.splitlines() if "export " in line)
    return dict(line.split("=", 1) for line in lines)


@pytest.fixture(scope="module")
def organisation(account: Account, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small organisation, brought in by the operator's command line."""
    folder: Path = tmp_path_factory.mktemp("ecole")
    (folder / "organisation.toml").write_text(_ORGANISATION)
    (folder / "households.csv").write_text(_HOUSEHOLDS)
    (folder / "users.csv").write_text(_USERS)
    staff = ("--staff-name", "Anne Roy", "--staff-email", "anne@ecole.example.com")
    created = account.run("cli", "organisation", "create", str(folder / "organisation.toml"), *staff)
    assert created.returncode == 0, created.stderr
    imported = account.run("cli", "--reason", "Moving over from paper", "import", "ecole", str(folder))
    assert imported.returncode == 0, imported.stdout + imported.stderr
    return "ecole"


@pytest.fixture
def home(account: Account, organisation: str) -> str:
    """Path of the organisation's portal."""
    return f"{urlsplit(account.base_url).path}/{organisation}"


def test_the_portals_address_is_said(account: Account) -> None:
    assert f"Portal  {account.base_url}\n" in account.said
    assert account.base_url.startswith("https://")


def test_a_client_signs_in_and_sees_the_account(account: Account, home: str) -> None:
    """AUTH-1, AUTH-5, DASH-1 on the deployed package."""
    browser = Browser(account, language="fr")
    page = browser.get(f"{home}/sign-in")
    assert page.status == 200
    page = browser.submit(page, "sign-in", address=_CLIENT)
    page = browser.submit(page, "sign-in/code", code=account.mailed_code(_CLIENT))
    assert (page.status, urlsplit(page.url).path) == (200, home)
    assert "Claire" in page.text or "Roy" in page.text
    assert browser.get(f"{home}/members").status == 200


def test_the_first_staff_user_is_written_to(account: Account, organisation: str) -> None:
    """AUTH-11: the item was written by the command line; the stream gave it to the outbox function."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not inbox.read(account.aws.endpoint, "anne@ecole.example.com"):
        assert time.monotonic() < deadline, "nothing was sent"
        time.sleep(0.1)


def _stripe_tells(account: Account, home: str, event: dict[str, Any], secret: str) -> Answer:
    """Delivers an event as Stripe does, signed with `secret`."""
    body, stamp = json.dumps(event).encode(), int(time.time())
    signature = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    headers = (("Content-Type", "application/json"), ("Stripe-Signature", f"t={stamp},v1={signature}"))
    path, org = home.rsplit("/", 1)
    return account.answer(Call("POST", f"{path}{stripe_webhook.PATH.format(org=org)}", headers, body))


def _kept(account: Account, key: Key) -> dict[str, Any]:
    """The item at `key` of the account's table; empty where there is none."""
    wanted = {"pk": {"S": key.pk}, "sk": {"S": key.sk}}
    table = _client(account.aws, "dynamodb")
    found: dict[str, Any] = table.get_item(TableName=account.outputs["TableName"], Key=wanted).get("Item", {})
    return found


def test_what_stripe_tells_is_kept_and_worked_off(account: Account, organisation: str, home: str) -> None:
    """P-01, P-02, P-03, P-21: forged events leave nothing; real money is none of a deployment that tries things out."""
    _client(account.aws, "ssm").put_parameter(
        Name=f"/foyer/test/stripe/{organisation}/webhook", Type="SecureString", Value="whsec_school"
    )
    told = {
        "id": "evt_1", "object": "event", "type": "payment_intent.succeeded", "created": int(time.time()),
        "livemode": True, "api_version": API_VERSION, "data": {"object": {"id": "pi_1", "object": "payment_intent"}},
    }  # fmt: skip
    key = keys.stripe_event(organisation, "evt_1")
    assert _stripe_tells(account, home, told, "whsec_guessed").status == 400
    assert _kept(account, key) == {}
    answer = _stripe_tells(account, home, told, "whsec_school")
    assert (answer.status, answer.body) == (200, b"kept")
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while _kept(account, key)["state"]["S"] == "waiting":
        assert time.monotonic() < deadline, "nobody worked it off"
        time.sleep(0.1)
    item = _kept(account, key)
    assert (item["state"]["S"], item["outcome"]["S"]) == ("parked", "live and test are mixed")


def test_an_address_that_nothing_is_at_has_the_portals_own_page(account: Account, home: str) -> None:
    """W-01: the gateway knows parts alone, so a function says so, with all headers."""
    page = Browser(account).get(f"{home}/nothing/is/here")
    assert page.status == 404
    assert page.title


def test_everything_calls_the_version_that_was_published(account: Account) -> None:
    """A deployment is published whole: its number is the same for all, and code that is not published is never run."""
    aws = _client(account.aws, "lambda")
    for function in FUNCTIONS:
        name = function.deployed_name.replace("${Stage}", "test")
        live = aws.get_alias(FunctionName=name, Name=LIVE)["FunctionVersion"]
        published = aws.get_function_configuration(FunctionName=name, Qualifier=live)
        assert live.isdigit()
        assert published["Description"] == account.outputs["Revision"], name


def test_a_stranger_is_sent_to_the_door(account: Account, home: str) -> None:
    page = Browser(account).get(f"{home}/invoices")
    assert page.status == 303
    assert urlsplit(page.location).path == f"{home}/sign-in"


def test_static_files_come_as_they_were_built(account: Account, made: Build, home: str) -> None:
    browser = Browser(account)
    sheets = [
        link.get("href", "") for link in browser.get(f"{home}/sign-in").document.iter("link")
        if link.get("rel") == "stylesheet"
    ]  # fmt: skip
    sheet = next(browser.get(href) for href in sheets if href.endswith("/portal.css"))
    assert sheet.body == (made.unpacked(Package.PORTAL) / "static/portal.css").read_bytes()


def _pepper(aws: Engine) -> str:
    answer = _client(aws, "ssm").get_parameter(Name="/foyer/test/pepper", WithDecryption=True)
    assert answer["Parameter"]["Type"] == "SecureString"
    return str(answer["Parameter"]["Value"])


def test_deploying_again_keeps_the_pepper_and_changes_nothing(account: Account) -> None:
    """A-04: the key is made once, and never said."""
    before = _pepper(account.aws)
    assert before not in account.said
    again = account.run("infra.deploy", "test")
    assert again.returncode == 0, again.stderr
    assert again.stdout == account.said
    assert _pepper(account.aws) == before


def test_a_setting_that_is_not_given_keeps_its_value(account: Account) -> None:
    environment = {name: value for name, value in account.environment.items() if name != "MAIL_FROM"}
    deployed = Account(account.aws, environment, "", {}).run("infra.deploy", "test", SMS_ALARM_USD="20")
    assert deployed.returncode == 0, deployed.stderr
    stack = _client(account.aws, "cloudformation").describe_stacks(StackName="foyer-test")["Stacks"][0]
    told = {row["ParameterKey"]: row["ParameterValue"] for row in stack["Parameters"]}
    assert (told["MailFrom"], told["SmsAlarmUsd"]) == ("portal@foyer.example", "20")


def test_a_parameter_that_the_template_no_longer_has_is_not_kept(account: Account, made: Build, tmp_path: Path) -> None:
    """CloudFormation refuses parameters that it does not know: an older deployment must not block a newer one."""
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=engine.REGION)
    target = deploy.Target(_At(session, account.aws.endpoint), "000000000000", engine.REGION, "test")
    older = Build(tmp_path)
    for package in Package:
        older.zip_of(package).symlink_to(made.zip_of(package))
    template = json.loads(made.template.read_text())
    template["Parameters"]["Former"] = {"Type": "String", "Default": "x"}
    former = {"Name": "/foyer/test/former", "Type": "String", "Value": {"Ref": "Former"}}
    template["Resources"]["Former"] = {"Type": "AWS::SSM::Parameter", "Properties": former}
    older.template.write_text(json.dumps(template))
    deploy.deploy(target, older, {})
    assert "Former" in _parameters(account.aws)
    deploy.deploy(target, made, {})
    assert "Former" not in _parameters(account.aws)


def _parameters(aws: Engine) -> set[str]:
    stack = _client(aws, "cloudformation").describe_stacks(StackName="foyer-test")["Stacks"][0]
    return {row["ParameterKey"] for row in stack["Parameters"]}


def test_the_bucket_of_packages_is_closed(account: Account) -> None:
    s3 = _client(account.aws, "s3")
    name = next(row["Name"] for row in s3.list_buckets()["Buckets"] if row["Name"].startswith("foyer-packages-"))
    assert set(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values()) == {True}


@pytest.fixture
def empty() -> Iterator[deploy.Target]:
    """An account with nothing in it."""
    with engine.running() as aws:
        session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=engine.REGION)
        yield deploy.Target(_At(session, aws.endpoint), "000000000000", engine.REGION, "test")


@dataclass(frozen=True)
class _At:
    """A session whose clients speak to one endpoint."""

    session: boto3.Session
    endpoint: str

    def client(self, service: str) -> "boto3.client":
        """A client of a service there."""
        return self.session.client(service, endpoint_url=self.endpoint)


def test_the_first_deployment_asks_for_the_sender(empty: deploy.Target, made: Build) -> None:
    with pytest.raises(deploy.DeployError, match="needs MAIL_FROM"):
        deploy.deploy(empty, made, {})
    assert empty.client("s3").list_buckets()["Buckets"] == []


@pytest.mark.parametrize("alone", [{"BaseUrl": "https://portal.example"}, {"CertificateArn": "arn:aws:acm:x"}])
def test_an_address_of_ones_own_goes_with_its_certificate(
    empty: deploy.Target, made: Build, alone: dict[str, str]
) -> None:
    """A-16: behind another front the gateway would still answer, and take everybody for that front."""
    with pytest.raises(deploy.DeployError, match="given together"):
        deploy.deploy(empty, made, {"MailFrom": "portal@foyer.example", **alone})
    assert empty.client("s3").list_buckets()["Buckets"] == []


def test_a_deployment_that_fails_says_what_failed_and_can_be_repeated(
    empty: deploy.Target, made: Build, tmp_path: Path
) -> None:
    broken = Build(tmp_path)
    for package in Package:
        broken.zip_of(package).symlink_to(made.zip_of(package))
    template = json.loads(made.template.read_text())
    template["Resources"]["SweepInvocation"]["Properties"]["FunctionName"] = "nobody"
    broken.template.write_text(json.dumps(template))
    with pytest.raises(deploy.DeployError, match=r"SweepInvocation: .*not found"):
        deploy.deploy(empty, broken, {"MailFrom": "portal@foyer.example"})
    assert deploy.deploy(empty, made, {"MailFrom": "portal@foyer.example"})["Address"].startswith("https://")


def test_a_terminal_without_credentials_is_told_so() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"AWS_EC2_METADATA_DISABLED": "true", "HOME": "/nonexistent", "AWS_DEFAULT_REGION": "ca-central-1"}
    done = subprocess.run(
        [sys.executable, "-m", "infra.deploy", "test"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("Not deployed: AWS does not know who is asking")
    assert done.stderr.count("\n") == 1
