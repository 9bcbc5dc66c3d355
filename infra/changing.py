"""One CloudFormation change set: made, watched to its end, undone by CloudFormation when it fails or alarms ring."""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from infra.target import POLL_SECONDS, DeployError, Target, settled

_UNCHANGED = ("didn't contain changes", "No updates are to be performed")
_GOING_ON = ("AVAILABLE", "EXECUTE_IN_PROGRESS")
_DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_BEGINNINGS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")
_WATCHED_MINUTES = 17
"""How long after its end a deployment is still taken back when an alarm rings; CloudFormation waits for it. The clock
of money comes round once a quarter of an hour, and what it did is seen a minute later."""
_MOST_ALARMS = 5
"""CloudFormation watches no more."""

Tell = Callable[[int, int, str], object]
"""Hears how many resources are done, of how many, and which was the last."""


def unheard(_done: int, _count: int, _last: str) -> None:
    """Where nobody wants to hear."""


def change(
    target: Target, before: Any, template_url: str, parameters: Sequence[Mapping[str, object]],
    watched: Sequence[str] = (), tell: Tell = unheard,
) -> bool:  # fmt: skip
    """Makes and executes one change set; tells whether there was anything to change.

    `watched` are logical names of alarms: one of them that rings meanwhile, or shortly afterwards, takes it back.
    Raises DeployError when it fails; CloudFormation undoes it.
    """
    cloudformation = target.client("cloudformation")
    made = cloudformation.create_change_set(
        StackName=target.stack,
        ChangeSetName=f"deploy-{int(time.time())}-{secrets.token_hex(4)}",
        ChangeSetType="UPDATE" if before else "CREATE",
        TemplateURL=template_url,
        Capabilities=["CAPABILITY_IAM"],
        Parameters=parameters,
        RollbackConfiguration=_triggers(target, before, watched),
    )
    described = settled(lambda: cloudformation.describe_change_set(ChangeSetName=made["Id"]), "Status")
    if described["Status"] == "FAILED":
        cloudformation.delete_change_set(ChangeSetName=made["Id"])
        if any(words in described["StatusReason"] for words in _UNCHANGED):
            return False
        raise DeployError(f"CloudFormation refuses the template: {described['StatusReason']}")
    cloudformation.execute_change_set(ChangeSetName=made["Id"])
    _await_end(target, made["StackId"], made["Id"], tell, len(described.get("Changes", ())))
    return True


def _triggers(target: Target, before: Any, watched: Sequence[str]) -> dict[str, Any]:
    """The alarms by their ARNs: those that are there already, as CloudFormation wants them.

    One that rings as it begins is left out: it would undo what is to mend it, or the way back.
    """
    if before is None or not watched:
        return {"RollbackTriggers": [], "MonitoringTimeInMinutes": 0}
    pages = target.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=target.stack)
    names = {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for page in pages for each in page["StackResourceSummaries"] if each["LogicalResourceId"] in watched
    }  # fmt: skip
    alarm = f"arn:aws:cloudwatch:{target.region}:{target.account}:alarm:"
    there = [names[each] for each in watched if each in names][:_MOST_ALARMS]
    ringing = _ringing(target, there) if there else set()
    triggers = [{"Arn": alarm + each, "Type": "AWS::CloudWatch::Alarm"} for each in there if each not in ringing]
    return {"RollbackTriggers": triggers, "MonitoringTimeInMinutes": _WATCHED_MINUTES if triggers else 0}


def _ringing(target: Target, names: Sequence[str]) -> set[str]:
    found = target.client("cloudwatch").describe_alarms(AlarmNames=list(names), StateValue="ALARM")
    return {each["AlarmName"] for each in found["MetricAlarms"]}


def _await_end(target: Target, stack: str, change_set: str, tell: Tell, count: int) -> None:
    """Waits until the change set is carried out: before it began, the stack tells how the change before it ended."""
    cloudformation = target.client("cloudformation")
    while cloudformation.describe_change_set(ChangeSetName=change_set)["ExecutionStatus"] in _GOING_ON:
        _report(cloudformation, stack, tell, count)
        time.sleep(POLL_SECONDS)

    def look() -> Any:
        _report(cloudformation, stack, tell, count)
        return cloudformation.describe_stacks(StackName=stack)["Stacks"][0]

    ended = settled(look, "StackStatus")
    if ended["StackStatus"] in _DONE:
        return
    failed = [event for event in _latest(cloudformation, stack) if event["ResourceStatus"].endswith("FAILED")]
    reasons = [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in reversed(failed)]
    why = [str(ended["StackStatusReason"])] if ended.get("StackStatusReason") and not reasons else []
    raise DeployError("\n  ".join([f"the deployment ended as {ended['StackStatus']}", *why, *reasons[:5]]))


def _report(cloudformation: Any, stack: str, tell: Tell, count: int) -> None:
    done = {
        event["LogicalResourceId"]: event["ResourceStatus"] for event in _latest(cloudformation, stack)
        if event["ResourceStatus"].endswith("_COMPLETE") and event["PhysicalResourceId"] != event["StackId"]
    }  # fmt: skip
    tell(min(len(done), count), count, next(iter(done), ""))


def _latest(cloudformation: Any, stack: str) -> Iterator[Any]:
    """What the last deployment did, newest first: taking everything back tells more than fits on a page."""
    for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack):
        for event in page["StackEvents"]:
            yield event
            if event["PhysicalResourceId"] == event["StackId"] and event["ResourceStatus"] in _BEGINNINGS:
                return
