"""The steps that there are: what was stored before reminders and dunning gets what they are found by (D-14)."""

from datetime import timedelta

import pytest

from chalicelib.billing.models import UnpaidItem
from chalicelib.data import keys, read
from chalicelib.data.items import connection
from chalicelib.data.keys import Key
from chalicelib.households.models import AgendaItem
from chalicelib.migrating import running
from chalicelib.migrating.domain import Phase, Step
from chalicelib.migrating.steps import STEPS
from tests.support.world import World


def _without(key: Key, *names: str) -> None:
    """Makes an item what the version before had written."""
    stored = read.raw([key])[key]
    plain = {name: value for name, value in stored.items() if name not in names}
    connection().batch_write_item(put_items=[plain])


def _step(number: int) -> Step:
    return next(step for step in STEPS if step.number == number)


def test_numbers_are_given_once_and_stand_in_order() -> None:
    numbers = [step.number for step in STEPS]
    assert numbers == sorted(set(numbers))
    assert all(step.name and step.kinds and step.phase in Phase for step in STEPS)


def test_households_of_before_are_looked_at_for_reminders(world: World) -> None:
    home = world.household("Roy", "Claire")
    key = keys.agenda(world.org, home.id)
    connection().delete_item(*key)
    running.run(_step(1), "anne", lambda: world.now)
    first = read.one(AgendaItem, key)
    assert first
    assert first.queue
    again = running.run(_step(1), "anne", lambda: world.now)
    assert again.changed == 0
    assert read.one(AgendaItem, key) is not None


def test_invoices_of_before_are_found_by_their_day(world: World) -> None:
    home = world.household("Roy", "Claire")
    invoice = world.invoice(home, "2026-0041", due_on=world.today + timedelta(days=10))
    (key,) = read.under(keys.household_partition(world.org, home.id), keys.UNPAID)
    _without(key, "queue", "due")
    running.run(_step(3), "anne", lambda: world.now)
    item = read.one(UnpaidItem, key)
    assert item
    assert (bool(item.queue), bool(item.due)) == (True, True), invoice.id
    assert running.run(_step(3), "anne", lambda: world.now).changed == 0


@pytest.mark.parametrize("step", STEPS, ids=lambda step: str(step.number))
def test_each_step_done_twice_is_done_once(world: World, step: Step) -> None:
    """On all that this module has stored, and what the step itself wrote."""
    running.run(step, "anne", lambda: world.now)
    assert running.run(step, "anne", lambda: world.now).changed == 0
