"""Pages of quotes: the list, one quote, and the family's answer."""

from datetime import timedelta

import pytest

from chalicelib.billing import store as billing
from chalicelib.data import write
from chalicelib.households.domain import Household, Role
from chalicelib.quotes import store
from chalicelib.quotes.domain import Quote, QuoteStatus
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.times import day_begins
from tests.quotes.quoting import request, sent
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.terms import with_terms
from tests.support.world import ZONE, World


def stored(world: World, home: Household, quote: Quote) -> Quote:
    found = store.get_quote(world.org, home.id, quote.id)
    assert found
    return found


def test_a_quote_shows_lines_taxes_total_and_until_when(world: World, door: Door) -> None:
    """QUO-1: a web page first; the same quote is in the list and among the news."""
    with_terms(world)
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    world.user(home)
    quote = sent(world, home, request(10000, lea.id, note="Bring a hat."))

    dashboard = door.enter("marie@example.com")
    listed = door.browser.get(f"/{world.org}/quotes")
    page = door.browser.get(listed.links[quote.number])

    assert f"Quote {quote.number}" in dashboard.text
    assert "Waiting for your answer" in listed.text
    for words in (
        "Summer camp", "Léa Tremblay", "TPS", "$5.00", "TVQ", "$9.98", "$114.98", "Bring a hat.", "Valid until",
    ):  # fmt: skip
        assert words in page.text, words
    assert len(page.body) < 50_000


def test_opening_a_quote_is_noted_once(world: World, door: Door, clock: TurnedClock) -> None:
    """X-3: the first time, with its moment; opening it again, and what staff do, change nothing."""
    home = world.household()
    world.user(home)
    quote = sent(world, home)
    door.enter("marie@example.com")
    assert stored(world, home, quote).viewed_at is None

    first = clock.now()
    door.browser.get(f"/{world.org}/quotes/{quote.id}")
    clock.advance(minutes=7)
    door.browser.get(f"/{world.org}/quotes/{quote.id}")

    assert stored(world, home, quote).viewed_at == first.replace(microsecond=0)


@pytest.mark.parametrize("failure", [Unavailable(), write.ConditionFailed(frozenset())])
def test_a_quote_opens_although_that_can_not_be_noted(
    world: World, door: Door, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    """X-3: reading is worth more than knowing that somebody read."""
    home = world.household()
    world.user(home)
    quote = sent(world, home)
    door.enter("marie@example.com")

    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(store, "mark_viewed", fail)

    assert door.browser.get(f"/{world.org}/quotes/{quote.id}").status == 200


def test_one_click_approves_and_leads_to_paying(world: World, door: Door) -> None:
    """QUO-2 to QUO-4, X-1: who, when, from where and the family's reference are kept; a second click finds the same."""
    with_terms(world, online=True)
    home = world.household()
    user = world.user(home)
    quote = sent(world, home)
    door.enter("marie@example.com")
    page = door.browser.get(f"/{world.org}/quotes/{quote.id}")

    reply = door.browser.submit(page, "approve", follow=False, reference="PO 42")
    again = door.browser.submit(page, "approve", follow=False, reference="PO 43")

    after = stored(world, home, quote)
    assert (reply.status, reply.location) == (303, f"/{world.org}/invoices/{after.invoice}/pay")
    assert again.location == reply.location
    assert after.answer
    assert after.answer[:2] == (user.id, "Marie Tremblay")
    assert (after.answer.source, after.answer.words) == (door.browser.source, "PO 42")
    invoice = billing.get_invoice(world.org, home.id, after.invoice)
    assert invoice
    assert (invoice.reference, invoice.total_minor) == ("PO 42", 11498)
    page = door.browser.get(f"/{world.org}/quotes/{quote.id}")
    assert "became an invoice" in page.text
    assert "Approve this quote" not in page.text


def test_without_online_payments_the_invoice_follows_the_approval(world: World, door: Door) -> None:
    """QUO-4: where nobody can pay online, the invoice says what is due."""
    home = world.household()
    world.user(home)
    quote = sent(world, home)
    door.enter("marie@example.com")

    page = door.browser.submit(door.browser.get(f"/{world.org}/quotes/{quote.id}"), "approve")

    assert page.status == 200
    assert "Invoice " in page.title
    assert "to pay by" in page.text


def test_declining_asks_for_a_reason_on_the_same_page(world: World, door: Door) -> None:
    home = world.household()
    world.user(home)
    quote = sent(world, home)
    door.enter("marie@example.com")
    page = door.browser.get(f"/{world.org}/quotes/{quote.id}")

    page = door.browser.submit(page, "decline")
    assert page.status == 400
    assert "Fill in this field" in page.text
    assert stored(world, home, quote).status is QuoteStatus.SENT

    page = door.browser.submit(page, "decline", reason="We are moving.\nThank you")
    assert page.status == 200
    assert "We are moving." in page.text
    assert stored(world, home, quote).status is QuoteStatus.DECLINED
    assert billing.list_invoices(world.org, home.id).rows == []


def test_an_expired_quote_offers_no_answer_and_takes_none(world: World, door: Door, clock: TurnedClock) -> None:
    """C9: also when the page was opened in time and the button pressed too late."""
    home = world.household()
    world.user(home)
    quote = sent(world, home, request(valid_days=1))
    door.enter("marie@example.com")
    page = door.browser.get(f"/{world.org}/quotes/{quote.id}")
    assert quote.valid_until
    clock.set(day_begins(quote.valid_until + timedelta(days=1), ZONE))
    door.enter("marie@example.com")
    late = door.browser.get(f"/{world.org}/quotes/{quote.id}")

    assert "Expired" in late.text
    assert "Approve this quote" in page.text
    assert "Approve this quote" not in late.text
    reply = door.browser.post(f"/{world.org}/quotes/{quote.id}/approve", {"csrf": late.form("language").fields["csrf"]})
    assert reply.status == 409
    assert "expired" in reply.text
    assert billing.list_invoices(world.org, home.id).rows == []


def test_a_viewer_reads_and_does_not_answer(world: World, door: Door) -> None:
    """C5: holder and guardians decide."""
    home = world.household()
    world.user(home, role=Role.VIEWER)
    quote = sent(world, home)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/quotes/{quote.id}")

    assert "Approve this quote" not in page.text
    assert "account holder or a guardian" in page.text


def test_drafts_of_quotes_never_appear(world: World, door: Door) -> None:
    """QUO-1: neither in the list nor under their own address."""
    from chalicelib.quotes import service

    home = world.household()
    world.user(home)
    draft = service.create(world.organisation, home.id, request(), world.now)
    door.enter("marie@example.com")

    assert "No quotes yet." in door.browser.get(f"/{world.org}/quotes").text
    assert door.browser.get(f"/{world.org}/quotes/{draft.id}").status == 404
    for odd in ("OPEN%232026-01-01%23x", "x", "%00"):
        assert door.browser.get(f"/{world.org}/quotes/{odd}").status == 404


def test_quotes_come_25_at_a_time(world: World, door: Door) -> None:
    home = world.household()
    world.user(home)
    for _ in range(27):
        sent(world, home)
    door.enter("marie@example.com")

    first = door.browser.get(f"/{world.org}/quotes")
    second = door.browser.get(first.links["Next page"])

    numbers = [sum(text.startswith("Q20") for text in page.links) for page in (first, second)]
    assert numbers == [25, 2]


@pytest.mark.parametrize(("language", "words"), [("fr", "Approuver cette soumission"), ("ru", "Одобрить смету")])
def test_a_quote_speaks_the_readers_language(world: World, door: Door, language: str, words: str) -> None:
    home = world.household()
    world.user(home, language=language)
    quote = sent(world, home)
    door.enter("marie@example.com")

    assert words in door.browser.get(f"/{world.org}/quotes/{quote.id}").text
