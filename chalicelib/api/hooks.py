"""Events that are told to an organisation's own programs: what kinds there are, how they are signed, how often tried.

An event says what to look at, never what stands there: whoever reads it asks the API, with a token of its own. So
an address that falls into wrong hands learns nothing about a family. Pure.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import DAY, HOUR, MINUTE, epoch

MOST_ENDPOINTS = 10
"""Addresses of an organisation: each event is written down once for each."""
WAITS = (MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 8 * HOUR, DAY)
"""Seconds after each try that failed; after the last one nobody tries again by itself."""
OFF_AFTER = 5 * DAY
"""Seconds of failures without a success after which an address is switched off."""
KEPT = 30 * DAY
"""Seconds for which the log of deliveries is kept."""
OVERLAP = DAY
"""Seconds for which an old secret still signs beside a new one."""
_SECRET_BYTES = 32
_SECRET = "whsec_"  # noqa: S105 - how secrets begin
_LONGEST = 300
_PORT = 443


class Event(Enum):
    """What may have happened."""

    HOUSEHOLD_CREATED = "household.created"
    HOUSEHOLD_CHANGED = "household.changed"
    HOUSEHOLD_REMOVED = "household.removed"
    MEMBER_CREATED = "member.created"
    MEMBER_CHANGED = "member.changed"
    MEMBER_REMOVED = "member.removed"
    INVOICE_ISSUED = "invoice.issued"
    INVOICE_CHANGED = "invoice.changed"
    PAYMENT_NOTED = "payment.noted"
    PAYMENT_CHANGED = "payment.changed"
    BOOKING_MADE = "booking.made"
    BOOKING_CHANGED = "booking.changed"


TEST = "test"
"""Type of what is told only to see whether an address answers."""

EVENTS: Mapping[Event, Message] = {
    Event.HOUSEHOLD_CREATED: say("A household was added"),
    Event.HOUSEHOLD_CHANGED: say("Particulars of a household changed"),
    Event.HOUSEHOLD_REMOVED: say("A household was erased or merged into another"),
    Event.MEMBER_CREATED: say("A member was added"),
    Event.MEMBER_CHANGED: say("A member changed"),
    Event.MEMBER_REMOVED: say("A member was erased or merged into another"),
    Event.INVOICE_ISSUED: say("An invoice was issued"),
    Event.INVOICE_CHANGED: say("An invoice changed, such as by a payment"),
    Event.PAYMENT_NOTED: say("A payment was noted"),
    Event.PAYMENT_CHANGED: say("A payment changed, such as by a refund"),
    Event.BOOKING_MADE: say("A booking was made"),
    Event.BOOKING_CHANGED: say("A booking changed"),
}
"""What people read about each."""


class Happening(NamedTuple):
    """An event before anybody is told of it."""

    org: str
    id: str
    """The same however often the stream tells of it."""
    type: str
    at: datetime
    data: Mapping[str, str]
    """Ids of the thing and of its household."""


class State(Enum):
    """Where a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    """Tried as often as it may be."""
    DROPPED = "dropped"
    """Not tried any more, for the address is gone or switched off."""


@frozen
class Endpoint(Frozen):
    """An address that events are told to."""

    id: str
    url: str
    events: frozenset[Event]
    secret: str
    made_at: datetime
    old_secret: str = ""
    old_until: datetime | None = None
    is_on: bool = True
    failing_since: datetime | None = None

    def wants(self, told: str) -> bool:
        """Whether events of a type go there."""
        return self.is_on and (told == TEST or any(event.value == told for event in self.events))

    def secrets_at(self, now: datetime) -> tuple[str, ...]:
        """The secrets that sign at a moment, the present one first."""
        still = self.old_secret and self.old_until and now < self.old_until
        return (self.secret, self.old_secret) if still else (self.secret,)


@frozen
class Delivery(Frozen):
    """An event on its way to an address."""

    id: str
    event: str
    type: str
    state: State
    tries: int
    made_at: datetime
    answered: str = ""
    tried_at: datetime | None = None
    due: datetime | None = None
    """When it is tried next; None: not by itself."""


def new_secret() -> str:
    """A fresh secret, as libraries for these signatures want it (Standard Webhooks)."""
    return _SECRET + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed(endpoint: Endpoint, event: str, body: str, now: datetime) -> dict[str, str]:
    """Headers that prove who sends the body, and when (Standard Webhooks)."""
    moment = str(epoch(now))
    content = f"{event}.{moment}.{body}".encode()
    marks = " ".join(f"v1,{_mark(secret, content)}" for secret in endpoint.secrets_at(now))
    return {"webhook-id": event, "webhook-timestamp": moment, "webhook-signature": marks}


def _mark(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_SECRET))
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def parse_url(text: str) -> str:
    """An address that events may be told to: https, a public name, the usual port. Raises ValueError.

    What the name leads to is looked at again at every delivery.
    """
    parts = urlsplit(text)
    host = parts.hostname or ""
    if parts.scheme != "https" or parts.username is not None or parts.fragment or (parts.port or _PORT) != _PORT:
        raise ValueError("not a plain https address")
    if len(text) > _LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("not an address")
    if "." not in host or _is_number(host) or host.endswith((".local", ".internal", ".localhost", ".")):
        raise ValueError("not a public name")
    return text


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return host.rpartition(".")[2].isdigit()
    return True
