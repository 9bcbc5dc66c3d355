"""Alarms: one for each way in which something can stay broken without anybody seeing it (L-08)."""

from typing import Any

from infra.functions import FUNCTIONS, Function

_MINUTES = 60
_TABLE_OPERATIONS = ("GetItem", "BatchGetItem", "Query", "UpdateItem", "TransactWriteItems")


def make(timeouts: dict[str, int]) -> dict[str, dict[str, Any]]:
    """All alarms by logical name; `timeouts` are the functions' limits in seconds."""
    alarms = {**_of_deployment(), **_of_table()}
    for function in FUNCTIONS:
        alarms |= _of_function(function, timeouts[function.name])
    return alarms


def _of_function(function: Function, timeout: int) -> dict[str, dict[str, Any]]:
    here = {"FunctionName": {"Ref": function.title}}
    alarms = {
        f"{function.title}Errors": _alarm("AWS/Lambda", "Errors", here),
        f"{function.title}Throttles": _alarm("AWS/Lambda", "Throttles", here),
        f"{function.title}Slow": _alarm(
            "AWS/Lambda", "Duration", here, above=timeout * 1000 / 2, statistic="p95", minutes=15
        ),
    }
    if function.inserted or function.dispatches:
        alarms[f"{function.title}Late"] = _alarm(
            "AWS/Lambda", "IteratorAge", here, above=5 * 60_000, statistic="Maximum"
        )
    if function.is_queued:
        waiting = {"QueueName": {"Fn::GetAtt": [f"{function.title}Queue", "QueueName"]}}
        alarms[f"{function.title}Late"] = _alarm(
            "AWS/SQS", "ApproximateAgeOfOldestMessage", waiting, above=15 * 60, statistic="Maximum"
        )
    if not function.web:
        queue = {"QueueName": {"Fn::GetAtt": [f"{function.title}Failures", "QueueName"]}}
        alarms[f"{function.title}Undelivered"] = _alarm(
            "AWS/SQS", "ApproximateNumberOfMessagesVisible", queue, statistic="Maximum"
        )
    return alarms


def _of_deployment() -> dict[str, dict[str, Any]]:
    own = {"Fn::Sub": "Foyer/${Stage}"}
    api = {"ApiName": {"Fn::Sub": "foyer-${Stage}"}}
    return {
        "ApiFailures": _alarm("AWS/ApiGateway", "5XXError", api),
        "CodesNotSent": _alarm(own, "CodesFailed", {}),
        "MessagesGivenUp": _alarm(own, "MessagesParked", {}),
        "MailBounces": _alarm("AWS/SES", "Reputation.BounceRate", {}, above=0.02, statistic="Maximum", minutes=60),
        "MailComplaints": _alarm(
            "AWS/SES", "Reputation.ComplaintRate", {}, above=0.0005, statistic="Maximum", minutes=60
        ),
        "TextsCostMuch": _alarm(
            "AWS/SNS", "SMSMonthToDateSpentUSD", {}, above={"Ref": "SmsAlarmUsd"}, statistic="Maximum", minutes=60
        ),
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
    topic = {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]}
    kind = "ExtendedStatistic" if statistic.startswith("p") else "Statistic"
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "Namespace": namespace,
            "MetricName": metric,
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
            kind: statistic,
            "Period": minutes * _MINUTES,
            "EvaluationPeriods": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "Threshold": above,
            "TreatMissingData": "notBreaching",
            "AlarmActions": topic,
            "OKActions": topic,
        },
    }
