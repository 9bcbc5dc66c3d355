"""Payment methods on file: a copy that says what Stripe says, whatever was heard of it and in what order."""

import itertools

from chalicelib.payments import methods, paying, store
from chalicelib.payments.domain import Purpose
from tests.payments.till import BUYER, Till


def _copy(till: Till) -> list[tuple[str, bool]]:
    return [(each.id, each.is_default) for each in store.list_methods(till.world.org, till.home)]


def test_the_copy_is_the_same_in_any_order_of_events(till: Till) -> None:
    """PM-1, P-06: two saved, the second preferred, the first deleted; six orders of what was told of it."""
    account = till.acquirer.account
    customer = till.customer()
    till.fresh()
    first, second = (account.save_card(customer)["id"] for _ in range(2))
    till.gateway.prefer_method(customer, second)
    till.gateway.forget_method(first)
    events = till.fresh()
    for order in itertools.islice(itertools.permutations(events), 0, None, 5):
        assert set(till.hear_all(order)) <= {"done", "done_before"}
        assert _copy(till) == [(second, True)]


def test_a_page_that_only_saves_a_card_puts_it_on_file(till: Till) -> None:
    till.start(till.wish(purpose=Purpose.SETUP))
    (checkout,) = till.checkouts()
    till.acquirer.account.complete(checkout.session)
    till.hear_all()
    assert len(_copy(till)) == 1
    assert till.payments() == []


def test_a_card_of_somebody_who_pays_by_a_link_is_not_kept(till: Till) -> None:
    """NEW-8, PM-4."""
    other = paying.Buyer("en", "pay/x", "Olga", "olga@example.com", is_other=True, save_method=True)
    till.start(till.wish(till.invoice(), purpose=Purpose.LINK)._replace(link="hash"), other)
    (checkout,) = till.checkouts()
    till.acquirer.account.complete(checkout.session)
    till.hear_all()
    assert _copy(till) == []
    assert (till.payments()[0].payer_name, checkout.customer) == ("Olga", "")


def test_a_customer_that_was_deleted_at_stripe_has_no_methods(till: Till) -> None:
    customer = till.customer()
    till.acquirer.account.save_card(customer)
    till.hear_all()
    assert len(_copy(till)) == 1
    till.gateway._ask(lambda api: api.customers.delete(customer))  # type: ignore[attr-defined]
    assert set(till.hear_all()) == {"done"}
    assert _copy(till) == []


def test_nobodys_customer_changes_nothing(till: Till) -> None:
    assert methods.refresh(till.gateway, till.world.org, "cus_stranger", till.world.now) == "nobody's"
    assert BUYER.email
