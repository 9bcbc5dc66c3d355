"""The doctor says in plain words what an account lacks: one test for each finding.

Where the embedded AWS knows the service it is asked; what it does not know is answered word for word as AWS would.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import Stubber

from infra import history
from infra.build import ROOT
from infra.doctor import address, deployment, keys, mail, texts
from infra.doctor.__main__ import CHECKS, account_of, told
from infra.doctor.finding import Account, Check, Finding, Verdict, examined
from infra.target import DeployError, Target
from local import engine
from local.engine import Engine
from tests.infra.session import Session

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
_ARN = f"arn:aws:acm:{engine.REGION}:000000000000:certificate/1"


@pytest.fixture(scope="module")
def embedded() -> Iterator[Engine]:
    """An account of its own."""
    with engine.running() as aws:
        yield aws


@pytest.fixture
def session(embedded: Engine) -> Session:
    """The way there."""
    return Session(embedded.endpoint)


@pytest.fixture
def target(session: Session) -> Target:
    """The stage there."""
    return Target(session, engine.ACCOUNT, engine.REGION, "prod")


def _stack(parameters: dict[str, str] | None = None, **outputs: str) -> dict[str, Any]:
    return {
        "StackStatus": "UPDATE_COMPLETE",
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()],
        "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()],
    }


def _account(target: Target, parameters: dict[str, str] | None = None, **outputs: str) -> Account:
    return Account(target, NOW, _stack(parameters, **outputs), {"ApiStage": "portal"})


def _answers(session: Session, service: str, *calls: tuple[str, dict[str, Any]]) -> Stubber:
    """Makes a client of `service` answer exactly so, one call after the other."""
    client = session.client(service)
    stubber = Stubber(client)
    for operation, answer in calls:
        if "error" in answer:
            stubber.add_client_error(operation, answer["error"])
        else:
            stubber.add_response(operation, answer)
    stubber.activate()
    session.prepared[service] = client
    return stubber


def _found(check: Check, account: Account) -> list[tuple[str, str]]:
    return [(each.verdict.value, each.what) for each in examined(check, account)]


_SENDING = {"SendingEnabled": True, "EnforcementStatus": "HEALTHY", "ProductionAccessEnabled": True,
            "SendQuota": {"MaxSendRate": 14.0, "Max24HourSend": 50000.0, "SentLast24Hours": 10.0}}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, None),
        ({"ProductionAccessEnabled": False}, "Mail is in the sandbox"),
        ({"SendingEnabled": False}, "Mail is switched off"),
        ({"EnforcementStatus": "SHUTDOWN"}, "SES has put the account under shutdown"),
        ({"SendQuota": {"MaxSendRate": 1.0, "Max24HourSend": 200.0}}, "SES takes 200 mails a day"),
        ({"SendQuota": {"MaxSendRate": 1.0, "Max24HourSend": 2000.0}}, "The portal is set to 14 mails a second"),
        (
            {"SendQuota": {"MaxSendRate": 14.0, "Max24HourSend": 2000.0, "SentLast24Hours": 1500.0}},
            "1500 of 2000 mails a day are used",
        ),
    ],
    ids=["well", "sandbox", "switched off", "suspended", "few a day", "few a second", "nearly used"],
)
def test_mail_in_general(session: Session, target: Target, told: dict[str, Any], words: str | None) -> None:
    _answers(session, "sesv2", ("get_account", {**_SENDING, **told}))
    found = _found(mail.sending, _account(target, {"MailRate": "14"}))
    bad = [what for verdict, what in found if verdict != "well"]
    assert (bad == []) if words is None else any(what.startswith(words) for what in bad), found


def test_a_domain_that_may_send_and_signs(session: Session, target: Target) -> None:
    signed = {"SigningEnabled": True, "Status": "SUCCESS", "Tokens": ["a"]}
    answer = {"VerifiedForSendingStatus": True, "DkimAttributes": signed}
    _answers(session, "sesv2", ("get_email_identity", answer))
    account = _account(target, {"MailFrom": "portal@school.example"})
    assert _found(mail.sender, account) == [("well", "school.example may send"), ("well", "Mails are signed (DKIM)")]


def test_a_sender_that_nobody_knows(target: Target) -> None:
    found = examined(mail.sender, _account(target, {"MailFrom": "portal@nobody.example"}))
    assert [(each.verdict, each.what) for each in found] == [(Verdict.MISSING, "SES does not know nobody.example")]
    assert found[0].do == "aws sesv2 create-email-identity --email-identity nobody.example"


def test_a_domain_that_is_not_verified(session: Session, target: Target) -> None:
    _answers(session, "sesv2", ("get_email_identity", {"VerifiedForSendingStatus": False}))
    account = _account(target, {"MailFrom": "portal@school.example"})
    assert _found(mail.sender, account) == [("missing", "school.example is not verified yet")]


def test_mails_that_are_not_signed(session: Session, target: Target) -> None:
    """The embedded AWS verifies a domain at once, and never signs for it."""
    session.client("sesv2").create_email_identity(EmailIdentity="unsigned.example")
    (may, signs) = examined(mail.sender, _account(target, {"MailFrom": "portal@unsigned.example"}))
    assert may.verdict is Verdict.WELL
    assert (signs.verdict, "DKIM" in signs.what) == (Verdict.MISSING, True)
    assert "._domainkey.unsigned.example" in signs.do


def test_an_address_without_its_domain(session: Session, target: Target) -> None:
    session.client("sesv2").create_email_identity(EmailIdentity="portal@alone.example")
    first = examined(mail.sender, _account(target, {"MailFrom": "portal@alone.example"}))[0]
    assert (first.verdict, first.what) == (Verdict.NOTE, "SES knows portal@alone.example, and not its domain")


def test_no_sender_at_all(target: Target) -> None:
    assert _found(mail.sender, _account(target)) == [("missing", "No sender is set")]


def _destination(*kinds: str, enabled: bool = True) -> dict[str, Any]:
    sns = {"TopicArn": f"arn:aws:sns:{engine.REGION}:000000000000:feedback"}
    return {"Name": "feedback", "Enabled": enabled, "MatchingEventTypes": list(kinds), "SnsDestination": sns}


@pytest.mark.parametrize(
    ("destinations", "words"),
    [
        ([_destination("BOUNCE", "COMPLAINT")], [("well", "Bounces and complaints are heard")]),
        ([_destination("BOUNCE")], [("missing", "SES does not tell of each complaint")]),
        (
            [_destination("BOUNCE", "COMPLAINT", enabled=False)],
            [("missing", "SES does not tell of each bounce"), ("missing", "SES does not tell of each complaint")],
        ),
    ],
    ids=["both", "one", "switched off"],
)
def test_what_is_heard_of_mails(
    session: Session, target: Target, destinations: list[dict[str, Any]], words: list[tuple[str, str]]
) -> None:
    answer = {"EventDestinations": destinations}
    _answers(session, "sesv2", ("get_configuration_set_event_destinations", answer))
    assert _found(mail.feedback, _account(target, MailEvents="foyer-prod")) == words


def test_a_configuration_set_that_is_gone(session: Session, target: Target) -> None:
    _answers(session, "sesv2", ("get_configuration_set_event_destinations", {"error": "NotFoundException"}))
    found = _found(mail.feedback, _account(target, MailEvents="foyer-prod"))
    assert found == [("missing", "The configuration set foyer-prod is gone")]


def test_a_deployment_that_hears_nothing_of_mails(target: Target) -> None:
    assert _found(mail.feedback, _account(target)) == [("missing", "Bounces and complaints are not heard")]


@pytest.mark.parametrize(
    ("sandboxed", "words"),
    [(True, ("note", "Texts are in the sandbox: only your own numbers get any")),
     (False, ("well", "Texts may go to everybody"))],
)  # fmt: skip
def test_the_sandbox_of_texts(session: Session, target: Target, sandboxed: bool, words: tuple[str, str]) -> None:
    _answers(session, "sns", ("get_sms_sandbox_account_status", {"IsInSandbox": sandboxed}))
    assert _found(texts.sandbox, _account(target)) == [words]


@pytest.mark.parametrize(
    ("attributes", "alarm", "words"),
    [
        ({}, "0.5", ("note", "Texts may cost 1 USD a month, then none go out")),
        ({"MonthlySpendLimit": "50"}, "25", ("well", "Texts may cost 50 USD a month")),
        ({"MonthlySpendLimit": "50"}, "80", ("note", "The alarm rings at 80 USD for texts, and SNS stops at 50")),
    ],
    ids=["of a new account", "raised", "an alarm that never rings"],
)
def test_what_texts_may_cost(
    session: Session, target: Target, attributes: dict[str, str], alarm: str, words: tuple[str, str]
) -> None:
    _answers(session, "sns", ("get_sms_attributes", {"attributes": attributes}))
    assert _found(texts.spending, _account(target, {"SmsAlarmUsd": alarm})) == [words]


def test_numbers_that_answered_stop(session: Session, target: Target) -> None:
    _answers(session, "sns", ("list_phone_numbers_opted_out", {"phoneNumbers": ["+15145550100"]}))
    (found,) = _found(texts.stopped, _account(target))
    assert found == ("well", "1 or more numbers answered STOP")
    assert "5550100" not in str(found), "numbers are nobody's business"


def test_a_right_that_is_missing_is_said_and_the_others_go_on(session: Session, target: Target) -> None:
    _answers(session, "sns", ("list_phone_numbers_opted_out", {"error": "AccessDenied"}))
    (found,) = examined(texts.stopped, _account(target))
    assert found.verdict is Verdict.UNSEEN
    assert found.what == "Numbers that answered STOP: could not look (AccessDenied)"
    assert "ListPhoneNumbersOptedOut" in found.do
    assert found.is_bad, "who could not look does not say that all is well"


def test_alarms_that_nobody_hears(session: Session, target: Target) -> None:
    topic = session.client("sns").create_topic(Name="alarms-unheard")["TopicArn"]
    assert _found(deployment.alarms, _account(target, AlarmTopic=topic)) == [("missing", "Nobody hears the alarms")]
    assert _found(deployment.alarms, _account(target)) == [("missing", "Nobody hears the alarms")]


def test_a_subscription_that_waits_to_be_confirmed(session: Session, target: Target) -> None:
    waiting = {"Subscriptions": [{"SubscriptionArn": "PendingConfirmation", "Protocol": "email"}]}
    _answers(session, "sns", ("list_subscriptions_by_topic", waiting))
    (found,) = _found(deployment.alarms, _account(target, AlarmTopic=f"arn:aws:sns:{engine.REGION}:1:alarms"))
    assert found == ("missing", "Nobody hears the alarms; the mail that asks for it waits to be confirmed")


def test_alarms_that_somebody_hears(session: Session, target: Target) -> None:
    sns = session.client("sns")
    topic = sns.create_topic(Name="alarms-heard")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{engine.REGION}:000000000000:q")
    assert _found(deployment.alarms, _account(target, AlarmTopic=topic)) == [("well", "Alarms are heard by 1")]


@pytest.mark.parametrize(
    ("limit", "alarm", "words"),
    [
        (10, "8", ["missing"]),
        (10, "800", ["missing", "note"]),
        (1000, "800", ["well"]),
    ],
)
def test_functions_at_once(session: Session, target: Target, limit: int, alarm: str, words: list[str]) -> None:
    """New accounts have ten, and are not told."""
    _answers(session, "lambda", ("get_account_settings", {"AccountLimit": {"ConcurrentExecutions": limit}}))
    found = _found(deployment.at_once, _account(target, {"ConcurrencyAlarm": alarm}))
    assert [verdict for verdict, _ in found] == words
    assert f"may run {limit} functions at once" in found[0][1]


@pytest.fixture
def table(session: Session) -> str:
    """A table as nobody should have one."""
    name = f"foyer-{datetime.now(UTC).timestamp()}"
    session.client("dynamodb").create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )  # fmt: skip
    return name


def test_a_table_that_can_be_lost(target: Target, table: str) -> None:
    """D-13."""
    found = _found(deployment.table, _account(target, TableName=table))
    assert found == [("missing", "The table can not be restored"), ("missing", "The table can be deleted")]


def test_a_table_that_is_safe(session: Session, target: Target, table: str) -> None:
    dynamodb = session.client("dynamodb")
    dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    dynamodb.update_table(TableName=table, DeletionProtectionEnabled=True)
    account = Account(target, datetime.now(UTC), _stack(TableName=table))
    found = _found(deployment.table, account)
    assert found == [
        ("well", "The table can be restored to any second"),
        ("well", "The table is protected from deletion"),
    ]
    late = Account(target, datetime.now(UTC) + timedelta(hours=1), _stack(TableName=table))
    assert re.match(r"The table can be restored to \d\d:\d\d at the latest", _found(deployment.table, late)[0][1])


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("UPDATE_COMPLETE", ("well", "The stack foyer-prod stands")),
        ("UPDATE_ROLLBACK_COMPLETE", ("note", "The last deployment failed and was taken back; the one before it runs")),
        ("UPDATE_IN_PROGRESS", ("note", "A deployment of foyer-prod is under way (UPDATE_IN_PROGRESS)")),
        ("UPDATE_ROLLBACK_FAILED", ("missing", "The stack foyer-prod is UPDATE_ROLLBACK_FAILED")),
    ],
)
def test_the_state_of_the_stack(target: Target, status: str, words: tuple[str, str]) -> None:
    account = Account(target, NOW, {**_stack(), "StackStatus": status})
    assert _found(deployment.stack, account) == [words]


def test_nothing_is_deployed_yet(target: Target) -> None:
    assert _found(deployment.stack, Account(target, NOW)) == [("missing", "Nothing is deployed as foyer-prod")]
    assert _found(deployment.drift, Account(target, NOW)) == _found(deployment.version, Account(target, NOW)) == []


@pytest.mark.parametrize(
    ("status", "words"),
    [("DRIFTED", ("missing", "2 resources are not as the template made them")),
     ("IN_SYNC", ("well", "Nothing was changed by hand"))],
)  # fmt: skip
def test_what_was_changed_by_hand(session: Session, target: Target, status: str, words: tuple[str, str]) -> None:
    stack_id = f"arn:aws:cloudformation:{engine.REGION}:000000000000:stack/foyer-prod/1"
    looked = {
        "StackId": stack_id, "StackDriftDetectionId": "d", "DetectionStatus": "DETECTION_COMPLETE", "Timestamp": NOW,
        "StackDriftStatus": status, "DriftedStackResourceCount": 2,
    }  # fmt: skip
    asked = ("detect_stack_drift", {"StackDriftDetectionId": "d"})
    _answers(session, "cloudformation", asked, ("describe_stack_drift_detection_status", looked))
    assert _found(deployment.drift, _account(target)) == [words]


def test_the_version_that_runs(session: Session, target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "inputs_here", lambda stage, architecture: f"{stage} {architecture}")
    account = _account(target)
    assert _found(deployment.version, account) == [("note", "Nobody noted what was deployed")]
    session.client("s3").create_bucket(
        Bucket=target.bucket, CreateBucketConfiguration={"LocationConstraint": engine.REGION}
    )
    entry = history.Entry(NOW, "abc", "anne", "prod arm64", "arm64", "prod/t.json", {})
    history.note(target, entry)
    assert _found(deployment.version, account) == [("well", "What runs is this code (abc)")]
    history.note(target, history.Entry(NOW + timedelta(1), "def", "anne", "other", "arm64", "prod/t.json", {}))
    words = "What runs is not this code: it was deployed on 2026-11-24 10:00 UTC as def"
    assert _found(deployment.version, account) == [("note", words)]


def test_a_portal_without_a_firewall(target: Target) -> None:
    found = _found(deployment.firewall, _account(target, ApiId="abc123"))
    assert found == [("note", "No firewall (WAF) counts requests")]


def test_a_portal_with_a_firewall(session: Session, target: Target) -> None:
    answer = {"WebACL": {"Name": "foyer-prod", "Id": "1", "ARN": "arn:aws:wafv2:ca-central-1:1:regional/webacl/a/1",
                         "DefaultAction": {"Allow": {}}, "VisibilityConfig": {"SampledRequestsEnabled": False,
                         "CloudWatchMetricsEnabled": True, "MetricName": "m"}}}  # fmt: skip
    _answers(session, "wafv2", ("get_web_acl_for_resource", answer))
    assert _found(deployment.firewall, _account(target, ApiId="abc123")) == [
        ("well", "A firewall (WAF) counts requests")
    ]


Put = Callable[..., None]


@pytest.fixture
def put(session: Session) -> Put:
    """Stores a parameter."""

    def store(name: str, value: str, kind: str = "SecureString") -> None:
        session.client("ssm").put_parameter(Name=name, Value=value, Type=kind, Overwrite=True)

    return store


def test_the_portals_own_keys(target: Target, put: Put) -> None:
    """L-01."""
    put("/foyer/own/pepper", "c2VjcmV0")
    put("/foyer/plain/numbers", "c2VjcmV0", "String")
    told = {"PepperParameter": "/foyer/own/pepper", "NumberKeysParameter": "/foyer/nothing"}
    found = _found(keys.own, _account(target, told))
    assert found == [
        ("well", "There is the key of one-time codes"),
        ("missing", "There is no key of numbers at tax offices (/foyer/nothing)"),
    ]
    plain = _found(keys.own, _account(target, {**told, "NumberKeysParameter": "/foyer/plain/numbers"}))
    assert plain[1] == ("missing", "/foyer/plain/numbers is not encrypted")


_WRONG = "school has a Stripe key that is none of the {} ones, which this stage takes"


def test_stripe_without_keys(target: Target) -> None:
    """P-21: where real money moves they are missed, elsewhere not."""
    told = {"StripeParameters": "/foyer/none/stripe"}
    assert ("note", "No organisation has Stripe keys") in _found(keys.stripe, _account(target, told))
    live = _found(keys.stripe, _account(target, {**told, "LivePayments": "1"}))
    assert live == [("missing", "No organisation has Stripe keys")]


@pytest.mark.parametrize(
    ("live", "key", "webhook", "words"),
    [
        ("1", "rk_live_1", "whsec_1", []),
        ("1", "rk_live_1", "whsec_2 whsec_1", []),
        (
            "1",
            "sk_test_1",
            "whsec_1",
            [_WRONG.format("live")],
        ),
        (
            "0",
            "sk_live_1",
            "whsec_1",
            [_WRONG.format("test")],
        ),
        ("1", "", "whsec_1", ["school has no Stripe key"]),
        ("1", "rk_live_1", "", ["school has no signing secret of Stripe's webhook: payments are noticed late"]),
        ("1", "rk_live_1", "12", ["school has no signing secret of Stripe's webhook: payments are noticed late"]),
    ],
)
def test_stripes_keys(target: Target, put: Put, live: str, key: str, webhook: str, words: list[str]) -> None:
    path = f"/foyer/p{abs(hash((live, key, webhook)))}/stripe"
    for name, value in (("key", key), ("webhook", webhook)):
        if value:
            put(f"{path}/school/{name}", value)
    found = examined(keys.stripe, _account(target, {"StripeParameters": path, "LivePayments": live}))
    assert [each.what for each in found if each.is_bad] == words
    assert not any(value and value in str(found) for value in (key, webhook)), "no value is ever said"


def test_a_stripe_key_that_is_not_encrypted(target: Target, put: Put) -> None:
    put("/foyer/open/stripe/school/key", "rk_live_1", "String")
    put("/foyer/open/stripe/school/webhook", "whsec_1")
    told = {"StripeParameters": "/foyer/open/stripe", "LivePayments": "1"}
    assert ("missing", "A Stripe key of school is not encrypted") in _found(keys.stripe, _account(target, told))


def _certified(**more: Any) -> dict[str, Any]:
    told = {"CertificateArn": _ARN, "DomainName": "portal.school.example", "Status": "ISSUED"}
    return {"Certificate": {**told, **more}}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (_certified(), ("well", "The certificate of portal.school.example is issued")),
        (_certified(DomainName="*.school.example"), ("well", "The certificate of portal.school.example is issued")),
        (_certified(Status="PENDING_VALIDATION"), ("missing", "The certificate is PENDING_VALIDATION")),
        (
            _certified(DomainName="other.example"),
            ("missing", "The certificate is for other.example, not for portal.school.example"),
        ),
        (_certified(NotAfter=NOW + timedelta(5)), ("missing", "The certificate ends on 2026-11-28")),
        ({"error": "ResourceNotFoundException"}, ("missing", "The certificate is gone")),
    ],
    ids=["issued", "for all names", "waiting", "another name", "ending", "gone"],
)
def test_the_certificate(session: Session, target: Target, answer: dict[str, Any], words: tuple[str, str]) -> None:
    _answers(session, "acm", ("describe_certificate", answer))
    told = {"BaseUrl": "https://portal.school.example", "CertificateArn": _ARN}
    assert _found(address.certificate, _account(target, told)) == [words]


def test_a_certificate_of_another_region_and_none(target: Target) -> None:
    told = {"BaseUrl": "https://portal.school.example", "CertificateArn": _ARN.replace(engine.REGION, "us-east-1")}
    assert _found(address.certificate, _account(target, told)) == [("missing", "The certificate is in us-east-1")]
    alone = {"BaseUrl": "https://portal.school.example"}
    assert _found(address.certificate, _account(target, alone))[0][0] == "missing"
    assert _found(address.certificate, _account(target))[0][0] == "note"


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ({"gateway": {"10.0.0.1"}}, ("missing", "portal.school.example leads nowhere")),
        (
            {"portal.school.example": {"10.0.0.9"}, "gateway": {"10.0.0.1"}},
            ("note", "portal.school.example leads elsewhere than the gateway at this moment"),
        ),
        (
            {"portal.school.example": {"10.0.0.1"}, "gateway": {"10.0.0.1", "10.0.0.2"}},
            ("well", "portal.school.example leads to the portal"),
        ),
    ],
    ids=["nowhere", "elsewhere", "here"],
)
def test_where_the_name_leads(target: Target, names: dict[str, set[str]], words: tuple[str, str]) -> None:
    account = _account(target, {"BaseUrl": "https://portal.school.example"}, DomainTarget="gateway")
    found = list(address.leads_here(account, lambda host: names.get(host, set())))
    assert [(each.verdict.value, each.what) for each in found] == [words]


def test_a_name_that_is_none_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    assert address.resolved("nowhere.example") == set()


def test_an_account_without_the_right_to_see_stacks(session: Session, target: Target) -> None:
    _answers(session, "cloudformation", ("describe_stacks", {"error": "AccessDenied"}))
    with pytest.raises(DeployError, match="AccessDenied"):
        account_of(target, {}, NOW)


def test_each_check_says_what_it_is_about() -> None:
    """The words of one that could not look are the first of its docstring."""
    checks = [check for each in CHECKS.values() for check in each]
    assert len(checks) == len({(check.__doc__ or "").partition(":")[0] for check in checks}) == 17
    assert all(":" in (check.__doc__ or "") for check in checks)


def test_findings_are_told_with_what_to_do() -> None:
    found = {"Mail": [Finding(Verdict.MISSING, "No sender is set", "Deploy with MAIL_FROM.")]}
    cells = [list(column.cells) for column in told(found).columns]
    assert cells == [["", "[red]✗[/red]"], ["[bold]Mail[/bold]", "No sender is set"], ["", "Deploy with MAIL_FROM."]]


def test_the_command_ends_with_1_while_something_is_missing(embedded: Engine) -> None:
    environment = {
        "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "AWS_ENDPOINT_URL": embedded.endpoint, "COLUMNS": "200",
        "AWS_DEFAULT_REGION": engine.REGION, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "infra.doctor", "prod"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Nothing is deployed as foyer-prod" in done.stdout
    assert "could not look (InvalidAction)" in done.stdout, "the embedded AWS does not know the sandbox of texts"
