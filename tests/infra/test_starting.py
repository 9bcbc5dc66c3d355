"""What starts each function, in which version, and what becomes of what it could not do."""

import json
from typing import Any

import pytest

from chalicelib.entry import (
    code_sender,
    outbox,
)
from chalicelib.entry.dispatcher import ROUTES
from chalicelib.notifications import claiming
from infra import functions
from infra.functions import FUNCTIONS, Function
from tests.infra.templated import (
    QUEUED,
    WORKERS,
    Resources,
    ids,
    may,
    of_type,
    statements,
    variables_told,
)


@pytest.mark.parametrize("function", FUNCTIONS, ids=ids)
def test_everything_starts_the_version_that_is_live(resources: Resources, function: Function) -> None:
    """A deployment that fails is put back by pointing at the version before it, which is still there."""
    version, live = (resources[name]["Properties"] for name in (f"{function.title}Version", function.alias))
    assert version == {"FunctionName": {"Ref": function.title}, "Description": {"Ref": "Revision"}}
    assert live["FunctionVersion"] == {"Fn::GetAtt": [f"{function.title}Version", "Version"]}
    assert live["Name"] == functions.LIVE
    variables = resources[function.title]["Properties"]["Environment"]["Variables"]
    assert variables["FOYER_REVISION"] == {"Ref": "Revision"}, "Lambda publishes no version of what did not change"
    starters = [
        one["Properties"] for name, one in resources.items()
        if one["Type"].startswith("AWS::Lambda::") and one["Properties"].get("FunctionName") == {"Ref": function.title}
        and name not in (f"{function.title}Version", function.alias)
    ]  # fmt: skip
    assert [one.get("Qualifier") for one in starters] == [functions.LIVE] * len(starters)


def test_only_the_live_version_is_called_by_schedules_topics_and_mails(resources: Resources) -> None:
    live = {function.alias for function in FUNCTIONS}
    rules = [one["Targets"] for one in of_type(resources, "AWS::Events::Rule").values()]
    assert {target["Arn"]["Ref"] for targets in rules for target in targets} <= live
    told = of_type(resources, "AWS::SNS::Subscription")
    assert {one["Endpoint"]["Ref"] for one in told.values() if one["Protocol"] == "lambda"} <= live
    (action,) = (one for one in resources["Answers"]["Properties"]["Rule"]["Actions"] if "LambdaAction" in one)
    assert action["LambdaAction"]["FunctionArn"] == {"Ref": functions.INBOUND_MAIL.alias}


def _sources(resources: Resources, start: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Event sources that read from somewhere, by their names."""
    found = of_type(resources, "AWS::Lambda::EventSourceMapping")
    return {name: told for name, told in found.items() if told["EventSourceArn"] == start}


def test_two_functions_read_the_tables_stream_and_no_more(resources: Resources) -> None:
    """AWS slows more than two readers of a shard down. Codes have a reader of their own, all else the dispatcher."""
    readers = _sources(resources, {"Fn::GetAtt": ["Table", "StreamArn"]})
    assert set(readers) == {"CodeSenderSource", "DispatcherSource"}
    for source in readers.values():
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert source["BisectBatchOnFunctionError"] is True
    told = [(each["MaximumRetryAttempts"], each["MaximumRecordAgeInSeconds"]) for each in readers.values()]
    assert sorted(told) == [(-1, 3600), (4, 120)], "queues may be away for an hour: what is in none nobody hears of"
    assert may(resources, "dynamodb:GetRecords") == {"code_sender", "dispatcher"}


def test_the_code_sender_gets_new_orders_alone(resources: Resources) -> None:
    (told,) = resources["CodeSenderSource"]["Properties"]["FilterCriteria"]["Filters"]
    kind = {"kind": {"S": [code_sender.KIND]}}
    assert json.loads(told["Pattern"]) == {"eventName": ["INSERT"], "dynamodb": {"NewImage": kind}}


def test_the_dispatcher_is_started_by_what_somebody_wants_and_by_nothing_else(resources: Resources) -> None:
    """Also by what is deleted, of which the stream has the keys alone; and by many at once."""
    source = resources["DispatcherSource"]["Properties"]
    kinds, new, every = (json.loads(each["Pattern"]) for each in source["FilterCriteria"]["Filters"])
    wanted = {"NewImage": {"kind": {"S": sorted(one.new for one in ROUTES.values() if one.new)}}}
    assert kinds == {"eventName": ["INSERT"], "dynamodb": wanted}
    assert new == {"eventName": ["INSERT"], "dynamodb": {"Keys": {"sk": {"S": [{"prefix": "INVOICE#"}]}}}}
    assert {each["prefix"] for each in every["dynamodb"]["Keys"]["sk"]["S"]} == {
        beginning for one in ROUTES.values() for beginning in one.written
    }
    assert set(every) == {"dynamodb"}
    assert source["BatchSize"] == 100


@pytest.mark.parametrize("function", QUEUED, ids=ids)
def test_each_has_a_queue_of_its_own_that_keeps_what_fails_again_and_again(
    resources: Resources, function: Function
) -> None:
    """M-06: one that fails holds nobody else up, and two at most run at once."""
    queue = resources[f"{function.title}Queue"]["Properties"]
    (source,) = _sources(resources, {"Fn::GetAtt": [f"{function.title}Queue", "Arn"]}).values()
    assert source["FunctionName"] == {"Ref": function.alias}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["ScalingConfig"] == {"MaximumConcurrency": 2}
    kept = {"Fn::GetAtt": [f"{function.title}Failures", "Arn"]}
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == kept
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
    assert (
        queue["MessageRetentionPeriod"] < resources[f"{function.title}Failures"]["Properties"]["MessageRetentionPeriod"]
    )
    taking = [one for one in statements(resources, function) if one.get("Sid") == "Queue"]
    assert [one["Resource"] for one in taking] == [{"Fn::GetAtt": [f"{function.title}Queue", "Arn"]}]


def test_an_old_order_for_a_code_is_dropped(resources: Resources) -> None:
    """M-04: five tries within two minutes."""
    assert resources["CodeSenderSource"]["Properties"]["MaximumRecordAgeInSeconds"] == 120


@pytest.mark.parametrize("function", WORKERS, ids=ids)
def test_what_a_worker_could_not_do_is_kept_for_a_person(resources: Resources, function: Function) -> None:
    """M-06, M-07."""
    kept = {"Fn::GetAtt": [f"{function.title}Failures", "Arn"]}
    queue = resources[f"{function.title}Failures"]["Properties"]
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert queue["VisibilityTimeout"] >= 6 * resources[function.title]["Properties"]["Timeout"]
    if function.is_queued:  # what is in a queue too often is put there by the queue itself
        return
    is_told = function.inserted or function.dispatches
    starter = resources[f"{function.title}{'Source' if is_told else 'Invocation'}"]["Properties"]
    assert starter["DestinationConfig"] == {"OnFailure": {"Destination": kept}}
    assert any(statement.get("Resource") == kept for statement in statements(resources, function))


@pytest.mark.parametrize("function", [functions.SWEEP, functions.SETTLING_SWEEP, functions.TIME_CLOCK], ids=ids)
def test_the_sweep_runs_every_minute(resources: Resources, function: Function) -> None:
    rule = resources[f"{function.title}Rule"]["Properties"]
    assert rule["ScheduleExpression"] == "rate(1 minute)"
    assert rule["Targets"][0]["Arn"] == {"Ref": function.alias}


def test_the_money_clock_ticks_every_quarter_of_an_hour(resources: Resources) -> None:
    assert resources["MoneyClockRule"]["Properties"]["ScheduleExpression"] == "rate(15 minutes)"
    assert resources["MoneyClock"]["Properties"]["Timeout"] < 15 * 60


@pytest.mark.parametrize(("title", "begins"), [("Outbox", outbox._AT_ONCE_SECONDS), ("Sweep", outbox._SWEEP_SECONDS)])
def test_no_worker_is_ended_between_sending_and_marking(resources: Resources, title: str, begins: int) -> None:
    """M-02: the last message that it begins has the time of the worst sending."""
    assert resources[title]["Properties"]["Timeout"] >= begins + claiming.WORST_SECONDS
    assert claiming.WORST_SECONDS < claiming.LEASE_SECONDS


def test_what_becomes_of_mails_is_told_to_the_feedback_function_alone(resources: Resources) -> None:
    """M-11, M-13: over TLS or not at all. Who is written to no more we say ourselves, for each organisation: SES's list
    is one for all."""
    told = resources["MailEvents"]["Properties"]
    assert told["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}
    assert told["ReputationOptions"] == {"ReputationMetricsEnabled": True}
    assert told["SuppressionOptions"] == {"SuppressedReasons": []}
    events = resources["MailEventsTold"]["Properties"]["EventDestination"]
    assert events["SnsDestination"] == {"TopicARN": {"Ref": "Feedback"}}
    assert {"bounce", "complaint"} <= set(events["MatchingEventTypes"])
    assert variables_told(resources, "FOYER_FEEDBACK_TOPICS") == {"feedback"}
    assert variables_told(resources, "FOYER_MAIL_EVENTS") == {"code_sender", "outbox", "sweep"}
    function = functions.FEEDBACK
    for topic in function.topics:
        subscription = resources[f"{function.title}{topic}Subscription"]["Properties"]
        assert subscription == {
            "TopicArn": {"Ref": topic}, "Protocol": "lambda", "Endpoint": {"Ref": function.alias},
        }  # fmt: skip
        assert resources[f"{function.title}{topic}Permission"]["Properties"]["SourceArn"] == {"Ref": topic}
