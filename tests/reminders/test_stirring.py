"""Agendas are looked at again when something concerns many, and made where there are none yet (M-08, D-14)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.write import Transaction
from chalicelib.households import agendas
from chalicelib.households import store as households
from chalicelib.households.domain import Household
from chalicelib.households.models import AgendaItem, AgendasItem
from chalicelib.memberships import store as subscriptions
from chalicelib.memberships.domain import PlanKind, Subscription, SubscriptionStatus, Terms
from chalicelib.memberships.models import SubscriptionItem
from chalicelib.memberships.reminding import ENDINGS
from chalicelib.recurring.domain import Frequency
from chalicelib.reminders import endings, jobs, stirring
from chalicelib.schedule import store as schedule
from chalicelib.schedule.models import StirredClassItem
from chalicelib.shared.ids import dated_id, new_id
from chalicelib.shared.times import to_iso
from tests.reminders.clockwork import agenda, at, reminders, tick
from tests.support.stored import stored_items
from tests.support.wire import Fault, Killed, tapped
from tests.support.world import World


@pytest.fixture
def home(world: World) -> Household:
    return world.household("Tremblay")


def _looked(world: World, home: Household) -> AgendaItem:
    found = agenda(world, home)
    assert found
    return found


def test_only_what_is_ahead_has_an_agenda_looked_at(world: World, home: Household) -> None:
    """A payment, a message or a look at a page leaves it alone."""
    tick(world.now)
    before = _looked(world, home).turn
    [summary] = households.get_summaries(world.org, (home.id,)).values()
    transaction = Transaction()
    households.save_summary(transaction, world.org, replace(summary, unread=3, name="Roy"))
    transaction.commit()
    assert _looked(world, home).turn == before

    [summary] = households.get_summaries(world.org, (home.id,)).values()
    transaction = Transaction()
    households.save_summary(transaction, world.org, replace(summary, archived=True))
    transaction.commit()
    assert _looked(world, home).due == agendas.AT_ONCE


def test_an_agenda_says_what_it_is(world: World, home: Household) -> None:
    """An update made it, which stores no kind by itself; whoever goes through all items has to know it."""
    [raw] = read.raw([keys.agenda(world.org, home.id)]).values()
    assert raw["kind"] == {"S": "agenda"}
    assert raw["v"] == {"N": "1"}


def test_all_agendas_are_looked_at_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often a run is cut short: the next goes on where it was."""
    monkeypatch.setattr(stirring, "_AT_ONCE", 2)
    homes = [world.household(f"Family {number}") for number in range(7)]
    tick(world.now)
    before = {home.id: _looked(world, home).turn for home in homes}
    stirring.begin(world.org)
    item = read.one(AgendasItem, keys.agendas(world.org))
    assert item
    with pytest.raises(Killed), tapped(Fault.KILLED_BEFORE, 8):
        stirring.stir_everybody(item)
    cut = read.one(AgendasItem, keys.agendas(world.org))
    assert cut
    assert cut.cursor

    stirring.stir_everybody(cut)
    assert read.one(AgendasItem, keys.agendas(world.org)) is None
    assert all((_looked(world, home).turn or 0) > (before[home.id] or 0) for home in homes)
    assert {_looked(world, home).due for home in homes} == {agendas.AT_ONCE}


def test_what_changes_while_agendas_are_told_is_told_as_well(world: World, home: Household) -> None:
    """Two changes of a class: the note of the second stays."""
    group = world.class_group("Ballet", at(world, 3))
    world.enrol(home, world.member(home, "Léa"), group)
    key = keys.stirred_class(world.org, group.id)
    item = read.one(StirredClassItem, key)
    assert item
    later = replace(group, occurrences=(group.occurrences[0]._replace(starts=at(world, 4), ends=at(world, 4, 17)),))
    _, puts, _ = schedule.class_changes(world.org, group, later)
    write.batch(puts)
    assert stirring.stir_class(item) == 1
    assert read.one(StirredClassItem, key)


def test_a_class_whose_meetings_stay_stirs_nobody(world: World) -> None:
    """Another price, another room, another teacher: the agendas know all that they need."""
    group = world.class_group("Ballet", at(world, 3))
    changed = replace(
        group, price_minor=900, occurrences=(group.occurrences[0]._replace(room="Hall", instructor="Kim"),)
    )
    _, puts, _ = schedule.class_changes(world.org, group, changed)
    assert not [each for each in puts if isinstance(each, StirredClassItem)]


def test_households_from_before_get_an_agenda(world: World, home: Household) -> None:
    """D-14: once, and only those that have none."""
    world.enrol(
        home, world.member(home, "Léa"), world.class_group("Ballet", at(world, 3)),
        enrolled_at=world.now - timedelta(days=60),
    )  # fmt: skip
    write.delete(AgendaItem(*keys.agenda(world.org, home.id)))
    key = keys.summary(world.org, home.id)
    assert stirring.mend(world.org, key, world.now)
    assert not stirring.mend(world.org, key, world.now)
    assert not stirring.mend(world.org, keys.summary(world.org, "nobody"), world.now)
    tick(world.now)
    tick(at(world, 2))
    assert len(reminders(world)) == 1


def test_subscriptions_from_before_wait_for_their_day(world: World, home: Household) -> None:
    """D-14."""
    since = world.today - timedelta(days=60)
    terms = Terms("plan", {"en": "Pool"}, 5000, "CAD", Frequency.MONTHLY, since)
    subscription = Subscription(
        dated_id(since), home.id, PlanKind.MEMBERSHIP, terms, SubscriptionStatus.ACTIVE, since,
        world.today + timedelta(days=20),
    )  # fmt: skip
    item = subscriptions.subscription_item(world.org, subscription)
    item.queue, item.due = None, None
    write.put(item)
    key = keys.subscription(world.org, home.id, subscription.id)

    assert endings.mend(world.org, key, world.now)
    assert not endings.mend(world.org, key, world.now)
    stored = read.one(SubscriptionItem, key)
    assert stored
    assert (stored.queue, stored.due) == (ENDINGS, f"{world.today + timedelta(days=5)}T19:00:00Z")


def test_what_ends_is_told_at_nine_on_the_organisations_clock(world: World, home: Household) -> None:
    """M-10: neither at noon of UTC, which is seven in the morning here, nor the day after."""
    since = world.today - timedelta(days=60)
    terms = Terms("plan", {"en": "Pool"}, 5000, "CAD", Frequency.MONTHLY, since)
    subscription = Subscription(
        dated_id(since), home.id, PlanKind.MEMBERSHIP, terms, SubscriptionStatus.ACTIVE, since,
        world.today + timedelta(days=20),
    )  # fmt: skip
    write.put(subscriptions.subscription_item(world.org, subscription))

    for hour, minute, told in ((0, 0, 0), (7, 0, 0), (8, 59, 0), (9, 0, 1), (12, 0, 1)):
        tick(at(world, 6, hour, minute))
        assert len(reminders(world, "membership_expiring")) == told


def test_very_many_agendas_are_stirred_over_several_runs(
    world: World, home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-08: a tick takes about as long whatever was changed; the next goes on."""
    monkeypatch.setattr(stirring, "_AT_ONCE", 2)
    monkeypatch.setattr(stirring, "MOST", 4)
    for number in range(8):
        world.household(f"Family {number}")
    tick(world.now)
    stirring.begin(world.org)

    stirred = []
    while item := read.one(AgendasItem, keys.agendas(world.org)):
        stirred.append(stirring.stir_everybody(item))
    assert stirred == [4, 4, 1]


def test_what_is_due_does_not_wait_behind_what_was_changed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole school's agendas are stirred, and a class begins tomorrow: its family is among the first looked at."""
    monkeypatch.setattr(read, "_BATCH", 3)
    monkeypatch.setattr(read, "MOST_WAITING", 3)
    write.batch(
        AgendaItem(*keys.agenda(world.org, new_id()), queue=agendas.QUEUE, due=agendas.AT_ONCE, turn=1, told={})
        for _ in range(10)
    )
    ripe = AgendaItem(*keys.agenda(world.org, new_id()), queue=agendas.QUEUE, due=to_iso(world.now), turn=1, told={})
    write.put(ripe)
    with read.work_of([each.pk for each in _all_agendas(world)]):
        first = next(iter(jobs._fresh(world.now)))
    assert ripe.key in first


def _all_agendas(world: World) -> list[AgendaItem]:
    found = stored_items(world.org).values()
    return [AgendaItem.from_raw_data(dict(each)) for each in found if each["kind"]["S"] == "agenda"]


@pytest.mark.parametrize("broken", ["agenda", "subscription"])
def test_one_that_nobody_can_read_keeps_nobody_waiting(world: World, home: Household, broken: str) -> None:
    """M-05: it stands at the head of its queue; it is looked at again in an hour, and all others now."""
    group = world.class_group("Ballet", at(world, 3))
    world.enrol(home, world.member(home, "Léa"), group, enrolled_at=world.now - timedelta(days=60))
    tick(world.now)
    queue = agendas.QUEUE if broken == "agenda" else ENDINGS
    key = keys.agenda(world.org, "broken")
    stored = {"pk": {"S": key.pk}, "sk": {"S": key.sk}, "kind": {"S": "nothing_we_know"}, "v": {"N": "1"},
              "queue": {"S": queue}, "due": {"S": agendas.AT_ONCE}}  # fmt: skip
    write.restore([stored])
    now = at(world, 2)

    tick(now)

    left = read.raw([key])[key]
    write.delete(Item(*key))
    assert len(reminders(world)) == 1
    assert left["due"] == {"S": to_iso(now + timedelta(hours=1))}


def test_an_agenda_that_is_begun_anew_reminds_of_what_is_new(world: World, home: Household) -> None:
    """Its turns begin again: what the one before wrote in the same turn is in nobody's way."""
    member = world.member(home, "Léa")
    for day in (3, 6):
        group = world.class_group(f"Ballet {day}", at(world, day))
        world.enrol(home, member, group, enrolled_at=world.now - timedelta(days=60))
    tick(world.now)
    for number, day in enumerate((2, 5), start=1):
        begun = AgendaItem(
            *keys.agenda(world.org, home.id), queue=agendas.QUEUE, due=agendas.AT_ONCE, turn=7, told={},
            looked_at=to_iso(at(world, day - 1)),
        )  # fmt: skip
        write.put(begun)
        tick(at(world, day))
        assert len(reminders(world)) == number
