"""The deployed package lives on the embedded AWS: schedules, stream, queues, topics, mails, dead letters (M-06, M-07).

Everything runs from the zips, under the template's own roles, rules, event sources and queues, in one account.
"""

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.data.outbox import Lane
from infra import deploy
from infra.build import Build
from infra.functions import FUNCTIONS, LIVE, MONEY_CLOCK, OUTBOX, SWEEP, Function
from infra.reckoning import Reckoning, reckon
from infra.redrive import queues_of, redrive, waiting
from infra.target import DeployError, Target, outputs_of
from local import engine, notices
from local.engine import Engine
from local.signer import SigningKey
from tests.feedback.telling import bounce
from tests.infra.account import AGAIN, REFUSED, WORD, Life
from tests.infra.conftest import Session
from tests.support.stream import record

_MANY = 100
_ZONES = ("Europe/London", "Asia/Omsk", "Pacific/Auckland", "America/Vancouver", "America/Toronto")
"""In one of them it is the middle of the day."""
_PEOPLES = frozenset({"organisation", "household", "user", "summary", "message", "sent"})
"""Kinds of what people have and are told."""


@pytest.fixture(scope="module")
def believed() -> SigningKey:
    """By which the account's topics sign, as SNS signs with a key of its own."""
    return SigningKey()


@pytest.fixture(scope="module")
def life(made: Build, believed: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """An account with everything of the template in it."""
    key = tmp_path_factory.mktemp("sns") / "key.pem"
    believed.keep(key)
    with engine.running(key=key) as aws:
        target = Target(Session(aws.endpoint), engine.ACCOUNT, engine.REGION, "test")
        target.client("sesv2").create_email_identity(EmailIdentity="portal@foyer.example")
        deploy.deploy(target, made, {"MailFrom": "portal@foyer.example", "MailRate": "500"})
        _show_certificate(aws, target, believed)
        yield Life(aws, target, outputs_of(target))


def _show_certificate(aws: Engine, target: Target, key: SigningKey) -> None:
    """Lays the certificate of the topics where the deployed function is told to look: SNS's own are not to be had."""
    s3, functions, name = target.client("s3"), target.client("lambda"), "foyer-test-feedback"
    s3.create_bucket(Bucket="notices", CreateBucketConfiguration={"LocationConstraint": engine.REGION})
    s3.put_object(Bucket="notices", Key=key.file, Body=key.certificate)
    here = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    told = {"Variables": {**here, "FOYER_NOTICES_URL": f"{aws.endpoint}/notices"}}
    functions.update_function_configuration(FunctionName=name, Environment=told)
    version = functions.publish_version(FunctionName=name)["Version"]
    functions.update_alias(FunctionName=name, Name=LIVE, FunctionVersion=version)


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


def test_clocks_that_fire_by_themselves_remind_of_a_class_and_of_what_is_overdue(life: Life) -> None:
    """MSG-3, M-07: nobody calls anything; from the family's choice and the due day to both mails, each once."""
    org, now = f"word{time.monotonic_ns()}", datetime.now(UTC)
    _each_minute(life, MONEY_CLOCK)
    begins, number = json.loads(life.run(WORD, org, next(zone for zone in _ZONES if _is_day(now, zone))))
    both = ["class_reminder", "overdue"]
    life.wait("both were written and sent", lambda: _sent(life, org) == both, lambda: life.stored("message", org))
    lesson, overdue = sorted(life.mails_of(org), key=lambda mail: number in mail.text)
    assert begins in lesson.text
    assert number in overdue.text
    assert {lesson.to, overdue.to} == {f"{org}-claire@example.com"}
    _drained(life)
    assert _sent(life, org) == both


def test_it_is_day_somewhere_at_any_hour_of_the_year() -> None:
    """What is told of by day only can be tested at any time."""
    hours = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(366 * 24))
    assert [hour for hour in hours if not any(_is_day(hour, zone) for zone in _ZONES)] == []


def _sent(life: Life, org: str) -> list[str]:
    """Which messages went out, by the table and by the mail service."""
    sent = sorted(each["template"]["S"] for each in life.stored("message", org) if each["state"]["S"] == "sent")
    return sent if sum(life.mails(org).values()) == len(sent) else []


def _is_day(now: datetime, zone: str) -> bool:
    """Whether overdue things are told of there now, and no quiet hours are near."""
    return 11 <= now.astimezone(ZoneInfo(zone)).hour < 18


def _each_minute(life: Life, function: Function) -> None:
    """Has a rule fire each minute that fires each quarter of an hour: a test does not wait for so long."""
    events = life.client("events")
    [rule] = (
        rule["Name"] for rule in events.list_rules()["Rules"]
        if events.list_targets_by_rule(Rule=rule["Name"])["Targets"][0]["Id"] == function.name
    )  # fmt: skip
    events.put_rule(Name=rule, ScheduleExpression="rate(1 minute)")


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


def test_a_bounce_goes_through_topic_and_function_and_the_address_is_not_written_to_again(life: Life) -> None:
    """M-11, M-13: told to the topic as SES tells it, signed by the topic, believed by the deployed function."""
    org = f"told{time.monotonic_ns()}"
    [(_, address)] = life.messages(org, 1)
    life.wait("the first mail went out", lambda: life.mails(org) == {address: 1})
    told = bounce(org, address, datetime.now(UTC))
    life.client("sns").publish(TopicArn=life.outputs["FeedbackTopic"], Message=json.dumps(told))
    life.wait("the address stands in the list", lambda: bool(life.stored("refused_address", org)))
    assert life.run(REFUSED, org, address) == "bounced"
    again = life.run(AGAIN, org, address)
    life.wait("the next one was skipped", lambda: life.state(org, again) == "skipped")
    assert life.mails(org) == {address: 1}
    _drained(life)


def test_a_notice_counts_once_however_often_it_is_told_and_one_that_is_forged_never(
    life: Life, believed: SigningKey
) -> None:
    """M-13: three times at once; and signed by somebody else, under the name of the certificate."""
    org, now, topic = f"forged{time.monotonic_ns()}", datetime.now(UTC), life.outputs["FeedbackTopic"]
    life.messages(org, 1)
    address, forged, function = f"{org}-0@example.com", f"{org}-forged@example.com", f"foyer-test-feedback:{LIVE}"
    event = notices.event(notices.notice(topic, bounce(org, address, now), now, believed))
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: life.invoke(function, event), range(3)))
    assert answers == [{"taken": 1}] * 3
    false = notices.notice(topic, bounce(org, forged, now), now, SigningKey(), SigningCertUrl=believed.url)
    assert life.invoke(function, notices.event(false)) == {"taken": 0}
    assert [life.run(REFUSED, org, each) for each in (address, forged)] == ["bounced", ""]
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
