"""Reads quotes, and notes that one was seen."""

import re
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from chalicelib.billing.store import line_from
from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.quotes.domain import Answer, Quote, QuoteStatus
from chalicelib.quotes.models import OpenQuoteItem, QuoteItem
from chalicelib.shared.ids import is_dated_id
from chalicelib.shared.times import day_or_none, from_iso, moment_or_none, to_iso

_AFTER = re.compile(r"(?:OPEN#\d{4}-\d\d-\d\d#)?(\d{8}-[a-z2-7]{32})", re.ASCII)


class QuoteRow(NamedTuple):
    """A quote as lists show it."""

    id: str
    number: str
    made_on: date
    valid_until: date | None
    total_minor: int
    currency: str
    status: QuoteStatus


def get_quote(org: str, household_id: str, quote_id: str) -> Quote | None:
    """The household's quote, or None; a draft is not found by this key. One strong read."""
    return _get(keys.quote(org, household_id, quote_id), quote_id)


def get_draft(org: str, household_id: str, quote_id: str) -> Quote | None:
    """A quote that is not sent yet, or None; for staff only. One strong read."""
    return _get(keys.draft_quote(org, household_id, quote_id), quote_id)


def list_drafts(org: str, household_id: str, after: str = "") -> read.Page[Quote]:
    """Quotes that are not sent yet, newest first, a page at a time; for staff only. One strong read."""
    found = read.listed(QuoteItem, partial(keys.draft_quote, org, household_id), after=after, consistent=True)
    return read.Page([quote_from(item) for item in found.rows], found.next)


def _get(key: Key, quote_id: str) -> Quote | None:
    item = read.one(QuoteItem, key) if is_dated_id(quote_id) else None
    return quote_from(item) if item else None


def list_quotes(org: str, household_id: str, after: str = "") -> read.Page[QuoteRow]:
    """Quotes a page at a time: those that wait for an answer first, then the answered ones, newest first.

    `after` is what the page before said. One round trip.
    """
    start = after if _AFTER.fullmatch(after) else ""
    found = read.listed(Item, partial(keys.quote, org, household_id), after=start)
    return read.Page([row for row in map(_row, found.rows) if row], found.next)


def _row(item: Item) -> QuoteRow | None:
    """A row of the list; None for a quote that waits, since its place is further up."""
    if isinstance(item, OpenQuoteItem):
        return QuoteRow(
            item.quote, item.number, date.fromisoformat(item.made_on), day_or_none(item.valid_until), int(item.total),
            item.currency, QuoteStatus.SENT,
        )  # fmt: skip
    if isinstance(item, QuoteItem) and item.status != QuoteStatus.SENT.value:
        quote = quote_from(item)
        return QuoteRow(
            quote.id, quote.number, quote.made_on, quote.valid_until, quote.total_minor, quote.currency, quote.status
        )
    return None


def mark_viewed(org: str, quote: Quote, now: datetime) -> None:
    """Notes when the family first opened it (X-3). One write. Raises ConditionFailed when it was changed meanwhile."""
    pk, sk = keys.quote(org, quote.household, quote.id)
    write.update(QuoteItem(pk, sk, version=quote.version), [QuoteItem.viewed_at.set(to_iso(now))])


def quote_from(item: QuoteItem) -> Quote:
    """The quote that `item` stores."""
    return Quote(
        id=item.quote,
        household=item.household,
        number=item.number,
        currency=item.currency,
        status=QuoteStatus(item.status),
        lines=tuple(line_from(row) for row in item.lines),
        total_minor=int(item.total),
        made_on=date.fromisoformat(item.made_on),
        valid_days=int(item.valid_days),
        valid_until=day_or_none(item.valid_until),
        payer=item.payer or "",
        note=item.note or "",
        sent_at=moment_or_none(item.sent_at),
        viewed_at=moment_or_none(item.viewed_at),
        answer=_answer_from(item.answer) if item.answer else None,
        invoice=item.invoice or "",
        version=item.version,
    )


def _answer_from(row: list[str]) -> Answer:
    user, name, at, source, words = row
    return Answer(user, name, from_iso(at), source, words)
