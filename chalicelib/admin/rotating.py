"""Replaces the deployment's keys while people work: the new one stands in front, the old one behind it, until nothing
needs it any more (L-01).

Only an operator's terminal comes here. No value of a key is ever told.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum

from chalicelib.data import looking
from chalicelib.data.versions import Stored
from chalicelib.identity.authenticators import STEP_SECONDS
from chalicelib.organisations import store as organisations
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import DAY, MINUTE, after, epoch

KEY_BYTES = 32
TAKEN_UP_SECONDS = 30 * MINUTE
"""After which every function has a new value (they keep one for five minutes), and every code of an old one is over."""

LINES_SECONDS = 60 * DAY
"""For so long the strictest law wants the line in a mail to work that it came with (Canada's)."""


class Refused(Exception):
    """It can not be done now; the text says why."""


class Name(Enum):
    """What can be replaced by itself, as the command calls it."""

    PEPPER = "pepper"
    """Of one-time codes, and of what staff's authenticators are sealed under."""
    NUMBERS = "numbers"
    """Of what numbers at tax offices are sealed under."""
    WEBHOOK = "stripe-webhook"
    """With which Stripe signs what it tells one organisation."""
    UNSUBSCRIBE = "unsubscribe"
    """With which the lines in one organisation's mails are signed by which families do without a kind of message."""

    @property
    def is_an_organisations(self) -> bool:
        """Whether each organisation has one of its own."""
        return self in (Name.WEBHOOK, Name.UNSUBSCRIBE)


@frozen
class Versions(Frozen):
    """A secret's versions, newest first, and since when they are these."""

    values: tuple[str, ...]
    since: datetime
    lasts: int = TAKEN_UP_SECONDS
    """Seconds for which what an older one made has to be good."""

    @property
    def text(self) -> str:
        """As it is stored."""
        return " ".join(self.values)

    def may_be_dropped_at(self) -> datetime:
        """When the older one is in nobody's hand any more."""
        return after(self.since, self.lasts)


def of_lines(org: str) -> Versions:
    """What an organisation's unsubscribe lines are signed with. Raises NotFound."""
    newest_first, since = organisations.link_keys(org)
    values = tuple(base64.b64encode(key).decode() for key in newest_first)
    return Versions(values, since or datetime.fromtimestamp(0, UTC), LINES_SECONDS)


def set_lines(org: str, text: str, now: datetime) -> None:
    """Keeps the versions of a text, as they stand in it. Raises NotFound, Conflict."""
    organisations.set_link_keys(org, [base64.b64decode(value) for value in text.split()], now)


def new_key() -> str:
    """A key as it is stored; 256 random bits."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def rotated(found: Versions, new: str) -> str:
    """What is to be stored: the new value in front of the one in use.

    Raises Refused while two are in use: what the oldest one made or sealed would be lost with it.
    """
    if new in found.values:
        raise Refused("This value is in use already.")
    if len(found.values) > 1:
        raise Refused("Two versions are in use already: drop the older one first, when nothing needs it.")
    return f"{new} {found.text}"


def dropped(found: Versions, waiting: int, now: datetime, *, at_once: bool = False) -> str:
    """What is to be stored: the newest value alone. `waiting` is how much still needs an older one.

    Raises Refused while somebody may have an older one, unless it has to go `at_once`.
    """
    if len(found.values) < 2:
        raise Refused("Only one version is in use.")
    if not at_once and now < found.may_be_dropped_at():
        form = "%H:%M" if found.lasts < DAY else "%Y-%m-%d"
        raise Refused(f"The older version is in use until {found.may_be_dropped_at().strftime(form)} UTC.")
    if waiting:
        raise Refused(f"{waiting} still need the older version.")
    return found.values[0]


def waiting_for(name: Name, found: Versions) -> int:
    """How many records still need an older version. Goes through the whole table. Raises Unavailable."""
    match name:
        case Name.PEPPER:
            return _count("authenticator", lambda item: _is_sealed_before(item, found.since))
        case Name.NUMBERS:
            newest = _name_of(found.values[0])
            return _count("slip_number", lambda item: item["key_id"]["S"] != newest)
    return 0


def _count(kind: str, needs: Callable[[Stored], bool]) -> int:
    count, start = 0, None
    while True:
        leaf = looking.through((kind,), start)
        count += sum(needs(item) for item in leaf.items)
        start = leaf.next
        if start is None:
            return count


def _is_sealed_before(item: Stored, moment: datetime) -> bool:
    """Whether an authenticator was not used since: at each use its secret moves to the newest key."""
    used_until = (int(item["last_step"]["N"]) + 1) * STEP_SECONDS
    return bool(item["sealed"]["S"]) and used_until < epoch(moment) + TAKEN_UP_SECONDS


def _name_of(value: str) -> str:
    """The name that records give the key under which they are sealed (`adapters.sealing`)."""
    return hashlib.sha256(b"name of a sealing key\0" + base64.b64decode(value)).hexdigest()[:12]
