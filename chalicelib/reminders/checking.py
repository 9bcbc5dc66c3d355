"""Whether a reminder still stands, asked right before it goes out (M-09).

What was moved, cancelled, given up or switched off meanwhile is not reminded of. Of what is left of a message, a new
one is written.
"""

from datetime import datetime

from chalicelib.data.outbox import MessageItem, enqueue
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.organisations import store as organisations
from chalicelib.reminders.domain import Occasion
from chalicelib.reminders.finding import occasions
from chalicelib.reminders.reading import Home, homes
from chalicelib.reminders.telling import OCCASIONS, notices
from chalicelib.shared.ids import named_id

CHANGED = "not so any more"
IN_PART = "told anew without what has changed"


def still_due(item: MessageItem, now: datetime) -> str:
    """Why a reminder is not to go out any more; "" where it is. Four round trips. Raises Unavailable."""
    told = {(name, form) for name, form in item.facts.get(OCCASIONS, ())}
    if not told:
        return ""
    home = _home(item, now)
    if home is None:
        return CHANGED
    stands = [each for each in occasions(home, home.now) if (each.name, each.form) in told]
    if len(stands) == len(told):
        return ""
    if not stands:
        return CHANGED
    _tell_anew(home, item, stands)
    return IN_PART


def _home(item: MessageItem, now: datetime) -> Home | None:
    organisation = organisations.get(item.org)
    if organisation is None or not item.household:
        return None
    return homes(organisation, [item.household], now).get(item.household)


def _tell_anew(home: Home, item: MessageItem, stands: list[Occasion]) -> None:
    """A message about what is left; asked again, it is the same one."""
    left = " ".join(sorted(each.name for each in stands))
    transaction = Transaction()
    for number, notice in enumerate(notices(home, stands)):
        name = named_id(f"reminder-anew {item.org} {item.message} {number} {left}")
        enqueue(transaction, item.org, notice, home.now, message=name)
    try:
        transaction.commit()
    except ConditionFailed:  # written before
        return
