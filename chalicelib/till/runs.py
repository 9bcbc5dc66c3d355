"""Statements for many families at once: for all, for those who have something to pay, or for those of a class (STM-2).

The first few are told at once, the others by the time clock, minute by minute. Each family's message has a name of its
own, made of the run's day, so a crash, a second worker or a repeat tells nobody twice. An account that does not add up
is told nothing, and counted.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import Enum

from chalicelib.billing import reading
from chalicelib.billing.period import Period
from chalicelib.billing.reading import Account, Broken
from chalicelib.billing.statements import ALL
from chalicelib.data import keys, read
from chalicelib.data.write import Transaction
from chalicelib.households import activity
from chalicelib.households import store as households
from chalicelib.households.summary import Summary
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.schedule import store as schedule
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import say
from chalicelib.shared.times import from_iso, local_day, moment_or_none, to_iso
from chalicelib.till import telling
from chalicelib.till.models import StatementRunItem
from chalicelib.web import logs, running

QUEUE = "statements"
AT_ONCE = 10
"""Families whom somebody at the desk waits for."""
_STEP = 50
"""Families after which it is written down how far it came."""
_STEPS_IN_A_MINUTE = 4
SHOWN = 10
"""Runs that the desk sees."""


class Whom(Enum):
    """Which families are told."""

    ALL = "all"
    OWING = "owing"
    CLASS = "class"
    """Those who enrolled somebody in one class."""


@frozen
class Run(Frozen):
    """Statements for many families, and how far that is."""

    org: str
    whom: Whom
    period: Period
    user: str
    by: str
    began_at: datetime
    class_group: str = ""
    after: str = ""
    seen: int = 0
    sent: int = 0
    failed: int = 0
    ended_at: datetime | None = None
    version: int | None = None


def latest(org: str) -> list[Run]:
    """The last runs, the newest first. One strong round trip."""
    start = keys.statement_run(org, "")
    found = read.page(StatementRunItem, start.pk, start.sk, size=SHOWN, consistent=True)
    return [_from(item) for item in found.rows]


def begin(organisation: Organisation, wanted: Run) -> Run:
    """Begins to tell families, the first at once. Raises NotFound for a class that is not there, Conflict while others
    are told."""
    if any(run.ended_at is None for run in latest(organisation.slug)):
        raise Conflict(say("Statements are being sent. Wait until that is done, or end it."))
    return _step(organisation, wanted, AT_ONCE, wanted.began_at)


def end(org: str, moment: str, now: datetime) -> None:
    """Tells nobody any more; who was told stays told. Nothing where it is over. Raises NotFound, Conflict."""
    item = read.one(StatementRunItem, keys.statement_run(org, moment))
    if item is None:
        raise NotFound
    run = _from(item)
    if run.ended_at is None:
        _save(replace(run, ended_at=now), now)


def run(now: datetime) -> int:
    """Goes on with whatever was begun, for all organisations; returns how many families were gone through.

    Raises Unavailable when the queue can not be read.
    """
    return sum(_go_on(begun, now) for begun in running.due(QUEUE, StatementRunItem, _from, "statements.failed", now))


def _go_on(begun: Run, now: datetime) -> int:
    organisation = organisations.get(begun.org)
    if organisation is None or organisation.status is Status.SUSPENDED:
        return 0
    gone = begun
    activity.act_for(begun.user)
    try:
        for _ in range(_STEPS_IN_A_MINUTE):
            gone = _step(organisation, gone, _STEP, organisation.clock(now)) if gone.ended_at is None else gone
    except Conflict:  # somebody else is at it, or ended it
        return gone.seen - begun.seen
    except Exception as error:  # whatever is wrong with one organisation, the others go on
        logs.failure("statements.failed", error, organisation=begun.org)
    finally:
        activity.act_for("")
    return gone.seen - begun.seen


def _step(organisation: Organisation, begun: Run, most: int, now: datetime) -> Run:
    """Tells some families and writes down how far that came. Raises Conflict when somebody else did, Unavailable."""
    found = _families(begun, most)
    told = [_tell(organisation, begun, home, now) for home in _open(begun.org, found.rows)]
    gone = replace(
        begun,
        after=found.next,
        seen=begun.seen + len(found.rows),
        sent=begun.sent + sum(count for count in told if count > 0),
        failed=begun.failed + sum(count < 0 for count in told),
        ended_at=None if found.next else now,
    )
    _save(gone, now)
    return replace(gone, version=(begun.version or 0) + 1)


def _families(begun: Run, most: int) -> read.Page[str]:
    """The next families, and where it goes on after them. Raises NotFound for a class that is not there."""
    if begun.whom is Whom.ALL:
        return households.list_household_ids(begun.org, begun.after, size=most)
    if begun.whom is Whom.CLASS:
        return _of_class(begun, most)
    last = date.max
    found = households.list_owing(begun.org, last, begun.after, size=most)
    return read.Page([keys.owner(key)[1] for key in found.rows], found.next)


def _of_class(begun: Run, most: int) -> read.Page[str]:
    groups, rolls = schedule.get_classes_and_rolls(begun.org, [begun.class_group])
    if begun.class_group not in groups:
        raise NotFound
    there = {seat.household for seat in rolls[begun.class_group].seats if seat.until is None and not seat.meeting}
    left = sorted(each for each in there if each > begun.after)
    return read.Page(left[:most], left[most - 1] if len(left) > most else "")


def _open(org: str, found: Sequence[str]) -> list[Summary]:
    return [home for home in households.get_summaries(org, tuple(found)).values() if not home.archived] if found else []


def _tell(organisation: Organisation, begun: Run, home: Summary, now: datetime) -> int:
    """How many statements the family was told of; -1 where it could not be. Raises Unavailable."""
    on = local_day(begun.began_at, organisation.zone)
    try:
        wanted = [account for account in _accounts(begun.org, home) if _tells(home, account, begun, now, organisation)]
        return sum(telling.send_statement(organisation, each, begun.period, now, on) for each in wanted)
    except (Broken, Conflict, NotFound) as error:
        logs.failure("statements.family_failed", error, household=home.household)
        return -1


def _accounts(org: str, home: Summary) -> list[Account]:
    return [Account(org, home.household, row.payer, row.currency) for row in home.accounts]


def _tells(home: Summary, account: Account, begun: Run, now: datetime, organisation: Organisation) -> bool:
    """Whether a statement says anything: something happened, or something is owed or left. Raises Broken."""
    today = local_day(now, organisation.zone)
    made = reading.statement(home, account, begun.period, today, ALL)
    return bool(made.rows or made.opening_minor or made.closing_minor)


def _save(run: Run, now: datetime) -> None:
    """Raises Conflict when somebody else wrote it, Unavailable."""
    transaction = Transaction()
    transaction.put("run", _item(run, now))
    transaction.commit_or_conflict()


def _from(item: StatementRunItem) -> Run:
    return Run(
        org=item.org,
        whom=Whom(item.whom),
        period=Period(date.fromisoformat(item.first_day), date.fromisoformat(item.last_day)),
        user=item.user,
        by=item.by,
        began_at=from_iso(item.began_at),
        class_group=item.class_group or "",
        after=item.after or "",
        seen=int(item.seen),
        sent=int(item.sent),
        failed=int(item.failed),
        ended_at=moment_or_none(item.ended_at),
        version=item.version,
    )


def _item(run: Run, now: datetime) -> StatementRunItem:
    pk, sk = keys.statement_run(run.org, to_iso(run.began_at))
    is_over = run.ended_at is not None
    return StatementRunItem(
        pk,
        sk,
        org=run.org,
        whom=run.whom.value,
        first_day=run.period.first_day.isoformat(),
        last_day=run.period.last_day.isoformat(),
        user=run.user,
        by=run.by,
        began_at=to_iso(run.began_at),
        class_group=run.class_group or None,
        after=run.after or None,
        seen=run.seen,
        sent=run.sent,
        failed=run.failed,
        ended_at=to_iso(run.ended_at) if run.ended_at else None,
        version=run.version,
        queue=None if is_over else QUEUE,
        due=None if is_over else to_iso(now),
    )
