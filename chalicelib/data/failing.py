"""What a clock fails at: put off further each time, so that it keeps nothing else in its queue waiting (M-05, M-08).

The item is not read as what it is for that, since it may be what can not be read.
"""

from datetime import datetime
from typing import Any

from chalicelib.data import read, write
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.write import ConditionFailed
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.times import DAY, HOUR, after, to_iso

MOST = 8
"""Failures in a row, over some four days, after which a person is to look."""


def put_off(key: Key, queue: str, now: datetime) -> int:
    """Has what waits in a queue looked at again in an hour, then in two, in four, at last once a day.

    Says how often it failed in a row by now; 0 where it left the queue meanwhile, or nothing can be written. Whoever
    gets through with it takes `failed_runs` away again.
    """
    transaction = write.Transaction()
    try:
        stored: dict[str, Any] = read.raw([key]).get(key, {})
        failures = int(stored.get("failed_runs", {}).get("N", 0)) + 1
        until = to_iso(after(now, min(DAY, HOUR * 2 ** (failures - 1))))
        actions = [Item.failed_runs.set(failures), Item.due.set(until)]
        transaction.update("item", Item(key.pk, key.sk), actions, Item.queue == queue)
        transaction.commit()
    except (ConditionFailed, Unavailable):  # it is gone; or it stays due
        return 0
    return failures
