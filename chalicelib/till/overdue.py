"""Families that should have paid by now, and the reminder that the desk sends them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from chalicelib.data import keys, outbox, read
from chalicelib.data.outbox import Notice
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households import activity
from chalicelib.households import store as households
from chalicelib.households.activity import Deed
from chalicelib.households.models import SummaryItem
from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.times import day_begins, local_day, to_iso


class Overdue(NamedTuple):
    """A family that should have paid something."""

    home: Summary
    since: date
    """The first day on which something fell due."""
    minor: Sequence[tuple[str, int]]
    """What is overdue, by currency."""
    is_reminded: bool
    """Whether it was reminded today."""


def page(org: str, today: date, after: str = "", *, size: int = read.PAGE) -> read.Page[Overdue]:
    """Families with something overdue, longest ago first, a page at a time. Two round trips, no scan."""
    waiting = households.list_owing(org, today, after, size=size)
    told = {key: keys.outbox(org, _message(keys.owner(key)[1], today)) for key in waiting.rows}
    found = read.raw([*told, *told.values()])
    rows = [
        _overdue(households.summary_from(SummaryItem.from_raw_data(found[key])), today, is_reminded=message in found)
        for key, message in told.items()
        if key in found
    ]
    return read.Page([row for row in rows if row.minor], waiting.next)


def _overdue(home: Summary, today: date, *, is_reminded: bool) -> Overdue:
    since = min((amount.due_on for amount in home.open), default=today)
    return Overdue(home, since, sorted(home.overdue(today).items()), is_reminded)


def remind(organisation: Organisation, household_id: str, now: datetime) -> bool:
    """Mails a family what is overdue, once a day; False where nothing is, it was reminded today, or it is not there."""
    org, today = organisation.slug, local_day(now, organisation.zone)
    home = households.get_summaries(org, (household_id,)).get(household_id)
    late = _overdue(home, today, is_reminded=False) if home else None
    if late is None or not late.minor:
        return False
    transaction = Transaction()
    notice = Notice("reminder", "", _facts(late, organisation.zone), household=household_id)
    outbox.enqueue(transaction, org, notice, now, message=_message(household_id, today))
    activity.note(transaction, org, household_id, Deed("reminded", now))
    try:
        transaction.commit()
    except ConditionFailed:  # reminded today
        return False
    return True


def _facts(late: Overdue, zone: str) -> dict[str, Any]:
    return {
        "amounts": [{"minor": minor, "currency": currency} for currency, minor in late.minor],
        "at": to_iso(day_begins(late.since, zone)),
    }


def _message(household_id: str, today: date) -> str:
    return f"reminder-{household_id}-{today:%Y%m%d}"
