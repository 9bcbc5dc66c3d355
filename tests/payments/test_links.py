"""Links by which somebody else pays: limited to what the family said, once, and until a day (NEW-8)."""

from datetime import timedelta

import pytest

from chalicelib.billing.domain import Invoice, InvoiceStatus
from chalicelib.payments import links
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from tests.payments.till import Till


def _link(till: Till, invoice: Invoice, minor: int, days: int = 7) -> str:
    until = till.world.today + timedelta(days=days)
    return links.create(till.world.organisation, till.home, invoice.id, minor, "Grandma", until, till.world.now)


def _pay(till: Till, token: str) -> None:
    links.pay(till.gateway, till.world.organisation, token, "Olga", "olga@example.com", "ru", till.world.now)
    checkout = next(each for each in till.checkouts() if each.state.is_live)
    till.acquirer.account.complete(checkout.session)
    till.hear_all()


def test_a_share_is_paid_once_and_the_receipt_bears_the_name_of_whoever_paid(till: Till) -> None:
    """NEW-8: the link asks for no more after its share was paid."""
    invoice = till.invoice()
    token = _link(till, invoice, 4000)
    _pay(till, token)
    (payment,) = till.payments()
    assert (payment.minor, payment.payer_name, payment.payer_email) == (4000, "Olga", "olga@example.com")
    assert till.stored(invoice).balance_minor == 6000
    link = links.find(till.world.organisation, token, till.world.now)
    assert links.open_amount(till.world.organisation, link) == 0
    with pytest.raises(Conflict):
        _pay(till, token)
    assert len(till.payments()) == 1


def test_a_link_pays_the_share_of_the_payer_who_made_it(till: Till) -> None:
    """NEW-8, X-16: money for one parent's invoice is that parent's."""
    invoice = till.invoice(payer="mother")
    _pay(till, _link(till, invoice, 10000))
    assert till.stored(invoice).status is InvoiceStatus.PAID
    assert [p.payer for p in till.payments()] == ["mother"]


def test_a_link_asks_for_what_is_left_when_that_is_less(till: Till) -> None:
    invoice = till.invoice()
    first, second = _link(till, invoice, 7000), _link(till, invoice, 7000)
    _pay(till, first)
    _pay(till, second)
    assert sorted(p.minor for p in till.payments()) == [3000, 7000]
    assert till.stored(invoice).status is InvoiceStatus.PAID


def test_a_link_that_is_over_or_taken_back_or_never_was_opens_nothing(till: Till) -> None:
    organisation, invoice = till.world.organisation, till.invoice()
    over, back = _link(till, invoice, 4000, days=1), _link(till, invoice, 4000)
    (ours,) = [each for each in links.list_of(till.world.org, till.home, invoice.id)
               if each.hash == links.find(organisation, back, till.world.now).hash]  # fmt: skip
    with pytest.raises(NotFound):
        links.take_back(till.world.org, Till(till.world, till.acquirer).home, invoice.id, ours.hash)
    links.take_back(till.world.org, till.home, invoice.id, ours.hash)
    later = till.world.now + timedelta(days=3)
    for token, moment in ((back, till.world.now), (over, later), ("never", till.world.now)):
        with pytest.raises((NotFound, links.Ended)):
            links.pay(till.gateway, organisation, token, "Olga", "olga@example.com", "ru", moment)


@pytest.mark.parametrize(("minor", "days"), [(0, 7), (-1, 7), (10001, 7), (4000, -1), (4000, 91)])
def test_a_link_over_what_is_not_owed_or_for_no_such_time_is_refused(till: Till, minor: int, days: int) -> None:
    invoice = till.invoice()
    with pytest.raises(Invalid):
        _link(till, invoice, minor, days)
    assert links.list_of(till.world.org, till.home, invoice.id) == []
