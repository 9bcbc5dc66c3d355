"""What a deployment refuses before anything is built: what would fail late, or work and be wrong."""

from collections.abc import Collection, Mapping
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.settings import stripe_parameters
from infra.target import DeployError, Target, parameter

NEW_STAGE = "NEW_STAGE"
"""Variable that says that a stage is meant to be new in an account that has others."""
OWN_KEY = "OwnKey"
"""The template's parameter that says whether all that people have here lies under the deployment's own key."""
_FOR_TRYING = ("dev", "test", "staging")
_PLACE_OF_REGION = 3


def refuse_foolish(target: Target, stack: Any, given: Mapping[str, str], *, is_new: bool = False) -> None:
    """Raises DeployError for a deployment that nobody can want. `is_new`: the stage is said to be a new one."""

    def value(name: str) -> str:
        return given.get(name, parameter(stack, name))

    if stack is None:
        if not given.get("MailFrom"):
            raise DeployError("the first deployment needs MAIL_FROM, the address that mail is sent from")
        _check_stage(target, is_new=is_new)
    elif given.get(OWN_KEY) == "1" and not parameter(stack, OWN_KEY):
        raise DeployError(
            "this stage has no key of its own yet: deploy without OWN_KEY first, which makes the key and the rights to"
            " use it, then once more with OWN_KEY=1; see docs/operations.md, A key for a stage that has none"
        )
    _check_domain(value("BaseUrl"), value("CertificateArn"))
    for name in ("CertificateArn", "AlarmTopic"):
        _check_region(target, name, value(name))
    if value("LivePayments") == "1":
        _check_live(
            target, value("StripeParameters") or stripe_parameters(target.stage), was=parameter(stack, "LivePayments")
        )


def refuse_to_lose_the_key(stack: Any, known: Collection[str]) -> None:
    """Raises DeployError where functions would lose the right to use the key that everything lies under.

    `known` are the parameters of the template that would take this one's place.
    """
    if OWN_KEY not in known and parameter(stack, OWN_KEY) == "1":
        raise DeployError(
            "that version knows nothing of the key that the table and the queues lie under: deploy the present one with"
            " OWN_KEY=0 first; see docs/operations.md, A key for a stage that has none"
        )


def _check_stage(target: Target, *, is_new: bool) -> None:
    """Raises DeployError for a name that is probably mistyped: others are there, and this one is not."""
    if is_new:
        return
    pages = target.client("cloudformation").get_paginator("describe_stacks").paginate()
    others = sorted(
        each["StackName"].removeprefix("foyer-") for page in pages for each in page["Stacks"]
        if each["StackName"].startswith("foyer-") and each["StackName"] != target.stack
    )  # fmt: skip
    if others:
        raise DeployError(
            f"there is no stage {target.stage} in this account and region, but {', '.join(others)};"
            f" say {NEW_STAGE}=1 to make another one"
        )


def _check_domain(address: str, certificate: str) -> None:
    """Raises DeployError for an address of one's own without a certificate, or the other way round.

    Without one the gateway would go on answering under its own name, past whatever stands in front of it, whose
    address would be taken for everybody's (A-16).
    """
    if bool(address) != bool(certificate):
        raise DeployError("BASE_URL and CERTIFICATE_ARN are given together, or neither is; see docs/operations.md")


def _check_region(target: Target, name: str, arn: str) -> None:
    region = [*arn.split(":"), *[""] * _PLACE_OF_REGION][_PLACE_OF_REGION]
    if region and region != target.region:
        raise DeployError(f"{name} is in {region}, and this deployment in {target.region}: it can not be used here")


def _check_live(target: Target, path: str, *, was: str) -> None:
    """Raises DeployError where real money would move in a stage for trying, or none could (P-21)."""
    if target.stage in _FOR_TRYING:
        raise DeployError(
            f"LIVE_PAYMENTS=1 is not for {target.stage}: real money moves only in a stage that people use"
        )
    if was == "1":
        return
    try:
        pages = target.client("ssm").get_paginator("get_parameters_by_path")
        every = pages.paginate(Path=path, Recursive=True, WithDecryption=True)
        told = [each for page in every for each in page["Parameters"]]
    except ClientError as error:
        raise DeployError(f"Stripe's keys can not be looked at ({error.response['Error']['Code']})") from error
    found = [each for each in told if each["Name"].endswith("/key")]
    if not found:
        raise DeployError(
            f"LIVE_PAYMENTS=1 needs Stripe's live keys under {path}; see docs/operations.md, Payments by Stripe"
        )
    wrong = [each["Name"] for each in found if "_live_" not in each["Value"]]
    if wrong:
        raise DeployError(f"LIVE_PAYMENTS=1, and these are no live keys: {', '.join(wrong)}")
