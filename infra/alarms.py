"""Alarms: one for each way in which something can stay broken without anybody seeing it (L-08)."""

from collections.abc import Sequence
from typing import Any

from infra.functions import (
    CODE_SENDER,
    DISPATCHER,
    FUNCTIONS,
    MONEY_CLOCK,
    OUTBOX,
    SETTLING,
    SETTLING_SWEEP,
    SWEEP,
    TIME_CLOCK,
    Function,
)

_MINUTES = 60
_OWN = {"Fn::Sub": "Foyer/${Stage}"}
_WATCHED = {
    "CodesFail": (CODE_SENDER,),
    "MessagesFail": (DISPATCHER, OUTBOX, SWEEP),
    "ClocksFail": (TIME_CLOCK, SETTLING, SETTLING_SWEEP),
}
"""Workers without which nothing goes on, together: CloudFormation watches five alarms at most."""
ROLLBACK = ("PagesFail", *_WATCHED, "MoneyClockFails")
"""Alarms that put a deployment back while it is watched (docs/decisions/0108)."""
_TABLE_OPERATIONS = ("GetItem", "BatchGetItem", "Query", "UpdateItem", "TransactWriteItems")
_LATE_SECONDS = 5 * _MINUTES
_BULK_LATE_SECONDS = 60 * _MINUTES
"""What a run writes to thousands takes its time: 50,000 mails in an hour at SES's usual rate."""
_FEW_CODES = 20
"""Of so few within a quarter of an hour some may well be mistyped."""


def make(timeouts: dict[str, int]) -> dict[str, dict[str, Any]]:
    """All alarms by logical name; `timeouts` are the functions' limits in seconds."""
    alarms = {**_of_deployment(), **_of_money(), **_of_table(), **_of_update()}
    for function in FUNCTIONS:
        alarms |= _of_function(function, timeouts[function.name])
    return alarms


def _of_function(function: Function, timeout: int) -> dict[str, dict[str, Any]]:
    here = {"FunctionName": {"Ref": function.title}}
    alarms = {
        f"{function.title}Errors": _alarm("AWS/Lambda", "Errors", here),
        f"{function.title}Throttles": _alarm("AWS/Lambda", "Throttles", here),
        f"{function.title}Slow": _alarm(
            "AWS/Lambda", "Duration", here, above=_slow(function, timeout), statistic="p95", minutes=15
        ),
    }
    if function.inserted or function.dispatches:
        alarms[f"{function.title}Late"] = _alarm(
            "AWS/Lambda", "IteratorAge", here, above=_LATE_SECONDS * 1000, statistic="Maximum"
        )
    if function.is_queued:
        waiting = {"QueueName": {"Fn::GetAtt": [f"{function.title}Queue", "QueueName"]}}
        alarms[f"{function.title}Late"] = _alarm(
            "AWS/SQS", "ApproximateAgeOfOldestMessage", waiting, above=_LATE_SECONDS, statistic="Maximum"
        )
    if not function.web:
        queue = {"QueueName": {"Fn::GetAtt": [f"{function.title}Failures", "QueueName"]}}
        alarms[f"{function.title}Undelivered"] = _alarm(
            "AWS/SQS", "ApproximateNumberOfMessagesVisible", queue, statistic="Maximum"
        )
    return alarms


def _slow(function: Function, timeout: int) -> float:
    """Milliseconds: half of what a run may take, or of what it may take beyond the time that it works by itself."""
    return (function.works_seconds + timeout) * 1000 / 2


def _of_deployment() -> dict[str, dict[str, Any]]:
    api = {"ApiName": {"Fn::Sub": "foyer-${Stage}"}}
    return {
        "ApiFailures": _alarm("AWS/ApiGateway", "5XXError", api),
        "ApiSlow": _alarm("AWS/ApiGateway", "Latency", api, above=3000, statistic="p95", minutes=15),
        "CodesNotSent": _alarm(_OWN, "CodesFailed", {}),
        "CodesGuessed": _codes_guessed(),
        "MessagesGivenUp": _alarm(_OWN, "MessagesParked", {}),
        "MessagesLate": _alarm(_OWN, "OutboxAge", {"lane": "prompt"}, above=_LATE_SECONDS, statistic="Maximum"),
        "BulkMessagesLate": _alarm(_OWN, "OutboxAge", {"lane": "bulk"}, above=_BULK_LATE_SECONDS, statistic="Maximum"),
        "NoticesForged": _alarm(_OWN, "NoticesForged", {}),
        "StripeEventsLate": _alarm(_OWN, "StripeEventsAge", {}, above=_LATE_SECONDS, statistic="Maximum"),
        "BooksDiffer": _alarm(_OWN, "BooksDiffer", {}, minutes=15),
        "FunctionsAtOnce": _alarm(
            "AWS/Lambda", "ConcurrentExecutions", {}, above={"Ref": "ConcurrencyAlarm"}, statistic="Maximum"
        ),
        "FirewallBlocks": {"Condition": "HasFirewall"}
        | _alarm("AWS/WAFV2", "BlockedRequests", _firewall(), above=1000),
        "MailBounces": _alarm("AWS/SES", "Reputation.BounceRate", {}, above=0.02, statistic="Maximum", minutes=60),
        "MailComplaints": _alarm(
            "AWS/SES", "Reputation.ComplaintRate", {}, above=0.0005, statistic="Maximum", minutes=60
        ),
    }


def _firewall() -> dict[str, Any]:
    return {"WebACL": {"Fn::Sub": "foyer-${Stage}"}, "Region": {"Ref": "AWS::Region"}, "Rule": "ALL"}


def _of_money() -> dict[str, dict[str, Any]]:
    """Of what can become dear: texts, and a table that is read or written as never before."""
    table = {"TableName": {"Ref": "Table"}}
    return {
        "TextsCostMuch": _alarm(
            "AWS/SNS", "SMSMonthToDateSpentUSD", {}, above={"Ref": "SmsAlarmUsd"}, statistic="Maximum", minutes=60
        ),
        "TableReadMuch": _alarm("AWS/DynamoDB", "ConsumedReadCapacityUnits", table, above={"Ref": "ReadsAlarm"}),
        "TableWrittenMuch": _alarm("AWS/DynamoDB", "ConsumedWriteCapacityUnits", table, above={"Ref": "WritesAlarm"}),
    }


def _of_table() -> dict[str, dict[str, Any]]:
    table = {"TableName": {"Ref": "Table"}}
    return {
        "TableReadsThrottled": _alarm("AWS/DynamoDB", "ReadThrottleEvents", table),
        "TableWritesThrottled": _alarm("AWS/DynamoDB", "WriteThrottleEvents", table),
        **{
            f"Table{operation}Failures": _alarm("AWS/DynamoDB", "SystemErrors", {**table, "Operation": operation})
            for operation in _TABLE_OPERATIONS
        },
    }


def _of_update() -> dict[str, dict[str, Any]]:
    """Of a deployment that is watched after it was made: pages or workers that fail put it back."""
    api = {"ApiName": {"Fn::Sub": "foyer-${Stage}"}}
    return {
        "PagesFail": _silent(_alarm("AWS/ApiGateway", "5XXError", api, above=3, minutes=1), periods=3),
        **{name: _silent(_errors_of(together), periods=3) for name, together in _WATCHED.items()},
        # It runs four times an hour: one failure is all that there is to see.
        "MoneyClockFails": _silent(_errors_of((MONEY_CLOCK,)), periods=1),
    }


def _errors_of(functions: Sequence[Function]) -> dict[str, Any]:
    """Rings when one of these functions fails within a minute. Whatever is reckoned with costs as an alarm does."""
    if len(functions) == 1:
        return _alarm("AWS/Lambda", "Errors", {"FunctionName": {"Ref": functions[0].title}}, minutes=1)
    errors = {
        function.name: _metric("AWS/Lambda", "Errors", {"FunctionName": {"Ref": function.title}}, minutes=1)
        for function in functions
    }
    return _reckoned(" + ".join(f"FILL({name}, 0)" for name in errors), errors, above=1)


def _codes_guessed() -> dict[str, Any]:
    """Rings when half of many codes that are typed are wrong: somebody guesses, or codes are broken."""
    tried, wrong = (_metric(_OWN, name, {}, minutes=15) for name in ("CodesTried", "CodesWrong"))
    ratio = f"IF(FILL(tried, 0) >= {_FEW_CODES}, FILL(wrong, 0) / tried, 0)"
    return _reckoned(ratio, {"tried": tried, "wrong": wrong}, above=0.5)


def _silent(alarm: dict[str, Any], *, periods: int) -> dict[str, Any]:
    """An alarm that tells nobody: it rings when all but one of so many periods, or the only one, are bad."""
    kept = {name: value for name, value in alarm["Properties"].items() if not name.endswith("Actions")}
    rings = {"EvaluationPeriods": periods, "DatapointsToAlarm": max(1, periods - 1)}
    return {"Type": alarm["Type"], "Properties": kept | rings}


def _metric(namespace: Any, name: str, dimensions: dict[str, Any], *, minutes: int) -> dict[str, Any]:
    """A sum that an alarm reckons with."""
    told = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": told}
    return {"Metric": metric, "Period": minutes * _MINUTES, "Stat": "Sum"}


def _reckoned(expression: str, metrics: dict[str, dict[str, Any]], *, above: float) -> dict[str, Any]:
    """An alarm when what is reckoned of several metrics, each by its name, reaches `above`."""
    told = [
        {"Id": "reckoned", "Expression": expression, "ReturnData": True},
        *({"Id": name, "MetricStat": metric, "ReturnData": False} for name, metric in metrics.items()),
    ]
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": told, **_ringing(above)}}


def _alarm(
    namespace: Any,
    metric: str,
    dimensions: dict[str, Any],
    *,
    above: Any = 1,
    statistic: str = "Sum",
    minutes: int = 5,
) -> dict[str, Any]:
    """An alarm when `metric` reaches `above` within `minutes`; it tells the topic when it begins and ends."""
    kind = "ExtendedStatistic" if statistic.startswith("p") else "Statistic"
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "Namespace": namespace,
            "MetricName": metric,
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
            kind: statistic,
            "Period": minutes * _MINUTES,
            **_ringing(above),
        },
    }


def _ringing(above: Any) -> dict[str, Any]:
    """When an alarm rings, and whom it tells."""
    topic = [{"Fn::If": ["OwnAlarmTopic", {"Ref": "Alarms"}, {"Ref": "AlarmTopic"}]}]
    return {
        "EvaluationPeriods": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "Threshold": above,
        "TreatMissingData": "notBreaching",
        "AlarmActions": topic,
        "OKActions": topic,
    }
