"""What the mail service and the text service tell, as notices that are signed."""

from datetime import datetime
from typing import Any

from chalicelib.entry import feedback
from chalicelib.shared.times import to_iso
from local import notices

MARIE = "marie@example.com"


def mail(org: str, address: str, at: datetime, message: str = "") -> dict[str, Any]:
    """What an event says about the mail itself."""
    tags = {"org": [org], **({"message": [message]} if message else {}), "ses:configuration-set": ["foyer-test"]}
    return {"timestamp": to_iso(at), "messageId": "0102", "destination": [address], "tags": tags}


def bounce(
    org: str, address: str, at: datetime, message: str = "", *, kind: str = "Permanent", sort: str = "General"
) -> dict[str, Any]:
    """A mail that came back, with what its server said."""
    failed = {"emailAddress": address, "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 unknown"}
    told = {"bounceType": kind, "bounceSubType": sort, "bouncedRecipients": [failed], "timestamp": to_iso(at)}
    return {"eventType": "Bounce", "mail": mail(org, address, at, message), "bounce": told}


def complaint(org: str, address: str, at: datetime, message: str = "", kind: str = "abuse") -> dict[str, Any]:
    """A mail that its reader marked as unwanted."""
    told = {"complainedRecipients": [{"emailAddress": address}], "timestamp": to_iso(at), "complaintFeedbackType": kind}
    return {"eventType": "Complaint", "mail": mail(org, address, at, message), "complaint": told}


def text(number: str, body: str) -> dict[str, Any]:
    """A text that somebody sent us."""
    return {
        "originationNumber": number, "destinationNumber": "+15145550199", "messageKeyword": "KEYWORD_1",
        "messageBody": body, "inboundMessageId": "cae173d2", "previousPublishedMessageId": "wJalrXUt",
    }  # fmt: skip


def hand(told: dict[str, Any], now: datetime, topic: str = notices.MAILS, **other: Any) -> dict[str, int]:
    """Signs one and hands it to the function."""
    return feedback.handler(notices.event(notices.notice(topic, told, now, **other)), None)


def hand_text(number: str, body: str, now: datetime) -> dict[str, int]:
    """Signs a text that came in, and hands it to the function."""
    return hand(text(number, body), now, notices.TEXTS)
