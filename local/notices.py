"""Plays the notification service on one machine: signs notices with a key of its own, as SNS signs its.

The certificate of that key lies in a bucket of the embedded AWS. Only a process that is told so by FOYER_NOTICES_URL
asks for it there, which settings take for the loopback address alone; and no deployed function is told (a test looks).
"""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from chalicelib import settings
from chalicelib.adapters import aws
from local import engine, setup
from local.signer import SigningKey

MAILS, TEXTS = setup.TOPICS["Feedback"], setup.TOPICS["Texts"]


class Signer(SigningKey):
    """A key whose certificate this process can be shown."""

    def publish(self) -> "Signer":
        """Puts the certificate where this process looks for it."""
        place = setup.notices_bucket(settings.current().stage)
        aws.client("s3").put_object(Bucket=place, Key=self.file, Body=self.certificate)
        return self


@cache
def signer() -> Signer:
    """The key of this process, with its certificate where it is looked for."""
    return Signer().publish()


def notice(
    topic: str, message: Mapping[str, Any], at: datetime, by: SigningKey | None = None, **other: Any
) -> dict[str, Any]:
    """A notice as a function is handed it, signed."""
    by = by or signer()
    moment = at.astimezone(UTC)
    told: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": str(uuid.uuid4()),
        "TopicArn": topic,
        "Subject": None,
        "Message": json.dumps(message),
        "Timestamp": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z",
        "SignatureVersion": "2",
        "SigningCertUrl": by.url,
        "UnsubscribeUrl": f"https://sns.{engine.REGION}.amazonaws.com/?Action=Unsubscribe",
        "MessageAttributes": {},
    }
    return by.signed({**told, **other})


def event(*notices: Mapping[str, Any]) -> dict[str, Any]:
    """What Lambda hands to the function that notices start."""
    records = [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": dict(each)} for each in notices]
    return {"Records": records}
