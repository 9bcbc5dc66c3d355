"""Work on all families of a tax year: looking through who paid, and releasing what is ready.

It begins with a few families at once and goes on with the time clock, a minute apart, until everybody was seen. Each
step knows from what is stored whether it was done, so a crash, a second worker or a repeat does no harm.
"""

from dataclasses import replace
from datetime import datetime
from enum import Enum

from chalicelib.data import keys, read
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.shared.errors import Conflict, Fault
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day, moment_or_none, to_iso
from chalicelib.slips import listing, releasing, store
from chalicelib.slips.domain import State
from chalicelib.slips.gathering import season_of
from chalicelib.slips.models import SlipYearItem
from chalicelib.slips.releasing import Desk
from chalicelib.web import logs, running

QUEUE = "slips"
AT_ONCE = 10
"""Families whom somebody at the desk waits for."""
_IN_A_MINUTE = 100
"""Families whom the time clock goes through before it looks after others."""


class Task(Enum):
    """What is done for all families."""

    LOOK = "look"
    RELEASE = "release"


@frozen
class Progress(Frozen):
    """How far the work on a tax year has come."""

    org: str
    year: int
    task: Task | None = None
    """None while nothing is done."""
    after: str = ""
    done: int = 0
    user: str = ""
    by: str = ""
    began_at: datetime | None = None
    ended_at: datetime | None = None
    """When all families were looked through last."""
    version: int | None = None


def progress(org: str, year: int) -> Progress:
    """How far the work on a year has come. One strong read."""
    item = read.one(SlipYearItem, keys.slip_year(org, year))
    return _from(item) if item else Progress(org, year)


def begin(organisation: Organisation, year: int, task: Task, user: str, by: str, now: datetime) -> Progress:
    """Begins to look through all families of a year, or to release what is ready; goes on where it goes on already.

    Raises Conflict for releasing while the year still runs, or while something else is done.
    """
    stored = progress(organisation.slug, year)
    if task is Task.RELEASE and year >= local_day(now, organisation.zone).year:
        raise Conflict(say("Slips are made when the year is over."))
    if stored.task not in (None, task):
        raise Conflict(say("The families of this year are being gone through. Try again in a few minutes."))
    if stored.task is None:
        stored = replace(stored, task=task, after="", done=0, user=user, by=by, began_at=now)
    return _step(organisation, stored, AT_ONCE, now)


def run(now: datetime) -> int:
    """Goes on with whatever was begun, for all organisations; returns how many families were gone through.

    Raises Unavailable when the queue can not be read.
    """
    return sum(_go_on(begun, now) for begun in running.due(QUEUE, SlipYearItem, _from, "slips.failed", now))


def _go_on(begun: Progress, now: datetime) -> int:
    try:
        organisation = organisations.get(begun.org)
        if organisation is None or organisation.status is Status.SUSPENDED:
            return 0
        return _step(organisation, begun, _IN_A_MINUTE, now).done - begun.done
    except Conflict:  # somebody at the desk is at it
        return 0
    except Exception as error:  # whatever is wrong with one organisation, the others go on
        logs.failure("slips.failed", error, year=str(begun.year))
        return 0


def _step(organisation: Organisation, begun: Progress, most: int, now: datetime) -> Progress:
    """Goes through some families and writes down how far that came. Raises Conflict when somebody else did."""
    season = season_of(organisation, begun.year)
    seen, after = _families(begun, most)
    for household in seen:
        _one(Desk(organisation, season, household, begun.user, begun.by, now), begun.task)
    gone = replace(begun, after=after, done=begun.done + len(seen))
    if not after:
        ended = now if begun.task is Task.LOOK else begun.ended_at
        gone = replace(gone, task=None, ended_at=ended)
    transaction = Transaction()
    transaction.put("progress", _item(gone, now))
    transaction.commit_or_conflict()
    return replace(gone, version=(begun.version or 0) + 1)


def _families(begun: Progress, most: int) -> tuple[list[str], str]:
    """The next families, and where it goes on after them; empty at the end."""
    if begun.task is Task.LOOK:
        page = store.families_that_paid(begun.org, begun.year, begun.after, size=most)
        return list(page.rows), page.next
    rows = listing.list_rows(begun.org, begun.year, State.READY, begun.after, size=most)
    return list(dict.fromkeys(row.household for row in rows.rows)), rows.next


def _one(desk: Desk, task: Task | None) -> None:
    """Does it for one family; what is wrong with it is told and stops nobody else."""
    try:
        if task is Task.LOOK:
            releasing.relist(desk)
        else:
            releasing.release(desk)
    except (Fault, ConditionFailed, ValueError) as error:
        logs.failure("slips.family_failed", error, year=str(desk.season.year))


def _from(item: SlipYearItem) -> Progress:
    return Progress(
        item.org,
        int(item.year),
        Task(item.work_kind) if item.work_kind else None,
        item.after or "",
        int(item.done),
        item.user or "",
        item.by or "",
        moment_or_none(item.began_at),
        moment_or_none(item.ended_at),
        item.version,
    )


def _item(progress: Progress, now: datetime) -> SlipYearItem:
    pk, sk = keys.slip_year(progress.org, progress.year)
    return SlipYearItem(
        pk,
        sk,
        org=progress.org,
        year=progress.year,
        work_kind=progress.task.value if progress.task else None,
        after=progress.after or None,
        done=progress.done,
        user=progress.user or None,
        by=progress.by or None,
        began_at=to_iso(progress.began_at) if progress.began_at else None,
        ended_at=to_iso(progress.ended_at) if progress.ended_at else None,
        version=progress.version,
        queue=QUEUE if progress.task else None,
        due=to_iso(now) if progress.task else None,
    )
