"""Recurring invoices as the desk makes, starts, changes and ends them (REC-1, REC-2)."""

from datetime import timedelta

from chalicelib.billing import store as billing
from chalicelib.households.domain import Household
from chalicelib.recurring import jobs, service, store
from chalicelib.recurring.domain import Recurring, RecurringStatus
from tests.memberships.subscribing import plan, subscribed
from tests.recurring.billing_again import made, monthly, stored
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock
from tests.support.terms import with_terms
from tests.support.world import World
from tests.till.counter import deeds, page_of

LINE = {"line-1-what": "Piano", "line-1-price": "50"}


def drafted(world: World, home: Household, desk: Browser, **fields: str) -> Page:
    """The page of a draft that the desk made."""
    page = page_of(desk, world, home, "recurring/new")
    told = {"title": "Piano lessons", **LINE, **fields}
    return desk.fill(page, "recurring/new", told)


def only(world: World, home: Household) -> Recurring:
    """The household's one recurring invoice."""
    [found] = store.list_page(world.org, home.id, drafts=True).rows
    return found


def billed(world: World, home: Household) -> list[int]:
    """What was billed, newest first."""
    return [invoice.total_minor for invoice in billing.list_invoices(world.org, home.id).rows]


def test_a_draft_bills_nothing_until_it_is_started(world: World, home: Household, desk: Browser) -> None:
    """REC-1: the family sees no draft; started, what is due is billed at once, with taxes, once."""
    with_terms(world)
    page = drafted(world, home, desk, cycles="3")
    assert "Draft" in page.text
    assert not store.list_page(world.org, home.id).rows
    assert not billed(world, home)

    page = desk.submit(page, "/start")

    assert "Active" in page.text
    assert billed(world, home) == [5749]
    assert only(world, home).cycles_left == 2
    assert "recurring_started" in [kind for kind, _ in deeds(world, home)]
    jobs.make_due_invoices(world.now)
    assert billed(world, home) == [5749]


def test_the_same_form_makes_one_draft_and_mistakes_make_none(world: World, home: Household, desk: Browser) -> None:
    page = page_of(desk, world, home, "recurring/new")
    wrong = desk.submit(page, "recurring/new", ends_on="2001-01-01", cycles="0")
    assert wrong.status == 400
    for words in ("Fill in this field", "Enter at least one line", "Enter a day after the first", "from 1 to 1000"):
        assert words in wrong.text, words
    free = desk.fill(page, "recurring/new", {"title": "Free", "line-1-what": "Gift", "line-1-price": "0"})
    assert free.status == 409
    assert "has to bill something" in free.text
    for _ in range(2):
        desk.fill(page, "recurring/new", {"title": "Piano", **LINE})
    assert only(world, home).status is RecurringStatus.DRAFT


def test_what_is_begun_changes_from_its_next_invoice_on(
    world: World, home: Household, desk: Browser, clock: TurnedClock
) -> None:
    """What is billed stays; what is due by then is billed as it was; an older form is refused."""
    recurring = made(world, home, monthly(world.today))
    service.make_due(world.organisation, home.id, recurring.id, world.now)
    page = page_of(desk, world, home, f"recurring/{recurring.id}/edit")
    changed = desk.fill(page, "edit", {"title": "Piano, longer", "line-1-price": "80"})
    assert "Your change is saved." in changed.text
    assert desk.submit(page, "edit", title="Late").status == 409
    assert page_of(desk, world, home, f"recurring/{recurring.id}/edit").form("edit").fields["line-1-price"] == "$80.00"
    assert billed(world, home) == [5000]

    clock.advance(days=40)
    jobs.make_due_invoices(clock.now())
    assert billed(world, home) == [8000, 5000]
    assert stored(world, recurring).title == "Piano, longer"


def test_a_period_that_is_due_while_the_form_is_open_is_billed_as_it_was(
    world: World, home: Household, desk: Browser
) -> None:
    recurring = made(world, home, monthly(world.today))
    page = page_of(desk, world, home, f"recurring/{recurring.id}/edit")
    desk.fill(page, "edit", {"line-1-price": "80"})
    assert billed(world, home) == [5000]
    ahead = stored(world, recurring)
    assert ahead.planned
    assert ahead.planned.lines[0].unit_minor == 8000
    assert ahead.planned.since == ahead.next_on


def test_saving_without_a_change_changes_no_terms(world: World, home: Household, desk: Browser) -> None:
    recurring = made(world, home, monthly(world.today + timedelta(days=5)))
    desk.submit(page_of(desk, world, home, f"recurring/{recurring.id}/edit"), "edit")
    after = stored(world, recurring)
    assert (after.terms, after.planned, after.next_on) == (recurring.terms, None, recurring.next_on)


def test_it_rests_goes_on_and_ends(world: World, home: Household, desk: Browser) -> None:
    """A change while it rests holds when it goes on; ended, nothing may be done any more."""
    recurring = made(world, home, monthly(world.today + timedelta(days=5)))
    page = page_of(desk, world, home, f"recurring/{recurring.id}")
    page = desk.submit(page, "/pause")
    assert "Paused" in page.text
    edit = page_of(desk, world, home, f"recurring/{recurring.id}/edit")
    desk.fill(edit, "edit", {"line-1-price": "80"})
    edit = page_of(desk, world, home, f"recurring/{recurring.id}/edit")
    assert edit.form("edit").fields["line-1-price"] == "$80.00"

    page = desk.submit(page_of(desk, world, home, f"recurring/{recurring.id}"), "/resume")
    assert "$80.00" in page.text
    ended = desk.submit(page, "/end")
    assert "Ended" in ended.text
    assert "Pause it" not in ended.text
    assert page_of(desk, world, home, f"recurring/{recurring.id}/edit").status == 409
    told = {kind for kind, _ in deeds(world, home)}
    assert {f"recurring_{word}" for word in ("paused", "changed", "resumed", "ended")} <= told


def test_a_draft_is_thrown_away_and_nothing_else(world: World, home: Household, desk: Browser) -> None:
    page = drafted(world, home, desk)
    gone = desk.submit(page, "/discard")
    assert "The draft is gone." in gone.text
    assert not store.list_page(world.org, home.id, drafts=True).rows
    page = drafted(world, home, desk, title="Kept")
    desk.submit(page, "/start")
    assert desk.submit(page, "/discard").status == 409
    assert only(world, home).title == "Kept"


def test_what_bills_a_subscription_is_changed_with_the_subscription(
    world: World, home: Household, desk: Browser
) -> None:
    """Else the family would read one price and be billed another."""
    plan(world)
    subscription = subscribed(world, home, world.today)
    page = page_of(desk, world, home, f"recurring/{subscription.recurring}")
    assert page.links["Go to the subscription"].endswith(f"subscriptions/{subscription.id}")
    assert "Pause it" not in page.text
    assert page_of(desk, world, home, f"recurring/{subscription.recurring}/edit").status == 409


def test_invoices_it_made_lead_to_the_desk(world: World, home: Household, desk: Browser) -> None:
    """REC-2."""
    recurring = made(world, home, monthly(world.today))
    [invoice_id] = service.make_due(world.organisation, home.id, recurring.id, world.now)
    [invoice] = billing.get_invoices(world.org, home.id, [invoice_id])
    page = page_of(desk, world, home, f"recurring/{recurring.id}")
    assert page.links[invoice.number] == f"/{world.org}/desk/clients/{home.id}/billing/invoices/{invoice_id}"
