"""The clock and birthdays: each stage is told once to each home, whatever is repeated."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.data.outbox import MessageItem
from chalicelib.data.write import Transaction
from chalicelib.growing import jobs
from chalicelib.growing.domain import birthday
from chalicelib.households import store
from chalicelib.households.domain import Household, Person, Status
from chalicelib.households.store import BIRTHDAYS
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import GrowingAges
from chalicelib.organisations.domain import Status as OrgStatus
from chalicelib.shared.times import day_begins, to_iso
from tests.support.race import together
from tests.support.stored import messages_of
from tests.support.world import World

BORN = date(2013, 5, 31)


@pytest.fixture
def home(world: World) -> Household:
    """A household."""
    return world.household("Tremblay")


def _stored(world: World, person: Person) -> Person:
    found = store.get_person(world.org, person.id)
    assert found
    return found


def _save(world: World, person: Person) -> Person:
    transaction = Transaction()
    store.save_person(transaction, world.org, person)
    transaction.commit()
    return _stored(world, person)


def _born(world: World, home: Household, born: date | None, **changes: object) -> Person:
    lea = world.member(home, "Léa", None)
    return _save(world, replace(lea.born_on(born), **changes))  # type: ignore[arg-type]


def _run(world: World, day: date) -> int:
    """The clock in the early afternoon of a day; of how many members anybody of the organisation was told."""
    before, now = _told_of(world), _afternoon(world, day)
    left: list[Key] = []
    while (waiting := read.waiting(BIRTHDAYS, to_iso(now))) and waiting != left:
        jobs.run(now)  # a hundred at once, and the tests of other organisations have birthdays as well
        left = waiting
    return len(_told_of(world) - before)


def _afternoon(world: World, day: date) -> datetime:
    return day_begins(day, world.organisation.zone) + timedelta(hours=14)


def _told_of(world: World) -> set[str]:
    return {message.message.rpartition("-")[0] for message in messages_of(world.org)}


def _told(world: World, person: Person, stage: str, home: Household) -> MessageItem | None:
    return read.one(MessageItem, keys.outbox(world.org, f"growing-{stage}-{person.id}-{home.id}"))


def test_a_family_is_told_at_fourteen_and_at_eighteen(world: World, home: Household) -> None:
    """NEW-14: on the birthday, not before; the way from one to the next is in the data."""
    lea = _born(world, home, BORN)
    _run(world, birthday(BORN, 13))
    assert _stored(world, lea).looked_on == birthday(BORN, 14)
    assert _told(world, lea, "own_sign_in", home) is None

    assert _run(world, birthday(BORN, 14) - timedelta(days=1)) == 0
    assert _run(world, birthday(BORN, 14)) == 1
    message = _told(world, lea, "own_sign_in", home)
    assert message
    assert message.facts["member"] == "Léa"
    assert _run(world, birthday(BORN, 18)) == 1
    assert _told(world, lea, "adult", home)
    assert _stored(world, lea).looked_on is None
    assert _run(world, birthday(BORN, 19)) == 0


def test_running_it_again_and_at_once_tells_nobody_twice(world: World, home: Household) -> None:
    day = birthday(BORN, 14)
    _run(world, day)
    lea = _born(world, home, BORN)
    together([lambda: jobs.run(_afternoon(world, day))] * 32)
    assert _told(world, lea, "own_sign_in", home)
    assert len(messages_of(world.org)) == 1
    assert _run(world, day) == 0
    assert len(messages_of(world.org)) == 1


def test_a_corrected_birthday_is_looked_at_anew_and_not_told_twice(world: World, home: Household) -> None:
    lea = _born(world, home, BORN)
    assert _run(world, birthday(BORN, 14)) == 1
    later = BORN + timedelta(days=20)
    _save(world, _stored(world, lea).born_on(later))
    assert _run(world, birthday(later, 14)) == 0
    assert _stored(world, lea).looked_on == birthday(later, 18)


@pytest.mark.parametrize("born", [None, date(1980, 5, 31), date(2011, 1, 1)])
def test_nobody_is_told_of_an_unknown_age_or_of_who_was_older_already(
    world: World, home: Household, born: date | None
) -> None:
    """X-7."""
    lea = _born(world, home, born)
    assert _run(world, date(2027, 6, 1)) == 0
    assert _told(world, lea, "own_sign_in", home) is None


def test_the_organisation_sets_the_ages(world: World, home: Household) -> None:
    organisations.update(replace(world.organisation, growing=GrowingAges(12, 20)))
    lea = _born(world, home, BORN)
    assert _run(world, birthday(BORN, 12)) == 1
    assert _told(world, lea, "own_sign_in", home)
    assert _stored(world, lea).looked_on == birthday(BORN, 20)


def test_archived_members_and_closed_organisations_are_left_alone(world: World, home: Household) -> None:
    gone = _born(world, home, BORN, status=Status.ARCHIVED)
    assert _run(world, birthday(BORN, 14)) == 0
    assert _told(world, gone, "own_sign_in", home) is None

    lea = _born(world, home, BORN)
    organisations.update(replace(world.organisation, status=OrgStatus.SUSPENDED))
    assert _run(world, birthday(BORN, 14)) == 0
    assert _stored(world, lea).looked_on == birthday(BORN, 14) + timedelta(days=1)


def test_both_homes_of_a_shared_child_are_told(world: World, home: Household) -> None:
    """NEW-2."""
    other = world.household("Roy")
    lea = _born(world, home, BORN, households=(home.id, other.id))
    assert _run(world, birthday(BORN, 14)) == 1
    assert _told(world, lea, "own_sign_in", home)
    assert _told(world, lea, "own_sign_in", other)
