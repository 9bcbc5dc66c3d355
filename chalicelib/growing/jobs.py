"""The clock's work on birthdays: families are told when somebody may go on alone, once for each stage (NEW-14).

Who has a birthday that means something is found by the work queue `birthdays`, never by looking at everybody. The
message and the next day to look go into one transaction, so that a run missed, doubled or cut short does no harm.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.data import failing, keys
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.growing.domain import Stage, just_reached, next_look
from chalicelib.households import store as households
from chalicelib.households.domain import Person
from chalicelib.households.models import PersonItem
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.shared.errors import Fault
from chalicelib.shared.times import local_day
from chalicelib.web import logs, running

_PUT_OFF = timedelta(days=1)


def run(now: datetime) -> int:
    """Looks at everybody whose day has come, at most a hundred; returns how many families' members were told of.

    What goes wrong with one keeps nobody else waiting. Raises Unavailable when the queue can not be read.
    """
    known: dict[str, Organisation | None] = {}
    found = running.due(households.BIRTHDAYS, PersonItem, _person, "growing.failed", now)
    return sum(_one(item, person, known, now) for item, person in found)


def _person(item: PersonItem) -> tuple[PersonItem, Person]:
    return item, households.person_from(item)


def _one(item: PersonItem, person: Person, known: dict[str, Organisation | None], now: datetime) -> int:
    org = keys.organisation_of(item.key)
    if org not in known:
        known[org] = organisations.get(org)
    try:
        return _look(org, known[org], person, now)
    except (ConditionFailed, Fault):  # somebody else is at it, or DynamoDB is away: it stays due
        return 0
    except Exception as error:  # whatever is wrong with one, the others are looked at
        failures = failing.put_off(item.key, households.BIRTHDAYS, now)
        logs.failure("growing.failed", error, person=item.person, failures=failures)
        return 0


def _look(org: str, organisation: Organisation | None, person: Person, now: datetime) -> int:
    born, today = person.birth_date, local_day(now, organisation.zone if organisation else "UTC")
    if organisation is None or organisation.status is Status.SUSPENDED:
        _look_again(org, replace(person, looked_on=today + _PUT_OFF))
        return 0
    if born is None:
        _look_again(org, replace(person, looked_on=None))
        return 0
    looked = replace(person, looked_on=next_look(born, organisation.growing, today))
    reached = just_reached(born, organisation.growing, today)
    if reached is None:
        _look_again(org, looked)
        return 0
    return _tell(organisation, looked, reached, now)


def _look_again(org: str, person: Person) -> None:
    transaction = Transaction()
    households.save_person(transaction, org, person)
    transaction.commit()


def _tell(organisation: Organisation, person: Person, reached: Stage, now: datetime) -> int:
    """Writes to every home of the person; one that was told of this stage before is not told again."""
    transaction = Transaction()
    households.save_person(transaction, organisation.slug, person)
    facts = {"member": person.first_name, "stage": reached.value, "path": f"members/{person.id}/growing"}
    for home in person.households:
        notice = Notice("growing", "", facts, household=home)
        name = f"growing-{reached.value}-{person.id}-{home}"
        enqueue(transaction, organisation.slug, notice, now, message=name)
    try:
        transaction.commit()
    except ConditionFailed as refused:
        if "person" in refused.names:
            raise
        _look_again(organisation.slug, person)
        return 0
    return 1
