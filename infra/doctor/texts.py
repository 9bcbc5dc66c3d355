"""Whether text messages go out. Without any of it, sign-in by mail works: what is missing here is a note."""

from collections.abc import Iterator

from infra.doctor.finding import Account, Finding, note, well

_LEAST_USD = 2.0
"""New accounts have 1 USD a month: about twenty texts in many countries."""


def sandbox(account: Account) -> Iterator[Finding]:
    """Text messages: whether they go to everybody."""
    if account.client("sns").get_sms_sandbox_account_status()["IsInSandbox"]:
        yield note(
            "Texts are in the sandbox: only your own numbers get any", "SNS → Text messaging → Exit SMS sandbox."
        )
    else:
        yield well("Texts may go to everybody")


def spending(account: Account) -> Iterator[Finding]:
    """The spending limit of texts: what SNS may cost in a month, and whether its alarm is below that."""
    told = account.client("sns").get_sms_attributes(attributes=["MonthlySpendLimit"])
    limit = float(told.get("attributes", {}).get("MonthlySpendLimit", 1))
    if limit < _LEAST_USD:
        yield note(
            f"Texts may cost {limit:g} USD a month, then none go out",
            "Service Quotas → SNS → Account spend threshold for SMS; then Text messaging preferences.",
        )
        return
    alarm = float(account.parameter("SmsAlarmUsd") or 0)
    if alarm > limit:
        yield note(
            f"The alarm rings at {alarm:g} USD for texts, and SNS stops at {limit:g}",
            f"Deploy with SMS_ALARM_USD={limit / 2:g}.",
        )
    else:
        yield well(f"Texts may cost {limit:g} USD a month")


def stopped(account: Account) -> Iterator[Finding]:
    """Numbers that answered STOP: whether the list of them can be read."""
    numbers = account.client("sns").list_phone_numbers_opted_out().get("phoneNumbers", [])
    yield well(f"{len(numbers)} or more numbers answered STOP" if numbers else "No number answered STOP")
