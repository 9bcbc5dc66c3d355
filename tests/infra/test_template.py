"""The template: sound for CloudFormation, and as narrow, watched and kept as the security bar asks."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import app
from chalicelib.data.items import Item
from chalicelib.entry import account, code_sender, outbox, sign_in
from chalicelib.shared.texts import LANGUAGES
from chalicelib.web import headers
from infra import gateway_pages
from infra.build import Build
from infra.functions import FUNCTIONS, Function
from tests.support import markup

Resources = dict[str, Any]
WEB = [function for function in FUNCTIONS if function.web]
WORKERS = [function for function in FUNCTIONS if not function.web]
_FROM_STREAM = [function for function in FUNCTIONS if function.inserted]


def _ids(function: Function) -> str:
    return function.name


def _of_type(resources: Resources, kind: str) -> dict[str, Any]:
    return {name: one.get("Properties", {}) for name, one in resources.items() if one["Type"] == kind}


def _statements(resources: Resources, function: Function) -> list[dict[str, Any]]:
    role = resources[f"{function.title}Role"]["Properties"]
    assert "ManagedPolicyArns" not in role
    return [statement for policy in role["Policies"] for statement in policy["PolicyDocument"]["Statement"]]


def _actions(resources: Resources, function: Function) -> set[str]:
    return {action for statement in _statements(resources, function) for action in statement["Action"]}


def test_cloudformation_lint_finds_nothing(made: Build) -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), made.template], capture_output=True, text=True, check=False
    )
    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_table_is_the_models_table(resources: Resources) -> None:
    table = resources["Table"]["Properties"]
    keys = {row["KeyType"]: row["AttributeName"] for row in table["KeySchema"]}
    assert keys == {"HASH": Item._hash_keyname, "RANGE": Item._range_keyname}
    index = table["GlobalSecondaryIndexes"][0]
    assert index["IndexName"] == Item.work.Meta.index_name
    assert [row["AttributeName"] for row in index["KeySchema"]] == ["queue", "due"]
    assert index["Projection"] == {"ProjectionType": Item.work.Meta.projection.projection_type}
    assert table["StreamSpecification"]["StreamViewType"] == Item.Meta.stream_view_type
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}


def test_data_are_kept_and_can_be_brought_back(resources: Resources) -> None:
    """D-13."""
    table = resources["Table"]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    recovery = table["Properties"]["PointInTimeRecoverySpecification"]
    assert recovery == {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}
    assert table["Properties"]["DeletionProtectionEnabled"] is True
    assert table["Properties"]["SSESpecification"] == {"SSEEnabled": True}


def test_every_route_reaches_the_function_that_owns_it(resources: Resources) -> None:
    paths = resources["Api"]["Properties"]["Body"]["paths"]
    deployed = {(path, method.upper()): told for path, methods in paths.items() for method, told in methods.items()}
    assert set(deployed) == {(path, method) for path, methods in app.routes.items() for method in methods}
    for (path, method), told in deployed.items():
        uri = told["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
        owner = "sign-in" if method in sign_in.app.routes.get(path, {}) else "api-handler"
        assert f":function:foyer-${{Stage}}-{owner}/invocations" in uri, f"{method} {path} is answered by {uri}"


def test_no_route_has_two_owners() -> None:
    first, second = (
        {(path, method) for path, methods in part.routes.items() for method in methods}
        for part in (account.app, sign_in.app)
    )
    assert not first & second


def test_a_changed_api_gets_a_new_deployment(resources: Resources) -> None:
    deployments = _of_type(resources, "AWS::ApiGateway::Deployment")
    assert resources["ApiStage"]["Properties"]["DeploymentId"] == {"Ref": next(iter(deployments))}
    assert len(deployments) == 1


@pytest.mark.parametrize("function", FUNCTIONS, ids=_ids)
def test_each_function_has_a_role_of_its_own_without_wildcards(resources: Resources, function: Function) -> None:
    """L-05."""
    deployed = resources[function.title]["Properties"]
    assert deployed["Role"] == {"Fn::GetAtt": [f"{function.title}Role", "Arn"]}
    for statement in _statements(resources, function):
        assert statement["Effect"] == "Allow"
        for action in statement["Action"]:
            assert "*" not in action, f"{function.name} may {action}"
            assert action not in ("dynamodb:Scan", "dynamodb:DeleteTable")
        everywhere = statement.get("Resource") == "*" or "NotResource" in statement
        assert not everywhere or set(statement["Action"]) <= {"dynamodb:ListStreams", "sns:Publish"}


@pytest.mark.parametrize("function", FUNCTIONS, ids=_ids)
def test_table_rights_name_the_table_and_its_index(resources: Resources, function: Function) -> None:
    own = (
        {"Fn::GetAtt": ["Table", "Arn"]},
        {"Fn::GetAtt": ["Table", "StreamArn"]},
        {"Fn::Sub": "${Table.Arn}/index/work"},
    )
    for statement in _statements(resources, function):
        if any(action.startswith("dynamodb:") and action != "dynamodb:ListStreams" for action in statement["Action"]):
            assert statement["Resource"] in own


def test_only_sign_in_and_the_code_sender_reach_the_pepper(resources: Resources) -> None:
    """A-04: the code's key, and even the name of where it is."""
    readers = {function.name for function in FUNCTIONS if "ssm:GetParameter" in _actions(resources, function)}
    assert readers == {"sign_in", "code_sender"}
    told = {
        function.name
        for function in FUNCTIONS
        if "FOYER_PEPPER_PARAMETER" in resources[function.title]["Properties"]["Environment"]["Variables"]
    }
    assert told == readers


def test_only_senders_send_and_only_as_the_portal(resources: Resources) -> None:
    senders = {
        function.name for function in FUNCTIONS if {"ses:SendEmail", "sns:Publish"} & _actions(resources, function)
    }
    assert senders == {"code_sender", "outbox", "sweep"}
    for function in WORKERS:
        told = {statement["Sid"]: statement for statement in _statements(resources, function) if "Sid" in statement}
        assert told["Mail"]["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}
        assert told["TextsToNumbersNotTopics"]["NotResource"] == {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"}


@pytest.mark.parametrize("function", _FROM_STREAM, ids=_ids)
def test_stream_functions_get_new_items_of_their_kind(resources: Resources, function: Function) -> None:
    source = resources[f"{function.title}Source"]["Properties"]
    pattern = json.loads(source["FilterCriteria"]["Filters"][0]["Pattern"])
    kind = {"code_sender": code_sender.KIND, "outbox": outbox.KIND}[function.name]
    assert pattern == {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": [kind]}}}}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["BisectBatchOnFunctionError"] is True
    assert source["MaximumRetryAttempts"] < 10


def test_an_old_order_for_a_code_is_dropped(resources: Resources) -> None:
    assert resources["CodeSenderSource"]["Properties"]["MaximumRecordAgeInSeconds"] == 300


@pytest.mark.parametrize("function", WORKERS, ids=_ids)
def test_what_a_worker_could_not_do_is_kept_for_a_person(resources: Resources, function: Function) -> None:
    """M-06, M-07."""
    starter = resources[f"{function.title}{'Source' if function.inserted else 'Invocation'}"]["Properties"]
    kept = {"Fn::GetAtt": [f"{function.title}Failures", "Arn"]}
    assert starter["DestinationConfig"] == {"OnFailure": {"Destination": kept}}
    queue = resources[f"{function.title}Failures"]["Properties"]
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert queue["VisibilityTimeout"] >= 6 * resources[function.title]["Properties"]["Timeout"]
    assert any(
        statement["Resource"] == kept for statement in _statements(resources, function) if "Resource" in statement
    )


def test_the_sweep_runs_every_minute(resources: Resources) -> None:
    rule = resources["SweepRule"]["Properties"]
    assert rule["ScheduleExpression"] == "rate(1 minute)"
    assert rule["Targets"][0]["Arn"] == {"Fn::GetAtt": ["Sweep", "Arn"]}


@pytest.mark.parametrize("function", WEB, ids=_ids)
def test_pages_time_out_before_the_gateway_does(resources: Resources, function: Function) -> None:
    assert resources[function.title]["Properties"]["Timeout"] <= 20 < 29


@pytest.mark.parametrize("function", FUNCTIONS, ids=_ids)
def test_every_function_keeps_its_log_for_a_while_and_writes_nowhere_else(
    resources: Resources, function: Function
) -> None:
    assert resources[f"{function.title}Logs"]["Properties"]["RetentionInDays"] > 0
    log = next(one for one in _statements(resources, function) if "logs:PutLogEvents" in one["Action"])
    assert log["Resource"] == {"Fn::GetAtt": [f"{function.title}Logs", "Arn"]}


def _watched(resources: Resources) -> Iterator[tuple[str, str]]:
    for alarm in _of_type(resources, "AWS::CloudWatch::Alarm").values():
        of = "".join(json.dumps(row["Value"]) for row in alarm["Dimensions"])
        yield alarm["MetricName"], of


@pytest.mark.parametrize("function", FUNCTIONS, ids=_ids)
def test_alarms_watch_every_function(resources: Resources, function: Function) -> None:
    """L-08."""
    watched = list(_watched(resources))
    for metric in ("Errors", "Throttles", "Duration", *(("IteratorAge",) if function.inserted else ())):
        assert (metric, json.dumps({"Ref": function.title})) in watched
    if not function.web:
        queue = json.dumps({"Fn::GetAtt": [f"{function.title}Failures", "QueueName"]})
        assert ("ApproximateNumberOfMessagesVisible", queue) in watched


def test_alarms_watch_what_functions_depend_on(resources: Resources) -> None:
    """L-08."""
    metrics = {metric for metric, _ in _watched(resources)}
    assert {
        "5XXError", "ReadThrottleEvents", "WriteThrottleEvents", "SystemErrors", "Reputation.BounceRate",
        "Reputation.ComplaintRate", "SMSMonthToDateSpentUSD", "CodesFailed", "MessagesParked",
    } <= metrics  # fmt: skip


def test_bodies_pass_the_gateway_unaltered(resources: Resources) -> None:
    api = resources["Api"]["Properties"]
    assert api["BinaryMediaTypes"] == api["Body"]["x-amazon-apigateway-binary-media-types"] == ["*/*"]
    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}


def test_the_gateway_slows_floods_down(resources: Resources) -> None:
    setting = resources["ApiStage"]["Properties"]["MethodSettings"][0]
    assert setting["ThrottlingRateLimit"] > 0
    assert setting["ThrottlingBurstLimit"] > 0


def test_access_logs_hold_nothing_of_a_person(resources: Resources) -> None:
    """L-02: neither who asks nor for what exactly; an address may hold the id of a household's things."""
    form = resources["ApiStage"]["Properties"]["AccessLogSetting"]["Format"]
    for personal in ("identity", "sourceIp", "userAgent", "$context.path", "authorizer", "queryString"):
        assert personal not in form
    assert json.loads(form.replace("$context.requestTimeEpoch", "1"))["resource"] == "$context.resourcePath"


@pytest.mark.parametrize("kind", list(gateway_pages.STATUS_OF))
def test_the_gateway_answers_in_pages_with_all_headers(resources: Resources, kind: str) -> None:
    """W-01, W-02."""
    told = resources["Api"]["Properties"]["Body"]["x-amazon-apigateway-gateway-responses"][kind]
    sent = {name.removeprefix("gatewayresponse.header."): value for name, value in told["responseParameters"].items()}
    for name, value in headers.for_response(headers.Cache.NEVER).items():
        assert sent[name] == f"'{value}'"
    assert sent["Content-Type"] == "'text/html; charset=utf-8'"
    for page in told["responseTemplates"].values():
        text, values = page["Fn::Sub"]
        assert markup.problems(markup.parse(text.replace("${BasePath}", "/portal"))) == []
        assert set(values) == {"BasePath"}


def test_an_unknown_address_is_a_404(resources: Resources) -> None:
    responses = resources["Api"]["Properties"]["Body"]["x-amazon-apigateway-gateway-responses"]
    assert responses["MISSING_AUTHENTICATION_TOKEN"]["statusCode"] == "404"


def test_the_gateways_pages_speak_every_language() -> None:
    page = markup.parse(gateway_pages.page(404, "/portal.css", "ref"))
    assert {part.get("lang") for part in page.iter() if part.get("class") == "section"} == set(LANGUAGES)


def test_no_secret_stands_in_the_environment(resources: Resources) -> None:
    """L-01: names and addresses only."""
    for function in FUNCTIONS:
        for name, value in resources[function.title]["Properties"]["Environment"]["Variables"].items():
            assert name.startswith("FOYER_")
            assert isinstance(value, dict), f"{name} is written out: {value}"
