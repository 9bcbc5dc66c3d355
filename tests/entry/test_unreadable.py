"""What waits in a queue and can not be read, whatever queue it is: the first at the head of each (M-05)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.billing import claims
from chalicelib.billing.items import AUTOPAY_QUEUE, DUNNING_QUEUE
from chalicelib.bookings.store import EXPIRING
from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.enrolments.right_store import RIGHTS
from chalicelib.entry import money_clock, settling, time_clock
from chalicelib.households import agendas
from chalicelib.households.store import BIRTHDAYS
from chalicelib.memberships.reminding import ENDINGS
from chalicelib.organisations.store import DUNNING_TERMS
from chalicelib.payments import reconciling
from chalicelib.payments.domain import CARDS_QUEUE
from chalicelib.quotes.items import QUEUE as QUOTES
from chalicelib.recurring.store import QUEUE as RECURRING
from chalicelib.schedule.changes import QUEUE as CHANGES
from chalicelib.schedule.store import DOORS, ROLLS, STIRRED
from chalicelib.shared.times import from_iso, to_iso
from chalicelib.slips import work as slips
from chalicelib.till import runs as statements
from local.events import LambdaContext
from tests.support.clock import TurnedClock
from tests.support.world import World

CLOCKS: dict[str, Callable[[dict[str, Any], LambdaContext], object]] = {
    CHANGES: time_clock.tick, DOORS: time_clock.tick, ROLLS: time_clock.tick, RIGHTS: time_clock.tick,
    EXPIRING: time_clock.tick, BIRTHDAYS: time_clock.tick, slips.QUEUE: time_clock.tick,
    statements.QUEUE: time_clock.tick, agendas.QUEUE: time_clock.tick, agendas.ALL: time_clock.tick,
    STIRRED: time_clock.tick, ENDINGS: time_clock.tick,
    RECURRING: money_clock.tick, QUOTES: money_clock.tick, AUTOPAY_QUEUE: money_clock.tick,
    CARDS_QUEUE: money_clock.tick, DUNNING_QUEUE: money_clock.tick, DUNNING_TERMS: money_clock.tick,
    claims.QUEUE: settling.sweep, reconciling.QUEUE: settling.sweep,
}  # fmt: skip
"""Which clock works on what waits where."""


@pytest.mark.parametrize("queue", CLOCKS)
def test_what_can_not_be_read_leaves_the_head_of_its_queue(world: World, clock: TurnedClock, queue: str) -> None:
    """M-05: it is put off further each time, and no run fails for it: whoever stands behind has its turn."""
    key = _where(queue, world.org)
    write.restore([_broken(key, queue, world.now)])

    CLOCKS[queue]({}, LambdaContext())
    once = _due(key)
    clock.set(once)
    CLOCKS[queue]({}, LambdaContext())
    twice = _due(key)

    write.delete(Item(*key))
    assert once > world.now
    assert twice - once > timedelta(minutes=1)


def _where(queue: str, org: str) -> Key:
    """Where a clock that goes by the key itself finds something."""
    if queue in (AUTOPAY_QUEUE, DUNNING_QUEUE):
        return keys.unpaid(org, "broken", "2026-01-01", "broken")
    return keys.booking(org, "broken", "20260101-broken") if queue == EXPIRING else keys.agenda(org, "broken")


def _broken(key: Key, queue: str, now: datetime) -> dict[str, dict[str, str]]:
    return {
        "pk": {"S": key.pk}, "sk": {"S": key.sk}, "kind": {"S": "nothing_we_know"}, "v": {"N": "1"},
        "queue": {"S": queue}, "due": {"S": to_iso(now)},
    }  # fmt: skip


def _due(key: Key) -> datetime:
    return from_iso(str(read.raw([key])[key]["due"]["S"]))
