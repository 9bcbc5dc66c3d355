"""The CloudFormation template: `resources.yaml`, with the functions and the API's routes put in."""

import hashlib
import json
from pathlib import Path
from typing import Any

import yaml

from chalicelib.entry.dispatcher import ROUTES, Wanted
from chalicelib.settings import number_keys_parameter, pepper_parameter, stripe_parameters
from infra import alarms, api
from infra.dependencies import TAG
from infra.functions import FUNCTIONS, Function, StripeSecret
from infra.stages import Stage

_RESOURCES = Path(__file__).with_name("resources.yaml")
_LAMBDA = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
_DAY = 24 * 3600
_FORTNIGHT = 14 * _DAY
_RETRIES = 3
_AT_ONCE = 2
"""How many of a function may work off its queue at once: the least that there is, for new accounts have ten in all."""
_WITHOUT_WAITING = 10
"""Messages that a queue hands over without having waited for more."""


def make(stage: Stage, asset_version: str) -> dict[str, Any]:
    """The whole template of a stage; `asset_version` is that of the packaged static files."""
    template: dict[str, Any] = yaml.safe_load(_RESOURCES.read_text())
    resources = template["Resources"]
    template["Parameters"]["Stage"]["Default"] = stage.name
    template["Parameters"]["PepperParameter"]["Default"] = pepper_parameter(stage.name)
    template["Parameters"]["NumberKeysParameter"]["Default"] = number_keys_parameter(stage.name)
    template["Parameters"]["StripeParameters"]["Default"] = stripe_parameters(stage.name)
    template["Outputs"]["Address"]["Value"] = _address(stage)
    for function in FUNCTIONS:
        resources |= _function(stage, function)
    resources |= alarms.make({function.name: stage.of(function).lambda_timeout for function in FUNCTIONS})
    _describe_api(resources, stage, asset_version)
    return template


def _address(stage: Stage) -> dict[str, Any]:
    own = {"Fn::Sub": f"https://${{Api}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{stage.path}"}
    return {"Fn::If": ["HasBaseUrl", {"Ref": "BaseUrl"}, own]}


def _describe_api(resources: dict[str, Any], stage: Stage, asset_version: str) -> None:
    """Adds the routes, and a deployment under a name that changes with them: only a new one goes live."""
    base_path = {"Fn::If": ["HasBaseUrl", "", f"/{stage.path}"]}
    described = api.body(asset_version, base_path)
    name = f"Deployment{hashlib.sha256(json.dumps(described).encode()).hexdigest()[:12]}"
    resources["Api"]["Properties"] |= {"Body": described, "BinaryMediaTypes": api.ALL_TYPES}
    resources["ApiStage"]["Properties"] |= {"DeploymentId": {"Ref": name}, "StageName": stage.path}
    resources[name] = {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": {"Ref": "Api"}}}


def _function(stage: Stage, function: Function) -> dict[str, Any]:
    """A function with its role, its log, and what starts it."""
    config = stage.of(function)
    name = {"Fn::Sub": function.deployed_name}
    resources: dict[str, Any] = {
        function.title: {
            "Type": "AWS::Lambda::Function",
            "DependsOn": [f"{function.title}Logs"],
            "Properties": {
                "FunctionName": name,
                "Handler": function.handler,
                "Runtime": f"python{TAG}",
                "Architectures": [stage.architecture],
                "MemorySize": config.lambda_memory_size,
                "Timeout": config.lambda_timeout,
                "Code": {"S3Bucket": {"Ref": "CodeBucket"}, "S3Key": {"Ref": function.package.parameter}},
                "Role": {"Fn::GetAtt": [f"{function.title}Role", "Arn"]},
                "Environment": {"Variables": _environment(stage, function)},
            },
        },
        f"{function.title}Role": _role(stage, function),
        f"{function.title}Logs": {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {
                "LogGroupName": {"Fn::Sub": f"/aws/lambda/{function.deployed_name}"},
                "RetentionInDays": config.log_retention_in_days,
            },
        },
    }
    return resources | (_web(function) if function.web else _worker(function, config.lambda_timeout))


def _environment(stage: Stage, function: Function) -> dict[str, Any]:
    """Names and addresses, no secrets; where secrets and files are, only for functions that have a right to them."""
    pepper = {"FOYER_PEPPER_PARAMETER": {"Ref": "PepperParameter"}} if function.reads_pepper else {}
    numbers = {"FOYER_NUMBER_KEYS_PARAMETER": {"Ref": "NumberKeysParameter"}} if function.reads_numbers else {}
    files = {"FOYER_FILES_BUCKET": {"Ref": "Files"}} if function.keeps_files else {}
    vault = {"FOYER_VAULT_BUCKET": {"Ref": "Vault"}} if function.opens_vault else {}
    mails = {"FOYER_MAIL_BUCKET": {"Ref": "Mails"}} if function.takes_mail else {}
    stripe = {"FOYER_STRIPE_PARAMETERS": {"Ref": "StripeParameters"}} if function.reads_stripe else {}
    queues = {"FOYER_QUEUES": _queues()} if function.dispatches else {}
    live = {"FOYER_LIVE_PAYMENTS": {"Ref": "LivePayments"}} if function.reads_stripe is StripeSecret.KEY else {}
    return {
        "FOYER_STAGE": {"Ref": "Stage"},
        "FOYER_TABLE": {"Ref": "Table"},
        "FOYER_BASE_URL": _address(stage),
        "FOYER_MAIL_FROM": {"Ref": "MailFrom"},
        "FOYER_INBOUND_DOMAIN": {"Ref": "InboundDomain"},
        "FOYER_DEFAULT_ORGANISATION": {"Ref": "DefaultOrganisation"},
        **pepper,
        **numbers,
        **files,
        **vault,
        **mails,
        **stripe,
        **live,
        **queues,
    }


def _queues() -> dict[str, Any]:
    """Addresses of the queues, as JSON: what Ref tells of a queue is its address."""
    titles = {function.name: f"${{{function.title}Queue}}" for function in FUNCTIONS if function.is_queued}
    return {"Fn::Sub": json.dumps(titles)}


def _role(stage: Stage, function: Function) -> dict[str, Any]:
    log = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": {"Fn::GetAtt": [f"{function.title}Logs", "Arn"]},
    }
    policy = {"Version": "2012-10-17", "Statement": [log, *stage.rights(function)]}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [_LAMBDA]},
            "Policies": [{"PolicyName": function.name, "PolicyDocument": policy}],
        },
    }


def _web(function: Function) -> dict[str, Any]:
    api_of_stage = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*"
    return {f"{function.title}Permission": _permission(function, "apigateway.amazonaws.com", {"Fn::Sub": api_of_stage})}


def _worker(function: Function, timeout: int) -> dict[str, Any]:
    """What starts a worker, and the queue where what it could not do is kept for a person (M-06, M-07)."""
    return {f"{function.title}Failures": _queue(timeout), **_started(function, timeout)}


def _queue(timeout: int, **more: Any) -> dict[str, Any]:
    """A queue for a function with this time-out."""
    told = {"MessageRetentionPeriod": _FORTNIGHT, "VisibilityTimeout": 6 * timeout, "SqsManagedSseEnabled": True}
    return {"Type": "AWS::SQS::Queue", "Properties": told | more}


def _started(function: Function, timeout: int) -> dict[str, Any]:
    if function.is_queued:
        return _queued(function, timeout)
    if function.inserted or function.dispatches:
        return _stream(function)
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
            "FunctionName": {"Ref": function.title},
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
    dead = {"deadLetterTargetArn": _arn(f"{function.title}Failures"), "maxReceiveCount": _RETRIES + 1}
    source = {
        "FunctionName": {"Ref": function.title},
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
    arn = {"Fn::GetAtt": [function.title, "Arn"]}
    rule = {"ScheduleExpression": function.every, "Targets": [{"Id": function.name, "Arn": arn}]}
    invoked = {
        "FunctionName": {"Ref": function.title},
        "Qualifier": "$LATEST",
        "MaximumRetryAttempts": 0,
        "MaximumEventAgeInSeconds": 60,
        "DestinationConfig": _failures(function),
    }
    by_rule = {"Fn::GetAtt": [f"{function.title}Rule", "Arn"]}
    return {
        f"{function.title}Rule": {"Type": "AWS::Events::Rule", "Properties": rule},
        f"{function.title}Permission": _permission(function, "events.amazonaws.com", by_rule),
        f"{function.title}Invocation": {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": invoked},
    }


def _mail(function: Function) -> dict[str, Any]:
    """The mail service's right to start it; the rule that does stands among the resources. Twice more if it fails."""
    rules = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:receipt-rule-set/foyer-${Stage}"
    rule = {"Fn::Sub": f"{rules}:receipt-rule/answers"}
    invoked = {
        "FunctionName": {"Ref": function.title},
        "Qualifier": "$LATEST",
        "MaximumRetryAttempts": 2,
        "DestinationConfig": _failures(function),
    }
    return {
        f"{function.title}Permission": _permission(function, "ses.amazonaws.com", rule),
        f"{function.title}Invocation": {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": invoked},
    }


def _permission(function: Function, service: str, source: dict[str, Any]) -> dict[str, Any]:
    told = {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Ref": function.title},
        "Principal": service,
        "SourceArn": source,
    }
    return {"Type": "AWS::Lambda::Permission", "Properties": told}
