"""Money given back: through Stripe, by hand, at both ends at once, and what banks return."""

import random
from functools import partial

import pytest

from chalicelib.billing.domain import Refund
from chalicelib.payments import refunding
from chalicelib.shared.errors import Conflict, NotFound, Unavailable
from tests.payments.till import Till
from tests.support.race import together


def _paid(till: Till, minor: int = 10000) -> tuple[str, str]:
    """A paid invoice: our payment's id and Stripe's."""
    checkout = till.begin(till.invoice(minor))
    till.acquirer.account.complete(checkout.session)
    till.hear_all()
    payment = next(each for each in till.payments() if each.intent == till.intent_of(checkout))
    return payment.id, payment.intent


def _refund(till: Till, payment: str, minor: int) -> str:
    return refunding.refund(till.gateway, till.world.organisation, till.home, payment, minor, till.world.now)


def _at_stripe(till: Till, intent: str) -> int:
    charges = till.acquirer.account.books.where("charge", payment_intent=intent)
    return int(charges[-1]["amount_refunded"])


def test_random_refunds_failures_and_dashboards_come_to_what_stripe_says(till: Till) -> None:
    """P-14: sum of refunds equals Stripe's `amount_refunded`, after every step, with nothing drifting."""
    chance = random.Random(14)
    for _ in range(6):
        payment, intent = _paid(till)
        for _ in range(6):
            kind, minor = chance.choice(["ours", "dashboard", "fails"]), chance.randint(1, 4000)
            refunds = [r for r in till.acquirer.account.books.where("refund", payment_intent=intent)
                       if r["status"] == "succeeded"]  # fmt: skip
            left = 10000 - _at_stripe(till, intent)
            if kind == "fails" and refunds:
                till.acquirer.account.fail_refund(chance.choice(refunds)["id"])
            elif left >= minor and kind == "ours":
                _refund(till, payment, minor)
            elif left >= minor:
                till.acquirer.account.refund(intent, minor)
            till.hear_all()
            found = next(each for each in till.payments() if each.id == payment)
            assert found.refunded_minor == _at_stripe(till, intent)


def test_the_same_amount_can_be_given_back_again_after_the_bank_returned_it(till: Till) -> None:
    """P-14: a failed refund restores, and its idempotency key does not swallow the next."""
    payment, intent = _paid(till)
    _refund(till, payment, 3000)
    till.acquirer.account.fail_refund(till.acquirer.account.books.all("refund")[0]["id"])
    till.hear_all()
    assert till.payments()[0].refunded_minor == 0
    _refund(till, payment, 3000)
    assert till.payments()[0].refunded_minor == _at_stripe(till, intent) == 3000
    _refund(till, payment, 3000)
    assert till.payments()[0].refunded_minor == _at_stripe(till, intent) == 6000


@pytest.mark.parametrize("kind", ["drop", "drop_after", "error_after"])
def test_a_refund_whose_answer_got_lost_is_given_once(till: Till, kind: str) -> None:
    """P-10: pressing again after a fault, with the refund booked by a message meanwhile, gives nothing twice."""
    payment, intent = _paid(till)
    till.acquirer.account.fault("refunds.create", kind, 3)
    try:
        _refund(till, payment, 3000)
    except Unavailable:
        till.hear_all()
        till.acquirer.account.faults.clear()
        _refund(till, payment, 3000)
    assert till.payments()[0].refunded_minor == _at_stripe(till, intent) == 3000


def test_a_refund_that_stripe_did_not_make_can_be_tried_again(till: Till) -> None:
    payment, intent = _paid(till)
    till.acquirer.account.fault("refunds.create", "error")
    with pytest.raises(Unavailable):
        _refund(till, payment, 3000)
    assert _at_stripe(till, intent) == 0
    _refund(till, payment, 3000)
    assert till.payments()[0].refunded_minor == _at_stripe(till, intent) == 3000


def test_eight_who_press_at_once_give_back_once(till: Till) -> None:
    payment, intent = _paid(till)
    together([partial(_refund, till, payment, 6000)] * 8)
    assert till.payments()[0].refunded_minor == _at_stripe(till, intent) == 6000


@pytest.mark.parametrize("minor", [0, -1, 10001])
def test_more_than_is_kept_is_refused(till: Till, minor: int) -> None:
    payment, intent = _paid(till)
    with pytest.raises(Conflict):
        _refund(till, payment, minor)
    assert _at_stripe(till, intent) == 0


def test_a_refund_that_stripe_refuses_is_told(till: Till) -> None:
    """P-15: nothing is refunded of what a bank has taken back."""
    payment, intent = _paid(till)
    till.acquirer.account.dispute(intent, amount=1000)
    with pytest.raises(Conflict):
        _refund(till, payment, 3000)
    assert till.payments()[0].refunded_minor == 0


def test_a_payment_that_is_not_online_or_not_theirs_is_not_found(till: Till) -> None:
    with pytest.raises(NotFound):
        _refund(till, "20260101-nobody", 100)
    other = Till(till.world, till.acquirer)
    payment, _ = _paid(other)
    with pytest.raises(NotFound):
        _refund(till, payment, 100)


def test_money_given_back_by_hand_stands_beside_stripes_and_is_booked_once(till: Till) -> None:
    """P-14."""
    payment, intent = _paid(till)
    given = Refund("desk-1", till.world.today, 2000, "cash")
    for _ in range(2):
        refunding.give_back_by_hand(till.world.organisation, till.home, payment, given, till.world.now)
    till.acquirer.account.refund(intent, 3000)
    till.hear_all()
    (found,) = till.payments()
    assert (found.refunded_minor, found.kept_minor) == (5000, 5000)
    with pytest.raises(Conflict):
        refunding.give_back_by_hand(
            till.world.organisation, till.home, payment, given._replace(id="desk-2", minor=6000), till.world.now
        )
    till.acquirer.account.refund(intent, 7000)
    till.hear_all()
    (found,) = till.payments()
    assert (found.refunded_minor, till.check().balances()) == (12000, {("", "CAD"): 12000})
