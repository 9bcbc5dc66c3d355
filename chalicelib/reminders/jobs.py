"""The clock's work on reminders, every minute: what is due is found by queues, never by looking at everything.

A hundred agendas are read together in a handful of calls, so that a run costs as much as there is due, however many
reminders are stored for later.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.write import ConditionFailed
from chalicelib.households import agendas
from chalicelib.households.models import AgendaItem, AgendasItem
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.reminders import endings, looking, stirring
from chalicelib.reminders.looking import Looked
from chalicelib.reminders.reading import Home, homes
from chalicelib.schedule import store as schedule
from chalicelib.schedule.models import StirredClassItem
from chalicelib.shared.errors import Fault
from chalicelib.shared.times import to_iso
from chalicelib.web import logs, metrics

_BEYOND = "1970-01-01T00:00:01Z"
"""Right after `agendas.AT_ONCE`, at which all are due that were changed."""
_ROUNDS = 100
"""Of a hundred agendas each in one run; the next run goes on."""


class Done(NamedTuple):
    """How much a run did."""

    made: int
    passed: int


def run(now: datetime) -> Done:
    """Does all that is due at `now`. What goes wrong with one keeps nobody else waiting.

    Raises Unavailable when a queue can not be read.
    """
    known: dict[str, Organisation | None] = {}
    _stir(schedule.STIRRED, stirring.classes, _stir_class, now)
    _stir(agendas.ALL, stirring.everybody, _stir_everybody, now)
    done = [_look_at(found, known, now) for found in _fresh(now)]
    ended = endings.run(now, known)
    made, passed = sum(each.made for each in done) + ended, sum(each.passed for each in done)
    metrics.count("RemindersMade", made)
    if passed:
        logs.event("reminders.passed", occasions=passed)
    return Done(made, passed)


def _fresh(now: datetime) -> Iterable[Sequence[Key]]:
    """Keys of agendas that are due, a hundred at a time and each once.

    Those whose moment has come take turns with those that were changed, which stand before them all, and of which there
    may be thousands at once.
    """
    seen: set[Key] = set()
    for _ in range(_ROUNDS):
        first = read.waiting(agendas.QUEUE, to_iso(now))
        ripe = read.waiting(agendas.QUEUE, to_iso(now), since=_BEYOND) if len(first) == read.MOST_WAITING else []
        if seen.issuperset([*ripe, *first]):
            return
        for found in (ripe, first):
            fresh = [key for key in found if key not in seen]
            seen.update(fresh)
            yield fresh


def _stir(queue: str, waiting: Callable[[datetime], list[Key]], work: Callable[[Item], object], now: datetime) -> None:
    """Works on everything in a queue that concerns many households, each once."""
    seen: set[Key] = set()
    while fresh := [key for key in waiting(now) if key not in seen]:
        seen.update(fresh)
        found, broken = read.readable(Item, fresh)
        for key, item in found.items():
            try:
                work(item)
            except Exception as error:  # whatever is wrong with one, the others are stirred
                broken[key] = error
        for key, why in broken.items():
            looking.pass_over("reminders.failed", key, queue, why, now)


def _stir_class(item: Item) -> None:
    if isinstance(item, StirredClassItem):
        stirring.stir_class(item)


def _stir_everybody(item: Item) -> None:
    if isinstance(item, AgendasItem):
        stirring.stir_everybody(item)


def _look_at(found: Sequence[Key], known: dict[str, Organisation | None], now: datetime) -> Looked:
    """Looks at agendas of any organisations, read together."""
    by_org: dict[str, dict[str, AgendaItem]] = defaultdict(dict)
    readable, broken = read.readable(AgendaItem, found)
    for key, error in broken.items():
        looking.pass_over("reminders.failed", key, agendas.QUEUE, error, now)
    for key, item in readable.items():
        if item.queue == agendas.QUEUE and item.due and item.due <= to_iso(now):
            org, household = keys.owner(key)
            by_org[org][household] = item
    done = [_look_at_home_of(org, items, known, now) for org, items in by_org.items()]
    return _sum(done)


def _look_at_home_of(
    org: str, items: Mapping[str, AgendaItem], known: dict[str, Organisation | None], now: datetime
) -> Looked:
    if org not in known:
        known[org] = organisations.get(org)
    organisation = known[org]
    if organisation is None or organisation.status is Status.SUSPENDED:
        for item in items.values():
            _put_off(item, now)
        return Looked()
    try:
        found = homes(organisation, list(items), organisation.clock(now))
    except Exception as error:  # one that can not be read spoils the reading of all
        return _one_by_one(org, items, known, now, error)
    done = [_look_at_one(found, household, item, now) for household, item in items.items()]
    return _sum(done)


def _one_by_one(
    org: str, items: Mapping[str, AgendaItem], known: dict[str, Organisation | None], now: datetime, error: Exception
) -> Looked:
    """Looks at each by itself, so that the one that can not be read keeps nobody else waiting."""
    if len(items) > 1:
        return _sum([_look_at_home_of(org, {home: item}, known, now) for home, item in items.items()])
    for item in items.values():
        looking.pass_over("reminders.failed", item.key, agendas.QUEUE, error, now)
    return Looked()


def _look_at_one(found: Mapping[str, Home], household: str, item: AgendaItem, now: datetime) -> Looked:
    try:
        return looking.look(found[household], item) if household in found else _forget(item)
    except ConditionFailed:  # somebody else was quicker: it is due still, or done
        return Looked()
    except Exception as error:  # whatever is wrong with one, the others are looked at
        looking.pass_over("reminders.failed", item.key, agendas.QUEUE, error, now)
        return Looked()


def _sum(done: Sequence[Looked]) -> Looked:
    return Looked(sum(each.made for each in done), sum(each.passed for each in done))


def _forget(item: AgendaItem) -> Looked:
    looking.forget(item)
    return Looked()


def _put_off(item: Item, now: datetime) -> None:
    try:
        write.update(item, [Item.due.set(to_iso(now + looking.PUT_OFF))], Item.due == item.due)
    except (ConditionFailed, Fault):  # somebody else is at it, or DynamoDB is away: it stays due
        return
