"""Alarms and the dashboard: whatever can stay broken is heard of, and seen (L-08)."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.data.outbox import Lane
from chalicelib.entry import moving_clock, outbox, privacy_clock, webhooks
from chalicelib.web import metrics
from infra import alarms, changing, functions
from infra.build import ROOT
from infra.functions import FUNCTIONS, Function
from tests.infra.templated import (
    WORKERS,
    Resources,
    ids,
    of_type,
)


def _watched(resources: Resources) -> Iterator[tuple[str, str]]:
    """Metrics that alarms look at which tell somebody, with what they are of."""
    for name, alarm in of_type(resources, "AWS::CloudWatch::Alarm").items():
        if name not in alarms.ROLLBACK:
            yield from _metrics(alarm)


def _metrics(alarm: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for told in (each["MetricStat"]["Metric"] for each in alarm.get("Metrics", ()) if "MetricStat" in each):
        yield from _metrics(told)
    if "MetricName" in alarm:
        yield alarm["MetricName"], "".join(json.dumps(row["Value"]) for row in alarm["Dimensions"])


@pytest.mark.parametrize("function", FUNCTIONS, ids=ids)
def test_alarms_watch_every_function(resources: Resources, function: Function) -> None:
    """L-08."""
    watched = list(_watched(resources))
    reads = function.inserted or function.dispatches
    for metric in ("Errors", "Throttles", "Duration", *(("IteratorAge",) if reads else ())):
        assert (metric, json.dumps({"Ref": function.title})) in watched
    if function.is_queued:
        waiting = json.dumps({"Fn::GetAtt": [f"{function.title}Queue", "QueueName"]})
        assert ("ApproximateAgeOfOldestMessage", waiting) in watched
    if not function.web:
        queue = json.dumps({"Fn::GetAtt": [f"{function.title}Failures", "QueueName"]})
        assert ("ApproximateNumberOfMessagesVisible", queue) in watched


def test_alarms_watch_what_functions_depend_on(resources: Resources) -> None:
    """L-08."""
    metrics = {metric for metric, _ in _watched(resources)}
    assert {
        "5XXError", "ReadThrottleEvents", "WriteThrottleEvents", "SystemErrors", "Reputation.BounceRate",
        "Reputation.ComplaintRate", "SMSMonthToDateSpentUSD", "CodesFailed", "MessagesParked", "NoticesForged",
        "StripeEventsAge", "BooksDiffer", "CodesTried", "CodesWrong",
    } <= metrics  # fmt: skip


def test_a_deployment_is_put_back_by_alarms_that_there_are(template: dict[str, Any]) -> None:
    """CloudFormation watches five at most, and takes no others."""
    told = template["Metadata"]["Foyer"]["RollbackAlarms"]
    assert told == list(alarms.ROLLBACK)
    assert len(told) <= 5
    for name in told:
        assert template["Resources"][name]["Type"] == "AWS::CloudWatch::Alarm"


def test_a_deployment_is_put_back_by_pages_and_by_whatever_sends_settles_or_keeps_time(resources: Resources) -> None:
    """A version under which the clocks fail is as bad as one under which pages do, and shows later."""
    watched = {of for name in alarms.ROLLBACK for metric, of in _metrics(resources[name]["Properties"])}
    workers = (
        functions.CODE_SENDER, functions.DISPATCHER, functions.OUTBOX, functions.SWEEP, functions.SETTLING,
        functions.SETTLING_SWEEP, functions.TIME_CLOCK, functions.MONEY_CLOCK,
    )  # fmt: skip
    assert {json.dumps({"Ref": function.title}) for function in workers} <= watched


def test_the_clock_of_money_comes_round_while_a_deployment_is_watched(resources: Resources) -> None:
    """It runs four times an hour: it has to have run once, and its one failure has to be enough."""
    (minutes,) = re.findall(r"rate\((\d+) minutes\)", functions.MONEY_CLOCK.every)
    assert int(minutes) < changing._WATCHED_MINUTES
    told = resources["MoneyClockFails"]["Properties"]
    assert (told["EvaluationPeriods"], told["DatapointsToAlarm"], told["Threshold"]) == (1, 1, 1)
    for name in set(alarms.ROLLBACK) - {"MoneyClockFails"}:
        told = resources[name]["Properties"]
        assert (told["EvaluationPeriods"], told["DatapointsToAlarm"]) == (3, 2), "one hiccup puts nothing back"


def test_what_is_reckoned_counts_a_function_that_did_not_run_as_none(resources: Resources) -> None:
    """CloudWatch has no figure of a function that nobody called, and a sum with none in it is none."""
    for alarm in of_type(resources, "AWS::CloudWatch::Alarm").values():
        for told in (each for each in alarm.get("Metrics", ()) if "Expression" in each):
            names = {each["Id"] for each in alarm["Metrics"] if "MetricStat" in each}
            assert names <= set(re.findall(r"FILL\((\w+), 0\)", told["Expression"]))
            assert told["ReturnData"] is True


def test_each_alarm_reaches_somebody(resources: Resources) -> None:
    """L-08: a topic of the deployment's own, unless it was told of another; those that put it back ring at once."""
    topic = [{"Fn::If": ["OwnAlarmTopic", {"Ref": "Alarms"}, {"Ref": "AlarmTopic"}]}]
    for name, alarm in of_type(resources, "AWS::CloudWatch::Alarm").items():
        if name not in alarms.ROLLBACK:
            assert alarm["AlarmActions"] == alarm["OKActions"] == topic, name
        assert alarm["TreatMissingData"] == "notBreaching"


_THRESHOLDS = {
    "MessagesLate": 300, "StripeEventsLate": 300, "OutboxLate": 300, "BulkMessagesLate": 3600, "NoticesForged": 1,
    "BooksDiffer": 1, "CodesGuessed": 0.5, "DispatcherLate": 300_000,
    "MailBounces": 0.02, "MailComplaints": 0.0005, "ApiSlow": 3000,
    "TextsCostMuch": {"Ref": "SmsAlarmUsd"}, "TableReadMuch": {"Ref": "ReadsAlarm"},
    "TableWrittenMuch": {"Ref": "WritesAlarm"}, "FunctionsAtOnce": {"Ref": "ConcurrencyAlarm"}, "FirewallBlocks": 1000,
}  # fmt: skip


@pytest.mark.parametrize("name", _THRESHOLDS)
def test_an_alarm_rings_before_it_hurts(resources: Resources, name: str) -> None:
    """L-08: SES looks closer at 5 % bounces and 0.1 % complaints; nothing waits for more than five minutes unseen."""
    assert resources[name]["Properties"]["Threshold"] == _THRESHOLDS[name]


def test_messages_of_both_lanes_are_watched_apart(resources: Resources) -> None:
    """M-12: ten thousand reminders take a quarter of an hour, and would ring for nothing at every large run."""
    lanes = {name: resources[name]["Properties"]["Dimensions"] for name in ("MessagesLate", "BulkMessagesLate")}
    assert lanes == {
        name: [{"Name": "lane", "Value": lane.name.lower()}]
        for name, lane in (("MessagesLate", Lane.PROMPT), ("BulkMessagesLate", Lane.BULK))
    }


def test_a_few_mistyped_codes_wake_nobody(resources: Resources) -> None:
    """L-08: half of what is typed is wrong, and it is many."""
    (told,) = (each for each in resources["CodesGuessed"]["Properties"]["Metrics"] if "Expression" in each)
    assert told["Expression"] == "IF(FILL(tried, 0) >= 20, FILL(wrong, 0) / tried, 0)"


@pytest.mark.parametrize("function", FUNCTIONS, ids=ids)
def test_a_run_that_ends_by_itself_is_not_called_slow(resources: Resources, function: Function) -> None:
    """L-08: half of its limit is slow, but for what works as long as there is time: that is half of what is left."""
    slow = resources[f"{function.title}Slow"]["Properties"]["Threshold"] / 1000
    limit = resources[function.title]["Properties"]["Timeout"]
    assert function.works_seconds < slow < limit
    assert function.works_seconds or slow == limit / 2


def test_what_works_as_long_as_there_is_time_says_for_how_long() -> None:
    told = {function.name: function.works_seconds for function in FUNCTIONS if function.works_seconds}
    assert told == {
        "sweep": outbox._SWEEP_SECONDS, "webhooks_sweep": webhooks._SWEEP_SECONDS,
        "privacy_clock": privacy_clock._BUDGET_SECONDS, "moving_clock": moving_clock._BUDGET_SECONDS,
    }  # fmt: skip


def test_the_record_says_what_all_alarms_cost(resources: Resources) -> None:
    """0112: each metric that an alarm looks at costs; whoever adds one says so."""
    every = of_type(resources, "AWS::CloudWatch::Alarm")
    looked_at = sum(len(list(_metrics(alarm))) for alarm in every.values())
    (record,) = (ROOT / "docs/decisions").glob("0112-*.md")
    usd = (looked_at - _FREE) / 10
    assert f"{len(every)} alarms on {looked_at} metrics, {usd:.2f} USD a month" in record.read_text()


_FREE = 10
"""Alarms that an account has for nothing."""


def test_the_dashboard_shows_what_there_is(resources: Resources) -> None:
    """L-08: every metric of ours, every function, every queue where something waits for a person."""
    body = resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    shown = [tuple(metric) for widget in json.loads(body)["widgets"] for metric in _keys(widget)]
    own = {name for namespace, name, *_ in shown if namespace == "Foyer/${Stage}"}
    assert own == {*metrics.NAMES, "CodesFailed"}
    for function in FUNCTIONS:
        assert ("AWS/Lambda", "Errors", "FunctionName", f"${{{function.title}}}") in shown
    for function in WORKERS:
        kept = f"${{{function.title}Failures.QueueName}}"
        assert ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", kept) in shown
    named = re.findall(r"\$\{(\w+)", body)
    assert set(named) <= {*resources, "Stage", "AWS"}


def _keys(widget: dict[str, Any]) -> Iterator[list[str]]:
    for metric in widget["properties"]["metrics"]:
        yield [word for word in metric if isinstance(word, str)]
