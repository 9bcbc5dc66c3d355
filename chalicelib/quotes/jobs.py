"""The clock's work about quotes: families are told before one expires, and what expired is put away (QUO-4, C9).

Found by the work queue; how a quote stands is worked out anew at each look, so that a late run or a second one does no
harm: nobody can approve what has expired, whether or not it was put away.
"""

from datetime import date, datetime, time, timedelta

from chalicelib.billing.books import Books, keep
from chalicelib.data import failing, keys, outbox, read, write
from chalicelib.data.keys import Key
from chalicelib.data.outbox import MessageItem, Notice
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.quotes import domain, items, store
from chalicelib.quotes.domain import Quote, QuoteStatus
from chalicelib.quotes.items import QUEUE
from chalicelib.quotes.models import OpenQuoteItem
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.times import DAY, after, day_begins, from_local, local_day, to_iso
from chalicelib.web import logs

_TOLD_AT = time(10)
"""On the organisation's clock."""


def run(now: datetime) -> int:
    """Tells of quotes that will expire and puts away those that did; returns how many were looked at.

    Safe to run twice or at once. Raises Unavailable when the queue can not be read.
    """
    seen: set[Key] = set()
    while fresh := [key for key in read.waiting(QUEUE, to_iso(now)) if key not in seen]:
        seen.update(fresh)
        for key in fresh:
            _look(key, now)
    return len(seen)


def _look(key: Key, now: datetime) -> None:
    try:
        again = _one(key, now)
    except Exception as error:  # one family's trouble must not keep the others from being told
        logs.failure("quotes.failed", error, failures=failing.put_off(key, QUEUE, now))
        return
    _put_off(key, again)


def _one(key: Key, now: datetime) -> datetime | None:
    """Does what is due about one quote; returns when to look again, None when it is over."""
    org, household = keys.owner(key)
    item, organisation = read.one(OpenQuoteItem, key), organisations.get(org)
    quote = store.get_quote(org, household, item.quote) if item else None
    if organisation is None or quote is None or quote.valid_until is None:
        return None
    if organisation.status is Status.SUSPENDED:
        return after(now, DAY)
    over = day_begins(quote.valid_until + timedelta(days=1), organisation.zone)
    if now >= over:
        _end(organisation, quote, now)
        return None
    told_on = domain.told_on(quote.made_on, quote.valid_until)
    told_at = from_local(datetime.combine(told_on, _TOLD_AT), organisation.zone) if told_on else None
    if told_at and now < told_at:
        return told_at
    if told_at and quote.is_open(local_day(now, organisation.zone)):
        _tell(organisation, quote, quote.valid_until, now)
    return over


def _end(organisation: Organisation, quote: Quote, now: datetime) -> None:
    """Puts away what expired, unless somebody answered just before."""

    def work(books: Books) -> None:
        found = store.get_quote(books.org, books.household, quote.id)
        if found is None or found.status is not QuoteStatus.SENT:
            return
        items.save(books.transaction, books.org, found, domain.ended(found, books.today))
        books.note("quote_expired", found.number)

    keep(organisation, quote.household, now, work)


def _tell(organisation: Organisation, quote: Quote, until: date, now: datetime) -> None:
    """Tells the household once that a quote will expire."""
    facts = {
        "quote": quote.id,
        "number": quote.number,
        "until_on": until.isoformat(),
        "total_minor": quote.total_minor,
        "currency": quote.currency,
    }
    over = day_begins(until + timedelta(days=1), organisation.zone)
    notice = Notice("quote_expiring", "", facts, household=quote.household, until=over, thread=f"quote-{quote.id}")
    transaction = Transaction()
    outbox.enqueue(transaction, organisation.slug, notice, now, message=f"quote-expiring-{quote.id}")
    try:
        transaction.commit()
    except ConditionFailed:  # told before
        return


def _put_off(key: Key, until: datetime | None) -> None:
    """Has a quote looked at again then; None: not any more, so that it is in nobody's way."""
    item = OpenQuoteItem(key.pk, key.sk)
    place = (
        [OpenQuoteItem.due.set(to_iso(until))] if until else [OpenQuoteItem.queue.remove(), OpenQuoteItem.due.remove()]
    )
    try:
        write.update(item, [*place, OpenQuoteItem.failed_runs.remove()], OpenQuoteItem.queue == QUEUE)
    except (ConditionFailed, Unavailable):  # answered meanwhile; or it is looked at again
        return


def still_open(item: MessageItem, now: datetime) -> str:
    """Why it is not told any more that a quote will expire; "" while it waits for an answer (M-09). Two reads."""
    organisation = organisations.get(item.org)
    quote = store.get_quote(item.org, item.household or "", item.facts["quote"])
    if organisation is None or quote is None:
        return "gone"
    return "" if quote.is_open(local_day(now, organisation.zone)) else "answered"


def mend(item: OpenQuoteItem) -> bool:
    """Puts a quote that will expire, and is in no work queue, into that of quotes; says whether it did."""
    if item.queue or not item.valid_until:
        return False
    due = items.looked_at(date.fromisoformat(item.made_on), date.fromisoformat(item.valid_until))
    actions = [OpenQuoteItem.queue.set(QUEUE), OpenQuoteItem.due.set(due)]
    there = OpenQuoteItem.pk.exists() & OpenQuoteItem.queue.does_not_exist()
    try:
        write.update(OpenQuoteItem(item.pk, item.sk), actions, there)
    except ConditionFailed:
        return False
    return True
