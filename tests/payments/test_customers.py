"""Stripe's customers: one for each payer, however many ask for it and whatever Stripe says."""

from dataclasses import replace
from functools import partial

import pytest

from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.payments import store
from chalicelib.shared.errors import Conflict, NotFound, Unavailable
from tests.payments.till import Till
from tests.support.race import together


def _made(till: Till) -> list[str]:
    return [each["id"] for each in till.acquirer.account.books.all("customer")]


def test_each_payer_has_one_customer_however_many_ask_at_once(till: Till) -> None:
    """PM-1, P-10."""
    results = together([partial(till.customer, payer) for payer in ("", "mother") for _ in range(8)])
    assert len(set(results)) == 2
    assert set(_made(till)) == set(results)
    assert till.customer("mother") == store.get_customer(till.world.org, till.home, "mother") != till.customer()


def test_a_customer_whose_answer_got_lost_is_made_once(till: Till) -> None:
    """P-10: asked for again under the same key."""
    till.acquirer.account.fault("customers.create", "drop_after", 3)
    with pytest.raises(Unavailable):
        till.customer()
    assert [till.customer()] == _made(till)


def test_a_fault_that_stripe_repeats_for_a_key_is_over_within_the_hour(till: Till) -> None:
    till.acquirer.account.fault("customers.create", "error")
    for _ in range(2):
        with pytest.raises(Unavailable):
            till.customer()
    till.wait(hours=1)
    assert till.customer() in _made(till)


def test_an_email_that_stripe_does_not_take_is_left_out(till: Till) -> None:
    """Otherwise a family with an odd address could not pay at all."""
    home = households.get_household(till.world.org, till.home)
    assert home
    transaction = Transaction()
    households.save_household(transaction, till.world.org, replace(home, email="no address"))
    transaction.commit()
    made = till.customer()
    assert till.acquirer.account.books.get("customer", made)["email"] is None


def test_a_household_that_there_is_not_has_none(till: Till) -> None:
    nobody = replace(till, home="nobody")
    with pytest.raises(NotFound):
        nobody.customer()
    assert _made(till) == []


def test_a_customer_that_was_deleted_at_stripe_is_replaced_at_the_next_try(till: Till) -> None:
    """Somebody tidied up in Stripe's dashboard: the first try is refused, the second has another customer."""
    gone, invoice = till.customer(), till.invoice()
    till.wait(days=1)
    till.gateway._ask(lambda api: api.customers.delete(gone))  # type: ignore[attr-defined]
    with pytest.raises(Conflict):
        till.start(till.wish(invoice))
    checkout = till.begin(invoice)
    assert checkout.customer not in ("", gone)
    assert store.get_customer(till.world.org, till.home, "") == checkout.customer
