"""One look at the agenda of a household: what is due is written as messages, together with what counts as told.

The agenda is written over the turn that was read, in one transaction with the messages: of two who look at once, one
writes nothing. So a run missed, late, doubled or cut short does no harm (M-08, M-09).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chalicelib.bookings import store as bookings
from chalicelib.bookings.store import Waiting
from chalicelib.data import failing, write
from chalicelib.data.keys import Key
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households.agendas import QUEUE
from chalicelib.households.models import AgendaItem
from chalicelib.reminders.domain import ON_TIME, Kind, Occasion, Plan, plan
from chalicelib.reminders.finding import asked_since, occasions
from chalicelib.reminders.reading import Home
from chalicelib.reminders.telling import notices
from chalicelib.schedule import store as schedule
from chalicelib.shared.times import moment_or_none, to_iso
from chalicelib.web import logs

FORGOTTEN = timedelta(days=7)
"""How long after it began a class is still noted as one that nobody was reminded of, when the clock stood still."""


PUT_OFF = timedelta(hours=1)
"""After which what could not be looked at is looked at again."""


class Looked(NamedTuple):
    """What a look at an agenda came to."""

    made: int = 0
    """Messages written, those that come too late among them: the outbox says of these why they do not go out."""
    passed: int = 0
    """Occasions of which nobody need be told: taken after their time came, or first known when they were over."""


def look(home: Home, agenda: AgendaItem) -> Looked:
    """Writes all reminders of a household that are due, and when to look again.

    Raises ConditionFailed when somebody else was quicker: then it is due still, or done. Raises Unavailable.
    """
    known = dict(agenda.told or {})
    looked_at = moment_or_none(agenda.looked_at or "")
    asked = asked_since(home, known)
    found = occasions(home, _since(home, looked_at), is_first=looked_at is None, asked=asked)
    decided = plan(_expected(found, looked_at, home.now), known, home.now)
    wanted = [each for each in decided.due if each.at >= home.now - ON_TIME]
    wanted += _not_taken_since(home, [each for each in decided.due if each.at < home.now - ON_TIME])
    messages = notices(home, wanted)
    _write(home, agenda, decided._replace(told={**decided.told, **asked}), messages)
    ripe = sum(known.get(name) != form for name, form in decided.told.items())
    return Looked(len(messages), ripe - len(wanted))


def pass_over(event: str, key: Key, queue: str, error: Exception, now: datetime) -> None:
    """Notes what is wrong with something that waits, and has it wait longer each time, though it can not be read."""
    logs.failure(event, error, item=f"{key.pk} {key.sk}", failures=failing.put_off(key, queue, now))


def forget(agenda: AgendaItem) -> None:
    """Takes the agenda of a household away that is not there any more. Raises Unavailable."""
    write.delete(agenda)


def _since(home: Home, looked_at: datetime | None) -> datetime:
    return max(looked_at, home.now - FORGOTTEN) if looked_at else home.now


def _expected(found: Iterable[Occasion], looked_at: datetime | None, now: datetime) -> list[Occasion]:
    """All but what began already and should have been told before the last look, which knew nothing of it."""
    return [each for each in found if not (each.is_met and each.ends <= now and looked_at and each.at <= looked_at)]


def _not_taken_since(home: Home, late: Sequence[Occasion]) -> list[Occasion]:
    """Those of what comes late that were there when their time came: of what somebody took just now he or she knows.

    Reads places and bookings, if there are any among them: one round trip each.
    """
    org, household = home.organisation.slug, home.summary.household
    places = schedule.get_enrolments(org, {(each.parts[3], each.parts[2]) for each in late if each.kind is Kind.CLASS})
    booked = {
        booking.id: booking
        for booking in bookings.get_bookings(
            [Waiting(org, household, each.parts[0]) for each in late if each.kind is Kind.BOOKING]
        )
    }

    def since(each: Occasion) -> datetime | None:
        if each.kind is Kind.CLASS:
            return places[each.parts[2]].enrolled_at if each.parts[2] in places else None
        if each.kind is Kind.BOOKING:
            return booked[each.parts[0]].told_at if each.parts[0] in booked else None
        return None

    return [each for each in late if (taken := since(each)) is None or taken <= each.at]


def _write(home: Home, agenda: AgendaItem, decided: Plan, messages: Sequence[Notice]) -> None:
    turn = int(agenda.turn or 0)
    same = AgendaItem.turn == turn if turn else AgendaItem.turn.does_not_exist()
    actions: list[Any] = [
        AgendaItem.told.set(dict(decided.told)),
        AgendaItem.looked_at.set(to_iso(home.now)),
        AgendaItem.turn.add(1),
        AgendaItem.failed_runs.remove(),
    ]
    if decided.next:
        due = decided.next - timedelta(seconds=home.organisation.ahead)  # by the world's clock, which the queue goes by
        actions += [AgendaItem.queue.set(QUEUE), AgendaItem.due.set(to_iso(due))]
    else:
        actions += [AgendaItem.queue.remove(), AgendaItem.due.remove()]
    if not messages:
        write.update(agenda, actions, same)
        return
    transaction = Transaction()
    for notice in messages:  # each is new: who comes second is refused by the turn, and no agenda that is begun anew
        enqueue(transaction, home.organisation.slug, notice, home.now)  # meets what an older one wrote
    transaction.update("agenda", agenda, actions, same)
    try:
        transaction.commit()
    except ConditionFailed as refused:
        raise ConditionFailed(frozenset({"agenda"})) from refused
