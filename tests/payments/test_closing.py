"""Ending pages that ask for more than is owed, whatever lowered it (P-12)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from chalicelib import bootstrap
from chalicelib.billing import issuing, receiving
from chalicelib.billing.books import Books
from chalicelib.billing.claims import QUEUE
from chalicelib.billing.covering import apply_credit
from chalicelib.billing.domain import Invoice, InvoiceStatus
from chalicelib.data import keys, read
from chalicelib.organisations import store as organisations
from chalicelib.organisations.terms import BillingTerms
from chalicelib.payments import closing
from chalicelib.payments.domain import CheckoutState
from chalicelib.payments.models import ClaimItem
from chalicelib.shared.errors import Conflict
from chalicelib.shared.times import to_iso
from tests.billing.test_books import payment_of
from tests.payments.till import Till
from tests.support.race import together

Act = Callable[[Books, Invoice], object]


def _cash(minor: int = 10000) -> Act:
    return lambda books, invoice: receiving.receive(books, payment_of(books, minor), [invoice.id])


def _in_cash(invoice: Invoice, books: Books) -> object:
    return _cash()(books, invoice)


def _cancel(books: Books, invoice: Invoice) -> object:
    return issuing.cancel(books, books.invoices.get(invoice.id), "moved")


def _credit_note(books: Books, invoice: Invoice) -> object:
    return issuing.credit(books, books.invoices.get(invoice.id), "sorry", minor=1000)


def _credit(books: Books, invoice: Invoice) -> object:
    return apply_credit(books, invoice.id)


@pytest.fixture
def partly(till: Till) -> Till:
    """An organisation that takes payments online, also in parts."""
    terms = BillingTerms(online=True, partial=True, partial_minimum_minor=1000)
    till.world.organisation = replace(till.world.organisation, billing=terms)
    organisations.update(till.world.organisation)
    return till


def _page(till: Till, session: str) -> str:
    return str(till.acquirer.account.books.get("checkout.session", session)["status"])


def _waiting(till: Till) -> list[keys.Key]:
    until = to_iso(till.world.now + timedelta(hours=1))
    return [key for key in read.waiting(QUEUE, until) if keys.owner(key) == (till.world.org, till.home)]


def _sweep(till: Till) -> None:
    closing.run(bootstrap.gateway, till.world.now)


@pytest.mark.parametrize("act", [_cash(), _cash(2500), _cancel, _credit_note, _credit])
def test_a_page_that_asks_for_more_than_is_owed_is_ended_within_a_minute(partly: Till, act: Act) -> None:
    """P-12: by cash, in part or whole, by cancelling, by a credit note, by the family's own credit."""
    till = partly
    till.keep(lambda books: receiving.receive(books, payment_of(books, 4000), ()))
    invoice = till.invoice()
    checkout = till.begin(invoice)
    assert _waiting(till) == []
    till.keep(lambda books: act(books, invoice))
    assert _page(till, checkout.session) == "open"
    _sweep(till)
    assert _page(till, checkout.session) == "expired"
    assert [each.state for each in till.checkouts()] == [CheckoutState.CLOSED]
    assert (till.claims(), _waiting(till)) == ([], [])
    if till.stored(invoice).balance_minor:
        assert till.begin(invoice).minor == till.stored(invoice).balance_minor


def test_a_page_over_no_more_than_is_owed_stays_open(partly: Till) -> None:
    """P-12: whoever pays a part is not disturbed by another part."""
    till = partly
    invoice = till.invoice()
    checkout = till.begin(invoice, minor=6000)
    till.keep(lambda books: _cash(4000)(books, invoice))
    _sweep(till)
    assert (_page(till, checkout.session), till.claims(), _waiting(till)) == ("open", [invoice.id], [])
    till.acquirer.account.complete(checkout.session)
    till.hear_all()
    assert till.stored(invoice).status is InvoiceStatus.PAID
    assert _waiting(till) == []


def test_one_of_several_invoices_ends_the_page_for_all(partly: Till) -> None:
    till = partly
    one, two = till.invoice(), till.invoice(5000)
    checkout = till.begin(one, two)
    till.keep(lambda books: _cash(5000)(books, two))
    _sweep(till)
    assert (_page(till, checkout.session), till.claims()) == ("expired", [])


def test_what_was_paid_before_the_page_was_ended_is_booked_as_credit(partly: Till) -> None:
    """P-12, P-13."""
    till = partly
    invoice = till.invoice()
    checkout = till.begin(invoice)
    till.keep(lambda books: _cash()(books, invoice))
    till.acquirer.account.complete(checkout.session)
    _sweep(till)
    assert till.check().balances() == {("", "CAD"): -10000}
    assert (till.claims(), _waiting(till)) == ([], [])


def test_money_on_its_way_is_left_alone(partly: Till) -> None:
    """INV-7: a bank debit can not be called back; it is not looked at for ever either."""
    till = partly
    invoice = till.invoice()
    checkout = till.begin(invoice)
    till.acquirer.account.complete(checkout.session, "bank_debit")
    till.hear_all()
    till.keep(lambda books: _cash()(books, invoice))
    _sweep(till)
    assert ([each.state for each in till.checkouts()], _waiting(till)) == ([CheckoutState.PENDING], [])


def test_while_stripe_is_down_it_is_tried_again(partly: Till) -> None:
    till = partly
    invoice = till.invoice()
    checkout = till.begin(invoice)
    till.keep(lambda books: _cash()(books, invoice))
    till.acquirer.account.fault("checkout.sessions.expire", "drop", 3)
    _sweep(till)
    assert len(_waiting(till)) == 1
    _sweep(till)
    assert _page(till, checkout.session) == "open"
    till.wait(minutes=6)
    _sweep(till)
    assert (_page(till, checkout.session), _waiting(till)) == ("expired", [])


def test_an_attempt_that_is_over_is_taken_off_the_queue(partly: Till) -> None:
    till = partly
    invoice = till.invoice(40)  # too little for Stripe, which makes no page; the claim stays
    with pytest.raises(Conflict):
        till.start(till.wish(invoice))
    till.keep(lambda books: _cash(40)(books, invoice))
    assert len(_waiting(till)) == 1
    _sweep(till)
    assert _waiting(till) == []
    assert read.one(ClaimItem, keys.claim(till.world.org, till.home, invoice.id))


def test_starting_to_pay_and_paying_in_cash_at_once_never_leave_a_page_behind(partly: Till) -> None:
    """P-12: whichever is first, the other one knows of it."""
    till = partly
    for _ in range(12):
        family = Till(till.world, till.acquirer)
        invoice = family.invoice()
        cash = partial(family.keep, partial(_in_cash, invoice))
        together([partial(family.start, family.wish(invoice)), cash])
        _sweep(family)
        assert family.stored(invoice).status is InvoiceStatus.PAID
        assert {_page(till, each.session) for each in family.checkouts()} <= {"expired"}
