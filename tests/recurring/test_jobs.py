"""The schedule finds what is due by the work queue."""

from datetime import timedelta

import pytest

from chalicelib.billing import store as billing
from chalicelib.billing.books import Books
from chalicelib.data import read
from chalicelib.households.domain import Household
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Status
from chalicelib.recurring import jobs, service, store
from chalicelib.shared.errors import Conflict
from chalicelib.shared.times import day_begins, months_after, to_iso
from tests.recurring.billing_again import made, monthly, stored
from tests.support.race import together
from tests.support.world import World


def invoices(world: World, home: Household) -> int:
    return len(billing.list_invoices(world.org, home.id).rows)


def waits(world: World, home: Household) -> bool:
    """Whether something of the household is in the queue, however far ahead."""
    partition = f"ORG#{world.org}#HH#{home.id}"
    return any(key.pk == partition for key in read.waiting(store.QUEUE, "9999"))


def test_what_is_due_is_billed_by_the_schedule(world: World) -> None:
    """REC-1: of all households; what lies ahead, rests or is a draft is not touched."""
    late, ahead, resting, draft = (world.household(name) for name in ("Late", "Ahead", "Resting", "Draft"))
    made(world, late, monthly(months_after(world.today, -2)))
    made(world, ahead, monthly(world.today + timedelta(days=1)))
    paused = made(world, resting, monthly(world.today))
    service.pause(world.organisation, resting.id, paused.id, world.now)
    service.create(world.organisation, draft.id, monthly(world.today), world.now, start=False)

    jobs.make_due_invoices(world.now)

    assert [invoices(world, home) for home in (late, ahead, resting, draft)] == [3, 0, 0, 0]
    assert [waits(world, home) for home in (late, ahead, resting, draft)] == [True, True, False, False]
    jobs.make_due_invoices(world.now)
    assert invoices(world, late) == 3
    jobs.make_due_invoices(day_begins(world.today + timedelta(days=1), world.organisation.zone))
    assert invoices(world, ahead) == 1


def test_schedules_that_overlap_bill_once(world: World) -> None:
    homes = [world.household(f"Home {number}") for number in range(4)]
    for home in homes:
        made(world, home, monthly(months_after(world.today, -1)))

    together([lambda: jobs.make_due_invoices(world.now)] * 6)

    assert [invoices(world, home) for home in homes] == [2] * 4


def test_it_is_due_when_the_organisations_day_begins(world: World) -> None:
    """L-09: not at midnight of another zone."""
    home = world.household()
    first = world.today + timedelta(days=3)
    recurring = made(world, home, monthly(first))

    item = store.recurring_item(world.org, world.organisation.zone, stored(world, recurring))

    begins = day_begins(first, world.organisation.zone)
    assert (item.queue, item.due) == ("recurring", to_iso(begins))
    jobs.make_due_invoices(begins - timedelta(seconds=1))
    assert invoices(world, home) == 0
    jobs.make_due_invoices(begins)
    assert invoices(world, home) == 1


def test_one_that_fails_is_put_off_and_keeps_nobody_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour later it is tried again."""
    broken, sound = world.household("Broken"), world.household("Sound")
    for home in (broken, sound):
        made(world, home, monthly(world.today))
    make_one = service._make_one

    def fail(books: Books, recurring_id: str) -> object:
        if books.household == broken.id:
            raise Conflict
        return make_one(books, recurring_id)

    monkeypatch.setattr(service, "_make_one", fail)
    jobs.make_due_invoices(world.now)
    assert (invoices(world, broken), invoices(world, sound)) == (0, 1)
    monkeypatch.undo()

    jobs.make_due_invoices(world.now + timedelta(minutes=30))
    assert invoices(world, broken) == 0
    jobs.make_due_invoices(world.now + timedelta(minutes=61))
    assert invoices(world, broken) == 1


def test_a_suspended_organisation_bills_nobody(world: World) -> None:
    """S-07: and catches up when it is open again."""
    from dataclasses import replace

    home = world.household()
    made(world, home, monthly(world.today))
    organisations.update(replace(world.organisation, status=Status.SUSPENDED))
    jobs.make_due_invoices(world.now)
    assert invoices(world, home) == 0

    organisations.update(world.organisation)
    jobs.make_due_invoices(world.now + timedelta(hours=2))
    assert invoices(world, home) == 1
