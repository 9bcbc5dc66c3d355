"""A payment's life, from the wish to pay to refund and dispute, in whatever order and however often Stripe tells it."""

import itertools
import os
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from chalicelib.billing.domain import Dispute, InvoiceStatus, PaymentStatus, Refund
from chalicelib.gateway import Gateway, HostedCheckout, Intent
from chalicelib.payments import parking, paying, refunding
from chalicelib.payments.domain import Checkout, CheckoutState, Parked
from chalicelib.payments.reconciling import compare
from chalicelib.payments.settling import settle_intent, settle_session
from chalicelib.shared.errors import Conflict, NotFound
from tests.billing.test_books import summary_of
from tests.payments.till import Till, facts_of
from tests.support.race import together

_EVENTS = 8


class Debit:
    """The life of a bank debit, one step after the other: each event below is told once its step has happened."""

    def __init__(self, till: Till) -> None:
        self.till, self.account = till, till.acquirer.account
        self.invoice = till.invoice()
        self.checkout = till.begin(self.invoice)
        self.intent = self.dispute = ""
        self.reached = 0
        self.refunds: list[str] = []

    def advance(self, step: int) -> None:
        """Lets everything happen up to and with `step`."""
        while self.reached < step:
            self.STEPS[self.reached](self)
            self.reached += 1

    def _complete(self) -> None:
        self.account.complete(self.checkout.session, "bank_debit")
        self.intent = self.till.intent_of(self.checkout)

    def _arrive(self) -> None:
        self.account.settle_async(self.intent)

    def _refund(self) -> None:
        self.refunds.append(self.account.refund(self.intent, 3000)["id"])

    def _fail_refund(self) -> None:
        self.account.fail_refund(self.refunds[0])

    def _dispute(self) -> None:
        self.dispute = self.account.dispute(self.intent, withdraw=False)["id"]

    def _withdraw(self) -> None:
        self.account.withdraw_dispute(self.dispute)

    def _win(self) -> None:
        self.account.close_dispute(self.dispute, won=True)

    def _refund_again(self) -> None:
        self.refunds.append(self.account.refund(self.intent, 2500)["id"])

    STEPS: tuple[Callable[["Debit"], None], ...] = (
        _complete, _arrive, _refund, _fail_refund, _dispute, _withdraw, _win, _refund_again,
    )  # fmt: skip


def _records(order: tuple[int, ...]) -> tuple[int, ...]:
    """How far life had come each time something new was heard: nothing is heard before it happened."""
    return tuple(dict.fromkeys(itertools.accumulate(order, max)))


def _settle(till: Till, life: Debit) -> str:
    return settle_intent(till.gateway, till.world.organisation, life.intent, till.world.now)


class Advancing:
    """A gateway that tells of one payment, as far as its life has come."""

    def __init__(self, truths: list[Intent], checkout: Checkout, org: str) -> None:
        self.facts = paying.facts(org, checkout)
        self._truths, self.step = truths, 0

    def find_intent(self, intent_id: str) -> Intent:
        """The payment as Stripe would have it now."""
        return self._truths[self.step - 1]._replace(id=intent_id, facts=self.facts)


def _expected(till: Till, truths: list[Intent]) -> tuple[Debit, list[tuple[object, ...]]]:
    """A life at the double, heard step by step, and what it comes to; `truths` keeps what Stripe said each time."""
    life = Debit(till)
    for step in range(1, _EVENTS + 1):
        life.advance(step)
        _settle(till, life)
        truth = till.gateway.find_intent(life.intent)
        assert truth
        truths.append(truth)
    (payment,) = till.payments()
    assert (payment.status, payment.refunded_minor) == (PaymentStatus.PARTIALLY_REFUNDED, 2500)
    assert (payment.dispute, payment.disputed_minor) == (Dispute.WON, 0)
    assert till.stored(life.invoice).balance_minor == 2500
    return life, facts_of(till.check())


def test_every_order_of_the_eight_main_events_ends_in_the_same_state(till: Till) -> None:
    """P-06: 40,320 orders. Settling goes by what Stripe says at that moment alone, so orders in which life had come
    equally far at each hearing are one and the same: 128 ways to hear of it, each lived, the end heard twice."""
    ways = {_records(order) for order in itertools.permutations(range(1, _EVENTS + 1))}
    assert len(ways) == 128
    truths: list[Intent] = []
    life, expected = _expected(till, truths)
    for number, way in enumerate(sorted(ways)):
        fresh = Till(till.world, till.acquirer)
        invoice = fresh.invoice()
        mine = replace(life.checkout, household=fresh.home, invoices=(invoice.id,), version=None)
        gateway: Any = Advancing(truths, paying.claim(till.world.org, mine, {}, []), till.world.org)
        for gateway.step in (*way, _EVENTS):
            before = fresh.payments()
            settle_intent(gateway, till.world.organisation, f"pi_{number}", till.world.now)
        assert fresh.payments() == before, way
        assert facts_of(fresh.check()) == expected, way
        assert fresh.claims() == []


def _types(life: Debit) -> list[str]:
    return [
        "checkout.session.completed", "checkout.session.async_payment_succeeded", "charge.refunded", "refund.failed",
        "charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed", "refund.created",
    ]  # fmt: skip


def test_orders_through_the_inbox_end_in_the_same_state(till: Till) -> None:
    """P-06, P-03: real events, signed, kept and worked off; `PROOF_ORDERS` asks for more orders than usual."""
    count = int(os.environ.get("PROOF_ORDERS", "24"))
    chance = random.Random(8)
    _, expected = _expected(till, [])
    for _ in range(count):
        order = tuple(chance.sample(range(1, _EVENTS + 1), _EVENTS))
        fresh = Till(till.world, till.acquirer)
        fresh.fresh()
        life, events = Debit(fresh), []
        for step in order:
            life.advance(step)
            events += fresh.fresh()
            wanted = _types(life)[step - 1]
            found = [each for each in events if each["type"] == wanted]
            assert fresh.hear(found[-1 if step == _EVENTS else 0]) == "done", (order, wanted)
        assert facts_of(fresh.check()) == expected, order


def test_a_paid_page_pays_the_invoice_once_however_often_it_is_told(till: Till) -> None:
    invoice = till.invoice()
    checkout = till.begin(invoice)
    till.acquirer.account.complete(checkout.session)
    session = till.gateway.find_checkout(checkout.session)
    assert session
    assert settle_session(till.gateway, till.world.organisation, session, till.world.now) == "paid"
    assert settle_intent(till.gateway, till.world.organisation, session.intent, till.world.now) == "paid"
    assert till.stored(invoice).status is InvoiceStatus.PAID
    assert [(p.status, p.minor) for p in till.payments()] == [(PaymentStatus.COMPLETED, 10000)]
    assert summary_of(till.world, till.home).due() == {}
    assert [each.state for each in till.checkouts()] == [CheckoutState.DONE]
    assert till.claims() == []


def test_one_event_delivered_two_hundred_times_makes_one_payment_and_one_receipt(till: Till) -> None:
    """P-03, P-20: 100 one after the other, 32 at once, and the rest after it was handled."""
    checkout = till.begin(till.invoice())
    till.fresh()
    till.acquirer.account.complete(checkout.session)
    event = next(each for each in till.fresh() if each["type"] == "checkout.session.completed")
    outcomes = [till.hear(event) for _ in range(100)]
    assert outcomes == ["done", *["done_before"] * 99]
    other = Till(till.world, till.acquirer)
    second = other.begin(other.invoice())
    other.fresh()
    till.acquirer.account.complete(second.session)
    event = next(each for each in other.fresh() if each["type"] == "checkout.session.completed")
    results = together([partial(other.hear, event)] * 32)
    assert "done" in results
    assert set(results) <= {"done", "done_before", "later"}
    assert {other.hear(event) for _ in range(68)} == {"done_before"}
    for each in (till, other):
        (payment,) = each.payments()
        assert payment.minor == 10000
        assert each.message(f"receipt-{payment.id}")


def _sources(till: Till, checkout: Checkout) -> dict[str, Callable[[], object]]:
    events = {each["type"]: each for each in till.fresh()}

    def page() -> str:
        session = till.gateway.find_checkout(checkout.session)
        assert session
        return settle_session(till.gateway, till.world.organisation, session, till.world.now)

    since = till.world.now.replace(hour=0, minute=0, second=0)
    return {
        "session": partial(till.hear, events["checkout.session.completed"]),
        "intent": partial(till.hear, events["payment_intent.succeeded"]),
        "page": page,
        "reconcile": partial(compare, till.gateway, till.world.organisation, since, till.world.now),
    }


@pytest.mark.parametrize("order", list(itertools.permutations(("session", "intent", "page", "reconcile"))), ids=str)
def test_four_sources_in_every_order_and_at_once_make_one_payment_and_one_receipt(
    till: Till, order: tuple[str, ...]
) -> None:
    """P-04: one after the other for one family, sixteen at once for another."""
    for parallel in (False, True):
        family = Till(till.world, till.acquirer)
        checkout = family.begin(family.invoice())
        family.fresh()
        family.acquirer.account.complete(checkout.session)
        sources = _sources(family, checkout)
        acts = [sources[name] for name in order]
        results = together(acts * 4) if parallel else [act() for act in acts]
        assert not [each for each in results if isinstance(each, Exception)]
        (payment,) = family.payments()
        assert (payment.status, payment.minor, payment.unapplied_minor) == (PaymentStatus.COMPLETED, 10000, 0)
        assert family.message(f"receipt-{payment.id}")
        assert len([each for each in family.check().entries["", "CAD"] if each.kind.value == "payment"]) == 1


def _without_none(facts: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in facts.items() if value is not None}


class Tampering:
    """Our gateway, but for what Stripe's answers are made to say."""

    def __init__(self, real: Gateway, **changes: object) -> None:
        self._real, self._changes = real, changes

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def find_intent(self, intent_id: str) -> Intent | None:
        """The payment, changed."""
        found = self._real.find_intent(intent_id)
        if found is None:
            return None
        changes = dict(self._changes)
        facts = {**found.facts, **changes.pop("told", {})}  # type: ignore[dict-item]
        return found._replace(**{"facts": _without_none(facts), **changes})  # type: ignore[arg-type]


_TAMPERED: dict[str, dict[str, object]] = {
    "one cent less": {"minor": 9999},
    "one cent more": {"minor": 10001},
    "nothing": {"minor": 0},
    "below zero": {"minor": -10000},
    "hundredfold": {"minor": 1000000},
    "another currency": {"currency": "USD"},
    "a currency nobody knows": {"currency": ""},
    "a currency in small letters": {"currency": "cad"},
    "received nothing": {"received_minor": 0},
    "received a cent less": {"received_minor": 9999},
    "received a cent more": {"received_minor": 10001},
    "live": {"live": True},
    "another organisation": {"told": {"organisation": "other-school"}},
    "no organisation": {"told": {"organisation": None}},
    "no household": {"told": {"household": None}},
    "an empty household": {"told": {"household": ""}},
    "no checkout": {"told": {"checkout": None}},
    "no attempt": {"told": {"attempt": None}},
    "no facts at all": {"told": {"organisation": None, "household": None, "checkout": None, "attempt": None}},
    "another household": {"told": {"household": "another"}},
}


@pytest.mark.parametrize("how", _TAMPERED)
def test_a_payment_that_is_not_what_was_asked_for_is_parked_and_marks_nothing_paid(till: Till, how: str) -> None:
    """P-02, P-05: 20 ways."""
    invoice = till.invoice()
    checkout = till.begin(invoice)
    till.acquirer.account.complete(checkout.session)
    intent = till.intent_of(checkout)
    gateway: Gateway = Tampering(till.gateway, **_TAMPERED[how])  # type: ignore[assignment]
    with pytest.raises(Parked) as reason:
        settle_intent(gateway, till.world.organisation, intent, till.world.now, household=till.home)
    assert str(reason.value)
    assert till.payments() == []
    assert till.stored(invoice).status is InvoiceStatus.ISSUED
    assert settle_intent(till.gateway, till.world.organisation, intent, till.world.now) == "paid"


def test_a_payment_of_one_family_can_not_be_booked_with_another(till: Till) -> None:
    """P-02: the intent's own facts count, not where a message sends us."""
    checkout = till.begin(till.invoice())
    till.acquirer.account.complete(checkout.session)
    other = Till(till.world, till.acquirer)
    session = till.gateway.find_checkout(checkout.session)
    assert session
    claimed = session._replace(facts={**session.facts, "household": other.home})
    with pytest.raises((Parked, NotFound)):
        settle_session(till.gateway, till.world.organisation, claimed, till.world.now)
    assert other.payments() == till.payments() == []


@pytest.mark.parametrize("status", ["open", "expired"])
def test_a_page_that_nobody_paid_grants_nothing(till: Till, status: str) -> None:
    """P-08: coming back says nothing; Stripe does."""
    invoice = till.invoice()
    checkout = till.begin(invoice)
    if status == "expired":
        till.acquirer.account.expire(checkout.session)
    session = till.gateway.find_checkout(checkout.session)
    assert session
    outcome = settle_session(till.gateway, till.world.organisation, session, till.world.now)
    assert outcome == ("open" if status == "open" else "closed")
    assert till.stored(invoice).status is InvoiceStatus.ISSUED
    assert till.payments() == []
    assert till.claims() == ([invoice.id] if status == "open" else [])
    assert till.gateway.find_checkout("cs_test_forged") is None


def test_a_page_that_ended_after_a_refused_card_is_closed(till: Till) -> None:
    """Also where Stripe leaves the payment of an expired page as it was."""
    checkout = till.begin(till.invoice())
    till.acquirer.account.complete(checkout.session, "declined")
    intent = till.intent_of(checkout)
    over = HostedCheckout(checkout.session, "", "expired", intent, {
        "organisation": till.world.org, "household": till.home, "checkout": checkout.id, "attempt": "1",
    })  # fmt: skip
    assert settle_intent(till.gateway, till.world.organisation, intent, till.world.now) == "failed"
    assert [each.state for each in till.checkouts()] == [CheckoutState.OPEN]
    settle_session(till.gateway, till.world.organisation, over, till.world.now)
    assert [each.state for each in till.checkouts()] == [CheckoutState.CLOSED]
    assert till.claims() == []


def test_a_bank_debit_is_pending_until_it_arrives(till: Till) -> None:
    """P-09."""
    invoice = till.invoice()
    checkout = till.begin(invoice)
    till.acquirer.account.complete(checkout.session, "bank_debit")
    assert "done" in till.hear_all()
    assert [p.status for p in till.payments()] == [PaymentStatus.PENDING]
    assert till.stored(invoice).balance_minor == 10000
    assert till.claims() == [invoice.id]
    till.acquirer.account.settle_async(till.intent_of(checkout))
    till.hear_all()
    (payment,) = till.payments()
    assert (payment.status, payment.method) == (PaymentStatus.COMPLETED, "debit")
    assert till.stored(invoice).status is InvoiceStatus.PAID
    assert till.claims() == []


def test_a_bank_debit_that_fails_reopens_the_invoice_and_tells_the_family(till: Till) -> None:
    """P-09."""
    invoice = till.invoice()
    checkout = till.begin(invoice)
    till.acquirer.account.complete(checkout.session, "bank_debit")
    till.hear_all()
    till.acquirer.account.settle_async(till.intent_of(checkout), succeeded=False)
    till.hear_all()
    (payment,) = till.payments()
    assert payment.status is PaymentStatus.FAILED
    assert till.stored(invoice).balance_minor == 10000
    assert till.message(f"payment_failed-{payment.id}")
    assert till.claims() == []
    again = till.begin(invoice)
    assert again.attempt == 2
    till.acquirer.account.complete(again.session)
    till.hear_all()
    assert till.stored(invoice).status is InvoiceStatus.PAID


def test_a_bank_debit_that_arrived_before_anything_was_heard_is_paid_at_once(till: Till) -> None:
    """P-09, P-06."""
    checkout = till.begin(till.invoice())
    till.acquirer.account.complete(checkout.session, "bank_debit")
    till.acquirer.account.settle_async(till.intent_of(checkout))
    till.hear_all(reversed(till.fresh()))
    assert [p.status for p in till.payments()] == [PaymentStatus.COMPLETED]


def _dispute_events(till: Till, *, won: bool) -> tuple[Checkout, list[object]]:
    checkout = till.begin(till.invoice())
    till.acquirer.account.complete(checkout.session)
    till.hear_all()
    dispute = till.acquirer.account.dispute(till.intent_of(checkout), withdraw=False)["id"]
    till.acquirer.account.withdraw_dispute(dispute)
    till.acquirer.account.close_dispute(dispute, won=won)
    return checkout, [each for each in till.fresh() if each["type"].startswith("charge.dispute.")]


@pytest.mark.parametrize("won", [True, False])
def test_dispute_events_in_any_order_end_in_the_same_state(till: Till, won: bool) -> None:
    """P-15: opened, withdrawn, closed, reinstated: each order is heard by a family of its own."""
    _, first = _dispute_events(till, won=won)
    for order in itertools.permutations(range(len(first))):
        family = Till(till.world, till.acquirer)
        family.fresh()
        _, events = _dispute_events(family, won=won)
        for place in order:
            family.hear(events[place])  # type: ignore[arg-type]
        (payment,) = family.payments()
        kept = 10000 if won else 0
        assert (payment.dispute, payment.kept_minor) == (Dispute.WON if won else Dispute.LOST, kept)
        assert family.check().balances() == {("", "CAD"): 0 if won else 10000}
    assert any(getattr(each, "reason", "") == "disputed" for each in parking.waiting(till.world.org))


def test_an_inquiry_takes_nothing_and_passes(till: Till) -> None:
    """P-15: the two further events of a dispute, updated and closed as a warning."""
    checkout = till.begin(till.invoice())
    till.acquirer.account.complete(checkout.session)
    till.hear_all()
    dispute = till.acquirer.account.dispute(till.intent_of(checkout), inquiry=True)["id"]
    till.hear_all()
    (payment,) = till.payments()
    assert (payment.dispute, payment.kept_minor) == (Dispute.OPEN, 10000)
    till.acquirer.account.close_dispute(dispute, won=False)
    till.hear_all()
    (payment,) = till.payments()
    assert (payment.dispute, payment.kept_minor) == (Dispute.WON, 10000)


def test_several_disputes_of_one_payment_are_added_up(till: Till) -> None:
    """P-15: two parts fetched back apart, one of them won."""
    checkout = till.begin(till.invoice())
    till.acquirer.account.complete(checkout.session)
    intent = till.intent_of(checkout)
    first, second = (till.acquirer.account.dispute(intent, amount=minor)["id"] for minor in (3000, 4500))
    till.hear_all()
    assert [(p.dispute, p.disputed_minor) for p in till.payments()] == [(Dispute.OPEN, 7500)]
    till.acquirer.account.close_dispute(first, won=True)
    till.hear_all()
    assert [(p.dispute, p.disputed_minor) for p in till.payments()] == [(Dispute.OPEN, 4500)]
    till.acquirer.account.close_dispute(second, won=False)
    till.hear_all()
    assert [(p.dispute, p.kept_minor) for p in till.payments()] == [(Dispute.LOST, 5500)]
    assert till.check().balances() == {("", "CAD"): 4500}


def test_more_given_back_than_came_in_is_booked_and_waits_for_the_desk(till: Till) -> None:
    """P-14: by hand first, then all of it once more in Stripe's dashboard: so it is, and so it is told."""
    checkout = till.begin(till.invoice())
    till.acquirer.account.complete(checkout.session)
    till.hear_all()
    (payment,) = till.payments()
    by_hand = Refund("by-hand", till.world.today, 4000, "cash")
    refunding.give_back_by_hand(till.world.organisation, till.home, payment.id, by_hand, till.world.now)
    assert parking.waiting(till.world.org) == []
    till.acquirer.account.refund(payment.intent, 10000)
    till.hear_all()

    (payment,) = till.payments()
    assert (payment.refunded_minor, till.check().balances()) == (14000, {("", "CAD"): 14000})
    (parked,) = parking.waiting(till.world.org)
    assert (getattr(parked, "reason", ""), getattr(parked, "facts", {})) == (
        "refunded too much", {"payment": payment.id},
    )  # fmt: skip


def test_a_complete_page_whose_payment_says_nothing_yet_is_pending(till: Till) -> None:
    """P-09: the page is over, money may still come of it: nobody is led to a second page meanwhile."""
    invoice = till.invoice()
    checkout = till.begin(invoice)
    till.acquirer.account.complete(checkout.session)
    session = till.gateway.find_checkout(checkout.session)
    assert session
    silent: Gateway = Tampering(till.gateway, state="open", received_minor=0)  # type: ignore[assignment]

    assert settle_session(silent, till.world.organisation, session, till.world.now) == "pending"

    assert [each.state for each in till.checkouts()] == [CheckoutState.PENDING]
    assert (till.payments(), till.claims()) == ([], [invoice.id])
    with pytest.raises(Conflict):
        till.start(till.wish(invoice))
    assert settle_session(till.gateway, till.world.organisation, session, till.world.now) == "paid"
    assert (till.stored(invoice).status, till.claims()) == (InvoiceStatus.PAID, [])
