"""Money that comes in and goes back: said twice, nothing happens twice (P-04, P-14, P-15)."""

from collections.abc import Callable, Sequence

import pytest

from chalicelib.billing import receiving
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import Dispute, Payment, PaymentStatus, Refund
from tests.billing.adding_up import check
from tests.billing.test_books import issued, payment_of
from tests.support.world import World


def paying(minor: int, invoices: Sequence[str] = ()) -> Callable[[Books], Payment]:
    """Receives so much."""
    return lambda books: receiving.receive(books, payment_of(books, minor), invoices)


def refunding(payment: str, refunds: Sequence[Refund]) -> Callable[[Books], Payment]:
    """Says what was given back by now."""
    return lambda books: receiving.set_refunds(books, books.payments.get(payment), refunds)


Work = Callable[[Books, Payment], Payment]

AGAIN: dict[str, Work] = {
    "received": lambda books, payment: receiving.receive(books, payment),
    "returned": receiving.fail,
    "refunded": lambda books, payment: receiving.set_refunds(books, payment, [Refund("r", books.today, 4000)]),
    "disputed": lambda books, payment: receiving.set_dispute(books, payment, Dispute.OPEN, 10000),
    "won": lambda books, payment: receiving.set_dispute(books, payment, Dispute.WON, 0),
}
LEFT = {"received": 0, "returned": 10000, "refunded": 4000, "disputed": 10000, "won": 0}


@pytest.mark.parametrize("what", AGAIN)
def test_what_is_said_again_changes_nothing(world: World, what: str) -> None:
    home = world.household("Tremblay").id
    invoice = keep(world.organisation, home, world.now, issued)
    payment = keep(world.organisation, home, world.now, lambda books:
                   receiving.receive(books, payment_of(books, 10000), [invoice.id]))  # fmt: skip

    def say() -> None:
        keep(world.organisation, home, world.now, lambda books: AGAIN[what](books, books.payments.get(payment.id)))

    say()
    once = check(world.org, home)
    say()
    assert check(world.org, home) == once
    assert once.balances() == {("", "CAD"): LEFT[what]}
    assert once.invoices[0].balance_minor == LEFT[what]


def test_a_payment_on_its_way_covers_nothing_until_it_comes(world: World) -> None:
    """INV-7."""
    home = world.household("Tremblay").id
    invoice = keep(world.organisation, home, world.now, issued)
    payment = keep(world.organisation, home, world.now, lambda books:
                   receiving.expect(books, payment_of(books, 10000), [invoice.id]))  # fmt: skip
    assert check(world.org, home).balances() == {("", "CAD"): 10000}
    keep(world.organisation, home, world.now, lambda books:
         receiving.receive(books, books.payments.get(payment.id), [invoice.id]))  # fmt: skip
    found = check(world.org, home)
    assert found.payments[0].status is PaymentStatus.COMPLETED
    assert found.balances() == {("", "CAD"): 0}


def test_a_refund_that_took_another_ones_place_is_the_one_that_counts(world: World) -> None:
    """P-14: one failed and one of the same amount was made between two looks."""
    home = world.household("Tremblay").id
    keep(world.organisation, home, world.now, issued)
    payment = keep(world.organisation, home, world.now, lambda books:
                   receiving.receive(books, payment_of(books, 10000)))  # fmt: skip
    for name in ("first", "second"):
        refunds = [Refund(name, world.today, 3000)]
        keep(world.organisation, home, world.now, refunding(payment.id, refunds))  # fmt: skip
        found = check(world.org, home)
        assert [refund.id for refund in found.payments[0].refunds] == [name]
        assert found.balances() == {("", "CAD"): 3000}
