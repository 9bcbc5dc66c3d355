"""What the household's summary and its messages tell of bookings, kept by the use cases that change them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.billing.books import Books
from chalicelib.bookings import store
from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.data.outbox import Notice
from chalicelib.households.summary import BookingRow
from chalicelib.households.summing import MAX_BOOKINGS
from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import say
from chalicelib.shared.times import to_iso

_FAR = timedelta(days=3660)
MOST_WAITING = 10
"""Requests of one household that wait for an answer: each keeps a time from everybody else and costs nothing."""
MOST_AHEAD = 100
"""Bookings of one household ahead, so that no family, and nobody in its name, books everything."""
NEWS = (BookingStatus.REQUESTED, BookingStatus.CONFIRMED, BookingStatus.COMPLETED)
"""What is still news to a family."""


def show(books: Books, before: Booking | None, after: Booking) -> None:
    """Brings the summary up to a changed booking: the next ones by name, and that there are any."""
    gone = {after.id, before.id if before else after.id}
    summary = books.summary
    rows = [row for row in summary.bookings if row.id not in gone and _is_ahead(books, row)]
    if len(rows) < MAX_BOOKINGS <= len(summary.bookings):
        rows = [row_of(each) for each in _stored(books) if each.id not in gone]
    if after.is_ahead(books.now):
        rows.append(row_of(after))
    news = tuple(row for row in summary.news if row.kind != "booking" or row.id not in gone)
    first = tuple(sorted(rows, key=lambda row: (row.starts, row.id))[:MAX_BOOKINGS])
    books.amend(replace(summary, bookings=first, news=news, has_bookings=True))
    if after.status in NEWS:
        books.news("booking", after.id, after.resource)


def require_few(books: Books, wanted: Booking) -> None:
    """Raises Conflict when a family has as many bookings ahead, or requests that wait, as one family may."""
    rows = [row for row in books.summary.bookings if _is_ahead(books, row)]
    if len(books.summary.bookings) >= MAX_BOOKINGS:
        rows = [row_of(each) for each in _stored(books)]
    waiting = sum(row.status == BookingStatus.REQUESTED.value for row in rows)
    is_one_more = wanted.status is BookingStatus.REQUESTED
    if len(rows) >= MOST_AHEAD or (is_one_more and waiting >= MOST_WAITING):
        raise Conflict(say("You have many bookings ahead already. Please ask us for more."))


def row_of(booking: Booking) -> BookingRow:
    """A booking as the summary names it."""
    return BookingRow(booking.id, booking.resource, booking.starts, booking.ends, booking.status.value)


def _is_ahead(books: Books, row: BookingRow) -> bool:
    return Booking(row.id, books.household, row.resource, row.starts, row.ends, BookingStatus(row.status)).is_ahead(
        books.now
    )


def _stored(books: Books) -> list[Booking]:
    found = store.list_between(books.org, books.household, books.now, books.now + _FAR, consistent=True)
    return [booking for booking in found if booking.is_ahead(books.now)]


def tell(books: Books, template: str, booking: Booking, **facts: Any) -> None:
    """Has the family told of a booking, once for each change of it."""
    told = {
        "booking": booking.id,
        "place": booking.resource,
        "at": to_iso(booking.starts),
        "ends_at": to_iso(booking.ends),
        **facts,
    }
    notice = Notice(template, "", told, household=booking.household)
    books.note(template, booking.resource)
    books.tell(notice, message=f"{template}-{booking.tail}-{booking.sequence}")


def billed(books: Books, booking: Booking) -> dict[str, Any]:
    """What a message says of a booking's invoice; nothing of what is free."""
    if not booking.invoice:
        return {}
    invoice = books.invoices.get(booking.invoice)
    return {
        "invoice": invoice.id,
        "number": invoice.number,
        "minor": invoice.balance_minor,
        "currency": invoice.currency,
        "due_on": invoice.dues[0].on.isoformat() if invoice.dues else "",
    }
