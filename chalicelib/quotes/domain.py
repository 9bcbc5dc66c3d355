"""Quotes and their way from draft to invoice; amounts in integer minor units.

A quote is never edited once it is sent. That it expired is worked out from its last day, and is so whether or not the
clock has put it away by then; that the family saw it is a moment beside its state.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from chalicelib.billing.domain import InvoiceLine
from chalicelib.shared.errors import Conflict
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import Message, say

TOLD_BEFORE = 3
"""Days before its last day on which the family is told that a quote will expire."""


class QuoteStatus(Enum):
    """Where a quote stands (glossary)."""

    DRAFT = "draft"
    SENT = "sent"
    APPROVED = "approved"
    """Passed through: the invoice is made in the same transaction."""
    CONVERTED = "converted"
    DECLINED = "declined"
    EXPIRED = "expired"
    """Worked out of a sent one (C9); stored once the clock has put it away."""


class Answer(NamedTuple):
    """Who approved or declined a quote, when and from where (X-1)."""

    user: str
    name: str
    """As the user was called then."""
    at: datetime
    source: str
    """Network address the answer came from."""
    words: str = ""
    """The family's own reference when it approved; its reason when it declined."""


@frozen
class Quote(Frozen):
    """What something would cost, for good once it is sent."""

    id: str
    household: str
    number: str
    currency: str
    status: QuoteStatus
    lines: tuple[InvoiceLine, ...]
    total_minor: int
    made_on: date
    """Of a draft the day it was made, then the day it was sent."""
    valid_days: int = 0
    """How long after it is sent it may be approved; 0: without end."""
    valid_until: date | None = None
    """Last day on which it may be approved, the whole day in the organisation's zone; None: without end."""
    payer: str = ""
    """Who would be billed within the household; empty: the household itself."""
    note: str = ""
    sent_at: datetime | None = None
    viewed_at: datetime | None = None
    """When the family first opened it (X-3)."""
    answer: Answer | None = None
    invoice: str = ""
    """Invoice it became (QUO-3)."""
    version: int | None = None

    def status_at(self, today: date) -> QuoteStatus:
        """Where it stands on the organisation's day `today`."""
        return status_at(self.status, self.valid_until, today)

    def is_open(self, today: date) -> bool:
        """Whether it may be approved or declined (X-1, C9)."""
        return self.status_at(today) is QuoteStatus.SENT


def status_at(status: QuoteStatus, valid_until: date | None, today: date) -> QuoteStatus:
    """What a stored state means on the organisation's day `today`: a sent quote expires after its last day (C9)."""
    expired = status is QuoteStatus.SENT and valid_until is not None and valid_until < today
    return QuoteStatus.EXPIRED if expired else status


_WHY_NOT: dict[QuoteStatus, Message] = {
    QuoteStatus.EXPIRED: say("This quote has expired. Please ask us for a new one."),
    QuoteStatus.DECLINED: say("This quote was declined. Please ask us for a new one."),
    QuoteStatus.APPROVED: say("This quote was approved already."),
    QuoteStatus.CONVERTED: say("This quote was approved already."),
}


def sent(draft: Quote, number: str, sent_id: str, now: datetime, today: date) -> Quote:
    """A draft once it is sent under its number; its time begins. Raises Conflict when it is no draft."""
    if draft.status is not QuoteStatus.DRAFT:
        raise Conflict
    return replace(
        draft,
        id=sent_id,
        number=number,
        status=QuoteStatus.SENT,
        made_on=today,
        valid_until=today + timedelta(days=draft.valid_days) if draft.valid_days else None,
        sent_at=now,
        version=None,
    )


def approved(quote: Quote, answer: Answer, today: date) -> Quote:
    """The quote once the family approved it. Raises Conflict unless it is open (C9)."""
    _require_open(quote, today)
    return replace(quote, status=QuoteStatus.APPROVED, answer=answer)


def converted(quote: Quote, invoice_id: str) -> Quote:
    """An approved quote once its invoice is made. Raises Conflict when nobody approved it."""
    if quote.status is not QuoteStatus.APPROVED:
        raise Conflict
    return replace(quote, status=QuoteStatus.CONVERTED, invoice=invoice_id)


def declined(quote: Quote, answer: Answer, today: date) -> Quote:
    """The quote once the family declined it. Raises Conflict unless it is open."""
    _require_open(quote, today)
    return replace(quote, status=QuoteStatus.DECLINED, answer=answer)


def withdrawn(quote: Quote, today: date) -> Quote:
    """The quote once the organisation took it back: its last day is over. Raises Conflict unless it is open."""
    _require_open(quote, today)
    return replace(quote, valid_until=today - timedelta(days=1))


def ended(quote: Quote, today: date) -> Quote:
    """A quote put away once its last day is over. Raises Conflict unless it is a sent one that expired."""
    if quote.status is not QuoteStatus.SENT or quote.status_at(today) is not QuoteStatus.EXPIRED:
        raise Conflict
    return replace(quote, status=QuoteStatus.EXPIRED)


def told_on(sent_on: date, valid_until: date) -> date | None:
    """The day on which the family is told that a quote will expire; None for one so short that it was just sent."""
    day = valid_until - timedelta(days=TOLD_BEFORE)
    return day if day > sent_on else None


def _require_open(quote: Quote, today: date) -> None:
    if not quote.is_open(today):
        raise Conflict(_WHY_NOT.get(quote.status_at(today)))
