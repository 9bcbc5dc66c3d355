"""The dashboard: one page of figures for whoever looks after a deployment (L-08)."""

import json
from collections.abc import Sequence
from typing import Any

from infra.functions import FUNCTIONS, Function

_WIDE, _HIGH, _IN_A_ROW = 8, 6, 3
_PERIOD = 300
_OWN = "Foyer/${Stage}"
_API = "foyer-${Stage}"

Metric = list[Any]


def make() -> dict[str, Any]:
    """The dashboard; CloudFormation fills in the names of what is shown."""
    told = json.dumps({"start": "-P1D", "widgets": [_placed(*each) for each in enumerate(_graphs())]})
    return {
        "Type": "AWS::CloudWatch::Dashboard",
        "Properties": {"DashboardName": {"Fn::Sub": "foyer-${Stage}"}, "DashboardBody": {"Fn::Sub": told}},
    }


def _graphs() -> list[dict[str, Any]]:
    workers = [function for function in FUNCTIONS if not function.web]
    return [
        _graph("Requests and errors", [_api("Count"), _api("4XXError"), _api("5XXError")]),
        _graph("Answer times (ms)", [_api("Latency", "p50"), _api("Latency", "p95"), _api("Latency", "p99")]),
        _graph("Errors of functions", [_of(function, "Errors") for function in FUNCTIONS]),
        _graph("Messages", [
            _own(name) for name in ("MessagesSent", "MessagesPutOff", "MessagesSkipped", "MessagesParked")
        ]),
        _graph("What waits longest (s)", [
            *(_own("OutboxAge", "Maximum", lane=lane) for lane in ("prompt", "bulk")),
            _own("StripeEventsAge", "Maximum"),
        ]),
        _graph("Codes that were typed", [_own("CodesTried"), _own("CodesWrong")]),
        _graph("Codes, texts, mails that came back", [
            _own(name) for name in ("CodesFailed", "TextsSent", "MailsBounced", "MailsComplained", "NoticesForged")
        ]),
        _graph("Reminders and dunning", [_own("RemindersMade"), _own("DunningSteps")]),
        _graph("Payments that make themselves", [
            _own(name) for name in ("AutopayCharged", "AutopayRefused", "BooksDiffer")
        ]),
        _graph("Reputation of mails", [
            ["AWS/SES", "Reputation.BounceRate", {"stat": "Maximum"}],
            ["AWS/SES", "Reputation.ComplaintRate", {"stat": "Maximum"}],
        ]),
        _graph("What failed and waits for a person", [_kept(function) for function in workers]),
        _graph("Age of the stream (ms)", [
            _of(function, "IteratorAge", "Maximum") for function in workers if function.inserted or function.dispatches
        ]),
        _graph("Table, units", [_table("ConsumedReadCapacityUnits"), _table("ConsumedWriteCapacityUnits")]),
        _graph("Time of pages (ms, p95)", [_of(function, "Duration", "p95") for function in FUNCTIONS if function.web]),
        _graph("Functions at once", [["AWS/Lambda", "ConcurrentExecutions", {"stat": "Maximum"}]]),
        _graph("Texts, USD this month", [["AWS/SNS", "SMSMonthToDateSpentUSD", {"stat": "Maximum"}]]),
    ]  # fmt: skip


def _graph(title: str, metrics: Sequence[Metric]) -> dict[str, Any]:
    told = {"title": title, "region": "${AWS::Region}", "view": "timeSeries", "period": _PERIOD, "metrics": metrics}
    return {"type": "metric", "width": _WIDE, "height": _HIGH, "properties": told}


def _placed(number: int, graph: dict[str, Any]) -> dict[str, Any]:
    row, column = divmod(number, _IN_A_ROW)
    return {"x": column * _WIDE, "y": row * _HIGH, **graph}


def _api(metric: str, statistic: str = "Sum") -> Metric:
    return ["AWS/ApiGateway", metric, "ApiName", _API, {"stat": statistic}]


def _own(metric: str, statistic: str = "Sum", **dimensions: str) -> Metric:
    told = [word for pair in dimensions.items() for word in pair]
    return [_OWN, metric, *told, {"stat": statistic}]


def _of(function: Function, metric: str, statistic: str = "Sum") -> Metric:
    return ["AWS/Lambda", metric, "FunctionName", f"${{{function.title}}}", {"stat": statistic, "label": function.name}]


def _kept(function: Function) -> Metric:
    queue = f"${{{function.title}Failures.QueueName}}"
    told = {"stat": "Maximum", "label": function.name}
    return ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue, told]


def _table(metric: str) -> Metric:
    return ["AWS/DynamoDB", metric, "TableName", "${Table}", {"stat": "Sum"}]
