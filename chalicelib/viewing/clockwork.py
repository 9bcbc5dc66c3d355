"""The clocks of the portal, run for a demonstration alone and at a time of its own (NEW-17).

What they do is what they do for everybody: the same work, found in the same queues, but only as far as it waits in the
partitions of the demonstration. They stop at each moment at which something falls due, so that an invoice of March is
made in March, however far the clock is moved at once.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from chalicelib.billing.items import DUNNING_QUEUE
from chalicelib.bookings import jobs as bookings
from chalicelib.bookings.store import EXPIRING
from chalicelib.data import read
from chalicelib.data.items import Item
from chalicelib.dunning import jobs as dunning
from chalicelib.enrolments import changes
from chalicelib.enrolments import jobs as places
from chalicelib.enrolments.right_store import RIGHTS
from chalicelib.growing import jobs as growing
from chalicelib.households.store import BIRTHDAYS
from chalicelib.quotes import jobs as quotes
from chalicelib.quotes.items import QUEUE as QUOTES
from chalicelib.recurring import jobs as recurring
from chalicelib.recurring.store import QUEUE as RECURRING
from chalicelib.schedule.changes import QUEUE as CHANGES
from chalicelib.schedule.store import DOORS, ROLLS
from chalicelib.shared.times import from_iso

_QUEUES = frozenset({RECURRING, CHANGES, DOORS, ROLLS, RIGHTS, EXPIRING, BIRTHDAYS, QUOTES, DUNNING_QUEUE})
"""Whatever else waits in an index is no work of a clock."""
MOST_STEPS = 200
"""So many moments are stopped at in one go: half a year of a family has about forty."""


def run(partitions: Callable[[], Iterable[str]], begins: datetime, until: datetime) -> int:
    """Does what falls due by `until`, each at its own time but none before `begins`. Returns at how many moments.

    `partitions` tells anew at each where there may be work: what is done may make some elsewhere.
    """
    now, seen = begins, set[tuple[object, str]]()
    for steps in range(MOST_STEPS):
        with read.work_of(partitions()) as waiting:
            fresh = [item for item in waiting if _is_work(item, until) and (item.key, item.due) not in seen]
            if not fresh:
                return steps
            first = min(from_iso(item.due or "") for item in fresh)
            now = max(now, first)
            seen |= {(item.key, item.due or "") for item in fresh if from_iso(item.due or "") <= now}
            _tick(now)
    return MOST_STEPS


def _is_work(item: Item, until: datetime) -> bool:
    return item.queue in _QUEUES and bool(item.due) and from_iso(item.due or "") <= until


def _tick(now: datetime) -> None:
    """What the time clock and the money clock do; nothing is charged, for a demonstration takes no cards."""
    changes.run(now)
    places.run(now)
    bookings.run(now)
    growing.run(now)
    recurring.make_due_invoices(now)
    quotes.run(now)
    dunning.run(now)
