"""View models of quotes: amounts, states and dates as words."""

from datetime import date
from typing import NamedTuple

from chalicelib.billing.pages import LineView, line_view, sums
from chalicelib.households.summary import Summary
from chalicelib.quotes.domain import Quote, QuoteStatus, status_at
from chalicelib.quotes.store import QuoteRow
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

_STATUS_WORDS: dict[QuoteStatus, tuple[Message, str]] = {
    QuoteStatus.DRAFT: (say("Draft", context="quote"), "neutral"),
    QuoteStatus.SENT: (say("Waiting for your answer"), "info"),
    QuoteStatus.APPROVED: (say("Approved", context="quote"), "success"),
    QuoteStatus.CONVERTED: (say("Approved", context="quote"), "success"),
    QuoteStatus.DECLINED: (say("Declined", context="quote"), "neutral"),
    QuoteStatus.EXPIRED: (say("Expired", context="quote"), "warning"),
}


class QuoteRowView(NamedTuple):
    """A quote in a list."""

    number: str
    href: str
    meta: str
    amount: str
    status: str
    tone: str


class QuoteView(NamedTuple):
    """A quote with all that is on it."""

    id: str
    number: str
    status: str
    tone: str
    is_open: bool
    lines: tuple[LineView, ...]
    sums: list[tuple[str, str]]
    """Subtotal and taxes."""
    total: str
    facts: list[tuple[str, str]]
    note: str
    invoice: str
    """Address of the invoice it became; empty while there is none."""


def quote_row(row: QuoteRow, local: Local, org: str, today: date, *, base: str = "") -> QuoteRowView:
    """A quote in the list, as it stands today.

    `base` begins the addresses of pages about money: empty for the family's own, the family's place at the desk there.
    """
    words, tone = _STATUS_WORDS[status_at(row.status, row.valid_until, today)]
    waits = row.status is QuoteStatus.SENT and row.valid_until is not None
    until = local.say(say("valid until %(day)s", day=row.valid_until)) if waits else ""
    return QuoteRowView(
        number=row.number,
        href=urls.portal(org, f"{base}quotes/{row.id}"),
        meta=dotted(local.date(row.made_on), until),
        amount=local.money(row.total_minor, row.currency),
        status=local.say(words),
        tone=tone,
    )


def quote_view(quote: Quote, summary: Summary, local: Local, org: str, today: date, *, base: str = "") -> QuoteView:
    """A quote with its lines for each member, its taxes, and what became of it."""
    words, tone = _STATUS_WORDS[quote.status_at(today)]
    return QuoteView(
        id=quote.id,
        number=quote.number,
        status=local.say(words),
        tone=tone,
        is_open=quote.is_open(today),
        lines=tuple(line_view(line, summary, local, quote.currency) for line in quote.lines),
        sums=sums(quote.lines, quote.total_minor, quote.currency, local),
        total=local.money(quote.total_minor, quote.currency),
        facts=_facts(quote, local),
        note=quote.note,
        invoice=urls.portal(org, f"{base}invoices/{quote.invoice}") if quote.invoice else "",
    )


def _facts(quote: Quote, local: Local) -> list[tuple[str, str]]:
    facts: list[tuple[Message, str]] = [(say("Sent on"), local.date(quote.made_on, "long"))]
    if quote.valid_until:
        facts.append((say("Valid until"), local.date(quote.valid_until, "long")))
    if quote.answer:
        facts += _answer_facts(quote, local)
    return [(local.say(label), value) for label, value in facts]


def _answer_facts(quote: Quote, local: Local) -> list[tuple[Message, str]]:
    answer = quote.answer
    if answer is None:
        return []
    said_no = quote.status is QuoteStatus.DECLINED
    who = dotted(answer.name, local.datetime(answer.at))
    facts = [(say("Declined by") if said_no else say("Approved by"), who)]
    if answer.words:
        facts.append((say("Your reason") if said_no else say("Your reference"), answer.words))
    return facts
