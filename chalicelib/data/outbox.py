"""The outbox: a message is an item written in the transaction that causes it (M-01), never a call from a page.

The table's stream hands new prompt messages to the worker at once; the sparse `work` index lets a scheduled sweep find
bulk mail, what is for later, and whatever was left over. Features say what happened and to whom; wording, language and
channel are decided when it is sent.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.data import keys, read
from chalicelib.data.items import Item, JSONAttribute
from chalicelib.data.keys import Key
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.shared import tracing
from chalicelib.shared.ids import new_id
from chalicelib.shared.times import DAY, after, from_iso, to_iso


class Lane(Enum):
    """Which messages a message waits behind: those of its own lane, never those of a slower one (M-12).

    The value is the name of the lane's work queue.
    """

    PROMPT = "outbox"
    """What somebody waits for."""
    BULK = "outbox_bulk"
    """What goes out to many at once by a clock or a run."""


BULK_TEMPLATES = frozenset(
    {
        "autopay_notice", "booking_reminder", "card_expiring", "class_reminder", "consent_changed", "form_due",
        "makeup_expiring", "membership_expiring", "overdue", "quote_expiring", "reminder", "slips", "statement",
    }
)  # fmt: skip
"""Folders of messages that clocks and runs write by the thousand; all others are prompt."""
QUEUE = Lane.PROMPT.value
DOOR = "door"
"""Name among the facts of an address at which something is joined: it is not kept with what was sent (SCH-4)."""
UNREADABLE = "unreadable"
"""Why a message was given up that nobody could read."""
_KEPT = 90 * DAY
"""L-10."""


class MessageState(Enum):
    """Where a message stands."""

    WAITING = "waiting"
    SENT = "sent"
    SKIPPED = "skipped"
    """Not sent for a reason: suspended, no address, past its use."""
    PARKED = "parked"
    """Given up; a person must look (M-05)."""


CLOSED = "organisation closed"
"""Outcome of what was not sent since the organisation rested: it may go out when that is over."""


class MessageItem(Item, discriminator="message"):
    """A message that has to go out."""

    org = UnicodeAttribute()
    message = UnicodeAttribute()
    template = UnicodeAttribute()
    """Name of its folder of templates."""
    user = UnicodeAttribute(null=True)
    household = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)
    """Goes here instead of the user's address, e.g. to the old one after a change (A-29)."""
    facts = JSONAttribute()
    created_at = UnicodeAttribute()
    until = UnicodeAttribute(null=True)
    """From when on it is of no use, and does not go out."""
    state = UnicodeAttribute(default=MessageState.WAITING.value)
    tries = NumberAttribute(default=0)
    lease = UnicodeAttribute(null=True)
    """Who is sending it; only that worker may mark it (M-03)."""
    fence = NumberAttribute(default=0)
    """Raised by each claim: whoever claimed before it marks nothing any more."""
    outcome = UnicodeAttribute(null=True)
    thread = UnicodeAttribute(null=True)
    """What its mails are about; mails of one thread are shown together."""
    request = UnicodeAttribute(null=True)
    """Id of the request that caused it."""
    lane = UnicodeAttribute(null=True)
    """Queue that it was written for, to which it comes back from the desk."""
    parked_at = UnicodeAttribute(null=True)
    wanted_at = UnicodeAttribute(null=True)
    """When it was to go out first: from then on it is late, however often it was put off since."""
    trouble = UnicodeAttribute(null=True)
    """What kept it from going out, for whoever has to mend that: a `ports.Trouble`."""


class Notice(NamedTuple):
    """What to tell whom."""

    template: str
    user: str
    """Empty when it goes to a household's own address."""
    facts: Mapping[str, Any]
    address: str = ""
    household: str = ""
    """Whom it is about; without a user it goes to the address and in the language of the household (ACC-11), or to
    somebody else at `address`, whose `name` and `language` are among the facts (NEW-8)."""
    until: datetime | None = None
    """From when on it is of no use; None: it always is."""
    at: datetime | None = None
    """Not to be sent before; None: at once."""
    thread: str = ""
    """Stable name of what its mails are about, such as `invoice-<id>`; empty: of nothing that more mails will be."""
    bulk: bool = False
    """Whether it is one of very many of a run, though its folder is one of prompt messages."""


def lane_of(template: str) -> Lane:
    """The lane of a folder of messages."""
    return Lane.BULK if template in BULK_TEMPLATES else Lane.PROMPT


def enqueue(transaction: Transaction, org: str, notice: Notice, now: datetime, *, message: str = "") -> str:
    """Adds a message to `transaction` and returns its id; a given id makes a repeat harmless."""
    message = message or new_id()
    pk, sk = keys.outbox(org, message)
    lane = (Lane.BULK if notice.bulk else lane_of(notice.template)).value
    item = MessageItem(
        pk,
        sk,
        org=org,
        message=message,
        template=notice.template,
        user=notice.user or None,
        household=notice.household or None,
        address=notice.address or None,
        facts=dict(notice.facts),
        created_at=to_iso(now),
        until=to_iso(notice.until) if notice.until else None,
        lane=lane,
        queue=lane,
        due=to_iso(notice.at or now),
        wanted_at=to_iso(notice.at or now),
        thread=notice.thread or None,
        request=tracing.current() or None,
        expires=after(now, _KEPT),
    )
    transaction.create(f"message {message}", item)
    return message


def parked_queue(org: str) -> str:
    """Name of an organisation's queue of messages that were given up, in the order in which that happened."""
    return f"parked#{org}"


def is_there(org: str, message: str) -> bool:
    """Whether a message with this id was written already. One strong read."""
    return read.one(MessageItem, keys.outbox(org, message)) is not None


def due(now: datetime, lane: Lane = Lane.PROMPT) -> list[Key]:
    """Keys of waiting messages of a lane whose time has come, oldest first, at most a hundred. Raises Unavailable.

    The work grows with what is due, not with what is stored (M-08).
    """
    return read.waiting(lane.value, to_iso(now))


def oldest_seconds(now: datetime, lane: Lane) -> int:
    """For how many seconds the message of a lane that is due longest has waited, since it was to go out first; 0 where
    none is due. One round trip, two where one is. Raises Unavailable.
    """
    for due, key in read.queued(lane.value, to_iso(now), size=1).rows:
        stored: dict[str, Any] = read.raw([key]).get(key, {})
        wanted = stored.get("wanted_at", {}).get("S") or due
        return max(0, int((now - from_iso(str(wanted))).total_seconds()))
    return 0


def park(key: Key, now: datetime) -> bool:
    """Parks a message that can not be read, whatever is wrong with it, so that it is in nobody's way (M-05); whether it
    was due and still waited. Raises Unavailable.
    """
    stored: dict[str, Any] = read.raw([key]).get(key, {})
    due, waits = stored.get("due", {}).get("S", ""), stored.get("state", {}).get("S") == MessageState.WAITING.value
    if not waits or not due or due > to_iso(now):
        return False
    transaction = Transaction()
    actions = [
        MessageItem.state.set(MessageState.PARKED.value),
        MessageItem.outcome.set(UNREADABLE),
        MessageItem.queue.set(parked_queue(keys.organisation_of(key))),
        MessageItem.due.set(to_iso(now)),
        MessageItem.parked_at.set(to_iso(now)),
        MessageItem.fence.add(1),
    ]
    transaction.update("message", Item(*key), actions, MessageItem.due == due)
    try:
        transaction.commit()
    except ConditionFailed:  # somebody else was quicker
        return False
    return True
