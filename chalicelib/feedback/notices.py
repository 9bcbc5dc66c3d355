"""What a notice of Amazon SNS is believed by: topic, age, certificate's address and signature (M-13).

Who may start the function is AWS's to say; this asks again, for whoever forges a notice could silence a family.
"""

import base64
import binascii
import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from chalicelib.ports import Forged, Signatures, Signed
from chalicelib.shared.times import DAY, MINUTE, from_iso

OLDEST_SECONDS = 60 * DAY
"""SNS tries for 23 days, and what failed waits 14 more for a person; notices are remembered for longer (90 days)."""
_AHEAD_SECONDS = 15 * MINUTE
_LONGEST = 262_144
"""Characters; SNS takes no more."""
_SIGNED = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_TOPIC = re.compile(r"arn:aws[a-z-]*:sns:([a-z0-9-]+):\d{12}:[A-Za-z0-9_-]+", re.ASCII)
_PEM = re.compile(r"/[A-Za-z0-9_-]{1,100}\.pem", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z", re.ASCII)


class Notice(NamedTuple):
    """A notice that is believed."""

    id: str
    at: datetime
    message: str


def believe(signatures: Signatures, told: Mapping[str, Any], topics: Collection[str], now: datetime) -> Notice:
    """The notice, if one of our topics sent it. Raises Forged, or Unavailable when that can not be told now."""
    region = _region(told, topics)
    at = _moment(told, now)
    name, message = told.get("MessageId"), told.get("Message")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise Forged("id")
    if not isinstance(message, str) or len(message) > _LONGEST:
        raise Forged("message")
    signed = Signed(_canonical(told), _signature(told), str(told.get("SignatureVersion")), _certificate(told, region))
    signatures.check(signed, now)
    return Notice(name, at, message)


def _region(told: Mapping[str, Any], topics: Collection[str]) -> str:
    """The region of the topic, which must be ours."""
    topic = told.get("TopicArn")
    if told.get("Type") != "Notification":
        raise Forged("type")
    if not isinstance(topic, str) or topic not in topics:
        raise Forged("topic")
    found = _TOPIC.fullmatch(topic)
    if found is None:
        raise Forged("topic")
    return found[1]


def _moment(told: Mapping[str, Any], now: datetime) -> datetime:
    text = told.get("Timestamp")
    try:
        at = from_iso(text) if isinstance(text, str) and _MOMENT.fullmatch(text) else None
    except ValueError:
        at = None
    if at is None:
        raise Forged("moment")
    if not -_AHEAD_SECONDS <= (now - at).total_seconds() <= OLDEST_SECONDS:
        raise Forged("age")
    return at


def _canonical(told: Mapping[str, Any]) -> bytes:
    """What SNS signs: names and values in order, each on a line; without a subject that is not there."""
    lines: list[str] = []
    for name in _SIGNED:
        value = told.get(name)
        if value is None and name == "Subject":
            continue
        if not isinstance(value, str):
            raise Forged(name.lower())
        lines += [name, value]
    try:
        return "".join(f"{line}\n" for line in lines).encode()
    except UnicodeEncodeError as wrong:
        raise Forged("message") from wrong


def _signature(told: Mapping[str, Any]) -> bytes:
    try:
        return base64.b64decode(told.get("Signature") or "", validate=True)
    except (binascii.Error, TypeError, ValueError) as wrong:
        raise Forged("signature") from wrong


def _certificate(told: Mapping[str, Any], region: str) -> str:
    """The address of the certificate, which must be of SNS in the topic's own region, and nowhere else.

    A function is told it under another spelling than a web page.
    """
    url = told.get("SigningCertUrl") or told.get("SigningCertURL")
    if not isinstance(url, str) or not url.isascii() or not url.isprintable():
        raise Forged("certificate_url")
    parts = urlsplit(url)
    if url != f"https://sns.{region}.amazonaws.com{parts.path}" or not _PEM.fullmatch(parts.path):
        raise Forged("certificate_url")
    return url
