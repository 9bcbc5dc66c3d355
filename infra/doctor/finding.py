"""What the doctor finds, and the account that it looks at."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from infra.target import Target


class Verdict(Enum):
    """How it is."""

    WELL = "well"
    NOTE = "note"
    """Not as most want it; the portal runs."""
    MISSING = "missing"
    UNSEEN = "could not look"


class Finding(NamedTuple):
    """One thing that was looked at: how it is, and what to do."""

    verdict: Verdict
    what: str
    do: str = ""

    @property
    def is_bad(self) -> bool:
        """Whether somebody has to see to it."""
        return self.verdict in (Verdict.MISSING, Verdict.UNSEEN)


@dataclass(frozen=True)
class Account:
    """Where the doctor looks: the stage, and what CloudFormation knows of it."""

    target: Target
    now: datetime
    stack: Mapping[str, Any] | None = None
    """None: nothing was deployed yet."""
    resources: Mapping[str, str] = field(default_factory=dict)
    """Physical names of the stack's resources by logical name."""
    given: Mapping[str, str] = field(default_factory=dict)
    """Parameters that are to be deployed, over those of the stack."""

    def client(self, service: str) -> Any:
        """A client of an AWS service there."""
        return self.target.client(service)

    def parameter(self, name: str) -> str:
        """A parameter of the deployment; empty where it has none."""
        told = {one["ParameterKey"]: one.get("ParameterValue", "") for one in (self.stack or {}).get("Parameters", ())}
        return self.given.get(name) or str(told.get(name, ""))

    def output(self, name: str) -> str:
        """An output of the stack; empty where it has none."""
        told = {one["OutputKey"]: one["OutputValue"] for one in (self.stack or {}).get("Outputs", ())}
        return str(told.get(name, ""))


Check = Callable[[Account], Iterator[Finding]]


def well(what: str) -> Finding:
    """As it should be."""
    return Finding(Verdict.WELL, what)


def note(what: str, do: str) -> Finding:
    """Works, and somebody may want it otherwise."""
    return Finding(Verdict.NOTE, what, do)


def missing(what: str, do: str) -> Finding:
    """Does not work, or is in danger."""
    return Finding(Verdict.MISSING, what, do)


def examined(check: Check, account: Account) -> list[Finding]:
    """What one check finds; one that has no right to look says so, and the others go on."""
    found: list[Finding] = []
    try:
        found.extend(check(account))
    except (ClientError, BotoCoreError) as error:
        found.append(_unseen(check, error))
    return found


def _unseen(check: Check, error: Exception) -> Finding:
    subject = (check.__doc__ or check.__name__).partition(":")[0].partition(".")[0]
    if isinstance(error, ClientError):
        code, action = error.response["Error"]["Code"], error.operation_name
        return Finding(Verdict.UNSEEN, f"{subject}: could not look ({code})", f"The right for {action} is needed.")
    return Finding(Verdict.UNSEEN, f"{subject}: could not look ({error})", "Try again.")


def code_of(error: ClientError) -> str:
    """AWS's name of an error."""
    return str(error.response["Error"]["Code"])
