"""The outbox: a message is an item written in the transaction that causes it (M-01), never a call from a page.

The table's stream hands new items to the worker at once; the sparse `work` index lets a
scheduled sweep find what was left over. Features say what happened and to whom; wording,
language and channel are decided when it is sent.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.data import keys, read
from chalicelib.data.items import Item, JSONAttribute
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.shared.ids import new_id
from chalicelib.shared.times import DAY, after, to_iso

QUEUE = "outbox"
DOOR = "door"
"""Name among the facts of an address at which something is joined: it is not kept with what was sent (SCH-4)."""
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
    outcome = UnicodeAttribute(null=True)


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


def enqueue(transaction: Transaction, org: str, notice: Notice, now: datetime, *, message: str = "") -> str:
    """Adds a message to `transaction` and returns its id; a given id makes a repeat harmless."""
    message = message or new_id()
    pk, sk = keys.outbox(org, message)
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
        queue=QUEUE,
        due=to_iso(now),
        expires=after(now, _KEPT),
    )
    transaction.create(f"message {message}", item)
    return message


def is_there(org: str, message: str) -> bool:
    """Whether a message with this id was written already. One strong read."""
    return read.one(MessageItem, keys.outbox(org, message)) is not None


def due(now: datetime) -> list[Key]:
    """Keys of waiting messages whose time has come, oldest first, at most a hundred. Raises Unavailable.

    The work grows with what is due, not with what is stored (M-08).
    """
    return read.waiting(QUEUE, to_iso(now))
