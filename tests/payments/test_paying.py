"""Starting to pay: one page for one wish, one attempt for one invoice, whoever asks and however often."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from chalicelib.billing import issuing, receiving
from chalicelib.billing.domain import InvoiceStatus, PaymentStatus
from chalicelib.organisations.terms import BillingTerms
from chalicelib.payments import parking, paying, store
from chalicelib.payments.domain import CheckoutState, Purpose, Wish
from chalicelib.shared.errors import Conflict, Invalid, Unavailable
from tests.billing.test_books import payment_of
from tests.payments.till import BUYER, Till
from tests.support.race import together

PARTIAL = BillingTerms(online=True, partial=True, partial_minimum_minor=1000, overpayment=True)


def _partial(till: Till) -> Till:
    till.world.organisation = replace(till.world.organisation, billing=PARTIAL)
    return till


def _sessions(till: Till, state: str = "") -> list[dict[str, Any]]:
    found = till.acquirer.account.books.all("checkout.session")
    return [each for each in found if not state or each["status"] == state]


def test_thirty_two_who_pay_one_invoice_at_once_get_the_same_page(till: Till) -> None:
    """P-11: one session, one customer, one key."""
    invoice = till.invoice()
    results = together([partial(till.start, till.wish(invoice))] * 32)
    assert len({str(each) for each in results}) == 1
    assert str(results[0]).startswith("http")
    assert len(_sessions(till)) == 1
    assert len(till.acquirer.account.books.all("customer")) == 1
    assert till.claims() == [invoice.id]


def test_staff_and_family_who_pay_the_same_at_once_get_the_same_page(till: Till) -> None:
    """P-11."""
    invoice = till.invoice()
    staff = replace(BUYER, language="en", name="Desk")
    buyers = [BUYER, staff] * 8
    results = together([partial(till.start, till.wish(invoice), buyer) for buyer in buyers])
    assert len({str(each) for each in results}) == 1
    assert len(_sessions(till)) == 1


def test_another_amount_closes_the_earlier_page_first(till: Till) -> None:
    """P-12."""
    invoice = _partial(till).invoice()
    first = till.begin(invoice)
    second = till.begin(invoice, minor=4000)
    assert [each["status"] for each in _sessions(till)] == ["expired", "open"]
    assert (second.minor, till.claims()) == (4000, [invoice.id])
    assert {each.id: each.state for each in till.checkouts()} == {
        first.id: CheckoutState.CLOSED, second.id: CheckoutState.OPEN,
    }  # fmt: skip


def test_a_combination_closes_every_page_that_is_open_for_one_of_them(till: Till) -> None:
    """P-11, P-12."""
    one, two = till.invoice(), till.invoice(5000)
    till.begin(one)
    till.begin(two)
    both = till.begin(one, two)
    assert both.minor == 15000
    assert sorted(each["status"] for each in _sessions(till)) == ["expired", "expired", "open"]
    till.acquirer.account.complete(both.session)
    till.hear_all()
    assert {till.stored(each).status for each in (one, two)} == {InvoiceStatus.PAID}


def test_different_amounts_at_once_leave_one_open_page(till: Till) -> None:
    """P-11, P-12: sixteen devices, four amounts."""
    invoice = _partial(till).invoice()
    acts = [partial(till.start, till.wish(invoice, minor=1000 * (1 + number % 4))) for number in range(16)]
    results = together(acts)
    assert all(isinstance(each, str | Conflict) for each in results), results
    assert len(_sessions(till, "open")) <= 1
    assert [each.state.is_live for each in till.checkouts()].count(True) <= 1
    assert till.begin(invoice).minor == 10000
    assert len(_sessions(till, "open")) == 1


def test_a_page_that_was_paid_meanwhile_is_booked_and_not_paid_again(till: Till) -> None:
    """P-12: nothing was heard of it yet; asking for another page finds out."""
    invoice = _partial(till).invoice()
    first = till.begin(invoice)
    till.acquirer.account.complete(first.session)
    with pytest.raises(Conflict):
        till.start(till.wish(invoice, minor=4000))
    assert till.stored(invoice).status is InvoiceStatus.PAID
    assert [p.minor for p in till.payments()] == [10000]


def test_money_for_an_invoice_that_was_settled_elsewhere_is_booked_and_waits_for_the_desk(till: Till) -> None:
    """P-12, P-13."""
    invoice = till.invoice()
    checkout = till.begin(invoice)
    till.keep(lambda books: receiving.receive(books, payment_of(books, 10000), [invoice.id]))
    till.acquirer.account.complete(checkout.session)
    till.hear_all()
    online = next(each for each in till.payments() if each.intent)
    assert (online.status, online.unapplied_minor) == (PaymentStatus.COMPLETED, 10000)
    waiting = parking.waiting(till.world.org)
    assert [getattr(each, "facts", None) for each in waiting] == [{"payment": online.id}]


def test_money_for_an_invoice_that_was_cancelled_becomes_credit_and_waits_for_the_desk(till: Till) -> None:
    """P-12."""
    invoice = till.invoice()
    checkout = till.begin(invoice)
    till.keep(lambda books: issuing.cancel(books, books.invoices.get(invoice.id), "moved"))
    till.acquirer.account.complete(checkout.session)
    till.hear_all()
    assert till.check().balances() == {("", "CAD"): -10000}
    assert len(parking.waiting(till.world.org)) == 1


def test_paid_on_an_old_page_and_a_new_one_both_are_booked(till: Till) -> None:
    """P-13: a second successful charge is found, whoever let it happen."""
    invoice = till.invoice()
    first = till.begin(invoice)
    account = till.acquirer.account
    account.fault("checkout.sessions.expire", "drop", 9)
    account.complete(first.session)
    with pytest.raises(Unavailable):
        till.start(till.wish(invoice, minor=0)._replace(purpose=Purpose.LINK, link="someone"))
    assert [each["status"] for each in _sessions(till)] == ["complete"]
    till.hear_all()
    assert till.stored(invoice).status is InvoiceStatus.PAID
    with pytest.raises(Conflict):
        till.start(till.wish(invoice))


@pytest.mark.parametrize("minor", [-1, 1, 999, 1_000_000])
def test_an_amount_that_is_not_allowed_is_refused_and_writes_nothing(till: Till, minor: int) -> None:
    """P-18, X-5."""
    till.world.organisation = replace(till.world.organisation, billing=replace(PARTIAL, overpayment=False))
    invoice = till.invoice()
    with pytest.raises(Invalid) as refused:
        till.start(till.wish(invoice, minor=minor))
    assert set(refused.value.errors) == {"amount"}
    assert (till.checkouts(), _sessions(till)) == ([], [])


def test_an_invoice_of_another_payer_or_currency_or_of_nobody_is_refused(till: Till) -> None:
    """P-18: ids that a client sends name nothing else."""
    invoice = till.invoice(payer="other")
    for wish in (
        till.wish(invoice)._replace(payer=""),
        till.wish(invoice)._replace(currency="EUR"),
        Wish(Purpose.INVOICES, "CAD", 0, ("20260101-nobody",)),
    ):
        with pytest.raises(Conflict):
            till.start(wish)
    assert _sessions(till) == []


def test_amounts_in_thousandths_must_end_in_zero(till: Till) -> None:
    with pytest.raises(Invalid):
        till.start(till.wish(till.invoice(12345, currency="KWD")))
    assert till.checkouts() == []
    assert till.start(till.wish(till.invoice(12340, currency="KWD"))).startswith("http")


@pytest.mark.parametrize("currency", ["ISK", "UGX"])
def test_currencies_that_stripe_writes_with_two_zeros_come_back_as_they_went(till: Till, currency: str) -> None:
    invoice = till.invoice(2500, currency=currency)
    checkout = till.begin(invoice)
    assert [each["amount_total"] for each in _sessions(till)] == [250000]
    till.acquirer.account.complete(checkout.session)
    till.acquirer.account.refund(till.intent_of(checkout), 100000)
    till.hear_all()
    (payment,) = till.payments()
    assert (payment.minor, payment.refunded_minor) == (2500, 1000)
    assert till.stored(invoice).balance_minor == 1000


def test_a_page_that_stripe_will_not_make_is_told_and_blocks_nothing(till: Till) -> None:
    """An amount below Stripe's least: refused with Stripe's code, and the attempt is over."""
    invoice = till.invoice(40)
    with pytest.raises(Conflict):
        till.start(till.wish(invoice))
    assert [each.state for each in till.checkouts()] == [CheckoutState.CLOSED]


def test_after_a_fault_of_stripes_the_next_page_is_asked_for_under_a_new_key(till: Till) -> None:
    """P-10: a key that was answered with a fault is answered with it for a day."""
    invoice = till.invoice()
    till.start(till.wish(till.invoice(700)))
    till.acquirer.account.fault("checkout.sessions.create", "error")
    with pytest.raises(Unavailable):
        till.start(till.wish(invoice))
    checkout = till.begin(invoice)
    assert (checkout.attempt, len(_sessions(till, "open"))) == (2, 2)


@pytest.mark.parametrize("kind", ["drop", "drop_after"])
def test_a_page_whose_answer_got_lost_is_asked_for_under_the_same_key(till: Till, kind: str) -> None:
    """P-10: one session, whether or not it was made before the connection broke."""
    invoice = till.invoice()
    till.acquirer.account.fault("checkout.sessions.create", kind, 3)
    with pytest.raises(Unavailable):
        till.start(till.wish(invoice))
    assert till.begin(invoice).attempt == 1
    assert len(_sessions(till)) == 1


def test_an_attempt_that_never_came_to_a_page_is_ended_when_it_is_too_late_for_one(till: Till) -> None:
    """Stripe makes no page that is to close within half an hour; the next wish does not trip over it."""
    invoice = till.invoice()
    till.acquirer.account.fault("checkout.sessions.create", "drop", 3)
    with pytest.raises(Unavailable):
        till.start(till.wish(invoice))
    till.wait(hours=2)
    assert till.begin(invoice).attempt == 2
    assert len(_sessions(till)) == 1


def test_an_open_page_is_handed_out_until_its_last_minute_and_then_another(till: Till) -> None:
    invoice = till.invoice()
    first = till.start(till.wish(invoice))
    till.wait(minutes=58)
    assert till.start(till.wish(invoice)) == first
    till.wait(minutes=3)
    assert till.start(till.wish(invoice)) != first
    assert [each["status"] for each in _sessions(till)] == ["expired", "open"]


def test_an_amount_ahead_covers_what_is_due_first_and_leaves_credit(till: Till) -> None:
    invoice = till.invoice(3000)
    till.start(till.wish(minor=5000, purpose=Purpose.AMOUNT))
    (checkout,) = till.checkouts()
    till.acquirer.account.complete(checkout.session)
    till.hear_all()
    assert till.stored(invoice).status is InvoiceStatus.PAID
    assert till.check().balances() == {("", "CAD"): -2000}
    assert parking.waiting(till.world.org) == []


def test_a_page_under_way_says_so(till: Till) -> None:
    """A bank debit on its way: no second page."""
    invoice = till.invoice()
    checkout = till.begin(invoice)
    till.acquirer.account.complete(checkout.session, "bank_debit")
    till.hear_all()
    with pytest.raises(Conflict) as refused:
        till.start(till.wish(invoice))
    assert refused.value.args == Conflict(paying.UNDER_WAY).args


def test_an_invoice_that_is_paid_while_its_page_is_being_made_gets_no_page(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P-12: between looking at the invoice and claiming it; the claim rests on the invoice's version."""
    invoice, real = till.invoice(), store.get_with_claims

    def paid_meanwhile(*args: Any) -> Any:
        monkeypatch.setattr(store, "get_with_claims", real)
        till.keep(lambda books: receiving.receive(books, payment_of(books, 10000), [invoice.id]))
        return real(*args)

    monkeypatch.setattr(store, "get_with_claims", paid_meanwhile)
    with pytest.raises(Conflict):
        till.start(till.wish(invoice))
    assert (_sessions(till), till.checkouts(), till.claims()) == ([], [], [])
