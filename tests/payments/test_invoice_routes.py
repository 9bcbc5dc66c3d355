"""How an invoice is charged by itself, as its family reads and changes it (NEW-15)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.billing import issuing
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import Due, Invoice
from chalicelib.data import write
from chalicelib.organisations.terms import AutopayMode, BrakeTerms
from chalicelib.payments import plans, store
from chalicelib.payments.autopay import tries_id
from chalicelib.payments.domain import Checkout, CheckoutState, Method, Purpose
from tests.billing.test_books import request
from tests.payments.family import Family
from tests.support.terms import with_terms

BRAKES = BrakeTerms(notice_days=3, moves=1, move_days=10)


@pytest.fixture
def home(family: Family) -> Family:
    """Signed in, with a card on file, and one move a year."""
    with_terms(family.world, taxes=(), online=True, autopay=AutopayMode.OPT_IN, brakes=BRAKES)
    method = Method("pm_1", "card", "visa", "4242", f"{family.world.today.year + 3}-05", True)
    write.put(store.method_item(family.world.org, family.home.id, method))
    family.enter()
    return family


def _billed(family: Family, days: int = 20, **changes: Any) -> Invoice:
    """An invoice over $100.00 that is charged by itself."""
    asked = request(10000)._replace(due_on=family.world.today + timedelta(days=days), autopay=True, **changes)
    made: Invoice = keep(
        family.world.organisation,
        family.home.id,
        family.world.now,
        lambda books: issuing.issue(books, issuing.draft(books, asked)),
    )
    return made


def test_the_page_tells_when_how_much_is_charged_to_what(home: Family) -> None:
    """NEW-15."""
    invoice = _billed(home)
    for path in (f"invoices/{invoice.id}", f"invoices/{invoice.id}/autopay"):
        text = home.open(path).text
        assert "$100.00" in text
        assert "4242" in text
    assert home.open(f"invoices/{invoice.id}/autopay").status == 200


def test_what_is_not_charged_by_itself_says_so_and_is_not_moved(home: Family) -> None:
    plain = home.invoice()
    assert "is not charged automatically" in home.open(f"invoices/{plain.id}/autopay").text
    assert home.send(f"invoices/{plain.id}/autopay", to=str(home.world.today)).status == 409
    assert "4242" not in home.open(f"invoices/{plain.id}").text


def test_a_charge_is_moved_within_what_the_organisation_lets_families_do(home: Family) -> None:
    """NEW-15: errors stand beside the field and change nothing."""
    invoice = _billed(home)
    path = f"invoices/{invoice.id}/autopay"
    late = str(invoice.due_on + timedelta(days=11))
    for wrong, status in (("", 400), ("soon", 400), (late, 409), (str(invoice.due_on), 409)):
        reply = home.send(path, to=wrong)
        assert reply.status == status, wrong
        assert 'id="error-to"' in reply.html
        assert plans.get(home.world.org, home.home.id).moves == ()
    to = invoice.due_on + timedelta(days=4)
    assert home.send(path, to=str(to)).status == 303
    (move,) = plans.get(home.world.org, home.home.id).moves
    assert (move.invoice, move.to) == (invoice.id, to)
    other = _billed(home)
    assert home.send(f"invoices/{other.id}/autopay", to=str(to)).status == 409


def test_an_instalment_is_paid_with_the_next(home: Family) -> None:
    today = home.world.today
    days = (today + timedelta(days=10), today + timedelta(days=17))
    invoice = _billed(home, schedule=tuple(Due(day, 5000) for day in days))
    page = home.open(f"invoices/{invoice.id}/autopay")
    assert f'value="{days[1].isoformat()}"' in page.html
    assert home.send(f"invoices/{invoice.id}/autopay", skip=days[1].isoformat()).status == 303
    assert plans.get(home.world.org, home.home.id).day_of(invoice.id, days[0]) == days[1]


@pytest.mark.parametrize(("attempt", "rows"), [(1, 3), (2, 2), (3, 1)])
def test_the_calendar_of_tries_stands_on_the_invoice(home: Family, attempt: int, rows: int) -> None:
    """NEW-15: what was refused, and when it is tried again."""
    invoice = _billed(home)
    tried = Checkout(
        tries_id(invoice), home.home.id, Purpose.AUTOPAY, "CAD", 10000, attempt, CheckoutState.CLOSED,
        home.world.now, home.world.now, (invoice.id,),
    )  # fmt: skip
    write.put(store.checkout_item(home.world.org, tried))
    page = home.open(f"invoices/{invoice.id}")
    assert page.text.count("Refused, attempt") + page.text.count("Next attempt") == rows
    if attempt == 3:
        assert "no longer charged automatically" in page.text
    again = home.open(f"invoices/{invoice.id}/autopay")
    assert "Move the charge" not in again.text


def test_a_charge_that_has_ended_says_so(home: Family) -> None:
    """NEW-15: with what came of its tries, and without a day to which it could be moved."""
    invoice = _billed(home)
    ended = replace(invoice, autopay=False, autopay_ended=1)
    keep(home.world.organisation, home.home.id, home.world.now, lambda books: _put(books, ended))
    for path in (f"invoices/{invoice.id}", f"invoices/{invoice.id}/autopay"):
        assert "no longer charged automatically" in home.open(path).text
    assert "Move the charge" not in home.open(f"invoices/{invoice.id}/autopay").text


def _put(books: Books, invoice: Invoice) -> None:
    stored = books.invoices.get(invoice.id)
    books.invoices.put(replace(stored, autopay=invoice.autopay, autopay_ended=invoice.autopay_ended))


def test_a_cap_is_set_changed_and_taken_away(home: Family) -> None:
    """NEW-15: an error stands beside the field and changes nothing."""
    org, family = home.world.org, home.home.id
    assert home.open("autopay").status == 200
    for wrong in ("a lot", "0", "-5"):
        reply = home.send("autopay", payer="", amount=wrong)
        assert reply.status == 400, reply.location
        assert 'id="error-amount"' in reply.html
        assert plans.get(org, family).caps == ()
    assert home.send("autopay", payer="", amount="250.00").status == 303
    assert plans.get(org, family).cap_of("", "CAD") == 25000
    assert "$250.00" in home.open("autopay").text
    assert home.send("autopay", payer="", amount="").status == 303
    assert plans.get(org, family).caps == ()
    assert home.send("autopay", payer="somebody", amount="5").status == 404


def test_without_payment_online_there_is_no_cap(home: Family) -> None:
    with_terms(home.world, taxes=(), online=False)
    assert home.open("autopay").status == 404
    assert home.send("autopay", payer="", amount="5").status == 404
