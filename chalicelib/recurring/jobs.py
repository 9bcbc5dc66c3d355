"""The schedule's work: makes the invoices that are due, found by the work queue and never by looking at everything."""

from datetime import datetime

from chalicelib.data import failing, keys, read
from chalicelib.data.keys import Key
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.recurring import service, store
from chalicelib.recurring.store import QUEUE
from chalicelib.shared.times import HOUR, after, to_iso
from chalicelib.web import logs


def make_due_invoices(now: datetime) -> int:
    """Makes every invoice of every organisation that is due at `now`; returns how many it made.

    What can not be made is put off, further each time, so that it keeps nobody else waiting. Cut short or run twice at
    once it does no harm. Raises Unavailable when the queue can not be read.
    """
    known: dict[str, Organisation | None] = {}
    seen: set[Key] = set()
    made = 0
    while fresh := [key for key in read.waiting(QUEUE, to_iso(now)) if key not in seen]:
        seen.update(fresh)
        made += sum(_make(key, known, now) for key in fresh)
    return made


def _make(key: Key, known: dict[str, Organisation | None], now: datetime) -> int:
    """How many invoices of one recurring invoice were made."""
    org, household = keys.owner(key)
    try:
        if org not in known:
            known[org] = organisations.get(org)
        organisation, recurring = known[org], store.due_at(key, now)
        if not recurring:
            return 0
        if organisation is None or organisation.status is Status.SUSPENDED:
            store.put_off(key, after(now, HOUR), now)
            return 0
        return len(service.make_due(organisation, household, recurring, now))
    except Exception as error:  # whatever is wrong with one, the others are made
        logs.failure("recurring.failed", error, failures=failing.put_off(key, QUEUE, now))
        return 0
