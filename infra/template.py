"""The CloudFormation template: `resources.yaml`, with the functions and the API's routes put in."""

import hashlib
import json
from pathlib import Path
from typing import Any

import yaml

from chalicelib.settings import number_keys_parameter, pepper_parameter, stripe_parameters
from infra import alarms, api
from infra.dependencies import TAG
from infra.functions import FUNCTIONS, Function, StripeSecret
from infra.stages import Stage

_RESOURCES = Path(__file__).with_name("resources.yaml")
_LAMBDA = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
_FORTNIGHT = 14 * 24 * 3600
_RETRIES = 3


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
    }


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
    queue = {
        "Type": "AWS::SQS::Queue",
        "Properties": {
            "MessageRetentionPeriod": _FORTNIGHT,
            "VisibilityTimeout": 6 * timeout,
            "SqsManagedSseEnabled": True,
        },
    }
    started = (
        _stream(function) if function.inserted else _mail(function) if function.takes_mail else _schedule(function)
    )
    return {f"{function.title}Failures": queue, **started}


def _failures(function: Function) -> dict[str, Any]:
    return {"OnFailure": {"Destination": {"Fn::GetAtt": [f"{function.title}Failures", "Arn"]}}}


def _stream(function: Function) -> dict[str, Any]:
    wanted = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": [function.inserted]}}}}
    source = {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "FunctionName": {"Ref": function.title},
            "EventSourceArn": {"Fn::GetAtt": ["Table", "StreamArn"]},
            "StartingPosition": "TRIM_HORIZON",
            "BatchSize": 10,
            "ParallelizationFactor": function.parallel,
            "FilterCriteria": {"Filters": [{"Pattern": json.dumps(wanted)}]},
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": _RETRIES,
            "MaximumRecordAgeInSeconds": function.oldest_seconds,
            "DestinationConfig": _failures(function),
        },
    }
    return {f"{function.title}Source": source}


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
