"""The schedule's work on bookings: requests that nobody answered end at their start (X-10)."""

from datetime import datetime

from chalicelib.bookings import service, store
from chalicelib.bookings.store import Waiting
from chalicelib.data import failing, keys
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict
from chalicelib.shared.times import HOUR, after
from chalicelib.web import logs

_PUT_OFF = HOUR
"""After which what could not be written is tried again."""


def run(now: datetime) -> int:
    """Writes down every request that expired by `now`; returns how many. Cut short or run twice it does no harm.

    Pages show a request as expired from its start on, whether or not this came by. Raises Unavailable when the
    queue can not be read.
    """
    known: dict[str, Organisation | None] = {}
    seen: set[Waiting] = set()
    done = 0
    while fresh := [each for each in store.expiring(now) if each not in seen]:
        seen.update(fresh)
        done += sum(_expire(each, known, now) for each in fresh)
    return done


def _expire(waiting: Waiting, known: dict[str, Organisation | None], now: datetime) -> int:
    if waiting.org not in known:
        known[waiting.org] = organisations.get(waiting.org)
    organisation = known[waiting.org]
    try:
        if organisation is None:
            store.put_off(waiting, after(now, _PUT_OFF))
            return 0
        service.expire(organisation, waiting.household, waiting.booking, now)
        return 1
    except Conflict:  # answered or moved at the last moment; the queue is a little late
        return 0
    except Exception as error:  # whatever is wrong with one, the others expire
        failures = failing.put_off(keys.booking(*waiting), store.EXPIRING, now)
        logs.failure("bookings.failed", error, booking=waiting.booking, failures=failures)
        return 0
