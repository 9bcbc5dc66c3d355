"""What covers what, when money goes and comes back in any steps."""

import itertools

from chalicelib.billing import covering, issuing, receiving, store
from chalicelib.billing.books import keep
from chalicelib.billing.domain import Refund
from tests.billing.adding_up import Found, check
from tests.billing.test_books import issued, payment_of
from tests.billing.test_receiving import paying, refunding
from tests.support.world import World


def _covered(found: Found) -> list[int]:
    return [invoice.paid_minor for invoice in sorted(found.invoices, key=lambda each: each.id)]


def test_refunds_that_fail_one_by_one_in_any_order_leave_what_there_was(world: World) -> None:
    """P-14, P-06: three refunds of a payment over two invoices; six orders in which banks return them."""
    for order in itertools.permutations(range(3)):
        home = world.household("Tremblay").id
        invoices = [keep(world.organisation, home, world.now, issued) for _ in range(2)]
        payment = keep(world.organisation, home, world.now, paying(20000, [i.id for i in invoices]))  # fmt: skip
        refunds = [Refund(f"r{number}", world.today, minor) for number, minor in enumerate((9000, 4000, 6000))]
        for count in range(1, 4):
            keep(world.organisation, home, world.now, refunding(payment.id, refunds[:count]))  # fmt: skip
        assert _covered(check(world.org, home)) == [1000, 0]
        for number in order:
            stored = store.get_payment(world.org, home, payment.id)
            assert stored
            left = [refund for refund in stored.refunds if refund.id != f"r{number}"]
            keep(world.organisation, home, world.now, refunding(payment.id, left))  # fmt: skip
            kept = 20000 - sum(refund.minor for refund in left)
            assert _covered(check(world.org, home)) == [min(kept, 10000), max(0, kept - 10000)]
        assert check(world.org, home).payments[0].freed == ()


def test_money_that_returns_leaves_alone_what_was_paid_meanwhile(world: World) -> None:
    home = world.household("Tremblay").id
    invoice = keep(world.organisation, home, world.now, issued)

    def pay(minor: int) -> str:
        return keep(world.organisation, home, world.now, lambda books:
                    receiving.receive(books, payment_of(books, minor), [invoice.id])).id  # fmt: skip

    first = pay(10000)
    refund = Refund("r", world.today, 10000)
    for refunds in ([refund], []):
        keep(world.organisation, home, world.now, refunding(first, refunds))  # fmt: skip
        if refunds:
            pay(10000)
    found = check(world.org, home)
    assert _covered(found) == [10000]
    assert found.balances() == {("", "CAD"): -10000}


def test_a_cancelled_invoice_is_covered_by_its_own_credit_notes_alone(world: World) -> None:
    """C8: its money and its earlier credit pay what else is owed, so nothing given back later is lost from sight."""
    home = world.household("Tremblay").id
    first, second = (keep(world.organisation, home, world.now, issued) for _ in range(2))
    payment = keep(world.organisation, home, world.now, lambda books:
                   receiving.receive(books, payment_of(books, 10000), [first.id]))  # fmt: skip
    note = keep(world.organisation, home, world.now, lambda books:
                issuing.credit(books, books.invoices.get(first.id), "sorry", minor=4000))  # fmt: skip
    assert keep(world.organisation, home, world.now, lambda books: covering.apply_credit(books, second.id)) == 4000
    keep(world.organisation, home, world.now, lambda books:
         issuing.cancel(books, books.invoices.get(first.id), "moved", [books.credit_notes.get(note.id)]))  # fmt: skip
    found = check(world.org, home)
    assert _covered(found) == [10000, 10000]
    assert found.balances() == {("", "CAD"): 0} or found.balances()[("", "CAD")] == 0
    keep(world.organisation, home, world.now, lambda books: receiving.set_refunds(
        books, books.payments.get(payment.id), [Refund("r", world.today, 10000)]))  # fmt: skip
    assert check(world.org, home).balances() == {("", "CAD"): 10000}
