"""Quotes as the items that store them. Only what writes quotes loads this; pages read by `store`."""

from datetime import UTC, date, datetime, time

from chalicelib.billing.items import line_row
from chalicelib.data import keys
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.quotes.domain import Answer, Quote, QuoteStatus, told_on
from chalicelib.quotes.models import OpenQuoteItem, QuoteItem
from chalicelib.shared.times import to_iso

QUEUE = "quotes"
"""Work queue of quotes that will expire."""
_NEVER = "9999-12-31"
"""Stands in keys for a quote that is valid without end."""


def save(transaction: Transaction, org: str, before: Quote | None, after: Quote) -> None:
    """Adds the write of a quote over what was stored of it; refused when it was changed meanwhile."""
    old = _items(org, before) if before else {}
    new = _items(org, after)
    for key in old.keys() - new.keys():
        transaction.delete("quote", old[key])
    for key, item in new.items():
        if key not in old or isinstance(item, QuoteItem):
            transaction.put("quote", item)


def remove(transaction: Transaction, org: str, quote: Quote) -> None:
    """Adds the end of a quote that nobody saw; refused when it was changed meanwhile."""
    for item in _items(org, quote).values():
        transaction.delete("quote", item)


def _items(org: str, quote: Quote) -> dict[Key, Item]:
    """All items that a quote has in the table: itself, and its place among those that wait for an answer."""
    items: list[Item] = [_quote_item(org, quote)]
    if quote.status is QuoteStatus.SENT:
        items.append(_open_item(org, quote))
    return {item.key: item for item in items}


def _open_item(org: str, quote: Quote) -> OpenQuoteItem:
    until = _text(quote.valid_until)
    pk, sk = keys.open_quote(org, quote.household, until or _NEVER, quote.id)
    return OpenQuoteItem(
        pk,
        sk,
        quote=quote.id,
        number=quote.number,
        made_on=quote.made_on.isoformat(),
        valid_until=until,
        total=quote.total_minor,
        currency=quote.currency,
        queue=QUEUE if quote.valid_until else None,
        due=looked_at(quote.made_on, quote.valid_until) if quote.valid_until else None,
    )


def looked_at(sent_on: date, valid_until: date) -> str:
    """When the clock looks at a quote first, early enough in any zone: to tell that it will expire, or that it did."""
    return to_iso(datetime.combine(told_on(sent_on, valid_until) or valid_until, time(), UTC))


def _quote_item(org: str, quote: Quote) -> QuoteItem:
    draft = quote.status is QuoteStatus.DRAFT
    pk, sk = (keys.draft_quote if draft else keys.quote)(org, quote.household, quote.id)
    return QuoteItem(
        pk,
        sk,
        quote=quote.id,
        household=quote.household,
        number=quote.number,
        currency=quote.currency,
        status=quote.status.value,
        lines=[line_row(line) for line in quote.lines],
        total=quote.total_minor,
        made_on=quote.made_on.isoformat(),
        valid_days=quote.valid_days,
        valid_until=_text(quote.valid_until),
        payer=quote.payer or None,
        note=quote.note or None,
        sent_at=to_iso(quote.sent_at) if quote.sent_at else None,
        viewed_at=to_iso(quote.viewed_at) if quote.viewed_at else None,
        answer=_answer_row(quote.answer) if quote.answer else None,
        invoice=quote.invoice or None,
        version=quote.version,
    )


def _answer_row(answer: Answer) -> list[str]:
    return [answer.user, answer.name, to_iso(answer.at), answer.source, answer.words]


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
