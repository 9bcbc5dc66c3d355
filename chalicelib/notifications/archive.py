"""What went out to a household and to its users, as it was written: kept for two years (MSG-2).

Codes have a lane of their own and never come here. Links that act by themselves are left out of what is kept, and of
an address only as much as its owner needs to know it again.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from pynamodb.attributes import UnicodeAttribute

from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.outbox import MessageItem, MessageState
from chalicelib.data.write import Transaction
from chalicelib.shared.contacts import masked
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.ids import named_id
from chalicelib.shared.times import DAY, after, from_iso

_KEPT = 730 * DAY
"""L-10."""
_LONGEST = 60_000
"""Characters of a text that are kept."""
_ID = re.compile(r"\d{8}T\d{6}Z-[a-z2-7]{32}", re.ASCII)


class SentItem(Item, discriminator="sent"):
    """A mail or text that went out, or could not."""

    sent = UnicodeAttribute()
    subject = UnicodeAttribute(null=True)
    """None for a text message."""
    text = UnicodeAttribute()
    address = UnicodeAttribute()
    """As much of it as its owner needs to know it again."""
    at = UnicodeAttribute()
    state = UnicodeAttribute()
    returned = UnicodeAttribute(null=True)
    """What became of it later, where that was told: `bounced`, it came back; `rejected`, it was held back."""


Shelf = Callable[[str], Key]
"""Where mails and texts are kept: from the id of one to its key."""


class Sent(NamedTuple):
    """A mail or text that went out, or could not."""

    id: str
    subject: str
    """Empty for a text message."""
    text: str
    address: str
    at: datetime
    state: MessageState
    returned: str = ""
    """What became of it later: `bounced`, it came back; `rejected`, the mail service held it back."""


class Written(NamedTuple):
    """What was written to whom."""

    address: str
    subject: str
    text: str


def file(transaction: Transaction, shelf: Shelf, message: MessageItem, written: Written, state: MessageState) -> None:
    """Adds what became of a message to what is kept; doing so twice keeps it once."""
    sent = _id_of(message)
    pk, sk = shelf(sent)
    item = SentItem(
        pk,
        sk,
        sent=sent,
        subject=written.subject or None,
        text=written.text[:_LONGEST],
        address=masked(written.address),
        at=message.created_at,
        state=state.value,
        expires=after(from_iso(message.created_at), _KEPT),
    )
    transaction.put("sent", item)


def came_back(message: MessageItem, returned: str) -> None:
    """Notes with a message that was kept, what became of it. Raises Unavailable while it is not put away yet: the mail
    service may be quicker than we are.
    """
    shelf = shelf_of(message)
    if shelf is None:
        return
    item = SentItem(*shelf(_id_of(message)))
    try:
        write.update(item, [SentItem.returned.set(returned)], SentItem.pk.exists())
    except write.ConditionFailed as gone:
        if message.state == MessageState.WAITING.value:
            raise Unavailable() from gone


def _id_of(message: MessageItem) -> str:
    """The id under which a message is kept."""
    return f"{re.sub('[-:]', '', message.created_at)}-{named_id(message.message)}"


def shelf_of(message: MessageItem) -> Shelf | None:
    """Where a message is kept: with the household that it is about, else with the user; what is neither's, nowhere."""
    if message.household:
        return household_shelf(message.org, message.household)
    return user_shelf(message.org, message.user) if message.user else None


def household_shelf(org: str, household_id: str) -> Shelf:
    """What went out about a household."""
    return partial(keys.household_sent, org, household_id)


def user_shelf(org: str, user_id: str) -> Shelf:
    """What went out to a user about no household."""
    return partial(keys.user_sent, org, user_id)


def page(shelf: Shelf, beyond: str = "") -> read.Page[Sent]:
    """What was sent, the latest first, 25 at a time, from beyond an id. One round trip."""
    found = read.listed(SentItem, shelf, after=beyond if is_id(beyond) else "")
    return read.Page([_sent(item) for item in found.rows], found.next)


def find(shelves: Sequence[Shelf], sent: str) -> Sent | None:
    """What was sent under an id to any of these, or None. One round trip."""
    if not is_id(sent):
        return None
    found = read.many(SentItem, [shelf(sent) for shelf in shelves])
    return next(map(_sent, found.values()), None)


def is_id(value: str) -> bool:
    """Whether `value` has the form of an id of ours."""
    return bool(_ID.fullmatch(value))


def _sent(item: SentItem) -> Sent:
    state = MessageState(item.state)
    return Sent(item.sent, item.subject or "", item.text, item.address, from_iso(item.at), state, item.returned or "")
