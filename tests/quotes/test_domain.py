"""The states of a quote, and when it may be answered."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.quotes.domain import Answer, Quote, QuoteStatus, approved, converted, declined, sent
from chalicelib.shared.errors import Conflict

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
ANSWER = Answer("u", "Marie", NOW, "203.0.113.7")


def quote(status: QuoteStatus = QuoteStatus.SENT, valid_until: date | None = None, **changes: object) -> Quote:
    return Quote("id", "home", "Q-1", "CAD", status, (), 100, TODAY, valid_until=valid_until, **changes)  # type: ignore[arg-type]


@given(st.integers(-400, 400), st.sampled_from(QuoteStatus))
def test_only_a_sent_quote_before_its_end_may_be_answered(days: int, status: QuoteStatus) -> None:
    """X-1, C9: the last day counts whole; one day later nobody may approve or decline."""
    given_quote = quote(status, TODAY + timedelta(days=days))
    fits = status is QuoteStatus.SENT and days >= 0

    assert given_quote.is_open(TODAY) is fits
    for act in (approved, declined):
        if fits:
            assert act(given_quote, ANSWER, TODAY).answer == ANSWER
        else:
            with pytest.raises(Conflict):
                act(given_quote, ANSWER, TODAY)


def test_a_quote_without_an_end_never_expires() -> None:
    """C9: the day is empty or in the future."""
    assert quote().status_at(date(2999, 1, 1)) is QuoteStatus.SENT


@pytest.mark.parametrize("status", [QuoteStatus.CONVERTED, QuoteStatus.DECLINED])
def test_what_was_answered_does_not_expire(status: QuoteStatus) -> None:
    assert quote(status, TODAY - timedelta(days=1)).status_at(TODAY) is status


def test_its_time_begins_when_it_is_sent() -> None:
    """A draft that lay in a drawer has its whole time left."""
    draft = quote(QuoteStatus.DRAFT, valid_days=30)

    published = sent(draft, "Q-7", "20261122-x", NOW, TODAY)

    assert (published.number, published.status, published.valid_until) == (
        "Q-7", QuoteStatus.SENT, TODAY + timedelta(days=30),
    )  # fmt: skip
    assert sent(quote(QuoteStatus.DRAFT), "Q-8", "x", NOW, TODAY).valid_until is None
    with pytest.raises(Conflict):
        sent(published, "Q-9", "x", NOW, TODAY)


def test_only_what_was_approved_becomes_an_invoice() -> None:
    """QUO-3: approved is passed through on the way to the invoice."""
    agreed = approved(quote(), ANSWER, TODAY)

    assert agreed.status is QuoteStatus.APPROVED
    assert converted(agreed, "invoice").status is QuoteStatus.CONVERTED
    with pytest.raises(Conflict):
        converted(quote(), "invoice")
