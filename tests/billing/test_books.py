"""The books of a household: documents, ledger and summary change together, or nothing does."""

import os
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chalicelib.billing import covering, issuing, receiving, store
from chalicelib.billing.books import Books, keep, open_books
from chalicelib.billing.domain import (
    Dispute,
    Due,
    Invoice,
    InvoiceLine,
    InvoiceStatus,
    Payment,
    PaymentStatus,
    Refund,
)
from chalicelib.billing.pricing import LineRequest
from chalicelib.data.write import ConditionFailed
from chalicelib.households.store import get_summaries
from chalicelib.households.summary import Summary
from chalicelib.shared.errors import Conflict
from chalicelib.shared.ids import dated_id, new_id
from tests.billing.adding_up import Found, books_of, check
from tests.support.race import together
from tests.support.world import World

LIVES = settings(
    max_examples=int(os.environ.get("PROOF_LIVES", "40")),
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""Each life is a household of its own in the table, so none is made smaller; `PROOF_LIVES` asks for more than usual."""


def request(minor: int = 10000) -> issuing.InvoiceRequest:
    return issuing.InvoiceRequest([LineRequest("Piano", Decimal(1), minor)])


def issued(books: Books) -> Invoice:
    return issuing.issue(books, issuing.draft(books, request()))


def summary_of(world: World, household: str) -> Summary:
    return get_summaries(world.org, (household,))[household]


def payment_of(books: Books, minor: int, payer: str = "", currency: str = "CAD") -> Payment:
    return Payment(
        dated_id(books.today), books.household, books.today, minor, currency, "cash", PaymentStatus.PENDING, payer=payer
    )


class Life:
    """A household whose books are worked on by steps, each chosen by a few small numbers."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.home = world.household("Tremblay").id

    def keep(self, work: Callable[[Books], object]) -> None:
        """A use case; what it refuses changes nothing."""
        before = books_of(self.world.org, self.home)
        try:
            keep(self.world.organisation, self.home, self.world.now, work)
        except (Conflict, ValueError):
            assert books_of(self.world.org, self.home) == before

    def found(self) -> Found:
        return books_of(self.world.org, self.home)

    def issue(self, which: int, minor: int) -> None:
        payer, currency = ("", "other")[which % 2], ("CAD", "CAD", "EUR")[which % 3]

        def work(books: Books) -> None:
            due = books.today + timedelta(days=which % 5)
            parts = (Due(due, minor // 3), Due(due + timedelta(days=30), minor - minor // 3)) if which % 4 == 3 else ()
            lines = [LineRequest("Piano", Decimal(1), minor - minor // 4), LineRequest("Book", Decimal(1), minor // 4)]
            asked = issuing.InvoiceRequest(lines, currency, due, payer, schedule=parts if minor > 3 else ())
            issuing.issue(books, issuing.draft(books, asked), send=False)

        self.keep(work)

    def receive(self, which: int, minor: int) -> None:
        payer, currency = ("", "other")[which % 2], ("CAD", "CAD", "EUR")[which % 3]
        invoices = [i.id for i in self.found().invoices if (i.payer, i.currency) == (payer, currency)]
        named = invoices[which % len(invoices) :][:2] if invoices and which % 5 < 3 else []
        self.keep(lambda books: receiving.receive(books, payment_of(books, minor, payer, currency), named))

    def credit(self, which: int, minor: int) -> None:
        found = self.found()
        if not found.invoices:
            return
        invoice = found.invoices[which % len(found.invoices)]
        earlier = [note for note in found.notes if note.invoice == invoice.id]
        part = None if which % 3 == 0 else minor

        def work(books: Books) -> None:
            issuing.credit(books, books.invoices.get(invoice.id), "sorry", earlier=earlier, minor=part)

        self.keep(work)

    def give(self, which: int, minor: int) -> None:
        line = InvoiceLine("Goodwill", Decimal(1), minor, minor)
        payer, currency = ("", "other")[which % 2], ("CAD", "CAD", "EUR")[which % 3]
        self.keep(lambda books: issuing.give_credit(books, (line,), currency, "sorry", payer))

    def cancel(self, which: int, _minor: int) -> None:
        found = self.found()
        if found.invoices:
            invoice = found.invoices[which % len(found.invoices)]
            earlier = [note for note in found.notes if note.invoice == invoice.id]
            self.keep(lambda books: issuing.cancel(books, books.invoices.get(invoice.id), "moved", earlier))

    def apply(self, which: int, _minor: int) -> None:
        invoices = self.found().invoices
        if invoices:
            self.keep(lambda books: covering.apply_credit(books, invoices[which % len(invoices)].id))

    def _payment(self, which: int, work: Callable[[Books, Payment], object]) -> None:
        payments = self.found().payments
        if payments:
            chosen = payments[which % len(payments)].id
            self.keep(lambda books: work(books, books.payments.get(chosen)))

    def refund(self, which: int, minor: int) -> None:
        def work(books: Books, payment: Payment) -> None:
            given = Refund(new_id(), books.today, min(minor, payment.kept_minor) if which % 3 else payment.kept_minor)
            receiving.set_refunds(books, payment, [*payment.refunds, *([given] if given.minor else [])])

        self._payment(which, work)

    def refund_fails(self, which: int, _minor: int) -> None:
        def work(books: Books, payment: Payment) -> None:
            receiving.set_refunds(books, payment, payment.refunds[1:] if which % 2 else payment.refunds[:-1])

        self._payment(which, work)

    def dispute(self, which: int, _minor: int) -> None:
        def work(books: Books, payment: Payment) -> None:
            taken = payment.minor - payment.refunded_minor
            state, minor = [
                (Dispute.OPEN, 0), (Dispute.OPEN, taken), (Dispute.WON, 0), (Dispute.LOST, taken),
            ][which % 4]  # fmt: skip
            if payment.kept_minor or payment.disputed_minor:
                receiving.set_dispute(books, payment, state, minor)

        self._payment(which // 4, work)

    def come_back(self, which: int, _minor: int) -> None:
        self._payment(which, receiving.fail)


STEPS: dict[str, Callable[[Life, int, int], None]] = {
    "issue": Life.issue,
    "issue another": Life.issue,
    "receive": Life.receive,
    "receive more": Life.receive,
    "credit": Life.credit,
    "give credit": Life.give,
    "cancel": Life.cancel,
    "apply credit": Life.apply,
    "refund": Life.refund,
    "a refund fails": Life.refund_fails,
    "dispute": Life.dispute,
    "the payment comes back": Life.come_back,
}


def test_whatever_is_done_ledger_documents_pointers_and_summary_add_up(world: World) -> None:
    """NEW-4, P-17: issue, receive, credit, cancel, refund, failed refund, dispute, return, apply, in any order."""
    step = st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 59), st.integers(1, 20000))

    @LIVES
    @given(st.lists(step, min_size=5, max_size=12))
    def lives(steps: list[tuple[str, int, int]]) -> None:
        life = Life(world)
        life.issue(0, 12000)
        for name, which, minor in steps:
            STEPS[name](life, which, minor)
            check(world.org, life.home)

    lives()


def test_issuing_paying_and_cancelling_keep_ledger_documents_and_summary_together(world: World) -> None:
    home = world.household("Tremblay")
    organisation = world.organisation
    invoice = keep(organisation, home.id, world.now, issued)
    assert invoice.number.endswith("-00001")
    assert summary_of(world, home.id).due() == {"CAD": 10000}

    def pay(books: Books) -> Payment:
        payment = Payment(dated_id(books.today), home.id, books.today, 6000, "CAD", "cash", PaymentStatus.PENDING)
        return receiving.receive(books, payment, [invoice.id])

    payment = keep(organisation, home.id, world.now, pay)
    after = store.get_invoice(world.org, home.id, invoice.id)
    assert after
    assert (after.status, after.balance_minor) == (InvoiceStatus.PARTIALLY_PAID, 4000)
    assert summary_of(world, home.id).due() == {"CAD": 4000}

    keep(organisation, home.id, world.now, lambda b: issuing.cancel(b, b.invoices.get(invoice.id), "moved away"))
    after = store.get_invoice(world.org, home.id, invoice.id)
    assert after
    assert after.status is InvoiceStatus.REVERSED
    found = summary_of(world, home.id)
    assert (found.due(), found.credit()) == ({}, {"CAD": 6000})
    left = store.list_credits(world.org, home.id).rows
    assert [(credit.document, credit.left_minor) for credit in left] == [(payment.id, 6000)]
    entries = store.list_entries(world.org, home.id, "", "CAD").rows
    assert [(e.sequence, e.minor, e.balance_minor) for e in reversed(entries)] == [
        (1, 10000, 10000), (2, -6000, 4000), (3, -10000, -6000),
    ]  # fmt: skip


def test_thirty_two_use_cases_at_once_take_turns(world: World) -> None:
    """Each lands, none is lost, and the ledger stays a chain."""
    home = world.household("Tremblay")

    def act() -> Invoice:
        return keep(world.organisation, home.id, world.now, issued)

    results = together([act] * 32)
    assert not [each for each in results if isinstance(each, Exception)]
    found = check(world.org, home.id)
    assert len(found.invoices) == 32
    assert found.balances() == {("", "CAD"): 320000}


def test_a_write_on_old_books_is_refused_whole(world: World) -> None:
    home = world.household("Tremblay")
    old = open_books(world.organisation, home.id, world.now)
    issued(old)
    keep(world.organisation, home.id, world.now, issued)
    with pytest.raises(ConditionFailed):
        old.commit()
    assert len(check(world.org, home.id).invoices) == 1


def test_what_is_refused_while_somebody_else_writes_is_decided_anew(world: World) -> None:
    """Half of what it went by was from before, half from after; what is refused on quiet books is refused at once."""
    home = world.household("Tremblay")
    tries: list[Books] = []

    def disturbed(books: Books) -> Invoice:
        tries.append(books)
        if len(tries) == 1:
            keep(world.organisation, home.id, world.now, issued)
            raise Conflict
        return issued(books)

    keep(world.organisation, home.id, world.now, disturbed)
    assert (len(tries), len(check(world.org, home.id).invoices)) == (2, 2)

    def refused(books: Books) -> None:
        tries.append(books)
        raise Conflict

    with pytest.raises(Conflict):
        keep(world.organisation, home.id, world.now, refused)
    assert len(tries) == 3
