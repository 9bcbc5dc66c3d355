"""Secrets: whether they are there, and of the right sort. Their values are looked at and never said."""

from collections.abc import Iterator

from botocore.exceptions import ClientError

from chalicelib.settings import number_keys_parameter, pepper_parameter, stripe_parameters
from infra.doctor.finding import Account, Finding, code_of, missing, note, well

_LIVE, _TEST = ("sk_live_", "rk_live_"), ("sk_test_", "rk_test_")


def own(account: Account) -> Iterator[Finding]:
    """The portal's own keys: that of one-time codes and that of numbers at tax offices."""
    usual = {
        "the key of one-time codes": account.parameter("PepperParameter") or pepper_parameter(account.target.stage),
        "the key of numbers at tax offices": account.parameter("NumberKeysParameter")
        or number_keys_parameter(account.target.stage),
    }
    for what, name in usual.items():
        try:
            found = account.client("ssm").get_parameter(Name=name)["Parameter"]
        except ClientError as error:
            if code_of(error) != "ParameterNotFound":
                raise
            yield missing(f"There is no {what.removeprefix('the ')} ({name})", "make deploy makes it.")
            continue
        if found["Type"] != "SecureString":
            yield missing(
                f"{name} is not encrypted",
                "Delete it and deploy again; see “The key of one-time codes”.",
            )
        else:
            yield well(f"There is {what}")


def stripe(account: Account) -> Iterator[Finding]:
    """Stripe's keys: for each organisation both, live ones where real money moves, and none elsewhere (P-21)."""
    path = account.parameter("StripeParameters") or stripe_parameters(account.target.stage)
    pages = account.client("ssm").get_paginator("get_parameters_by_path")
    found = {
        each["Name"].removeprefix(f"{path}/"): each
        for page in pages.paginate(Path=path, Recursive=True, WithDecryption=True) for each in page["Parameters"]
    }  # fmt: skip
    is_live = account.parameter("LivePayments") == "1"
    organisations = sorted({name.partition("/")[0] for name in found})
    if not organisations:
        yield (missing if is_live else note)("No organisation has Stripe keys", "./foyer stripe connect ORG")
    if account.target.stage == "prod" and not is_live:
        yield note("No real money moves in this stage", "Deploy with LIVE_PAYMENTS=1 when families are to pay online.")
    for org in organisations:
        told = {sort: str(found[f"{org}/{sort}"]["Value"]) for sort in ("key", "webhook") if f"{org}/{sort}" in found}
        yield from _of(org, told, is_live=is_live)
        if any(found[f"{org}/{sort}"]["Type"] != "SecureString" for sort in told):
            yield missing(f"A Stripe key of {org} is not encrypted", f"./foyer stripe connect {org}, and roll the key.")


def _of(org: str, told: dict[str, str], *, is_live: bool) -> Iterator[Finding]:
    again = f"./foyer stripe connect {org}"
    if "key" not in told:
        yield missing(f"{org} has no Stripe key", again)
    elif not told["key"].startswith(_LIVE if is_live else _TEST):
        wanted = "live" if is_live else "test"
        yield missing(f"{org} has a Stripe key that is none of the {wanted} ones, which this stage takes", again)
    else:
        yield well(f"{org} has a Stripe key")
    secrets = told.get("webhook", "").split()
    if not secrets or not all(secret.startswith("whsec_") for secret in secrets):
        yield missing(f"{org} has no signing secret of Stripe's webhook: payments are noticed late", again)
    else:
        yield well(f"{org} hears Stripe")
