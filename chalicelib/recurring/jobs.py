"""The schedule's work: makes the invoices that are due, found by the work queue and never by looking at everything."""

from datetime import datetime

from chalicelib.data.write import ConditionFailed
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.recurring import service, store
from chalicelib.recurring.store import Waiting
from chalicelib.shared.errors import Fault
from chalicelib.shared.times import HOUR, after
from chalicelib.web import logs

_PUT_OFF = HOUR
"""After which what could not be made is tried again."""


def make_due_invoices(now: datetime) -> int:
    """Makes every invoice of every organisation that is due at `now`; returns how many it made.

    What can not be made is put off for an hour, so that it keeps nobody else waiting. Cut short or run twice at
    once it does no harm. Raises Unavailable when the queue can not be read.
    """
    known: dict[str, Organisation | None] = {}
    seen: set[Waiting] = set()
    made = 0
    while fresh := [each for each in store.due(now) if each not in seen]:
        seen.update(fresh)
        made += sum(_make(each, known, now) for each in fresh)
    return made


def _make(waiting: Waiting, known: dict[str, Organisation | None], now: datetime) -> int:
    """How many invoices of one recurring invoice were made."""
    if waiting.org not in known:
        known[waiting.org] = organisations.get(waiting.org)
    organisation = known[waiting.org]
    try:
        if organisation is None or organisation.status is Status.SUSPENDED:
            store.put_off(waiting, after(now, _PUT_OFF), now)
            return 0
        return len(service.make_due(organisation, waiting.household, waiting.recurring, now))
    except Exception as error:  # whatever is wrong with one, the others are made
        logs.failure("recurring.failed", error, recurring=waiting.recurring)
        _put_off(waiting, now)
        return 0


def _put_off(waiting: Waiting, now: datetime) -> None:
    try:
        store.put_off(waiting, after(now, _PUT_OFF), now)
    except (ConditionFailed, Fault):  # somebody else is at it, or DynamoDB is away: it stays due
        return
