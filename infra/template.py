"""The CloudFormation template: what is written by hand, with the functions, the API's paths and the alarms put in."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from chalicelib.settings import number_keys_parameter, pepper_parameter, stripe_parameters
from infra import alarms, api, dashboard, parts, rights, starting, throttling
from infra.dependencies import TAG
from infra.functions import FUNCTIONS, LIVE, Function, StripeSecret
from infra.stages import Stage

_PARTS = ("resources.yaml", "word.yaml", "firewall.yaml")


def make(stage: Stage, asset_version: str) -> dict[str, Any]:
    """The whole template of a stage; `asset_version` is that of the packaged static files."""
    template = _written()
    resources = template["Resources"]
    template["Metadata"] = {"Foyer": {"RollbackAlarms": list(alarms.ROLLBACK)}}
    template["Parameters"]["Stage"]["Default"] = stage.name
    template["Parameters"]["PepperParameter"]["Default"] = pepper_parameter(stage.name)
    template["Parameters"]["NumberKeysParameter"]["Default"] = number_keys_parameter(stage.name)
    template["Parameters"]["StripeParameters"]["Default"] = stripe_parameters(stage.name)
    template["Outputs"]["Address"]["Value"] = _address(stage)
    for function in FUNCTIONS:
        resources |= _function(stage, function)
    resources |= alarms.make({function.name: stage.of(function).lambda_timeout for function in FUNCTIONS})
    resources["Dashboard"] = dashboard.make()
    _describe_api(resources, stage, asset_version)
    return template


def _written() -> dict[str, Any]:
    """What is written by hand, of all files together."""
    template: dict[str, Any] = {}
    for name in _PARTS:
        part = yaml.safe_load(Path(__file__).with_name(name).read_text())
        for section, told in part.items():
            template[section] = template.get(section, {}) | told if isinstance(told, dict) else told
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
    resources["ApiStage"]["Properties"] |= {
        "DeploymentId": {"Ref": name},
        "StageName": stage.path,
        "MethodSettings": throttling.settings(parts.parts(api.routes())),
    }
    resources[name] = {
        "Type": "AWS::ApiGateway::Deployment",
        "DependsOn": [f"{function.title}Permission" for function in FUNCTIONS if function.web],
        "Properties": {"RestApiId": {"Ref": "Api"}},
    }


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
        f"{function.title}Role": rights.role(function, stage.rights(function)),
        f"{function.title}Logs": {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {
                "LogGroupName": {"Fn::Sub": f"/aws/lambda/{function.deployed_name}"},
                "RetentionInDays": config.log_retention_in_days,
            },
        },
    }
    return resources | _published(function) | starting.of(function, config.lambda_timeout)


def _published(function: Function) -> dict[str, Any]:
    """A version of each function for each deployment, and the name under which the live one is called (0108)."""
    version = {"FunctionName": {"Ref": function.title}, "Description": {"Ref": "Revision"}}
    live = {
        "FunctionName": {"Ref": function.title},
        "FunctionVersion": {"Fn::GetAtt": [f"{function.title}Version", "Version"]},
        "Name": LIVE,
    }
    return {
        f"{function.title}Version": {"Type": "AWS::Lambda::Version", "Properties": version},
        function.alias: {"Type": "AWS::Lambda::Alias", "Properties": live},
    }


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
    topics = {"FOYER_FEEDBACK_TOPICS": _named(function.topics)} if function.topics else {}
    return {
        "FOYER_STAGE": {"Ref": "Stage"},
        "FOYER_REVISION": {"Ref": "Revision"},
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
        **topics,
        **(_sending() if function.sends else {}),
    }


def _sending() -> dict[str, Any]:
    """How fast the account may send, and by what SES tells what became of mails."""
    return {
        "FOYER_MAIL_EVENTS": {"Ref": "MailEvents"},
        "FOYER_MAIL_RATE": {"Ref": "MailRate"},
        "FOYER_TEXT_RATE": {"Ref": "TextRate"},
    }


def _queues() -> dict[str, Any]:
    """Addresses of the queues, as JSON: what Ref tells of a queue is its address."""
    titles = {function.name: f"${{{function.title}Queue}}" for function in FUNCTIONS if function.is_queued}
    return {"Fn::Sub": json.dumps(titles)}


def _named(topics: Sequence[str]) -> dict[str, Any]:
    """ARNs of topics by their names, as JSON: what Ref tells of a topic is its ARN."""
    return {"Fn::Sub": json.dumps({topic: f"${{{topic}}}" for topic in topics})}
