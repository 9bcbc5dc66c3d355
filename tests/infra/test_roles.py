"""What each function may do, and who else may not (L-05)."""

import json
from fnmatch import fnmatchcase

import pytest

from chalicelib.api import endpoints
from chalicelib.bookings.store import requests
from chalicelib.data import keys
from chalicelib.data.outbox import parked_queue
from chalicelib.feedback import store as feedback
from chalicelib.households.store import owing
from chalicelib.identity.models import SessionItem
from chalicelib.payments.parking import queue as parked
from chalicelib.schedule.store import transfer_requests
from infra import functions
from infra.build import ROOT
from infra.functions import FUNCTIONS, Function
from tests.infra.templated import (
    QUEUED,
    Resources,
    actions,
    ids,
    may,
    own_actions,
    statements,
    variables_told,
)


@pytest.mark.parametrize("function", FUNCTIONS, ids=ids)
def test_each_function_has_a_role_of_its_own_without_wildcards(resources: Resources, function: Function) -> None:
    """L-05."""
    deployed = resources[function.title]["Properties"]
    assert deployed["Role"] == {"Fn::GetAtt": [f"{function.title}Role", "Arn"]}
    for statement in statements(resources, function):
        assert statement["Effect"] == "Allow"
        for action in statement["Action"]:
            assert "*" not in action, f"{function.name} may {action}"
            assert action != "dynamodb:DeleteTable"
        everywhere = statement.get("Resource") == "*" or "NotResource" in statement
        assert not everywhere or set(statement["Action"]) <= {"dynamodb:ListStreams", "sns:Publish"}


def test_only_what_ends_or_exports_an_organisation_looks_through_the_table(resources: Resources) -> None:
    """L-05: no page can; the index of clients is made anew by an operator, with credentials of his or her own."""
    assert may(resources, "dynamodb:Scan") == {"privacy_clock", "moving_clock"}


def test_the_right_to_check_goes_with_its_use(resources: Resources) -> None:
    """L-05: an item is checked without being written where a payment claims its invoices, where the books lower what
    such a claim is for, where a family chooses when an invoice pays itself, for an invoice that is late, for a class
    whose roll is changed, for a merge that goes on, and for an owner who acts on others of the staff; nowhere else."""
    checking = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "chalicelib").rglob("*.py")
        if "transaction.check(" in path.read_text("utf-8")
    }
    assert checking == {
        "chalicelib/payments/paying.py",
        "chalicelib/payments/choosing.py",
        "chalicelib/dunning/service.py",
        "chalicelib/billing/claims.py",
        "chalicelib/schedule/store.py",
        "chalicelib/joining/merges.py",
        "chalicelib/viewing/staffing.py",
    }
    assert may(resources, "dynamodb:ConditionCheckItem") == {
        "api_handler", "pay", "rest", "settling", "settling_sweep", "money_clock", "time_clock", "moving_clock",
    }  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS, ids=ids)
def test_table_rights_name_the_table_and_its_index(resources: Resources, function: Function) -> None:
    own = (
        {"Fn::GetAtt": ["Table", "Arn"]},
        {"Fn::GetAtt": ["Table", "StreamArn"]},
        {"Fn::Sub": "${Table.Arn}/index/work"},
    )
    for statement in statements(resources, function):
        if any(action.startswith("dynamodb:") and action != "dynamodb:ListStreams" for action in statement["Action"]):
            assert statement["Resource"] in own


def test_the_papers_function_reads_the_table_and_writes_only_that_something_was_used(resources: Resources) -> None:
    """L-05: it holds a large library that is fed with people's words; it may note a session's use and a paper's."""
    told = {one["Sid"]: one for one in statements(resources, functions.PAPERS) if "Sid" in one}
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
    assert own_actions(resources, functions.PAPERS) == {
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
    return any(f"${{{bucket}.Arn}}" in str(one.get("Resource")) for one in statements(resources, function))


_AT_THE_VAULT = (functions.FILES, functions.PRIVACY_CLOCK, functions.INBOUND_MAIL, functions.MOVING_CLOCK)
"""What takes files from pages or mails, what packs a family's own, and what brings in or exports an organisation."""


def test_only_what_takes_files_or_packs_a_familys_own_reaches_the_vault(resources: Resources) -> None:
    """L-05: and what was dropped no function can take away for good."""
    for function in FUNCTIONS:
        told = resources[function.title]["Properties"]["Environment"]["Variables"]
        known = "FOYER_VAULT_BUCKET" in told
        assert known == _reaches(resources, function, "Vault") == (function in _AT_THE_VAULT)
        assert "s3:DeleteObjectVersion" not in actions(resources, function)
    may = {one for one in actions(resources, functions.FILES) if one.startswith("s3:")}
    assert may == {"s3:PutObject", "s3:GetObject", "s3:DeleteObject"}


def _readers(resources: Resources, parameter: str) -> set[str]:
    """Functions that may read parameters of this name."""
    wanted = {"Fn::Sub": f"arn:${{AWS::Partition}}:ssm:${{AWS::Region}}:${{AWS::AccountId}}:parameter{parameter}"}
    return {
        function.name
        for function in FUNCTIONS
        for statement in statements(resources, function)
        if "ssm:GetParameter" in statement["Action"] and statement["Resource"] == wanted
    }


def test_only_sign_in_and_the_code_sender_reach_the_pepper(resources: Resources) -> None:
    """A-04: the code's key, and even the name of where it is."""
    readers = _readers(resources, "${PepperParameter}")
    assert readers == {"sign_in", "code_sender"} == variables_told(resources, "FOYER_PEPPER_PARAMETER")


def test_only_the_slips_function_reaches_the_keys_of_numbers(resources: Resources) -> None:
    """NEW-9: no other function opens a number at a tax office, or even knows where the keys are."""
    readers = _readers(resources, "${NumberKeysParameter}")
    assert readers == {"slips"} == variables_told(resources, "FOYER_NUMBER_KEYS_PARAMETER")


def test_only_what_asks_stripe_reaches_its_keys_and_only_the_webhook_its_secrets(resources: Resources) -> None:
    """P-01, P-21: whoever takes over the address that anybody may write to can still ask Stripe nothing."""
    keys, secrets = (_readers(resources, f"${{StripeParameters}}/*/{name}") for name in ("key", "webhook"))
    assert (
        keys == {"pay", "settling", "settling_sweep", "money_clock"} == variables_told(resources, "FOYER_LIVE_PAYMENTS")
    )
    assert secrets == {"stripe_webhook"}
    assert variables_told(resources, "FOYER_STRIPE_PARAMETERS") == keys | secrets


def test_no_function_reads_other_parameters(resources: Resources) -> None:
    readers = [
        function.name
        for function in FUNCTIONS
        for statement in statements(resources, function)
        if any(action.startswith("ssm:") for action in statement["Action"])
    ]
    assert sorted(readers) == sorted(
        ["sign_in", "code_sender", "slips", "pay", "settling", "settling_sweep", "money_clock", "stripe_webhook"]
    )


def test_the_webhook_can_only_put_away_what_it_is_told(resources: Resources) -> None:
    """P-03, L-05: it reads nothing of the table, sends nothing, changes nothing."""
    assert own_actions(resources, functions.STRIPE_WEBHOOK) == {
        "dynamodb:PutItem", "ssm:GetParameter",
    }  # fmt: skip
    (put,) = (one for one in statements(resources, functions.STRIPE_WEBHOOK) if "dynamodb:PutItem" in one["Action"])
    (pattern,) = put["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    assert fnmatchcase(keys.stripe_event("demo", "evt_1").pk, pattern)
    for other in (keys.organisation("demo"), keys.invoice("demo", "h", "i"), keys.user("demo", "u")):
        assert not fnmatchcase(other.pk, pattern), other


def test_only_senders_send_and_only_as_the_portal(resources: Resources) -> None:
    senders = {
        function.name for function in FUNCTIONS if {"ses:SendEmail", "sns:Publish"} & actions(resources, function)
    }
    assert senders == {"code_sender", "outbox", "sweep"}
    for function in (one for one in FUNCTIONS if one.name in senders):
        told = {statement["Sid"]: statement for statement in statements(resources, function) if "Sid" in statement}
        assert told["Mail"]["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}
        assert told["TextsToNumbersNotTopics"]["NotResource"] == {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"}


def test_the_dispatcher_fills_queues_and_can_do_nothing_else(resources: Resources) -> None:
    """L-05: it sees all that is written, so it reads no table and reaches nothing outside."""
    told = {one["Sid"]: one for one in statements(resources, functions.DISPATCHER) if "Sid" in one}
    assert set(told) == {"Stream", "NamesOfStreams", "Queues", "Failures", "Key"}
    queues = [{"Fn::GetAtt": [f"{function.title}Queue", "Arn"]} for function in QUEUED]
    assert told["Queues"]["Action"] == ["sqs:SendMessage"]
    assert sorted(map(str, told["Queues"]["Resource"])) == sorted(map(str, queues))
    where = resources["Dispatcher"]["Properties"]["Environment"]["Variables"]["FOYER_QUEUES"]["Fn::Sub"]
    assert json.loads(where) == {function.name: f"${{{function.title}Queue}}" for function in QUEUED}
    assert variables_told(resources, "FOYER_QUEUES") == {"dispatcher"}


@pytest.mark.parametrize("function", FUNCTIONS, ids=ids)
def test_only_what_works_off_a_queue_may_look_into_it(resources: Resources, function: Function) -> None:
    """L-05: the index is for the schedules; the desk reads what waits there for an answer, and nothing else."""
    looks = [
        statement.get("Condition")
        for statement in statements(resources, function)
        if statement.get("Resource") == {"Fn::Sub": "${Table.Arn}/index/work"}
    ]
    allowed = {
        functions.API_HANDLER: [
            requests("*"),
            transfer_requests("*"),
            owing("*"),
            keys.households("*"),
            parked("*"),
            parked_queue("*"),
        ],
        functions.REST: [keys.households("*")],
        functions.WEBHOOKS_SWEEP: [endpoints.QUEUE],
        functions.FEEDBACK: [f"{feedback._QUEUE}*"],
    }
    narrow = [{"ForAllValues:StringLike": {"dynamodb:LeadingKeys": allowed.get(function)}}]
    assert looks == (narrow if function in allowed else [None] if function.every else [])


@pytest.mark.parametrize("function", FUNCTIONS, ids=ids)
def test_every_function_keeps_its_log_for_a_while_and_writes_nowhere_else(
    resources: Resources, function: Function
) -> None:
    assert resources[f"{function.title}Logs"]["Properties"]["RetentionInDays"] > 0
    log = next(one for one in statements(resources, function) if "logs:PutLogEvents" in one["Action"])
    assert log["Resource"] == {"Fn::GetAtt": [f"{function.title}Logs", "Arn"]}


def test_senders_may_use_what_mails_go_out_under(resources: Resources) -> None:
    """SES refuses a mail whose sender has no right to the configuration set."""
    for function in (one for one in FUNCTIONS if one.sends):
        (mail,) = (one for one in statements(resources, function) if one.get("Sid") == "Mail")
        assert {"Fn::Sub": f"{_SES}:configuration-set/foyer-${{Stage}}"} in mail["Resource"]
    assert resources["MailEvents"]["Properties"]["Name"] == {"Fn::Sub": "foyer-${Stage}"}


_SES = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}"
