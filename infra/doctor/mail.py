"""Whether mail goes out, and what comes of it is heard."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from infra.doctor.finding import Account, Finding, code_of, missing, note, well

_SMALL_DAY = 1000
"""Mails a day that a school of 500 families wants on a day of news."""


def sending(account: Account) -> Iterator[Finding]:
    """Mail in general: whether SES sends for this account at all, and to whom."""
    told = account.client("sesv2").get_account()
    if not told.get("SendingEnabled", False):
        yield missing("Mail is switched off for the account", "SES → Account dashboard says why, and how to ask again.")
    status = told.get("EnforcementStatus", "HEALTHY")
    if status != "HEALTHY":
        yield missing(
            f"SES has put the account under {status.lower()}",
            "Too much mail came back or was complained of: docs/operations.md, “Mail is suspended”.",
        )
    if not told.get("ProductionAccessEnabled", False):
        yield missing(
            "Mail is in the sandbox: only addresses that you verified yourself are written to",
            "SES → Account dashboard → Request production access; the answer takes about a day.",
        )
    else:
        yield well("Mail may go to everybody")
    yield from _quota(account, told.get("SendQuota", {}))


def _quota(account: Account, quota: dict[str, Any]) -> Iterator[Finding]:
    a_second, a_day = float(quota.get("MaxSendRate", 0)), float(quota.get("Max24HourSend", 0))
    sent = float(quota.get("SentLast24Hours", 0))
    wanted = float(account.parameter("MailRate") or 0)
    if wanted > a_second:
        yield missing(
            f"The portal is set to {wanted:g} mails a second, and SES takes {a_second:g}",
            f"Deploy with MAIL_RATE={a_second:g}, or ask for more under Service Quotas → SES.",
        )
    if 0 <= a_day < _SMALL_DAY:
        yield missing(f"SES takes {a_day:g} mails a day", "Ask for more under Service Quotas → SES.")
    elif sent > a_day / 2:
        yield note(f"{sent:g} of {a_day:g} mails a day are used", "Ask for more under Service Quotas → SES.")
    else:
        yield well(f"SES takes {a_second:g} mails a second and {a_day:g} a day")


def sender(account: Account) -> Iterator[Finding]:
    """The sender: whether SES knows its domain, and signs for it."""
    address = account.parameter("MailFrom")
    if not address:
        yield missing("No sender is set", "Deploy with MAIL_FROM=portal@your-school.example.")
        return
    domain = address.rpartition("@")[2].rstrip(">")
    found = _identity(account, domain)
    if found is None:
        found = _identity(account, address)
        if found is None:
            yield missing(f"SES does not know {domain}", f"aws sesv2 create-email-identity --email-identity {domain}")
            return
        yield note(f"SES knows {address}, and not its domain", f"Verify {domain} too: its mails are signed then.")
    if not found.get("VerifiedForSendingStatus", False):
        yield missing(f"{domain} is not verified yet", "Add the DNS records of docs/operations.md, and wait an hour.")
        return
    yield well(f"{domain} may send")
    yield _signature(domain, found.get("DkimAttributes", {}))


def _identity(account: Account, name: str) -> dict[str, Any] | None:
    try:
        return dict(account.client("sesv2").get_email_identity(EmailIdentity=name))
    except ClientError as error:
        if code_of(error) == "NotFoundException":
            return None
        raise


def _signature(domain: str, told: dict[str, Any]) -> Finding:
    if told.get("SigningEnabled") and told.get("Status", "SUCCESS") == "SUCCESS":
        return well("Mails are signed (DKIM)")
    names = ", ".join(f"{token}._domainkey.{domain}" for token in told.get("Tokens", ())) or "the three records of DKIM"
    return missing("Mails are not signed (DKIM), and land among spam", f"Add to the DNS: {names}.")


def feedback(account: Account) -> Iterator[Finding]:
    """What is heard of mails: bounces and complaints come back to the portal."""
    name = account.output("MailEvents")
    if not name:
        if account.stack:
            yield missing(
                "Bounces and complaints are not heard", "Deploy this version: its template has what is needed."
            )
        return
    try:
        told = account.client("sesv2").get_configuration_set_event_destinations(ConfigurationSetName=name)
    except ClientError as error:
        if code_of(error) != "NotFoundException":
            raise
        yield missing(f"The configuration set {name} is gone", "Deploy again; nobody should delete it by hand.")
        return
    heard = {
        kind
        for each in told.get("EventDestinations", ()) if each.get("Enabled") and each.get("SnsDestination")
        for kind in each.get("MatchingEventTypes", ())
    }  # fmt: skip
    for kind in ("BOUNCE", "COMPLAINT"):
        if kind not in heard:
            yield missing(
                f"SES does not tell of each {kind.lower()}", f"Deploy again: {name} has lost its destination."
            )
    if {"BOUNCE", "COMPLAINT"} <= heard:
        yield well("Bounces and complaints are heard")
