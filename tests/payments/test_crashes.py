"""A crash before and after each call to AWS and to Stripe, then the same again: nothing is lost and nothing doubled."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import botocore.httpsession
import pytest
from stripe._http_client import RequestsClient

from chalicelib.billing.domain import Invoice, InvoiceStatus
from chalicelib.organisations.terms import BillingTerms
from chalicelib.payments import autopay, methods, refunding
from chalicelib.payments.domain import CheckoutState
from chalicelib.payments.reconciling import compare
from chalicelib.payments.settling import settle_intent
from chalicelib.shared.errors import Conflict
from tests.payments.till import Till
from tests.support.crashes import Wire, everywhere


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch, till: Till) -> Wire:
    """All of this process's calls to AWS and Stripe go through it."""
    found = Wire()
    for owner, name in ((botocore.httpsession.URLLib3Session, "send"), (RequestsClient, "request")):
        real = getattr(owner, name)
        monkeypatch.setattr(
            owner, name, lambda self, *args, _real=real, **named: found.call(_real, self, *args, **named)
        )
    till.world.organisation = replace(till.world.organisation, billing=BillingTerms(online=True))
    return found


def _succeeded(family: Till) -> list[int]:
    households = {each["id"]: each["metadata"].get("household") for each in
                  family.acquirer.account.books.all("payment_intent") if each["status"] == "succeeded"}  # fmt: skip
    books = family.acquirer.account.books
    return [books.get("payment_intent", intent)["amount"] for intent, home in households.items() if home == family.home]


def test_starting_to_pay(till: Till, wire: Wire) -> None:
    """P-10, P-11: one customer, one session, one claim."""
    family, invoice = till, till.invoice()

    def setting() -> Callable[[], object]:
        nonlocal family, invoice
        family = Till(till.world, till.acquirer)
        invoice = family.invoice()
        return lambda: family.start(family.wish(invoice))

    def proof() -> None:
        books = till.acquirer.account.books
        mine = [each for each in books.all("checkout.session") if each["metadata"]["household"] == family.home]
        assert [each["status"] for each in mine] == ["open"]
        assert len([each for each in books.all("customer") if each["metadata"]["household"] == family.home]) == 1
        assert family.claims() == [invoice.id]
        assert [each.state for each in family.checkouts()] == [CheckoutState.OPEN]

    assert everywhere(wire, setting, proof) > 8


def test_settling_a_payment(till: Till, wire: Wire) -> None:
    """P-03, P-04."""
    family, invoice = till, till.invoice()

    def setting() -> Callable[[], object]:
        nonlocal family, invoice
        family = Till(till.world, till.acquirer)
        invoice = family.invoice()
        checkout = family.begin(invoice)
        till.acquirer.account.complete(checkout.session)
        intent = family.intent_of(checkout)
        return lambda: settle_intent(family.gateway, till.world.organisation, intent, till.world.now)

    def proof() -> None:
        (payment,) = family.payments()
        assert (payment.minor, payment.unapplied_minor) == (10000, 0)
        assert family.message(f"receipt-{payment.id}")
        assert family.stored(invoice).status is InvoiceStatus.PAID
        assert family.claims() == []

    assert everywhere(wire, setting, proof) > 5


def test_working_off_a_message(till: Till, wire: Wire) -> None:
    """P-03: also between keeping it and marking it done."""
    family = till

    def setting() -> Callable[[], object]:
        nonlocal family
        family = Till(till.world, till.acquirer)
        checkout = family.begin(family.invoice())
        family.fresh()
        till.acquirer.account.complete(checkout.session)
        event = next(each for each in family.fresh() if each["type"] == "checkout.session.completed")
        return lambda: family.hear(event)

    def proof() -> None:
        assert [payment.minor for payment in family.payments()] == [10000]

    assert everywhere(wire, setting, proof) > 8


def test_giving_money_back(till: Till, wire: Wire) -> None:
    """P-10, P-14."""
    family, intent = till, ""

    def setting() -> Callable[[], object]:
        nonlocal family, intent
        family = Till(till.world, till.acquirer)
        checkout = family.begin(family.invoice())
        till.acquirer.account.complete(checkout.session)
        intent = family.intent_of(checkout)
        settle_intent(family.gateway, till.world.organisation, intent, till.world.now)
        (payment,) = family.payments()
        give = partial(refunding.refund, family.gateway, till.world.organisation, family.home, payment.id, 3000)
        return lambda: give(till.world.now, asked="form-1")

    def proof() -> None:
        charge = till.acquirer.account.books.where("charge", payment_intent=intent)[-1]
        assert charge["amount_refunded"] == 3000
        assert family.payments()[0].refunded_minor == 3000

    assert everywhere(wire, setting, proof) > 10


def test_charging_with_nobody_there(till: Till, wire: Wire) -> None:
    """P-10: repeated at once, or only found by the comparison."""
    family, invoice = till, till.invoice()

    def setting() -> Callable[[], object]:
        nonlocal family, invoice
        family = Till(till.world, till.acquirer)
        customer = family.customer()
        till.acquirer.account.save_card(customer)
        methods.refresh(family.gateway, till.world.org, customer, till.world.now)
        invoice = family.invoice(autopay=True)
        return lambda: _charge_if_open(family, invoice)

    def proof() -> None:
        since = till.world.now - timedelta(days=1)
        compare(family.gateway, till.world.organisation, since, till.world.now)
        assert _succeeded(family) == [10000]
        assert [payment.minor for payment in family.payments()] == [10000]
        assert family.stored(invoice).status is InvoiceStatus.PAID
        assert family.claims() == []

    assert everywhere(wire, setting, proof) > 8


def _charge_if_open(family: Till, invoice: Invoice) -> None:
    stored = family.stored(invoice)
    if stored.balance_minor:
        try:
            autopay.charge(family.gateway, family.world.organisation, stored, family.world.now)
        except Conflict:
            pytest.fail("a repetition met itself")


def test_idempotency_keys_and_what_stripe_is_told_hold_nothing_personal(till: Till) -> None:
    """P-10: keys are business facts and an attempt's number, short, and say nothing of anybody."""
    checkout = till.begin(till.invoice())
    till.acquirer.account.complete(checkout.session)
    till.hear_all()
    (payment,) = till.payments()
    refunding.refund(till.gateway, till.world.organisation, till.home, payment.id, 100, till.world.now)
    made = [each for each in till.acquirer.account.calls if each.idempotency_key]
    assert {each.operation for each in made} >= {"checkout.sessions.create", "customers.create", "refunds.create"}
    for each in made:
        assert len(each.idempotency_key) <= 255
        assert re.fullmatch(r"[a-z]+:[\w:.-]+", each.idempotency_key)
        assert not re.search(r"tremblay|marie|@|famille", each.idempotency_key.lower())
        assert "marie" not in str(each.params.get("metadata", "")).lower()
    unkeyed = {each.operation for each in till.acquirer.account.calls if each.method == "POST"} - {
        each.operation for each in made
    }
    assert unkeyed <= {"checkout.sessions.expire"}
