"""A run costs what is due, not what is stored for later (M-08)."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from chalicelib.data import keys, write
from chalicelib.households import agendas
from chalicelib.households.models import AgendaItem
from chalicelib.shared.ids import new_id
from chalicelib.shared.times import to_iso
from tests.reminders.clockwork import at, reminders, tick
from tests.support.wire import tapped
from tests.support.world import World


def _stored_for_later(world: World, count: int, due: datetime) -> None:
    write.batch(
        AgendaItem(*keys.agenda(world.org, new_id()), queue=agendas.QUEUE, due=to_iso(due), turn=1, told={})
        for _ in range(count)
    )


def _due(world: World, count: int, first_day: int) -> None:
    group = world.class_group("Ballet", at(world, first_day))
    for number in range(count):
        home = world.household(f"Family {number}")
        world.enrol(home, world.member(home, "Léa"), group, enrolled_at=world.now - timedelta(days=60))


def _calls(now: datetime) -> Counter[str]:
    with tapped() as wire:
        tick(now)
    return Counter(wire.calls)


@pytest.mark.parametrize("due", [1, 7])
def test_reminders_for_later_cost_nothing(world: World, due: int) -> None:
    """The same calls with nothing else stored, with a thousand agendas and with three thousand."""
    found = []
    for turn, stored in enumerate((0, 1000, 2000)):
        _stored_for_later(world, stored, at(world, 300))
        _due(world, due, 3 + 3 * turn)
        tick(world.now)
        found.append(_calls(at(world, 2 + 3 * turn)))
    assert found[0] == found[1] == found[2]
    assert len(reminders(world)) == 3 * due
    assert found[0]["TransactWriteItems"] == due


def test_what_is_due_is_read_together(world: World) -> None:
    """Forty families of a class: a handful of reads, and one transaction for each."""
    _due(world, 40, 3)
    tick(world.now)
    calls = _calls(at(world, 2))

    assert calls["TransactWriteItems"] == 40
    assert calls["BatchGetItem"] + calls["GetItem"] + calls["Query"] <= 16
    assert calls["Scan"] == 0


def test_a_tick_with_nothing_due_is_one_look_at_each_queue(world: World) -> None:
    """Every minute, whatever is stored."""
    _stored_for_later(world, 100, at(world, 300))
    tick(world.now)

    assert _calls(world.now) == Counter({"Query": 4})


def test_organisations_do_not_wait_for_each_other(world: World) -> None:
    """Several in one run, each read apart."""
    from tests.support.world import build

    worlds = [world, *(build(f"{world.org[:30]}-{number}") for number in range(4))]
    for each in worlds:
        _due(each, 2, 3)
    tick(world.now)
    tick(at(world, 2))
    assert [len(reminders(each)) for each in worlds] == [2] * 5
