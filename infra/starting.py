"""What starts each function of a deployment: the API, the table's stream, a queue, a schedule, a mail, a topic.

Everything starts the version that is live (docs/decisions/0108), and keeps what failed for a person (M-06, M-07).
"""

import json
from typing import Any

from chalicelib.entry.dispatcher import ROUTES, Wanted
from infra.functions import LIVE, Function

_DAY = 24 * 3600
_FORTNIGHT = 14 * _DAY
_TRIES = 5
"""How often a queue hands a message over before it is kept (M-06)."""
_AT_ONCE = 2
"""How many of a function may work off its queue at once: the least that there is, for new accounts have ten in all."""
_WITHOUT_WAITING = 10
"""Messages that a queue hands over without having waited for more."""
_KEY_SECONDS = 3600
"""For how long a queue uses a data key before it asks for another."""


def of(function: Function, timeout: int) -> dict[str, Any]:
    """The resources that start `function`, whose time-out this is in seconds."""
    return _web(function) if function.web else _worker(function, timeout)


def _web(function: Function) -> dict[str, Any]:
    api_of_stage = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*"
    return {f"{function.title}Permission": _permission(function, "apigateway.amazonaws.com", {"Fn::Sub": api_of_stage})}


def _worker(function: Function, timeout: int) -> dict[str, Any]:
    """What starts a worker, and the queue where what it could not do is kept for a person (M-06, M-07)."""
    return {f"{function.title}Failures": _queue(timeout), **_started(function, timeout)}


def _queue(timeout: int, **more: Any) -> dict[str, Any]:
    """A queue for a function with this time-out."""
    told = {
        "MessageRetentionPeriod": _FORTNIGHT,
        "VisibilityTimeout": 6 * timeout,
        "KmsMasterKeyId": _under_the_key({"Ref": "Key"}),
        "KmsDataKeyReusePeriodSeconds": _under_the_key(_KEY_SECONDS),
    }
    return {"Type": "AWS::SQS::Queue", "Properties": told | more}


def _under_the_key(told: Any) -> dict[str, Any]:
    """What is told of a queue where it lies under the deployment's own key."""
    return {"Fn::If": ["UnderOwnKey", told, {"Ref": "AWS::NoValue"}]}


def _started(function: Function, timeout: int) -> dict[str, Any]:
    if function.is_queued:
        return _queued(function, timeout)
    if function.inserted or function.dispatches:
        return _stream(function)
    if function.topics:
        return _topics(function)
    return _mail(function) if function.takes_mail else _schedule(function)


def _failures(function: Function) -> dict[str, Any]:
    return {"OnFailure": {"Destination": _arn(f"{function.title}Failures")}}


def _arn(resource: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [resource, "Arn"]}


def _stream(function: Function) -> dict[str, Any]:
    """The table's stream; it may have two readers (docs/decisions/0068)."""
    source = {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "FunctionName": {"Ref": function.alias},
            "EventSourceArn": {"Fn::GetAtt": ["Table", "StreamArn"]},
            "StartingPosition": "TRIM_HORIZON",
            "BatchSize": function.batch,
            "ParallelizationFactor": function.parallel,
            "FilterCriteria": {"Filters": [{"Pattern": json.dumps(wanted)} for wanted in _wanted(function)]},
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": function.retries,
            "MaximumRecordAgeInSeconds": function.oldest_seconds,
            "DestinationConfig": _failures(function),
        },
    }
    return {f"{function.title}Source": source}


def _wanted(function: Function) -> list[dict[str, Any]]:
    """Patterns of the records that start a function that reads the stream; one that fits is enough."""
    routes = tuple(ROUTES.values()) if function.dispatches else (Wanted(new=function.inserted),)
    kinds = sorted(filter(None, (each.new for each in routes)))
    wanted: list[dict[str, Any]] = [{"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": kinds}}}}]
    if new := sorted(filter(None, (each.new_at for each in routes))):
        wanted.append({"eventName": ["INSERT"], "dynamodb": _beginning(new)})
    if written := sorted({beginning for each in routes for beginning in each.written}):
        wanted.append({"dynamodb": _beginning(written)})
    return wanted


def _beginning(prefixes: list[str]) -> dict[str, Any]:
    return {"Keys": {"sk": {"S": [{"prefix": each} for each in prefixes]}}}


def _queued(function: Function, timeout: int) -> dict[str, Any]:
    """A queue of its own: what fails is told again, and after a few times kept; the others' queues are not held up."""
    dead = {"deadLetterTargetArn": _arn(f"{function.title}Failures"), "maxReceiveCount": _TRIES}
    source = {
        "FunctionName": {"Ref": function.alias},
        "EventSourceArn": _arn(f"{function.title}Queue"),
        "BatchSize": function.batch,
        "MaximumBatchingWindowInSeconds": 1 if function.batch > _WITHOUT_WAITING else 0,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": _AT_ONCE},
    }
    return {
        f"{function.title}Queue": _queue(timeout, MessageRetentionPeriod=4 * _DAY, RedrivePolicy=dead),
        f"{function.title}Source": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": source},
    }


def _schedule(function: Function) -> dict[str, Any]:
    """A tick that failed is not tried again: the next one works out what is due anew (M-08)."""
    rule = {"ScheduleExpression": function.every, "Targets": [{"Id": function.name, "Arn": {"Ref": function.alias}}]}
    return {
        f"{function.title}Rule": {"Type": "AWS::Events::Rule", "Properties": rule},
        f"{function.title}Permission": _permission(function, "events.amazonaws.com", _arn(f"{function.title}Rule")),
        **_invoked(function, retries=0, MaximumEventAgeInSeconds=60),
    }


def _mail(function: Function) -> dict[str, Any]:
    """The mail service's right to start it; the rule that does stands among the resources. Twice more if it fails."""
    rules = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:receipt-rule-set/foyer-${Stage}"
    rule = {"Fn::Sub": f"{rules}:receipt-rule/answers"}
    return {
        f"{function.title}Permission": _permission(function, "ses.amazonaws.com", rule),
        **_invoked(function, retries=2),
    }


def _topics(function: Function) -> dict[str, Any]:
    """Subscriptions to topics, each of which alone may start it. Twice more if it fails."""
    resources = _invoked(function, retries=2)
    for topic in function.topics:
        told = {"TopicArn": {"Ref": topic}, "Protocol": "lambda", "Endpoint": {"Ref": function.alias}}
        resources[f"{function.title}{topic}Permission"] = _permission(function, "sns.amazonaws.com", {"Ref": topic})
        resources[f"{function.title}{topic}Subscription"] = {"Type": "AWS::SNS::Subscription", "Properties": told}
    return resources


def _invoked(function: Function, *, retries: int, **more: Any) -> dict[str, Any]:
    """What becomes of events that Lambda takes first and hands over later."""
    told = {
        "FunctionName": {"Ref": function.title},
        "Qualifier": LIVE,
        "MaximumRetryAttempts": retries,
        "DestinationConfig": _failures(function),
        **more,
    }
    live = {"Type": "AWS::Lambda::EventInvokeConfig", "DependsOn": [function.alias], "Properties": told}
    return {f"{function.title}Invocation": live}


def _permission(function: Function, service: str, source: dict[str, Any]) -> dict[str, Any]:
    told = {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Ref": function.alias},
        "Principal": service,
        "SourceArn": source,
    }
    return {"Type": "AWS::Lambda::Permission", "Properties": told}
