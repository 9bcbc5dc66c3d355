"""Quotes from draft to invoice: one transaction each, one invoice however often somebody approves."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.billing import store as billing
from chalicelib.billing.domain import Invoice
from chalicelib.billing.pricing import LineRequest
from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem
from chalicelib.households.domain import Household
from chalicelib.households.store import get_summaries
from chalicelib.organisations.terms import BillingTerms, Tax
from chalicelib.quotes import service, store
from chalicelib.quotes.domain import QuoteStatus
from chalicelib.quotes.service import QuoteRequest
from chalicelib.shared.errors import Conflict, NotFound
from tests.quotes.quoting import answer, request, sent
from tests.support.race import together
from tests.support.terms import with_terms
from tests.support.world import World


def test_a_draft_is_seen_by_nobody_until_it_is_sent(world: World) -> None:
    """QUO-1: sending gives it a number, a place in the list, news and a message; drafts have none of it."""
    home = world.household()
    draft = service.create(world.organisation, home.id, request(), world.now)
    assert store.get_quote(world.org, home.id, draft.id) is None
    assert store.list_quotes(world.org, home.id).rows == []
    assert "quote" not in get_summaries(world.org, (home.id,))[home.id].holds

    quote = service.send(world.organisation, home.id, draft.id, world.now)

    summary = get_summaries(world.org, (home.id,))[home.id]
    assert quote.number.endswith("-00001")
    assert [row.id for row in store.list_quotes(world.org, home.id).rows] == [quote.id]
    assert ("quote" in summary.holds, [(row.kind, row.id) for row in summary.news]) == (True, [("quote", quote.id)])
    assert store.get_draft(world.org, home.id, draft.id) is None
    message = read.one(MessageItem, keys.outbox(world.org, f"quote-{quote.id}"))
    assert message
    assert (message.template, message.household) == ("quote", home.id)
    with pytest.raises(NotFound):
        service.send(world.organisation, home.id, draft.id, world.now)


def test_an_approved_quote_is_an_invoice_over_what_was_approved(world: World) -> None:
    """QUO-2, QUO-3, X-1: the same lines and taxes, the family's reference, who said yes, when and from where."""
    with_terms(world)
    home = world.household()
    lea = world.member(home, "Léa")
    quote = sent(world, home, request(10000, lea.id))
    world.organisation = replace(world.organisation, billing=BillingTerms(taxes=(Tax("New", 200_000),)))

    invoice = service.approve(world.organisation, home.id, quote.id, answer(world, "PO 42"))

    stored = billing.get_invoice(world.org, home.id, invoice.id)
    assert stored
    assert (stored.lines, stored.total_minor) == (quote.lines, 11498)
    assert (stored.reference, stored.quote) == ("PO 42", quote.id)
    assert get_summaries(world.org, (home.id,))[home.id].due() == {"CAD": 11498}
    after = store.get_quote(world.org, home.id, quote.id)
    assert after
    assert (after.status, after.invoice) == (QuoteStatus.CONVERTED, invoice.id)
    assert after.answer == answer(world, "PO 42")


def test_a_quote_that_32_approve_at_once_makes_one_invoice(world: World) -> None:
    """QUO-2: whoever comes later is led to the same invoice."""
    home = world.household()
    quote = sent(world, home)

    found = together([lambda: service.approve(world.organisation, home.id, quote.id, answer(world))] * 32)

    assert not [each for each in found if isinstance(each, Exception)]
    assert len({each.id for each in found if isinstance(each, Invoice)}) == 1
    assert len(billing.list_invoices(world.org, home.id).rows) == 1
    assert len(billing.list_entries(world.org, home.id, "", "CAD").rows) == 1


def test_of_an_approval_and_a_refusal_at_once_one_holds(world: World) -> None:
    """X-1: the later one is told, and there is an invoice only if the approval was first."""
    home = world.household()
    quote = sent(world, home)
    acts = [service.approve, service.decline] * 4

    found = together([lambda act=act: act(world.organisation, home.id, quote.id, answer(world)) for act in acts])  # type: ignore[misc]

    after = store.get_quote(world.org, home.id, quote.id)
    assert after
    assert after.status in (QuoteStatus.CONVERTED, QuoteStatus.DECLINED)
    assert sum(isinstance(each, Conflict) for each in found) == 4
    assert len(billing.list_invoices(world.org, home.id).rows) == (after.status is QuoteStatus.CONVERTED)


def test_an_expired_quote_can_not_be_approved(world: World) -> None:
    """C9: nothing is written."""
    home = world.household()
    quote = sent(world, home, request(valid_days=5))
    late = answer(world)._replace(at=world.now + timedelta(days=6))

    with pytest.raises(Conflict) as refused:
        service.approve(world.organisation, home.id, quote.id, late)

    assert refused.value.message
    assert "expired" in refused.value.message.key
    assert billing.list_invoices(world.org, home.id).rows == []
    assert store.get_quote(world.org, home.id, quote.id) == replace(quote, version=1)


def test_a_declined_quote_keeps_its_reason_and_can_not_be_approved(world: World) -> None:
    home = world.household()
    quote = sent(world, home)

    service.decline(world.organisation, home.id, quote.id, answer(world, "Too dear"))
    again = service.decline(world.organisation, home.id, quote.id, answer(world, "Something else"))

    assert again.answer
    assert again.answer.words == "Too dear"
    with pytest.raises(Conflict):
        service.approve(world.organisation, home.id, quote.id, answer(world))


def test_quotes_that_wait_stand_before_all_others(world: World) -> None:
    """QUO-1: also an old one behind pages of answered ones; each stands in the list once, whatever the page."""
    home = world.household()
    waiting = [sent(world, home, request(valid_days=0)), sent(world, home, request(valid_days=3))]
    answered = [sent(world, home).id for _ in range(28)]
    for quote_id in answered:
        service.decline(world.organisation, home.id, quote_id, answer(world, "no"))

    first = store.list_quotes(world.org, home.id)
    second = store.list_quotes(world.org, home.id, first.next)

    assert [row.id for row in first.rows[:2]] == [quote.id for quote in waiting]
    told = [row.id for row in (*first.rows, *second.rows)]
    assert sorted(told) == sorted([*answered, *(quote.id for quote in waiting)])
    assert len(first.rows) <= 25
    assert second.next == ""


@pytest.mark.parametrize("after", ["x", "OPEN#", "#", "OPEN#2026-01-01#x", "20261122-" + "a" * 33, "\n"])
def test_a_page_that_was_never_offered_is_the_first(world: World, after: str) -> None:
    home = world.household()
    quote = sent(world, home)

    assert [row.id for row in store.list_quotes(world.org, home.id, after).rows] == [quote.id]


def test_numbers_of_quotes_have_no_gaps_under_32_at_once(world: World) -> None:
    home = world.household()
    drafts = [service.create(world.organisation, home.id, request(), world.now).id for _ in range(32)]

    found = together(
        [lambda each=each: service.send(world.organisation, home.id, each, world.now).number for each in drafts]  # type: ignore[misc]
    )

    assert sorted(map(str, found)) == [f"Q{world.today.year}-{number:05}" for number in range(1, 33)]


def test_a_quote_below_zero_or_without_lines_is_refused(world: World) -> None:
    home = world.household()
    for wanted in (request(-1), QuoteRequest([])):
        with pytest.raises(Conflict):
            service.create(world.organisation, home.id, wanted, world.now)


lines = st.lists(
    st.builds(
        LineRequest,
        st.just("Line"),
        st.decimals(Decimal("0.001"), 100, places=3),
        st.integers(0, 10**6),
        st.just(""),
        st.just(0),
        st.integers(0, 10**6),
        st.none(),
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture
def home(world: World) -> Household:
    """A household of an organisation with two taxes."""
    with_terms(world)
    return world.household()


@given(lines)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_invoice_and_quote_agree_to_the_cent(world: World, home: Household, wanted: list[LineRequest]) -> None:
    """QUO-3: whatever was quoted, the invoice and the ledger say the same."""
    quote = sent(world, home, QuoteRequest(wanted))

    invoice = service.approve(world.organisation, home.id, quote.id, answer(world))

    assert (invoice.lines, invoice.total_minor) == (quote.lines, quote.total_minor)
    assert invoice.total_minor == sum(line.total_minor for line in quote.lines)
    entries = billing.list_entries(world.org, home.id, "", "CAD").rows
    assert [entry.minor for entry in entries if entry.document == invoice.id] == [invoice.total_minor] * bool(
        invoice.total_minor
    )
