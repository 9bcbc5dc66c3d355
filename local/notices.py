"""Plays the notification service on one machine: signs notices with a key of its own, as SNS signs its.

The certificate of that key lies in a bucket of the embedded AWS. Only a process that is told so by FOYER_NOTICES_URL
asks for it there, which settings take for the loopback address alone; and no deployed function is told (a test looks).
"""

import base64
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from chalicelib import settings
from chalicelib.adapters import aws
from local import engine, setup

MAILS, TEXTS = setup.TOPICS["Feedback"], setup.TOPICS["Texts"]
_YEARS = timedelta(days=3650)
_HASHES: Mapping[str, HashAlgorithm] = {"1": SHA1(), "2": SHA256()}
_SIGNED = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")


class Signer:
    """A key with its certificate."""

    def __init__(self, since: datetime | None = None, until: datetime | None = None, bits: int = 2048) -> None:
        now = datetime.now(UTC)
        self.key = rsa.generate_private_key(65537, bits)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.example")])
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key())
        made = made.serial_number(x509.random_serial_number())
        made = made.not_valid_before(since or now - _YEARS).not_valid_after(until or now + _YEARS)
        self.certificate = made.sign(self.key, SHA256()).public_bytes(Encoding.PEM)
        self.file = f"SimpleNotificationService-{uuid.uuid4().hex}.pem"

    @property
    def url(self) -> str:
        """Where SNS would have the certificate."""
        return f"https://sns.{engine.REGION}.amazonaws.com/{self.file}"

    def publish(self) -> "Signer":
        """Puts the certificate where this process looks for it."""
        place = setup.notices_bucket(settings.current().stage)
        aws.client("s3").put_object(Bucket=place, Key=self.file, Body=self.certificate)
        return self

    def signed(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """The notice with its signature, by the version that it names."""
        lines = [part for name in _SIGNED if told.get(name) is not None for part in (name, str(told[name]))]
        text = "".join(f"{line}\n" for line in lines).encode()
        signature = self.key.sign(text, PKCS1v15(), _HASHES[told["SignatureVersion"]])
        return {**told, "Signature": base64.b64encode(signature).decode()}


@cache
def signer() -> Signer:
    """The key of this process, with its certificate where it is looked for."""
    return Signer().publish()


def notice(
    topic: str, message: Mapping[str, Any], at: datetime, by: Signer | None = None, **other: Any
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
