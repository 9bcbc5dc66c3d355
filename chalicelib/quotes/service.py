"""What is done with quotes: staff make and send them, the family approves or declines (QUO-1 to QUO-4).

Each use case is one transaction, and a quote is only written over the version that was read. So
however often and from wherever somebody approves, there is one invoice.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.billing import issuing
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import Invoice
from chalicelib.billing.issuing import InvoiceRequest
from chalicelib.billing.numbering import next_number
from chalicelib.billing.pricing import LineRequest, price, total
from chalicelib.data import outbox
from chalicelib.data.outbox import Notice
from chalicelib.organisations.domain import Organisation
from chalicelib.quotes import domain, items, store
from chalicelib.quotes.domain import Answer, Quote, QuoteStatus
from chalicelib.recurring.service import require_members
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.ids import dated_id
from chalicelib.shared.texts import say
from chalicelib.shared.times import day_begins, to_iso


class QuoteRequest(NamedTuple):
    """What to quote."""

    lines: Sequence[LineRequest]
    currency: str = ""
    """Empty: the organisation's."""
    valid_days: int | None = None
    """Days it may be approved for once it is sent; 0: without end; None: the organisation's usual."""
    payer: str = ""
    note: str = ""
    once: str = ""
    """Name of the form: sending the same one again finds the draft that it made."""


def create(organisation: Organisation, household_id: str, request: QuoteRequest, now: datetime) -> Quote:
    """A draft that nobody in the family sees. Raises NotFound, Conflict below zero, ValueError for a wrong line."""

    def work(books: Books) -> Quote:
        draft_id = books.id_for("quote", request.once)
        if request.once and (before := _made_before(books, draft_id)):
            return before
        currency = request.currency or organisation.currency
        blank = Quote(draft_id, household_id, "", currency, QuoteStatus.DRAFT, (), 0, books.today)
        quote = _filled(books, blank, request)
        items.save(books.transaction, books.org, None, quote)
        return quote

    return keep(organisation, household_id, now, work)


def _made_before(books: Books, quote_id: str) -> Quote | None:
    """What the same form made before, whether or not it was sent meanwhile."""
    found = store.get_draft(books.org, books.household, quote_id)
    return found or store.get_quote(books.org, books.household, quote_id)


def _filled(books: Books, draft: Quote, request: QuoteRequest) -> Quote:
    """The draft with what is asked for. Raises NotFound for somebody else's member, Conflict, ValueError."""
    require_members(books, request.lines)
    terms = books.organisation.billing
    lines = price(request.lines, terms)
    if not lines or total(lines) < 0:
        raise Conflict(say("A quote needs lines, and can not be below zero."))
    return replace(
        draft,
        lines=lines,
        total_minor=total(lines),
        valid_days=terms.quote_days if request.valid_days is None else request.valid_days,
        payer=request.payer,
        note=request.note,
    )


def revise(
    organisation: Organisation, household_id: str, quote_id: str, version: int, request: QuoteRequest, now: datetime
) -> Quote:
    """A draft as it is wished now, over the `version` that was read.

    Raises NotFound, also when it was sent meanwhile, Conflict when it was changed, ValueError for a wrong line.
    """

    def work(books: Books) -> Quote:
        draft = _found(store.get_draft(books.org, household_id, quote_id))
        if draft.version != version:
            raise Conflict
        quote = _filled(books, draft, request)
        items.save(books.transaction, books.org, draft, quote)
        return quote

    return keep(organisation, household_id, now, work)


def discard(organisation: Organisation, household_id: str, quote_id: str, now: datetime) -> None:
    """Throws a draft away, which the family never saw. Raises NotFound, also when it was sent meanwhile."""

    def work(books: Books) -> None:
        items.remove(books.transaction, books.org, _found(store.get_draft(books.org, household_id, quote_id)))

    keep(organisation, household_id, now, work)


def send(organisation: Organisation, household_id: str, quote_id: str, now: datetime) -> Quote:
    """Publishes a draft under its number, and tells the household. Raises NotFound, also when it was sent meanwhile."""

    def work(books: Books) -> Quote:
        draft = _found(store.get_draft(books.org, household_id, quote_id))
        number = next_number(books.transaction, organisation, "quote", books.today)
        sent_id = dated_id(books.today, draft.id.partition("-")[2])
        quote = domain.sent(draft, number, sent_id, now, books.today)
        items.save(books.transaction, books.org, draft, quote)
        books.hold("quote")
        books.news("quote", quote.id, quote.number)
        books.note("quote_sent", quote.number)
        books.tell(_notice(organisation, quote), message=f"quote-{quote.id}")
        return quote

    return keep(organisation, household_id, now, work)


def send_again(organisation: Organisation, household_id: str, quote_id: str, now: datetime) -> Quote:
    """Tells the household once more of a quote that waits; once a day. Raises NotFound, Conflict when it is over."""

    def work(books: Books) -> Quote:
        quote = _found(store.get_quote(books.org, household_id, quote_id))
        if not quote.is_open(books.today):
            raise Conflict(say("This quote does not wait for an answer any more."))
        message = f"quote-{quote.id}-{books.today}"
        if quote.made_on < books.today and not outbox.is_there(books.org, message):
            books.note("quote_sent", quote.number)
            books.tell(_notice(organisation, quote), message=message)
        return quote

    return keep(organisation, household_id, now, work)


def withdraw(organisation: Organisation, household_id: str, quote_id: str, now: datetime) -> Quote:
    """Takes back a quote that was sent: from now on it has expired. Again it changes nothing.

    Raises NotFound, and Conflict when it was answered.
    """

    def work(books: Books) -> Quote:
        quote = _found(store.get_quote(books.org, household_id, quote_id))
        if quote.status_at(books.today) is QuoteStatus.EXPIRED:
            return quote
        over = domain.withdrawn(quote, books.today)
        items.save(books.transaction, books.org, quote, over)
        books.note("quote_withdrawn", quote.number)
        return over

    return keep(organisation, household_id, now, work)


def approve(organisation: Organisation, household_id: str, quote_id: str, answer: Answer) -> Invoice:
    """Makes the quote an invoice and returns it; one that was approved before gives the same invoice again.

    Raises NotFound, and Conflict when it expired (C9) or was declined.
    """

    def work(books: Books) -> Invoice:
        quote = _found(store.get_quote(books.org, household_id, quote_id))
        if quote.status is QuoteStatus.CONVERTED:
            return books.invoices.get(quote.invoice)
        agreed = domain.approved(quote, answer, books.today)
        invoice = _bill(books, agreed, answer.words)
        items.save(books.transaction, books.org, quote, domain.converted(agreed, invoice.id))
        books.note("quote_approved", quote.number)
        return invoice

    return keep(organisation, household_id, answer.at, work)


def decline(organisation: Organisation, household_id: str, quote_id: str, answer: Answer) -> Quote:
    """Notes that the family does not want it, and why; saying so again changes nothing.

    Raises NotFound, and Conflict when it expired or was approved.
    """

    def work(books: Books) -> Quote:
        quote = _found(store.get_quote(books.org, household_id, quote_id))
        if quote.status is QuoteStatus.DECLINED:
            return quote
        declined = domain.declined(quote, answer, books.today)
        items.save(books.transaction, books.org, quote, declined)
        books.note("quote_declined", quote.number)
        return declined

    return keep(organisation, household_id, answer.at, work)


def _bill(books: Books, quote: Quote, reference: str) -> Invoice:
    """The invoice over what was approved, to the cent: prices and taxes are the quote's, not those of today."""
    request = InvoiceRequest(
        (), quote.currency, payer=quote.payer, note=quote.note, reference=reference, quote=quote.id
    )
    blank = issuing.draft(books, request)
    return issuing.issue(books, replace(blank, lines=quote.lines, total_minor=quote.total_minor))


def _notice(organisation: Organisation, quote: Quote) -> Notice:
    facts: dict[str, Any] = {
        "quote": quote.id,
        "number": quote.number,
        "total_minor": quote.total_minor,
        "currency": quote.currency,
    }
    if quote.valid_until:
        facts["at"] = to_iso(day_begins(quote.valid_until, organisation.zone))
    return Notice("quote", "", facts, household=quote.household)


def _found(quote: Quote | None) -> Quote:
    if quote is None:
        raise NotFound
    return quote
