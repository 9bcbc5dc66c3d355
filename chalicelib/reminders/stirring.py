"""Has agendas looked at again: those of a class whose meetings changed, and all of an organisation.

Whatever changes one household has stirred its agenda already; here are changes that concern many. Each goes through its
homes one by one; cut short, it begins again or goes on, and an agenda that is looked at twice says the same twice.
"""

from datetime import datetime

from pynamodb.expressions.condition import Condition

from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households import agendas
from chalicelib.households import store as households
from chalicelib.households.models import AgendaItem, AgendasItem, SummaryItem
from chalicelib.schedule import store as schedule
from chalicelib.schedule.models import StirredClassItem
from chalicelib.shared import budget
from chalicelib.shared.times import to_iso

_AT_ONCE = 100
MOST = 1000
"""Homes of one organisation whose agendas one run stirs: with looking at them, about a minute's work."""


def classes(now: datetime) -> list[Key]:
    """Classes whose meetings changed, at most a hundred. Raises Unavailable."""
    return read.waiting(schedule.STIRRED, to_iso(now))


def stir_class(item: StirredClassItem) -> int:
    """Has the agendas of all homes of a class looked at; returns how many. Raises Unavailable."""
    org = keys.organisation_of(item.key)
    roll = schedule.get_rolls(org, [item.class_group])[item.class_group]
    persons = households.get_persons(org, {seat.person for seat in roll.seats}) if roll.seats else {}
    homes = {seat.household for seat in roll.seats}
    homes.update(home for person in persons.values() for home in person.households)
    for home in sorted(homes):
        agendas.stir_now(org, home)
    _finish(item, StirredClassItem.digest == item.digest)
    return len(homes)


def everybody(now: datetime) -> list[Key]:
    """Organisations all of whose agendas are to be looked at. Raises Unavailable."""
    return read.waiting(agendas.ALL, to_iso(now))


def stir_everybody(item: AgendasItem) -> int:
    """Has the agendas of homes of an organisation looked at, from where the last run left off; returns how many.

    Of very many, the next run goes on: the others that wait have their turn in between. Raises Unavailable.
    """
    org, done, cursor = keys.organisation_of(item.key), 0, item.cursor or ""
    while done < MOST and not budget.is_over():
        found = households.list_household_ids(org, cursor, size=_AT_ONCE)
        for home in found.rows:
            agendas.stir_now(org, home)
        done += len(found.rows)
        if not found.next:
            _finish(item, AgendasItem.turn == item.turn)
            return done
        cursor = found.next
        try:
            write.update(item, [AgendasItem.cursor.set(cursor)], AgendasItem.turn == item.turn)
        except ConditionFailed:  # asked for anew meanwhile: the next run begins at the beginning
            return done
    return done


def begin(org: str) -> None:
    """Has all agendas of an organisation looked at by the next run of the clock. Raises Unavailable."""
    transaction = Transaction()
    agendas.stir_all(transaction, org)
    transaction.commit()


def mend(org: str, key: Key, _now: datetime) -> bool:
    """Makes the agenda of a household that has none yet, from the key of its summary; whether it did.

    For what was stored before there were agendas (D-14). Raises Unavailable.
    """
    household = keys.owner(key)[1]
    place = keys.agenda(org, household)
    found = read.raw([key, place])
    if key not in found or place in found or SummaryItem.from_raw_data(found[key]).household != household:
        return False
    item = AgendaItem(*place, queue=agendas.QUEUE, due=agendas.AT_ONCE, turn=1)
    try:
        write.put(item, Item.pk.does_not_exist())
    except ConditionFailed:  # somebody wrote it meanwhile
        return False
    return True


def _finish(item: Item, still: Condition) -> None:
    """Takes what is done out of its queue, unless it was asked for anew meanwhile."""
    transaction = Transaction()
    transaction.delete("stirred", item, still)
    try:
        transaction.commit()
    except ConditionFailed:
        return
