"""From draft to issue and back."""

import pytest

from chalicelib.admin import desk
from chalicelib.billing import issuing, store
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import Invoice, InvoiceStatus
from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem
from chalicelib.shared.errors import Conflict, NotFound
from tests.billing.adding_up import check
from tests.billing.test_books import issued, request, summary_of
from tests.support.world import World


def _drafted(books: Books) -> Invoice:
    return issuing.draft(books, request())


@pytest.mark.parametrize("send", [True, False])
def test_a_draft_is_nobodys_until_it_is_published_and_mailed_only_when_told(world: World, send: bool) -> None:
    """INV-2, INV-3."""
    home = world.household("Tremblay").id
    draft = keep(world.organisation, home, world.now, _drafted)
    assert store.list_invoices(world.org, home).rows == []
    assert (summary_of(world, home).due(), check(world.org, home).entries) == ({}, {})
    invoice = keep(world.organisation, home, world.now, lambda books:
                   issuing.issue(books, issuing.find_draft(books, draft.id), send=send))  # fmt: skip
    assert [each.number for each in store.list_invoices(world.org, home).rows] == [f"{world.today.year}-00001"]
    message = read.one(MessageItem, keys.outbox(world.org, f"invoice-{invoice.id}"))
    assert (message is not None) == send
    with pytest.raises(NotFound):
        keep(world.organisation, home, world.now, lambda books: issuing.find_draft(books, draft.id))
    check(world.org, home)


def test_an_invoice_that_is_cancelled_before_it_was_sent_is_never_seen(world: World) -> None:
    """C8: neither the draft nor its end leaves anything in the account."""
    home = world.household("Tremblay").id
    draft = keep(world.organisation, home, world.now, _drafted)
    gone = desk.cancel(world.organisation, home, draft.id, "Typed twice", world.now)
    assert gone.status is InvoiceStatus.CANCELLED
    assert store.get_draft(world.org, home, draft.id) is None
    found = check(world.org, home)
    assert (found.invoices, found.notes, found.entries) == ([], [], {})
    with pytest.raises(NotFound):
        desk.cancel(world.organisation, home, draft.id, "Typed twice", world.now)
    number = keep(world.organisation, home, world.now, issued).number
    assert number == f"{world.today.year}-00001"


def test_an_invoice_over_nothing_is_paid_at_once_and_one_below_is_refused(world: World) -> None:
    home = world.household("Tremblay").id
    free = keep(world.organisation, home, world.now, lambda books:
                issuing.issue(books, issuing.draft(books, request(0))))  # fmt: skip
    assert free.status is InvoiceStatus.PAID
    with pytest.raises(Conflict):
        keep(world.organisation, home, world.now, lambda books:
             issuing.issue(books, issuing.draft(books, request(-1))))  # fmt: skip
    assert len(check(world.org, home).invoices) == 1


def test_what_was_taken_back_whole_can_not_be_taken_back_again(world: World) -> None:
    """C8."""
    home = world.household("Tremblay").id
    invoice = keep(world.organisation, home, world.now, issued)
    for _ in range(2):
        try:
            keep(world.organisation, home, world.now, lambda books:
                 issuing.cancel(books, books.invoices.get(invoice.id), "moved"))  # fmt: skip
        except Conflict:
            continue
    found = check(world.org, home)
    assert [(each.status, each.balance_minor) for each in found.invoices] == [(InvoiceStatus.CANCELLED, 0)]
    assert [note.total_minor for note in found.notes] == [10000]
