"""What was deployed: the stack, its table, its alarms, what stands in front of it, and the limits of the account."""

import time
from collections.abc import Iterator
from datetime import timedelta

from botocore.exceptions import ClientError

from infra import history
from infra.doctor.finding import Account, Finding, code_of, missing, note, well

_FEW_AT_ONCE = 100
"""Functions at once: fewer are used up by one busy evening, and by workers who then wait for each other."""
_RESTORABLE = timedelta(minutes=15)
_GOOD = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_DRIFT_SECONDS = 60.0
_DRIFT_POLL_SECONDS = 2.0


def stack(account: Account) -> Iterator[Finding]:
    """The stack: how the last deployment ended."""
    if account.stack is None:
        yield missing(f"Nothing is deployed as {account.target.stack}", f"make deploy STAGE={account.target.stage} …")
        return
    state = str(account.stack["StackStatus"])
    if state in _GOOD:
        yield well(f"The stack {account.target.stack} stands")
    elif state.endswith("IN_PROGRESS"):
        yield note(f"A deployment of {account.target.stack} is under way ({state})", "Wait for its end.")
    elif state == "UPDATE_ROLLBACK_COMPLETE":
        yield note(
            "The last deployment failed and was taken back; the one before it runs",
            "Its events name the reason: aws cloudformation describe-stack-events.",
        )
    else:
        yield missing(f"The stack {account.target.stack} is {state}", "docs/operations.md, “When it fails”.")


def drift(account: Account) -> Iterator[Finding]:
    """Drift: whether somebody changed by hand what the template made."""
    if account.stack is None:
        return
    cloudformation = account.client("cloudformation")
    asked = cloudformation.detect_stack_drift(StackName=account.target.stack)["StackDriftDetectionId"]
    deadline = time.monotonic() + _DRIFT_SECONDS
    while True:
        told = cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=asked)
        if told["DetectionStatus"] != "DETECTION_IN_PROGRESS" or time.monotonic() > deadline:
            break
        time.sleep(_DRIFT_POLL_SECONDS)
    if told["DetectionStatus"] == "DETECTION_IN_PROGRESS":
        yield note("CloudFormation still compares the stack with its template", "Ask again in a minute.")
    elif told.get("StackDriftStatus") == "DRIFTED":
        count = told.get("DriftedStackResourceCount", 0)
        yield missing(
            f"{count} resources are not as the template made them",
            "CloudFormation → the stack → Stack actions → View drift results; put back what was changed by hand.",
        )
    else:
        yield well("Nothing was changed by hand")


def version(account: Account) -> Iterator[Finding]:
    """The version: whether what runs is this code."""
    if account.stack is None:
        return
    last = next(iter(history.entries(account.target)), None)
    if last is None:
        yield note("Nobody noted what was deployed", f"make deploy STAGE={account.target.stage} notes it from now on.")
    elif last.inputs != history.inputs_here(account.target.stage, last.architecture):
        yield note(f"What runs is not this code: it was deployed on {last.at:%Y-%m-%d %H:%M} UTC as {last.version}",
                   f"make deploy STAGE={account.target.stage}")  # fmt: skip
    else:
        yield well(f"What runs is this code ({last.version})")


def table(account: Account) -> Iterator[Finding]:
    """The table: whether it can be restored, and not be deleted."""
    name = account.output("TableName")
    if not name:
        return
    dynamodb = account.client("dynamodb")
    told = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    points = told["PointInTimeRecoveryDescription"]
    latest = points.get("LatestRestorableDateTime")
    if points["PointInTimeRecoveryStatus"] != "ENABLED":
        yield missing("The table can not be restored", "Deploy again: point-in-time recovery was switched off by hand.")
    elif latest and account.now - latest > _RESTORABLE:
        yield missing(f"The table can be restored to {latest:%H:%M} at the latest", "Look at the AWS Health Dashboard.")
    else:
        yield well("The table can be restored to any second")
    described = dynamodb.describe_table(TableName=name)["Table"]
    if described.get("DeletionProtectionEnabled"):
        yield well("The table is protected from deletion")
    else:
        yield missing("The table can be deleted", "Deploy again: its protection was switched off by hand.")


def alarms(account: Account) -> Iterator[Finding]:
    """Alarms: whether anybody hears them."""
    topic = account.output("AlarmTopic") or account.parameter("AlarmTopic")
    if not topic:
        yield missing("Nobody hears the alarms", "docs/operations.md, “Alarms by mail”; then deploy with ALARM_MAIL=….")
        return
    pages = account.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    arns = [each["SubscriptionArn"] for page in pages for each in page["Subscriptions"]]
    confirmed = [arn for arn in arns if arn.startswith("arn:")]
    if not confirmed:
        waiting = "; the mail that asks for it waits to be confirmed" if arns else ""
        yield missing(f"Nobody hears the alarms{waiting}", "Confirm that mail; or deploy with ALARM_MAIL=you@….")
    else:
        yield well(f"Alarms are heard by {len(confirmed)}")


def at_once(account: Account) -> Iterator[Finding]:
    """Functions at once: how many the account may run."""
    limit = int(account.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"])
    if limit < _FEW_AT_ONCE:
        yield missing(
            f"The account may run {limit} functions at once, and the portal has more workers than that is good for",
            "Service Quotas → Lambda → Concurrent executions: ask for 1,000; it costs nothing.",
        )
    else:
        yield well(f"The account may run {limit} functions at once")
    alarm = float(account.parameter("ConcurrencyAlarm") or 0)
    if alarm >= limit:
        yield note(
            f"The alarm of functions at once rings at {alarm:g}, which is never reached",
            f"Deploy with CONCURRENCY_ALARM={limit * 4 // 5}.",
        )


def firewall(account: Account) -> Iterator[Finding]:
    """The firewall: whether requests are counted before they reach the portal."""
    api, stage = account.output("ApiId"), account.resources.get("ApiStage", "")
    if not (api and stage):
        return
    arn = f"arn:aws:apigateway:{account.target.region}::/restapis/{api}/stages/{stage}"
    try:
        told = account.client("wafv2").get_web_acl_for_resource(ResourceArn=arn)
    except ClientError as error:
        if code_of(error) != "WAFNonexistentItemException":
            raise
        told = {}
    if told.get("WebACL"):
        yield well("A firewall (WAF) counts requests")
    else:
        yield note("No firewall (WAF) counts requests", "It costs about 10 USD a month: deploy with FIREWALL=1.")
