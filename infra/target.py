"""Where something is deployed: an account, a region, a stage; and the stack that is there."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

POLL_SECONDS = 2.0
_DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_USABLE = (*_DONE, "UPDATE_ROLLBACK_COMPLETE")


class DeployError(Exception):
    """The deployment can not be made, or was undone; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """The account and region that are deployed to, and the stage there."""

    session: Any
    account: str
    region: str
    stage: str

    @classmethod
    def find(cls, session: Any, stage: str) -> "Target":
        """Where the credentials of `session` lead. Raises DeployError when there are none, or no region."""
        if not session.region_name:
            raise DeployError("no region is chosen: set AWS_DEFAULT_REGION, for example to ca-central-1")
        try:
            account = session.client("sts").get_caller_identity()["Account"]
        except (BotoCoreError, ClientError) as error:
            raise DeployError(f"AWS does not know who is asking ({error}); see docs/operations.md") from error
        return cls(session, account, session.region_name, stage)

    @property
    def stack(self) -> str:
        """Name of the CloudFormation stack."""
        return f"foyer-{self.stage}"

    @property
    def bucket(self) -> str:
        """Name of the account's bucket of packages in this region."""
        return f"foyer-packages-{self.account}-{self.region}"

    def client(self, service: str) -> Any:
        """A client of an AWS service there."""
        return self.session.client(service)


def stack_of(target: Target) -> Any:
    """The stack as it is, or None. Raises DeployError when it can not be updated."""
    try:
        found = target.client("cloudformation").describe_stacks(StackName=target.stack)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    if found["StackStatus"] == "ROLLBACK_COMPLETE":
        return _remove_husk(target, found["StackId"])
    if found["StackStatus"] == "REVIEW_IN_PROGRESS":
        return None
    if found["StackStatus"] not in _USABLE:
        raise DeployError(f"the stack {target.stack} is {found['StackStatus']}; see docs/operations.md, When it fails")
    return found


def _remove_husk(target: Target, stack: str) -> None:
    """Removes what a first deployment that failed left behind: a name without resources, which nothing can update."""
    cloudformation = target.client("cloudformation")
    cloudformation.delete_stack(StackName=stack)
    settled(lambda: cloudformation.describe_stacks(StackName=stack)["Stacks"][0], "StackStatus")


def parameter(stack: Any, name: str) -> str:
    """A parameter of a stack; empty where it has none, or there is no stack."""
    told = (stack or {}).get("Parameters", ())
    return next((str(one["ParameterValue"]) for one in told if one["ParameterKey"] == name), "")


def outputs_of(target: Target) -> dict[str, str]:
    """The stack's outputs."""
    return {output["OutputKey"]: output["OutputValue"] for output in (stack_of(target) or {}).get("Outputs", ())}


def settled(look: Callable[[], Any], status: str) -> Any:
    """What `look` finds once its status is no longer that of something going on."""
    found = look()
    while found[status].endswith(("PENDING", "IN_PROGRESS")):
        time.sleep(POLL_SECONDS)
        found = look()
    return found
