"""Mails that come back on one machine: to the addresses of SES's mailbox simulator, as on AWS.

A mail to `bounce@simulator.amazonses.com` comes back for good, one to `complaint@…` is marked as unwanted by its
reader, and whoever has `ooto@…` is away. A word behind a plus (`bounce+anna@…`) makes further addresses. The feedback
function is told a moment later, in the notice that SES would have sent.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from chalicelib import bootstrap
from chalicelib.adapters import aws
from local.events import LambdaContext

DOMAIN = "simulator.amazonses.com"
_SECONDS = 1.0
_SENT = "sesv2.SendEmail"


@contextmanager
def returning() -> Iterator[None]:
    """Within it, mails that this process sends to the simulator come back."""
    events = aws.client("sesv2").meta.events
    events.register(f"before-parameter-build.{_SENT}", _remember)
    events.register(f"after-call.{_SENT}", _tell_later)
    try:
        yield
    finally:
        events.unregister(f"before-parameter-build.{_SENT}", _remember)
        events.unregister(f"after-call.{_SENT}", _tell_later)


def _remember(params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
    context["mail"] = params


def _tell_later(parsed: Mapping[str, Any], context: Mapping[str, Any], **_: Any) -> None:
    told = told_of(context["mail"], str(parsed.get("MessageId", "")), bootstrap.clock().now())
    if told is None:
        return
    later = threading.Timer(_SECONDS, partial(_hand_over, told))
    later.daemon = True
    later.start()


def _hand_over(told: Mapping[str, Any]) -> None:
    """Loads what it needs only now: a start does not wait for a library of ciphers."""
    from chalicelib.entry import feedback
    from local import notices

    made = notices.notice(notices.MAILS, told, bootstrap.clock().now())
    feedback.handler(notices.event(made), LambdaContext("feedback"))


def told_of(mail: Mapping[str, Any], message_id: str, at: datetime) -> dict[str, Any] | None:
    """What SES would tell of a mail that it was asked to send; None where that is nothing."""
    address = str(mail["Destination"]["ToAddresses"][0])
    name, _, domain = address.lower().partition("@")
    made = _OUTCOMES.get(name.partition("+")[0])
    if domain != DOMAIN or made is None:
        return None
    moment = f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
    tags = {each["Name"]: [each["Value"]] for each in mail.get("EmailTags", ())}
    about = {"timestamp": moment, "messageId": message_id, "destination": [address], "tags": tags}
    return {"mail": about, **made(address, moment)}


def _bounce(address: str, moment: str) -> dict[str, Any]:
    failed = {"emailAddress": address, "action": "failed", "status": "5.1.1", "diagnosticCode": "550 user unknown"}
    told = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [failed], "timestamp": moment}
    return {"eventType": "Bounce", "bounce": told}


def _away(address: str, moment: str) -> dict[str, Any]:
    told = {"bounceType": "Transient", "bounceSubType": "General", "timestamp": moment}
    return {"eventType": "Bounce", "bounce": {**told, "bouncedRecipients": [{"emailAddress": address}]}}


def _complaint(address: str, moment: str) -> dict[str, Any]:
    told = {"complainedRecipients": [{"emailAddress": address}], "timestamp": moment, "complaintFeedbackType": "abuse"}
    return {"eventType": "Complaint", "complaint": told}


_OUTCOMES = {"bounce": _bounce, "complaint": _complaint, "ooto": _away}
