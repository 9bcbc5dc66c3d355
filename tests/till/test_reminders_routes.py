"""Reminders of one family at the desk: which step went when, what comes next, and that they rest (MSG-3)."""

from datetime import date, timedelta

import pytest

from chalicelib.billing.domain import Invoice
from chalicelib.dunning import jobs, store
from chalicelib.households.domain import Household
from chalicelib.identity.domain import StaffRole
from chalicelib.organisations.terms import DunningStep, DunningTerms
from tests.support.browser import Browser
from tests.support.terms import with_terms
from tests.support.world import World
from tests.till.counter import at_the_desk, deeds, page_of

STEPS = DunningTerms((DunningStep(3), DunningStep(6, tone=2, fee_minor=700)), late_fees=True, late_fee_note={"fr": "7"})


@pytest.fixture
def late(world: World, home: Household) -> Invoice:
    """Overdue by ten days."""
    with_terms(world, taxes=(), dunning=STEPS)
    return world.invoice(home, "2026-77", due_on=world.today - timedelta(days=10))


def _dun(world: World, home: Household, days: int) -> int:
    afternoon = world.now.replace(hour=20)
    return jobs.look(world.organisation, home.id, afternoon + timedelta(days=days + 1))


def test_the_staff_see_which_step_went_when_and_what_comes_next(
    world: World, home: Household, late: Invoice, desk: Browser
) -> None:
    """On the invoice, too, and in the family's log."""
    page = page_of(desk, world, home, "billing/reminders")
    assert page.status == 200
    assert "2026-77" in page.text
    assert _dun(world, home, 0) == 1
    assert _dun(world, home, 3) == 1
    page = page_of(desk, world, home, "billing/reminders")
    assert "Step 1" in page.text
    assert "$7.00" in page.text
    assert "Step 2" in page_of(desk, world, home, f"billing/invoices/{late.id}").text


@pytest.mark.parametrize("everything", [True, False])
def test_reminders_rest_until_a_day_and_go_on(
    world: World, home: Household, late: Invoice, desk: Browser, everything: bool
) -> None:
    """Errors stand beside the field and change nothing."""
    path = f"/{world.org}/desk/clients/{home.id}/billing/reminders"
    csrf = page_of(desk, world, home, "billing/reminders").form("/billing/reminders").fields["csrf"]
    which = "" if everything else late.id
    for wrong in ("", "soon", str(world.today - timedelta(days=1)), str(world.today + timedelta(days=400))):
        reply = desk.post(path, {"csrf": csrf, "invoice": which, "until": wrong})
        assert reply.status == 400, wrong
        assert 'id="error-until"' in reply.html
    assert store.get_rules(world.org, home.id).version is None
    until = str(world.today + timedelta(days=5))
    assert desk.post(path, {"csrf": csrf, "invoice": which, "until": until}).status == 303
    assert _dun(world, home, 0) == 0
    page = page_of(desk, world, home, "billing/reminders")
    told = "All reminders to this family are paused" if everything else "Reminders of this invoice are paused"
    assert told in page.text
    assert ("Resume all reminders" in page.text) is everything
    assert ("Resume reminders of 2026-77" in page.text) is not everything
    assert f"Next: step 1 on {_written(world.today + timedelta(days=6))}" in page.text
    assert desk.post(path, {"csrf": csrf, "invoice": which, "end": "yes"}).status == 303
    assert "paused" not in page_of(desk, world, home, "billing/reminders").text.replace("Paused until", "")
    assert {"dunning_resumed", "dunning_paused"} <= {kind for kind, _ in deeds(world, home)}
    assert _dun(world, home, 1) == 1


def _written(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"


def test_all_unpaid_invoices_are_told_a_page_at_a_time(world: World, home: Household, desk: Browser) -> None:
    """And each can be chosen on every page."""
    with_terms(world, taxes=(), dunning=STEPS)
    for number in range(1, 13):
        world.invoice(home, f"2026-{number:02}", due_on=world.today + timedelta(days=number))

    first = page_of(desk, world, home, "billing/reminders")
    second = desk.get(first.links["Next page"])

    shown = [[f"<h2>2026-{n:02}</h2>" in page.html for n in range(1, 13)] for page in (first, second)]
    assert shown == [[True] * 10 + [False] * 2, [False] * 10 + [True] * 2]
    for page in (first, second):
        assert page.html.count("<option") >= 13
        assert ">2026-11</option>" in page.html


def test_an_invoice_of_another_family_does_not_rest(
    world: World, home: Household, late: Invoice, desk: Browser
) -> None:
    """T-02."""
    other = world.household("Roy")
    path = f"/{world.org}/desk/clients/{other.id}/billing/reminders"
    csrf = page_of(desk, world, other, "billing/reminders").form("/billing/reminders").fields["csrf"]
    assert desk.post(path, {"csrf": csrf, "invoice": late.id, "until": str(world.today)}).status == 404


def test_who_looks_after_the_books_says_whether_fees_are_charged(
    world: World, home: Household, late: Invoice, books: Browser, desk: Browser
) -> None:
    path = f"/{world.org}/desk/clients/{home.id}/billing/reminders/fees"
    csrf = page_of(books, world, home, "billing/reminders").form("/reminders/fees").fields["csrf"]
    assert books.post(path, {"csrf": csrf, "charged": "maybe"}).status == 400
    assert books.post(path, {"csrf": csrf, "charged": "no"}).status == 303
    assert store.get_rules(world.org, home.id).no_fees
    for days in (0, 3):
        _dun(world, home, days)
    assert [each.fee_minor for each in store.list_taken(world.org, home.id, late.id)] == [0, 0]
    theirs = page_of(desk, world, home, "billing/reminders").form("sign-out").fields["csrf"]
    assert desk.post(path, {"csrf": theirs, "charged": "yes"}).status == 403


def test_whoever_only_reads_changes_nothing(world: World, home: Household, late: Invoice) -> None:
    """T-02."""
    reader = at_the_desk(world, StaffRole.READ_ONLY)
    page = page_of(reader, world, home, "billing/reminders")
    assert page.status == 200
    assert "Pause reminders" not in page.text
    csrf = page.form("sign-out").fields["csrf"]
    path = f"/{world.org}/desk/clients/{home.id}/billing/reminders"
    assert reader.post(path, {"csrf": csrf, "until": str(world.today), "invoice": late.id}).status == 403
