"""What the desk reads of quotes: drafts too, whether the family opened one, and what it answered (QUO-1 to QUO-3)."""

from datetime import date
from typing import NamedTuple

from chalicelib.households.summary import Summary
from chalicelib.quotes.domain import Quote, QuoteStatus
from chalicelib.quotes.pages import QuoteRowView, QuoteView, quote_row, quote_view
from chalicelib.quotes.store import QuoteRow
from chalicelib.shared.texts import Message, say
from chalicelib.till.homes import base_of, billing_base
from chalicelib.web.language import Local, dotted

_WAITS = say("Waiting for an answer")
_DRAFT = say("Draft", context="quote")


class DeskQuote(NamedTuple):
    """A quote as the desk sees it, and what may be done with it."""

    title: str
    view: QuoteView
    is_draft: bool
    answer: str
    """What the family said, in a sentence of its own; empty as long as it said nothing."""


def desk_row(row: QuoteRow, home: Summary, local: Local, org: str, today: date) -> QuoteRowView:
    """A quote in the desk's list."""
    found = quote_row(row, local, org, today, base=base_of(home))
    waits = row.status is QuoteStatus.SENT and (row.valid_until is None or row.valid_until >= today)
    named = found if row.number else found._replace(number=local.say(_DRAFT))
    return named._replace(status=local.say(_WAITS)) if waits else named


def draft_row(draft: Quote, home: Summary, local: Local, org: str, today: date) -> QuoteRowView:
    """A draft in the desk's list."""
    about = draft.lines[0].description if draft.lines else ""
    row = QuoteRow(draft.id, about, draft.made_on, None, draft.total_minor, draft.currency, draft.status)
    return desk_row(row, home, local, org, today)


def desk_quote(quote: Quote, home: Summary, local: Local, org: str, today: date) -> DeskQuote:
    """A quote with what staff want to know of it."""
    view = quote_view(quote, home, local, org, today, base=billing_base(home))
    is_draft = quote.status is QuoteStatus.DRAFT
    title = say("Draft of a quote") if is_draft else say("Quote %(number)s", number=quote.number)
    return DeskQuote(
        title=local.say(title),
        view=view._replace(
            status=local.say(_WAITS) if view.is_open else view.status,
            facts=[(local.say(label), value) for label, value in _facts(quote, home, local)],
        ),
        is_draft=is_draft,
        answer=quote.answer.words if quote.answer else "",
    )


def _facts(quote: Quote, home: Summary, local: Local) -> list[tuple[Message, str]]:
    payer = home.member(quote.payer)
    made = say("Made on") if quote.status is QuoteStatus.DRAFT else say("Sent on")
    facts = [(made, local.date(quote.made_on, "long"))]
    if quote.status is QuoteStatus.DRAFT and quote.valid_days:
        days = say("%(n)s day", plural="%(n)s days", n=quote.valid_days)
        facts.append((say("Valid, once it is sent"), local.say(days)))
    if quote.valid_until:
        facts.append((say("Valid until"), local.date(quote.valid_until, "long")))
    if payer:
        facts.append((say("Billed to"), payer.name))
    if quote.viewed_at:
        facts.append((say("First opened"), local.datetime(quote.viewed_at)))
    if quote.answer:
        said = say("Declined by") if quote.status is QuoteStatus.DECLINED else say("Approved by")
        facts.append((said, dotted(quote.answer.name, local.datetime(quote.answer.at))))
    return facts
