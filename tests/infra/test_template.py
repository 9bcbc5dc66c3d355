"""The template: sound for CloudFormation, and as narrow, watched and kept as the security bar asks."""

import json
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from app import app
from chalicelib.api import endpoints
from chalicelib.bookings.store import requests
from chalicelib.data import keys
from chalicelib.data.items import Item
from chalicelib.entry import account, code_sender, files, papers, passkeys, pay, rest, sign_in, slips, stripe_webhook
from chalicelib.entry.dispatcher import ROUTES
from chalicelib.households.store import owing
from chalicelib.identity.models import SessionItem
from chalicelib.payments.parking import queue as parked
from chalicelib.schedule.store import transfer_requests
from chalicelib.shared.texts import LANGUAGES
from chalicelib.web import headers
from infra import functions, gateway_pages
from infra.build import ROOT, Build
from infra.functions import FUNCTIONS, Function
from tests.support import markup

Resources = dict[str, Any]
WEB = [function for function in FUNCTIONS if function.web]
WORKERS = [function for function in FUNCTIONS if not function.web]
_QUEUED = [function for function in FUNCTIONS if function.is_queued]


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
        apart = {
            "sign-in": sign_in.app, "papers": papers.app, "pay": pay.app, "stripe-webhook": stripe_webhook.app,
            "files": files.app, "slips": slips.app, "passkeys": passkeys.app, "rest": rest.app,
        }  # fmt: skip
        owner = next((name for name, part in apart.items() if method in part.routes.get(path, {})), "api-handler")
        assert f":function:foyer-${{Stage}}-{owner}/invocations" in uri, f"{method} {path} is answered by {uri}"


def test_no_route_has_two_owners() -> None:
    parts = (account, sign_in, papers, files, slips, passkeys, pay, rest, stripe_webhook)
    owned = [(path, method) for part in parts for path, methods in part.app.routes.items() for method in methods]
    assert len(owned) == len(set(owned))


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
            assert action != "dynamodb:DeleteTable"
        everywhere = statement.get("Resource") == "*" or "NotResource" in statement
        assert not everywhere or set(statement["Action"]) <= {"dynamodb:ListStreams", "sns:Publish"}


def _may(resources: Resources, action: str) -> set[str]:
    """Functions that have a right."""
    return {one.name for one in FUNCTIONS if action in _actions(resources, one)}


def test_only_what_ends_or_exports_an_organisation_looks_through_the_table(resources: Resources) -> None:
    """L-05: no page can; the index of clients is made anew by an operator, with credentials of his or her own."""
    assert _may(resources, "dynamodb:Scan") == {"privacy_clock", "moving_clock"}


def test_the_right_to_check_goes_with_its_use(resources: Resources) -> None:
    """L-05: an item is checked without being written where a payment claims its invoices, where the books lower what
    such a claim is for, for a class whose roll is changed, for a merge that goes on, and for an owner who acts on
    others of the staff; nowhere else."""
    checking = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "chalicelib").rglob("*.py")
        if "transaction.check(" in path.read_text("utf-8")
    }
    assert checking == {
        "chalicelib/payments/paying.py",
        "chalicelib/billing/claims.py",
        "chalicelib/schedule/store.py",
        "chalicelib/joining/merges.py",
        "chalicelib/viewing/staffing.py",
    }
    assert _may(resources, "dynamodb:ConditionCheckItem") == {
        "api_handler", "pay", "rest", "settling", "settling_sweep", "money_clock", "time_clock", "moving_clock",
    }  # fmt: skip


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


def test_the_papers_function_reads_the_table_and_writes_only_that_something_was_used(resources: Resources) -> None:
    """L-05: it holds a large library that is fed with people's words; it may note a session's use and a paper's."""
    told = {one["Sid"]: one for one in _statements(resources, functions.PAPERS) if "Sid" in one}
    assert set(told["Table"]["Action"]) == {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"}
    assert told["UseOfASession"]["Action"] == ["dynamodb:UpdateItem"]
    limits = told["UseOfASession"]["Condition"]
    assert limits["ForAllValues:StringLike"] == {"dynamodb:LeadingKeys": [keys.user_partition("*", "*")]}
    assert limits["ForAllValues:StringEquals"] == {"dynamodb:Attributes": ["pk", "sk", SessionItem.seen_at.attr_name]}
    for sid, log in (("NoteOfALook", keys.deed("demo", "h", "")), ("NoteOfAnExport", keys.audit("demo", ""))):
        assert told[sid]["Action"] == ["dynamodb:PutItem"]
        (pattern,) = told[sid]["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
        assert fnmatchcase(log.pk, pattern)
        for other in (keys.organisation("demo"), keys.invoice("demo", "h", "i"), keys.user("demo", "u")):
            assert not fnmatchcase(other.pk, pattern), other
    assert _actions(resources, functions.PAPERS) - {"logs:CreateLogStream", "logs:PutLogEvents"} == {
        "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:PutItem",
        "s3:PutObject", "s3:GetObject",
    }  # fmt: skip


def test_only_what_makes_files_to_fetch_reaches_them_and_nobody_else_knows_where_they_are(resources: Resources) -> None:
    making = (functions.PAPERS, functions.PRIVACY_CLOCK, functions.MOVING_CLOCK)
    for function in FUNCTIONS:
        told = resources[function.title]["Properties"]["Environment"]["Variables"]
        known = "FOYER_FILES_BUCKET" in told
        assert known == _reaches(resources, function, "Files") == (function in making)


def _reaches(resources: Resources, function: Function, bucket: str) -> bool:
    """Whether a function has a right to something of a bucket's."""
    return any(f"${{{bucket}.Arn}}" in str(one.get("Resource")) for one in _statements(resources, function))


_AT_THE_VAULT = (functions.FILES, functions.PRIVACY_CLOCK, functions.INBOUND_MAIL, functions.MOVING_CLOCK)
"""What takes files from pages or mails, what packs a family's own, and what brings in or exports an organisation."""


def test_only_what_takes_files_or_packs_a_familys_own_reaches_the_vault(resources: Resources) -> None:
    """L-05: and what was dropped no function can take away for good."""
    for function in FUNCTIONS:
        told = resources[function.title]["Properties"]["Environment"]["Variables"]
        known = "FOYER_VAULT_BUCKET" in told
        assert known == _reaches(resources, function, "Vault") == (function in _AT_THE_VAULT)
        assert "s3:DeleteObjectVersion" not in _actions(resources, function)
    may = {one for one in _actions(resources, functions.FILES) if one.startswith("s3:")}
    assert may == {"s3:PutObject", "s3:GetObject", "s3:DeleteObject"}


def test_the_vault_outlives_the_stack_and_what_was_dropped_can_be_brought_back(resources: Resources) -> None:
    """D-13: for as long as the table."""
    vault = resources["Vault"]
    assert vault["DeletionPolicy"] == vault["UpdateReplacePolicy"] == "Retain"
    told = vault["Properties"]
    assert set(told["PublicAccessBlockConfiguration"].values()) == {True}
    assert told["VersioningConfiguration"] == {"Status": "Enabled"}
    rules = told["LifecycleConfiguration"]["Rules"]
    assert [rule["NoncurrentVersionExpiration"] for rule in rules] == [{"NoncurrentDays": 35}]
    assert not any("ExpirationInDays" in rule for rule in rules), "nothing that is kept goes by itself"
    assert told["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    denied = resources["VaultOverTlsOnly"]["Properties"]["PolicyDocument"]["Statement"][0]
    assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": False}})


def test_files_are_closed_to_the_public_and_gone_after_a_day(resources: Resources) -> None:
    files = resources["Files"]["Properties"]
    closed = files["PublicAccessBlockConfiguration"]
    assert set(closed.values()) == {True}
    assert len(closed) == 4
    assert [rule["ExpirationInDays"] for rule in files["LifecycleConfiguration"]["Rules"]] == [1]
    denied = resources["FilesOverTlsOnly"]["Properties"]["PolicyDocument"]["Statement"][0]
    assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": False}})


def _readers(resources: Resources, parameter: str) -> set[str]:
    """Functions that may read parameters of this name."""
    wanted = {"Fn::Sub": f"arn:${{AWS::Partition}}:ssm:${{AWS::Region}}:${{AWS::AccountId}}:parameter{parameter}"}
    return {
        function.name
        for function in FUNCTIONS
        for statement in _statements(resources, function)
        if "ssm:GetParameter" in statement["Action"] and statement["Resource"] == wanted
    }


def _told(resources: Resources, variable: str) -> set[str]:
    """Functions that are told this variable."""
    return {
        function.name
        for function in FUNCTIONS
        if variable in resources[function.title]["Properties"]["Environment"]["Variables"]
    }


def test_only_sign_in_and_the_code_sender_reach_the_pepper(resources: Resources) -> None:
    """A-04: the code's key, and even the name of where it is."""
    readers = _readers(resources, "${PepperParameter}")
    assert readers == {"sign_in", "code_sender"} == _told(resources, "FOYER_PEPPER_PARAMETER")


def test_only_the_slips_function_reaches_the_keys_of_numbers(resources: Resources) -> None:
    """NEW-9: no other function opens a number at a tax office, or even knows where the keys are."""
    readers = _readers(resources, "${NumberKeysParameter}")
    assert readers == {"slips"} == _told(resources, "FOYER_NUMBER_KEYS_PARAMETER")


def test_only_what_asks_stripe_reaches_its_keys_and_only_the_webhook_its_secrets(resources: Resources) -> None:
    """P-01, P-21: whoever takes over the address that anybody may write to can still ask Stripe nothing."""
    keys, secrets = (_readers(resources, f"${{StripeParameters}}/*/{name}") for name in ("key", "webhook"))
    assert keys == {"pay", "settling", "settling_sweep", "money_clock"} == _told(resources, "FOYER_LIVE_PAYMENTS")
    assert secrets == {"stripe_webhook"}
    assert _told(resources, "FOYER_STRIPE_PARAMETERS") == keys | secrets


def test_no_function_reads_other_parameters(resources: Resources) -> None:
    readers = [
        function.name
        for function in FUNCTIONS
        for statement in _statements(resources, function)
        if any(action.startswith("ssm:") for action in statement["Action"])
    ]
    assert sorted(readers) == sorted(
        ["sign_in", "code_sender", "slips", "pay", "settling", "settling_sweep", "money_clock", "stripe_webhook"]
    )


def test_the_webhook_can_only_put_away_what_it_is_told(resources: Resources) -> None:
    """P-03, L-05: it reads nothing of the table, sends nothing, changes nothing."""
    assert _actions(resources, functions.STRIPE_WEBHOOK) - {"logs:CreateLogStream", "logs:PutLogEvents"} == {
        "dynamodb:PutItem", "ssm:GetParameter",
    }  # fmt: skip
    (put,) = (one for one in _statements(resources, functions.STRIPE_WEBHOOK) if "dynamodb:PutItem" in one["Action"])
    (pattern,) = put["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    assert fnmatchcase(keys.stripe_event("demo", "evt_1").pk, pattern)
    for other in (keys.organisation("demo"), keys.invoice("demo", "h", "i"), keys.user("demo", "u")):
        assert not fnmatchcase(other.pk, pattern), other


def test_no_live_money_moves_unless_the_deployment_is_told_so(template: dict[str, Any]) -> None:
    """P-21."""
    told = template["Parameters"]["LivePayments"]
    assert (told["Default"], told["AllowedValues"]) == ("0", ["0", "1"])
    assert template["Parameters"]["StripeParameters"]["Default"] == "/foyer/test/stripe"


def test_only_senders_send_and_only_as_the_portal(resources: Resources) -> None:
    senders = {
        function.name for function in FUNCTIONS if {"ses:SendEmail", "sns:Publish"} & _actions(resources, function)
    }
    assert senders == {"code_sender", "outbox", "sweep"}
    for function in (one for one in FUNCTIONS if one.name in senders):
        told = {statement["Sid"]: statement for statement in _statements(resources, function) if "Sid" in statement}
        assert told["Mail"]["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}
        assert told["TextsToNumbersNotTopics"]["NotResource"] == {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"}


def _sources(resources: Resources, start: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Event sources that read from somewhere, by their names."""
    found = _of_type(resources, "AWS::Lambda::EventSourceMapping")
    return {name: told for name, told in found.items() if told["EventSourceArn"] == start}


def test_two_functions_read_the_tables_stream_and_no_more(resources: Resources) -> None:
    """AWS slows more than two readers of a shard down. Codes have a reader of their own, all else the dispatcher."""
    readers = _sources(resources, {"Fn::GetAtt": ["Table", "StreamArn"]})
    assert set(readers) == {"CodeSenderSource", "DispatcherSource"}
    for source in readers.values():
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert source["BisectBatchOnFunctionError"] is True
    told = [(each["MaximumRetryAttempts"], each["MaximumRecordAgeInSeconds"]) for each in readers.values()]
    assert sorted(told) == [(-1, 3600), (3, 300)], "queues may be away for an hour: what is in none nobody hears of"
    assert _may(resources, "dynamodb:GetRecords") == {"code_sender", "dispatcher"}


def test_the_code_sender_gets_new_orders_alone(resources: Resources) -> None:
    (told,) = resources["CodeSenderSource"]["Properties"]["FilterCriteria"]["Filters"]
    kind = {"kind": {"S": [code_sender.KIND]}}
    assert json.loads(told["Pattern"]) == {"eventName": ["INSERT"], "dynamodb": {"NewImage": kind}}


def test_the_dispatcher_is_started_by_what_somebody_wants_and_by_nothing_else(resources: Resources) -> None:
    """Also by what is deleted, of which the stream has the keys alone; and by many at once."""
    source = resources["DispatcherSource"]["Properties"]
    kinds, new, every = (json.loads(each["Pattern"]) for each in source["FilterCriteria"]["Filters"])
    wanted = {"NewImage": {"kind": {"S": sorted(one.new for one in ROUTES.values() if one.new)}}}
    assert kinds == {"eventName": ["INSERT"], "dynamodb": wanted}
    assert new == {"eventName": ["INSERT"], "dynamodb": {"Keys": {"sk": {"S": [{"prefix": "INVOICE#"}]}}}}
    assert {each["prefix"] for each in every["dynamodb"]["Keys"]["sk"]["S"]} == {
        beginning for one in ROUTES.values() for beginning in one.written
    }
    assert set(every) == {"dynamodb"}
    assert source["BatchSize"] == 100


def test_the_dispatcher_fills_queues_and_can_do_nothing_else(resources: Resources) -> None:
    """L-05: it sees all that is written, so it reads no table and reaches nothing outside."""
    told = {one["Sid"]: one for one in _statements(resources, functions.DISPATCHER) if "Sid" in one}
    assert set(told) == {"Stream", "NamesOfStreams", "Queues", "Failures"}
    queues = [{"Fn::GetAtt": [f"{function.title}Queue", "Arn"]} for function in _QUEUED]
    assert told["Queues"]["Action"] == ["sqs:SendMessage"]
    assert sorted(map(str, told["Queues"]["Resource"])) == sorted(map(str, queues))
    where = resources["Dispatcher"]["Properties"]["Environment"]["Variables"]["FOYER_QUEUES"]["Fn::Sub"]
    assert json.loads(where) == {function.name: f"${{{function.title}Queue}}" for function in _QUEUED}
    assert _told(resources, "FOYER_QUEUES") == {"dispatcher"}


@pytest.mark.parametrize("function", _QUEUED, ids=_ids)
def test_each_has_a_queue_of_its_own_that_keeps_what_fails_again_and_again(
    resources: Resources, function: Function
) -> None:
    """M-06: one that fails holds nobody else up, and two at most run at once."""
    queue = resources[f"{function.title}Queue"]["Properties"]
    (source,) = _sources(resources, {"Fn::GetAtt": [f"{function.title}Queue", "Arn"]}).values()
    assert source["FunctionName"] == {"Ref": function.title}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["ScalingConfig"] == {"MaximumConcurrency": 2}
    kept = {"Fn::GetAtt": [f"{function.title}Failures", "Arn"]}
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == kept
    assert 1 < queue["RedrivePolicy"]["maxReceiveCount"] < 10
    assert (
        queue["MessageRetentionPeriod"] < resources[f"{function.title}Failures"]["Properties"]["MessageRetentionPeriod"]
    )
    assert queue["SqsManagedSseEnabled"] is True
    taking = [one for one in _statements(resources, function) if one.get("Sid") == "Queue"]
    assert [one["Resource"] for one in taking] == [{"Fn::GetAtt": [f"{function.title}Queue", "Arn"]}]


def test_an_old_order_for_a_code_is_dropped(resources: Resources) -> None:
    assert resources["CodeSenderSource"]["Properties"]["MaximumRecordAgeInSeconds"] == 300


@pytest.mark.parametrize("function", WORKERS, ids=_ids)
def test_what_a_worker_could_not_do_is_kept_for_a_person(resources: Resources, function: Function) -> None:
    """M-06, M-07."""
    kept = {"Fn::GetAtt": [f"{function.title}Failures", "Arn"]}
    queue = resources[f"{function.title}Failures"]["Properties"]
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert queue["VisibilityTimeout"] >= 6 * resources[function.title]["Properties"]["Timeout"]
    if function.is_queued:  # what is in a queue too often is put there by the queue itself
        return
    is_told = function.inserted or function.dispatches
    starter = resources[f"{function.title}{'Source' if is_told else 'Invocation'}"]["Properties"]
    assert starter["DestinationConfig"] == {"OnFailure": {"Destination": kept}}
    assert any(statement.get("Resource") == kept for statement in _statements(resources, function))


@pytest.mark.parametrize("function", [functions.SWEEP, functions.SETTLING_SWEEP, functions.TIME_CLOCK], ids=_ids)
def test_the_sweep_runs_every_minute(resources: Resources, function: Function) -> None:
    rule = resources[f"{function.title}Rule"]["Properties"]
    assert rule["ScheduleExpression"] == "rate(1 minute)"
    assert rule["Targets"][0]["Arn"] == {"Fn::GetAtt": [function.title, "Arn"]}


def test_the_money_clock_ticks_every_quarter_of_an_hour(resources: Resources) -> None:
    assert resources["MoneyClockRule"]["Properties"]["ScheduleExpression"] == "rate(15 minutes)"
    assert resources["MoneyClock"]["Properties"]["Timeout"] < 15 * 60


@pytest.mark.parametrize("function", FUNCTIONS, ids=_ids)
def test_only_what_works_off_a_queue_may_look_into_it(resources: Resources, function: Function) -> None:
    """L-05: the index is for the schedules; the desk reads what waits there for an answer, and nothing else."""
    looks = [
        statement.get("Condition")
        for statement in _statements(resources, function)
        if statement.get("Resource") == {"Fn::Sub": "${Table.Arn}/index/work"}
    ]
    allowed = {
        functions.API_HANDLER: [requests("*"), transfer_requests("*"), owing("*"), keys.households("*"), parked("*")],
        functions.REST: [keys.households("*")],
        functions.WEBHOOKS_SWEEP: [endpoints.QUEUE],
    }
    narrow = [{"ForAllValues:StringLike": {"dynamodb:LeadingKeys": allowed.get(function)}}]
    assert looks == (narrow if function in allowed else [None] if function.every else [])


@pytest.mark.parametrize("function", WEB, ids=_ids)
def test_pages_time_out_before_the_gateway_does(resources: Resources, function: Function) -> None:
    assert resources[function.title]["Properties"]["Timeout"] <= 25 < 29


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
        "Reputation.ComplaintRate", "SMSMonthToDateSpentUSD", "CodesFailed", "MessagesParked",
    } <= metrics  # fmt: skip


def test_bodies_pass_the_gateway_unaltered(resources: Resources) -> None:
    api = resources["Api"]["Properties"]
    assert api["BinaryMediaTypes"] == api["Body"]["x-amazon-apigateway-binary-media-types"] == ["*/*"]
    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}


def test_the_gateway_slows_floods_down(resources: Resources) -> None:
    for setting in resources["ApiStage"]["Properties"]["MethodSettings"]:
        assert setting["ThrottlingRateLimit"] > 0
        assert setting["ThrottlingBurstLimit"] > 0


def test_the_webhook_is_slowed_down_apart_from_pages(resources: Resources) -> None:
    """P-21: it is open to everybody, so a flood of it must not stand in the way of families."""
    settings = {row["ResourcePath"]: row["HttpMethod"] for row in resources["ApiStage"]["Properties"]["MethodSettings"]}
    assert settings == {"/*": "*", stripe_webhook.PATH.replace("/", "~1").replace("~1", "/~1", 1): "POST"}


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
    page = markup.parse(gateway_pages.page(404, "/portal.css", "ref", "/portal/"))
    sections = [part for part in page.iter() if part.get("class") == "section"]
    assert {part.get("lang") for part in sections} == set(LANGUAGES)
    assert [link.get("href") for part in sections for link in part.iter("a")] == ["/portal/"] * len(LANGUAGES), (
        "a way on, in each language"
    )


def test_no_secret_stands_in_the_environment(resources: Resources) -> None:
    """L-01: names and addresses only."""
    for function in FUNCTIONS:
        for name, value in resources[function.title]["Properties"]["Environment"]["Variables"].items():
            assert name.startswith("FOYER_")
            assert isinstance(value, dict), f"{name} is written out: {value}"


@pytest.mark.parametrize("function", [functions.PRIVACY_CLOCK, functions.MOVING_CLOCK], ids=lambda each: each.name)
def test_whoever_looks_whether_a_file_is_there_may_be_told_that_it_is_not(
    resources: Resources, function: Function
) -> None:
    """S3 says 403, and not 404, of a missing file to whoever may not list the bucket; a condition about names does not
    hold for such a look. A copy of one's data and an export begin with one.
    """
    [told] = (one for one in _statements(resources, function) if one["Action"] == ["s3:ListBucket"])
    assert told["Resource"] == [{"Fn::GetAtt": ["Files", "Arn"]}, {"Fn::GetAtt": ["Vault", "Arn"]}]
    assert "Condition" not in told
