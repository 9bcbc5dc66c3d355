"""The deployed package lives on the embedded AWS: schedules, stream, queues, topics, mails, dead letters (M-06, M-07).

Everything runs from the zips, under the template's own roles, rules, event sources and queues, in one account.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from chalicelib.data.outbox import Lane
from infra import deploy
from infra.build import ROOT, Build
from infra.functions import FUNCTIONS, LIVE, OUTBOX, SWEEP
from infra.reckoning import Reckoning, reckon
from infra.redrive import queues_of, redrive, waiting
from infra.target import DeployError, Target, outputs_of
from local import engine, inbox, notices
from local.engine import Engine
from local.notices import Signer
from tests.feedback.telling import bounce
from tests.support.stream import record

_PATIENCE_SECONDS = 90.0
_SOON_SECONDS = 0.3
_MANY = 100
_PEOPLES = frozenset({"organisation", "household", "user", "summary", "message", "sent"})
"""Kinds of what people have and are told."""

_WORLD = """
import json, sys
from datetime import UTC, datetime, timedelta
from tests.support.world import build
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.shared.times import to_iso
org, count = sys.argv[1], int(sys.argv[2])
now = datetime.now(UTC)
world = build(org, now)
home = world.household("Roy", "Claire")
told = []
for number in range(count):
    user = world.user(home, email=f"{org}-{number}@example.com")
    transaction = Transaction()
    message = enqueue(transaction, org, Notice("new_device", user.id, {"browser": "Firefox", "at": to_iso(now)}), now)
    transaction.commit()
    told.append([message, user.email])
print(json.dumps(told))
"""
_REFUSED = """
import sys
from chalicelib.feedback.addresses import refusal
print(refusal(sys.argv[1], sys.argv[2]))
"""


class _Session:
    """A session whose clients speak to the embedded AWS."""

    region_name = engine.REGION

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def client(self, service: str) -> Any:
        """A client of a service."""
        own = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=self.region_name)
        return own.client(service, endpoint_url=self._endpoint)


@dataclass(frozen=True)
class Life:
    """A deployment that runs."""

    aws: Engine
    target: Target
    outputs: dict[str, str]

    def client(self, service: str) -> Any:
        """A client of a service there."""
        return self.target.client(service)

    def run(self, script: str, *words: str) -> str:
        """What a script prints that works on the deployment's table, as the operator's command line does."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FOYER_"))}
        environment |= {
            **deploy.variables(self.target, self.outputs), "AWS_ENDPOINT_URL": self.aws.endpoint,
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", script, *words],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def messages(self, org: str, count: int) -> list[tuple[str, str]]:
        """Stores an organisation with messages that wait; their ids, and to whom each goes."""
        return [(message, address) for message, address in json.loads(self.run(_WORLD, org, str(count)))]

    def stored(self, kind: str, org: str) -> list[dict[str, Any]]:
        """Items of a kind that an organisation has."""
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=self.outputs["TableName"])
        return [
            item for page in pages for item in page["Items"]
            if item.get("kind") == {"S": kind} and item["pk"]["S"].startswith(f"ORG#{org}")
        ]  # fmt: skip

    def mails(self, org: str) -> Counter[str]:
        """How many mails went to each address of an organisation."""
        return Counter(message.to for message in inbox.read(self.aws.endpoint) if message.to.startswith(f"{org}-"))

    def wait(self, what: str, is_so: Callable[[], bool]) -> None:
        """Returns once it is so; the account works by itself."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not is_so():
            assert time.monotonic() < deadline, what
            time.sleep(_SOON_SECONDS)

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """What a function answers, as what starts it gets it."""
        answer = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
        told = json.loads(answer["Payload"].read() or b"null")
        assert "FunctionError" not in answer, f"{function}: {told}"
        return told


@pytest.fixture(scope="module")
def life(made: Build) -> Iterator[Life]:
    """An account with everything of the template in it."""
    with engine.running() as aws:
        target = Target(_Session(aws.endpoint), engine.ACCOUNT, engine.REGION, "test")
        target.client("sesv2").create_email_identity(EmailIdentity="portal@foyer.example")
        deploy.deploy(target, made, {"MailFrom": "portal@foyer.example", "MailRate": "500"})
        yield Life(aws, target, outputs_of(target))


def _schedules(life: Life) -> dict[str, str]:
    """What each rule starts, by the name that it gives the function."""
    events = life.client("events")
    targets = [
        one
        for rule in events.list_rules()["Rules"]
        for one in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
    ]
    return {each["Id"]: each["Arn"] for each in targets}


def _tick(name: str) -> dict[str, Any]:
    """What EventBridge sends at each tick."""
    return {
        "version": "0", "id": name, "detail-type": "Scheduled Event", "source": "aws.events", "detail": {},
        "account": engine.ACCOUNT, "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "region": engine.REGION,
        "resources": [f"arn:aws:events:{engine.REGION}:{engine.ACCOUNT}:rule/{name}"],
    }  # fmt: skip


def _of_people(life: Life) -> dict[str, Reckoning]:
    """All that people have there: what the functions keep for themselves apart."""
    found = reckon(life.client("dynamodb"), life.outputs["TableName"])
    return {
        kind: found[kind]
        for kind in found
        if kind in ("organisation", "household", "user", "summary", "message", "sent")
    }


def test_each_schedule_fires_three_times_at_once_and_harms_nothing(life: Life) -> None:
    """M-07, M-08: what EventBridge does on a bad day, with something in the table."""
    org = f"ticks{time.monotonic_ns()}"
    sent = life.messages(org, 3)
    life.wait("the messages went out", lambda: set(life.mails(org)) == {address for _, address in sent})
    life.wait("nothing waits", lambda: not any("queue" in each for each in life.stored("message", org)))
    before = _of_people(life)
    schedules = _schedules(life)
    assert set(schedules) == {each.name for each in FUNCTIONS if each.every}
    with ThreadPoolExecutor(3) as pool:
        ticks = [(arn, _tick(name)) for name, arn in schedules.items() for _ in range(3)]
        answers = list(pool.map(lambda tick: life.invoke(*tick), ticks))
    assert len(answers) == 3 * len(schedules)
    assert all(isinstance(answer, dict) for answer in answers)
    assert _of_people(life) == before
    assert life.mails(org) == {address: 1 for _, address in sent}


def test_a_message_goes_from_the_table_to_the_mail_service_once(life: Life) -> None:
    """M-01, M-03: stream, dispatcher, queue, outbox, SES; and sweeps that overlap with all of it."""
    org = f"once{time.monotonic_ns()}"
    sent = life.messages(org, 10)
    sweep = _schedules(life)[SWEEP.name]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: life.invoke(sweep, _tick("sweep")), range(3)))
    life.wait("each went out", lambda: len(life.mails(org)) == len(sent))
    _drained(life)
    assert life.mails(org) == {address: 1 for _, address in sent}
    assert {item.get("state", {}).get("S", "") for item in life.stored("message", org)} <= {"sent"}


def _drained(life: Life) -> None:
    """Nothing is left in any queue, and nothing failed."""
    queues = queues_of(life.target)
    life.wait("the queues are drained", lambda: not any(each.queued for each in waiting(life.target, queues).values()))
    assert {name: each.failed for name, each in waiting(life.target, queues).items() if each.failed} == {}


@pytest.fixture
def believed(life: Life) -> Signer:
    """Whose notices the deployed function takes for SNS's: its certificate lies where the function is told to look."""
    signer = Signer()
    s3, functions = life.client("s3"), life.client("lambda")
    s3.create_bucket(Bucket="notices", CreateBucketConfiguration={"LocationConstraint": engine.REGION})
    s3.put_object(Bucket="notices", Key=signer.file, Body=signer.certificate)
    here = functions.get_function_configuration(FunctionName="foyer-test-feedback")["Environment"]["Variables"]
    told = {"Variables": {**here, "FOYER_NOTICES_URL": f"{life.aws.endpoint}/notices"}}
    functions.update_function_configuration(FunctionName="foyer-test-feedback", Environment=told)
    version = functions.publish_version(FunctionName="foyer-test-feedback")["Version"]
    functions.update_alias(FunctionName="foyer-test-feedback", Name=LIVE, FunctionVersion=version)
    return signer


def test_a_bounce_that_sns_tells_silences_the_address_and_a_forged_one_nothing(life: Life, believed: Signer) -> None:
    """M-11, M-13: signed by SNS three times at once it counts once; through the topic, but signed by nobody, never."""
    org, now = f"told{time.monotonic_ns()}", datetime.now(UTC)
    life.messages(org, 1)
    topic = life.outputs["FeedbackTopic"]
    forged = f"{org}-forged@example.com"
    life.client("sns").publish(TopicArn=topic, Message=json.dumps(bounce(org, forged, now)))
    address = f"{org}-0@example.com"
    event = notices.event(notices.notice(topic, bounce(org, address, now), now, believed))
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: life.invoke(f"foyer-test-feedback:{LIVE}", event), range(3)))
    assert answers == [{"taken": 1}] * 3
    assert life.run(_REFUSED, org, address) == "bounced"
    assert life.run(_REFUSED, org, forged) == ""
    _drained(life)


def _dead_letters(life: Life, org: str, messages: Sequence[tuple[str, str]]) -> None:
    """Puts what the outbox would have failed at into its queue of failures."""
    images = life.stored("message", org)
    assert len(images) == len(messages)
    url = queues_of(life.target)["OutboxFailures"]
    for image in images:
        body = json.dumps({"dynamodb": {"Keys": record(image)["dynamodb"]["Keys"]}})
        life.client("sqs").send_message(QueueUrl=url, MessageBody=body)


def test_a_hundred_dead_letters_given_back_have_a_hundred_single_effects(life: Life) -> None:
    """M-06: the outbox stood still while they were written, and the stream tells them all again afterwards."""
    org = f"dead{time.monotonic_ns()}"
    functions, queues = life.client("lambda"), queues_of(life.target)
    sources = functions.list_event_source_mappings()["EventSourceMappings"]
    stream = next(each for each in sources if "dispatcher" in each["FunctionArn"])
    functions.update_event_source_mapping(UUID=stream["UUID"], Enabled=False)
    try:
        sent = life.messages(org, _MANY)
        _dead_letters(life, org, sent)
        assert waiting(life.target, queues)[OUTBOX.name].failed == _MANY
        assert redrive(life.target, queues, OUTBOX) == _MANY
        life.wait("each went out", lambda: len(life.mails(org)) == _MANY)
    finally:
        functions.update_event_source_mapping(UUID=stream["UUID"], Enabled=True)
    _drained(life)
    assert life.mails(org) == {address: 1 for _, address in sent}
    assert redrive(life.target, queues, OUTBOX) == 0


def test_what_is_started_by_a_clock_has_nothing_to_be_given_back_to(life: Life) -> None:
    with pytest.raises(DeployError, match="sweep has no queue"):
        redrive(life.target, queues_of(life.target), SWEEP)


def test_at_the_end_nothing_is_left(life: Life) -> None:
    """Every queue is empty, no message waits in the table, and no function has left anything for a person."""
    _drained(life)
    due = f"{datetime.now(UTC) + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    for lane in Lane:
        left = life.client("dynamodb").query(
            TableName=life.outputs["TableName"], IndexName="work",
            KeyConditionExpression="queue = :queue AND due <= :due",
            ExpressionAttributeValues={":queue": {"S": lane.value}, ":due": {"S": due}},
        )  # fmt: skip
        assert left["Items"] == []
