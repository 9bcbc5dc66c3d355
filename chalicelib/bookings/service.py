"""What is done with bookings, by families, the desk and the schedule (BOOK-2 to BOOK-4).

Each use case is one transaction: booking, week sheets, invoice or credit note, summary, messages. The
sheets make it impossible that a time is taken twice, the booking's version that something is done twice.
A second click finds what the first one did.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.billing import bought
from chalicelib.billing.books import Books, keep, open_books
from chalicelib.bookings import domain, money, resource_store, showing, store
from chalicelib.bookings.buying import line_of
from chalicelib.bookings.domain import Booking, BookingStatus, Side
from chalicelib.bookings.money import Parting
from chalicelib.bookings.resources import Resource
from chalicelib.bookings.sheets import Sheets, held_by
from chalicelib.bookings.wishes import Changed, Offer, Slot, Step, Taken, Unsigned, Wish, id_of, made_of
from chalicelib.consents import gate
from chalicelib.consents.domain import Catalogue
from chalicelib.consents.store import get_catalogue
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.shared.errors import NotFound
from chalicelib.shared.ids import dated_id
from chalicelib.shared.times import local_day, to_iso
from chalicelib.web.language import Local

_TOLD_WITHIN = timedelta(days=1)
"""How old an expired request may be for the family to be told of it; an import brings older ones."""


def offer(organisation: Organisation, resource: Resource, slot: Slot, local: Local, now: datetime) -> Offer:
    """What booking a time would come to. Raises Invalid when it is not offered."""
    return Offer(made_of(organisation, resource, slot, Wish(resource.id, slot, "", ""), "", local, now))


def book(organisation: Organisation, household_id: str, wish: Wish, local: Local, now: datetime) -> Booking:
    """Books a time, or asks for it where the organisation wants to agree (BOOK-3).

    Raises NotFound, Invalid when the time is not offered, Taken, Changed when price or rules are not as agreed,
    Unsigned, and Conflict when the family has so many already that nobody else would find a time.
    """
    resource, consents = _resource(organisation, wish.resource), asked_before(organisation)

    def work(books: Books) -> Booking:
        before = _before(books, wish)
        if before:
            return before
        if wish.member and not books.summary.member(wish.member):
            raise NotFound
        if unsigned := gate.missing(consents, books.summary, wish.member, "", "", books.today):
            raise Unsigned(unsigned)
        made = made_of(organisation, resource, wish.slot, wish, household_id, local, now)
        if Offer(made).digest != wish.agreed:
            raise Changed
        sheets = Sheets(books.org)
        _require_free(sheets, resource, made, now)
        showing.require_few(books, made)
        if made.status is BookingStatus.CONFIRMED:
            made = money.bill(books, made)
        _write(books, None, made, sheets)
        template = "booking_confirmed" if made.status is BookingStatus.CONFIRMED else "booking_requested"
        showing.tell(books, template, made, **showing.billed(books, made))
        return made

    return keep(organisation, household_id, now, work)


def asked_before(organisation: Organisation) -> Catalogue:
    """The consents that bookings may wait for (NEW-13). One strong read, where the organisation asks for any."""
    return get_catalogue(organisation.slug) if organisation.uses(Module.FORMS) else Catalogue()


def _before(books: Books, wish: Wish) -> Booking | None:
    """The booking that the same form made before."""
    return store.get_booking(books.org, books.household, id_of(books.organisation, books.household, wish))


def _require_free(sheets: Sheets, resource: Resource, booking: Booking, now: datetime) -> None:
    if not sheets.is_free(resource, held_by(booking), now):
        raise Taken


def cancelling(organisation: Organisation, household_id: str, booking_id: str, side: Side, now: datetime) -> Step:
    """What cancelling would come to, to the cent. Raises NotFound, Conflict where that side may not."""
    books = open_books(organisation, household_id, now)
    booking = require(books.org, household_id, booking_id)
    domain.cancelled(booking, side, "", now)
    return Step(booking, money.parting(books, booking, side))


def cancel(
    organisation: Organisation,
    household_id: str,
    booking_id: str,
    side: Side,
    reason: str,
    agreed: str,
    now: datetime,
) -> Booking:
    """Gives a booking up; what is billed for it is taken back as was `agreed` (digest of a `Step`).

    Doing so again changes nothing. Raises NotFound, Conflict where that side may not, Changed.
    """

    def work(books: Books) -> Booking:
        before = require(books.org, household_id, booking_id)
        if before.status is BookingStatus.CANCELLED:
            return before
        after = domain.cancelled(before, side, reason, now)
        step = Step(before, money.parting(books, before, side))
        if step.digest != agreed:
            raise Changed
        money.take_back(books, before, step.parting)
        back, parted = step.parting.back_minor, step.parting
        _write(books, before, after, back_minor=back)
        facts = {"minor": back, "credit": parted.credit_minor, "currency": parted.currency} if back else {}
        showing.tell(books, "booking_cancelled", after, by_us=side is Side.ORGANISATION, reason=reason, **facts)
        return after

    return keep(organisation, household_id, now, work)


def moving(
    organisation: Organisation, household_id: str, booking_id: str, slot: Slot, local: Local, now: datetime
) -> Step:
    """What moving to another time of the same resource would come to. Raises NotFound, Conflict, Invalid."""
    books = open_books(organisation, household_id, now)
    booking = require(books.org, household_id, booking_id)
    resource = _resource(organisation, booking.resource_id)
    return _moving(books, booking, resource, slot, local)


def move(
    organisation: Organisation,
    household_id: str,
    booking_id: str,
    slot: Slot,
    agreed: str,
    local: Local,
    now: datetime,
) -> Booking:
    """Moves a booking as was `agreed` (digest of a `Step`): its present time is given up under its own terms, and
    the new one is taken under those of today, to be approved where the organisation wants that.

    Doing so again changes nothing. Raises NotFound, Conflict where the family may not, Invalid, Taken, Changed.
    """
    resource = _resource(organisation, require(organisation.slug, household_id, booking_id).resource_id)

    def work(books: Books) -> Booking:
        before = require(books.org, household_id, booking_id)
        if (before.starts, before.minutes) == slot:
            return before
        step = _moving(books, before, resource, slot, local)
        if step.digest != agreed or step.to is None:
            raise Changed
        sheets = Sheets(books.org)
        sheets.replace(before, None)
        _require_free(sheets, resource, step.to, now)
        after = _rebilled(books, step, step.to)
        _write(books, before, after, sheets)
        showing.tell(books, "booking_moved", after, **showing.billed(books, after), **_moved(before, after))
        return after

    return keep(organisation, household_id, now, work)


def _moved(before: Booking, after: Booking) -> dict[str, Any]:
    return {"waits": after.status is BookingStatus.REQUESTED, "was_at": to_iso(before.starts)}


def _moving(books: Books, booking: Booking, resource: Resource, slot: Slot, local: Local) -> Step:
    wish = Wish(resource.id, slot, "", "", booking.member, booking.note, booking.participants)
    fresh = made_of(books.organisation, resource, slot, wish, books.household, local, books.now)
    to = replace(fresh, id=dated_id(local_day(slot.starts, books.organisation.zone), booking.tail))
    parted = money.parting(books, booking, Side.FAMILY)
    is_same = to.status is BookingStatus.CONFIRMED and not parted.kept_minor
    if is_same and booking.invoice and parted.charged_minor == to.total_minor:
        to = replace(to, lines=booking.lines, invoice=booking.invoice)
        parted = Parting(currency=parted.currency)
    return Step(booking, parted, domain.moved(booking, to, books.now))


def _rebilled(books: Books, step: Step, to: Booking) -> Booking:
    """The moved booking with the invoice that it has from now on."""
    if step.keeps_invoice:
        return to
    freed = money.take_back(books, step.booking, step.parting)
    return money.bill(books, to, freed) if to.status is BookingStatus.CONFIRMED else to


def confirm(organisation: Organisation, household_id: str, booking_id: str, by: str, now: datetime) -> Booking:
    """Agrees to a request; its invoice is issued. Again it changes nothing. Raises NotFound, Conflict."""

    def work(books: Books) -> Booking:
        before = require(books.org, household_id, booking_id)
        if before.status is BookingStatus.CONFIRMED:
            return before
        after = money.bill(books, domain.confirmed(before, by, now))
        _write(books, before, after)
        showing.tell(books, "booking_confirmed", after, **showing.billed(books, after))
        return after

    return keep(organisation, household_id, now, work)


def decline(
    organisation: Organisation, household_id: str, booking_id: str, by: str, reason: str, now: datetime
) -> Booking:
    """Says no to a request, and why; its time is free again. Again it changes nothing. Raises NotFound, Conflict."""

    def change(before: Booking) -> Booking:
        return domain.declined(before, by, reason, now)

    return _close(organisation, household_id, booking_id, BookingStatus.DECLINED, change, now)


def mark_no_show(organisation: Organisation, household_id: str, booking_id: str, now: datetime) -> Booking:
    """Notes that nobody came. What is billed stays billed. Again it changes nothing. Raises NotFound, Conflict."""

    def change(before: Booking) -> Booking:
        return domain.no_show(before, now)

    return _close(organisation, household_id, booking_id, BookingStatus.NO_SHOW, change, now)


def expire(organisation: Organisation, household_id: str, booking_id: str, now: datetime) -> Booking:
    """Writes down that a request was not answered before its start (X-10), and tells the family, unless that is long
    ago. Again it changes nothing. Raises NotFound, Conflict when it is not so.
    """

    def change(before: Booking) -> Booking:
        return domain.expired(before, now)

    return _close(organisation, household_id, booking_id, BookingStatus.EXPIRED, change, now)


_CLOSING = {BookingStatus.DECLINED: "booking_declined", BookingStatus.EXPIRED: "booking_expired"}


def _close(
    organisation: Organisation,
    household_id: str,
    booking_id: str,
    status: BookingStatus,
    change: Callable[[Booking], Booking],
    now: datetime,
) -> Booking:
    def work(books: Books) -> Booking:
        before = require(books.org, household_id, booking_id)
        if before.status is status:
            return before
        after = change(before)
        _write(books, before, after)
        if status in _CLOSING and now - after.starts < _TOLD_WITHIN:
            showing.tell(books, _CLOSING[status], after, reason=after.reason)
        return after

    return keep(organisation, household_id, now, work)


def require(org: str, household_id: str, booking_id: str) -> Booking:
    """The household's booking, also by an id it had before it was moved. Raises NotFound."""
    booking = store.get_booking(org, household_id, booking_id)
    if booking is None:
        raise NotFound
    return booking


def _resource(organisation: Organisation, resource_id: str) -> Resource:
    resource = resource_store.get(organisation.slug, resource_id) if resource_id else None
    if resource is None:
        raise NotFound
    return resource


def _write(
    books: Books, before: Booking | None, after: Booking, sheets: Sheets | None = None, *, back_minor: int = 0
) -> None:
    """Adds booking, sheets, summary and the list of what was bought to what the books write."""
    sheets = sheets or Sheets(books.org)
    sheets.replace(before, after)
    sheets.write(books.transaction)
    store.save(books.transaction, books.org, before, after)
    showing.show(books, before, after)
    if (before is None or before.status is BookingStatus.REQUESTED) and after.status is BookingStatus.CONFIRMED:
        bought.note(books, line_of(books.organisation, after, books.now, after.total_minor))
    elif before and before.status is BookingStatus.CONFIRMED and after.status is BookingStatus.CANCELLED:
        bought.note(books, line_of(books.organisation, after, books.now, -back_minor))
