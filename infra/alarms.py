"""Alarms: one for each way in which something can stay broken without anybody seeing it (L-08)."""

from typing import Any

from infra.functions import CODE_SENDER, DISPATCHER, FUNCTIONS, OUTBOX, SETTLING, Function

_MINUTES = 60
_WATCHED = (CODE_SENDER, DISPATCHER, OUTBOX, SETTLING)
"""Workers without which nothing goes on; CloudFormation watches five alarms at most."""
ROLLBACK = ("PagesFail", *(f"{function.title}Fails" for function in _WATCHED))
"""Alarms that put a deployment back while it is watched (docs/decisions/0108)."""
_TABLE_OPERATIONS = ("GetItem", "BatchGetItem", "Query", "UpdateItem", "TransactWriteItems")


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
        "ApiSlow": _alarm("AWS/ApiGateway", "Latency", api, above=3000, statistic="p95", minutes=15),
        "CodesNotSent": _alarm(own, "CodesFailed", {}),
        "MessagesGivenUp": _alarm(own, "MessagesParked", {}),
        "MessagesLate": _alarm(own, "OutboxAge", {}, above=5 * _MINUTES, statistic="Maximum"),
        "StripeEventsLate": _alarm(own, "StripeEventsAge", {}, above=5 * _MINUTES, statistic="Maximum"),
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
        "PagesFail": _twice("AWS/ApiGateway", "5XXError", api, above=3),
        **{
            f"{function.title}Fails": _twice("AWS/Lambda", "Errors", {"FunctionName": {"Ref": function.title}}, above=1)
            for function in _WATCHED
        },
    }


def _twice(namespace: str, metric: str, dimensions: dict[str, Any], *, above: int) -> dict[str, Any]:
    """An alarm that tells nobody: it rings when a metric reaches `above` in two of three minutes."""
    told = _alarm(namespace, metric, dimensions, above=above, minutes=1)["Properties"]
    silent = {name: value for name, value in told.items() if not name.endswith("Actions")}
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": silent | {"EvaluationPeriods": 3, "DatapointsToAlarm": 2}}


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
    topic = [{"Fn::If": ["OwnAlarmTopic", {"Ref": "Alarms"}, {"Ref": "AlarmTopic"}]}]
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
