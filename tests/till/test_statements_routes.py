"""Statements and payment methods at the desk (STM-2, PM-5)."""

from dataclasses import replace

import pytest

from chalicelib.data import keys, read, write
from chalicelib.data.outbox import MessageItem
from chalicelib.households.domain import Household
from chalicelib.identity.domain import StaffRole
from chalicelib.notifications import compose
from chalicelib.organisations import store as organisations
from chalicelib.payments import store as payments
from chalicelib.payments.domain import Method
from chalicelib.quotes import service as quotes
from chalicelib.shared.times import from_iso
from tests.quotes.quoting import answer, sent
from tests.support.browser import Browser
from tests.support.terms import with_terms
from tests.support.world import World
from tests.till.counter import at_the_desk, deeds, page_of


@pytest.fixture
def home(world: World) -> Household:
    """A household with an invoice of a hundred."""
    home = world.household("Tremblay")
    quotes.approve(world.organisation, home.id, sent(world, home).id, answer(world))
    return home


def test_a_statement_is_shown_printed_and_sent(world: World, home: Household, desk: Browser) -> None:
    """STM-2: any days, as the family has it; told once a day, with the day's balance in the mail."""
    page = page_of(desk, world, home, "statements")
    assert "$100.00" in page.text
    day = world.today.isoformat()
    page = page_of(desk, world, home, "statements", **{"from": day, "to": day})
    pdf, csv = desk.get(page.links["Download as PDF"]), desk.get(page.links["Download as CSV"])
    assert pdf.body.startswith(b"%PDF")
    assert b"100.00" in csv.body

    for _ in range(2):
        done = desk.submit(page, "statements")
        assert "The family is told of this statement." in done.text
    message = f"statement-{home.id}-{day}-{day}-CAD-home-{day}"
    item = read.one(MessageItem, keys.outbox(world.org, message))
    assert item
    assert [kind for kind, _ in deeds(world, home)].count("statement_sent") == 1
    facts = {name: from_iso(value) if name == "at" else value for name, value in item.facts.items()}
    for language in ("en", "fr", "ru"):
        local = compose.local_for(world.organisation, language)
        mail = compose.mail(world.organisation, local, "statement", "a@b.example", "ref", facts)
        text = compose.text_message(world.organisation, local, "statement", facts)
        assert f"statement?from={day}&to={day}" in mail.text
        assert local.money(10000, "CAD") in mail.text
        assert local.date(world.today, "long") in mail.text
        assert f"/{world.org}/statement\n" in f"{text}\n"


def test_days_in_the_wrong_order_and_accounts_that_are_not_there(world: World, home: Household, desk: Browser) -> None:
    wrong = page_of(desk, world, home, "statements", **{"from": "2026-05-02", "to": "2026-05-01"})
    assert wrong.status == 400
    assert "Enter a first day" in wrong.text
    assert page_of(desk, world, home, "statements", currency="EUR").status == 404


def test_entries_lead_to_the_desk(world: World, home: Household, desk: Browser) -> None:
    page = page_of(desk, world, home, "statements")
    assert any(f"/desk/clients/{home.id}/billing/invoices/" in href for href in page.links.values())
    assert not any(href.startswith(f"/{world.org}/invoices/") for href in page.links.values())


def test_a_quote_is_printed_and_a_draft_is_not(world: World, home: Household, desk: Browser) -> None:
    quote = sent(world, home)
    assert page_of(desk, world, home, f"quotes/{quote.id}/pdf").body.startswith(b"%PDF")
    assert page_of(desk, world, world.household("Roy"), f"quotes/{quote.id}/pdf").status == 404


def test_the_family_is_asked_for_a_payment_method_once_a_day(world: World, home: Household, desk: Browser) -> None:
    """PM-5: staff see what Stripe shows of a card, and never type one; the family adds it, signed in."""
    with_terms(world, online=True)
    method = Method("pm_1", "card", "visa", "4242", "2031-05", is_default=True)
    write.put(payments.method_item(world.org, home.id, method))
    page = page_of(desk, world, home, "payment-methods")
    assert "4242" in page.text
    assert f"https://portal.test/{world.org}/payment-methods" in page.text
    assert "<svg" in page.html
    assert set(page.form("payment-methods").fields) == {"csrf"}

    for _ in range(2):
        assert "The family is asked to add one." in desk.submit(page, "payment-methods").text
    item = read.one(MessageItem, keys.outbox(world.org, f"card_wanted-{home.id}--{world.today}"))
    assert item
    assert [kind for kind, _ in deeds(world, home)].count("card_asked_for") == 1
    for language in ("en", "fr", "ru"):
        local = compose.local_for(world.organisation, language)
        mail = compose.mail(world.organisation, local, "card_wanted", "a@b.example", "ref", item.facts)
        assert f"/{world.org}/payment-methods" in mail.text
        assert f"/{world.org}/payment-methods" in compose.text_message(
            world.organisation, local, "card_wanted", item.facts
        )


def test_nobody_is_asked_where_nothing_is_paid_online(world: World, home: Household, desk: Browser) -> None:
    with_terms(world, online=True)
    page = page_of(desk, world, home, "payment-methods")
    organisations.update(replace(world.organisation, billing=replace(world.organisation.billing, online=False)))
    assert desk.submit(page, "payment-methods").status == 404
    assert "Write to the family" not in page_of(desk, world, home, "payment-methods").text


def test_who_teaches_sees_no_money(world: World, home: Household) -> None:
    teacher = at_the_desk(world, StaffRole.INSTRUCTOR)
    for path in ("statements", "payment-methods", "quotes", "recurring", "subscriptions", "purchases"):
        assert page_of(teacher, world, home, path).status == 403, path
