"""Recurring invoices at work: each period is billed once, whoever bills and however late."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.billing import store as billing
from chalicelib.billing.domain import InvoiceStatus
from chalicelib.households.store import get_summaries
from chalicelib.organisations.terms import AutopayMode
from chalicelib.recurring import service, store
from chalicelib.recurring.domain import Recurring, RecurringStatus
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.times import day_begins, months_after
from tests.recurring.billing_again import made, monthly, stored
from tests.support.race import together
from tests.support.terms import with_terms
from tests.support.world import World


def made_by(world: World, recurring: Recurring) -> int:
    found = store.get_made(world.org, recurring.household, recurring.id)
    assert found
    return len(found.invoices)


def test_missed_periods_are_caught_up_once(world: World) -> None:
    """REC-1, REC-2: three months late there are three invoices; asking again makes none."""
    with_terms(world)
    home = world.household()
    lea = world.member(home, "Léa")
    recurring = made(world, home, monthly(months_after(world.today, -2), 10000, lea.id))

    first = service.make_due(world.organisation, home.id, recurring.id, world.now)
    second = service.make_due(world.organisation, home.id, recurring.id, world.now)

    assert (len(first), second) == (3, [])
    invoices = billing.get_invoices(world.org, home.id, first)
    assert {(each.total_minor, each.recurring, each.members) for each in invoices} == {(11498, recurring.id, (lea.id,))}
    assert len({each.lines[0].description for each in invoices}) == 3
    assert made_by(world, recurring) == 3
    assert get_summaries(world.org, (home.id,))[home.id].due() == {"CAD": 3 * 11498}
    assert stored(world, recurring).next_on == months_after(months_after(world.today, -2), 3)


def test_a_period_that_32_workers_bill_is_billed_once(world: World) -> None:
    """REC-1: the invoice and the step to the next period are one transaction."""
    home = world.household()
    recurring = made(world, home, monthly(months_after(world.today, -1)))

    found = together([lambda: service.make_due(world.organisation, home.id, recurring.id, world.now)] * 32)

    ids = [each for result in found if isinstance(result, list) for each in result]
    assert not [each for each in found if isinstance(each, Exception)]
    assert (len(ids), len(set(ids)), made_by(world, recurring)) == (2, 2, 2)
    assert len(billing.list_entries(world.org, home.id, "", "CAD").rows) == 2


def test_the_last_cycle_ends_it(world: World) -> None:
    """REC-1: cycles left count down to nothing, and nothing waits in the queue after it."""
    home = world.household()
    recurring = made(world, home, monthly(months_after(world.today, -5), cycles=2))

    assert len(service.make_due(world.organisation, home.id, recurring.id, world.now)) == 2

    after = stored(world, recurring)
    assert (after.status, after.cycles_left, after.next_on) == (RecurringStatus.COMPLETED, 0, None)
    assert store.recurring_item(world.org, world.organisation.zone, after).queue is None


def test_drafts_and_paused_ones_make_nothing(world: World) -> None:
    """A draft is not the family's to see, either."""
    home = world.household()
    wanted = monthly(world.today)
    draft = service.create(world.organisation, home.id, wanted, world.now, start=False)
    assert service.make_due(world.organisation, home.id, draft.id, world.now) == []
    assert store.list_page(world.org, home.id).rows == []
    assert store.get_made(world.org, home.id, draft.id) is None
    assert "recurring" not in get_summaries(world.org, (home.id,))[home.id].holds

    service.start(world.organisation, home.id, draft.id, world.now)
    service.pause(world.organisation, home.id, draft.id, world.now)
    assert service.make_due(world.organisation, home.id, draft.id, world.now + timedelta(days=90)) == []
    service.resume(world.organisation, home.id, draft.id, world.now)
    assert len(service.make_due(world.organisation, home.id, draft.id, world.now)) == 1
    assert "recurring" in get_summaries(world.org, (home.id,))[home.id].holds


def test_switching_autopay_reaches_open_invoices_and_those_to_come(world: World) -> None:
    """X-2: paid ones and other invoices stay as they are."""
    home = world.household()
    wanted = monthly(months_after(world.today, -1), autopay=AutopayMode.OPT_IN)
    recurring = made(world, home, wanted)
    other = world.invoice(home)
    ids = service.make_due(world.organisation, home.id, recurring.id, world.now)
    assert [each.autopay for each in billing.get_invoices(world.org, home.id, ids)] == [False, False]

    service.switch_autopay(world.organisation, home.id, recurring.id, world.now, on=True)

    later = day_begins(world.today + timedelta(days=31), world.organisation.zone)
    ids += service.make_due(world.organisation, home.id, recurring.id, later)
    assert [each.autopay for each in billing.get_invoices(world.org, home.id, ids)] == [True, True, True]
    assert [each.autopay for each in billing.get_invoices(world.org, home.id, [other.id])] == [False]
    service.switch_autopay(world.organisation, home.id, recurring.id, later, on=False)
    assert [each.autopay for each in billing.get_invoices(world.org, home.id, ids)] == [False, False, False]


def test_many_open_invoices_are_switched_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """X-2: more than one transaction holds."""
    monkeypatch.setattr(service, "_AT_ONCE", 2)
    home = world.household()
    recurring = made(world, home, monthly(months_after(world.today, -4), autopay=AutopayMode.OPT_OUT))
    ids = service.make_due(world.organisation, home.id, recurring.id, world.now)
    assert len(ids) == 5

    service.switch_autopay(world.organisation, home.id, recurring.id, world.now, on=False)

    assert not any(each.autopay for each in billing.get_invoices(world.org, home.id, ids))


def test_autopay_and_a_new_invoice_at_once_agree(world: World) -> None:
    """X-2: whichever is first, no invoice keeps the old way."""
    home = world.household()
    recurring = made(world, home, monthly(months_after(world.today, -3), autopay=AutopayMode.OPT_IN))

    def switch() -> object:
        return service.switch_autopay(world.organisation, home.id, recurring.id, world.now, on=True)

    def make() -> object:
        return service.make_due(world.organisation, home.id, recurring.id, world.now)

    found = together([switch, make] * 4)

    assert not [each for each in found if isinstance(each, Exception)]
    invoices = billing.list_invoices(world.org, home.id).rows
    assert [each.autopay for each in invoices] == [True] * 4


def test_what_the_organisation_decides_the_family_can_not_switch(world: World) -> None:
    home = world.household()
    recurring = made(world, home, monthly(world.today, autopay=AutopayMode.ALWAYS))
    assert service.make_due(world.organisation, home.id, recurring.id, world.now)

    with pytest.raises(Conflict):
        service.switch_autopay(world.organisation, home.id, recurring.id, world.now, on=False)

    assert all(each.autopay for each in billing.list_invoices(world.org, home.id).rows)


def test_other_households_recurring_invoices_are_not_found(world: World) -> None:
    """T-04."""
    home, other = world.household(), world.household("Gagnon")
    recurring = made(world, home, monthly(world.today))

    assert store.get(world.org, other.id, recurring.id) is None
    for act in (service.make_due, service.pause, service.resume, service.start):
        with pytest.raises(NotFound):
            act(world.organisation, other.id, recurring.id, world.now)


@pytest.mark.parametrize("changes", [{"cycles": 0}, {"lines": ()}])
def test_one_that_bills_nothing_is_refused(world: World, changes: dict[str, object]) -> None:
    home = world.household()
    with pytest.raises(Conflict):
        made(world, home, monthly(world.today)._replace(**changes))  # type: ignore[arg-type]


def test_what_is_stored_is_what_was_said(world: World) -> None:
    """Every field survives the table."""
    home = world.household()
    wanted = monthly(date(2026, 1, 31), cycles=9, ends_on=date(2030, 1, 1), autopay=AutopayMode.OPT_OUT, payer="p")
    recurring = made(world, home, wanted)
    changed = replace(recurring, planned=recurring.terms._replace(since=date(2026, 7, 31)), autopay_chosen=False)

    assert stored(world, recurring) == replace(recurring, version=1)
    assert store.recurring_from(store.recurring_item(world.org, "UTC", changed)) == changed


def test_an_invoice_it_made_keeps_its_pointer_when_it_is_paid(world: World) -> None:
    """REC-2: the list of what it made does not lose what is settled."""
    from chalicelib.billing import issuing
    from chalicelib.billing.books import keep

    home = world.household()
    recurring = made(world, home, monthly(world.today))
    (invoice,) = service.make_due(world.organisation, home.id, recurring.id, world.now)

    keep(world.organisation, home.id, world.now, lambda b: issuing.cancel(b, b.invoices.get(invoice), "mistake"))

    found = store.get_made(world.org, home.id, recurring.id)
    assert found
    assert [each.status for each in found.invoices] == [InvoiceStatus.CANCELLED]
