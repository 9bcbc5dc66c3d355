"""Bookings, for programs: by the rules that hold for families, but the organisation is the one who acts."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.api.domain import Scope
from chalicelib.api.operations import Answer, Call, Operations, page_of_household, versioned
from chalicelib.bookings import resource_store, service, store
from chalicelib.bookings.domain import Booking, BookingStatus, Side
from chalicelib.bookings.resources import Resource
from chalicelib.bookings.wishes import Slot, Wish
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.texts import say
from chalicelib.shared.times import to_iso

operations = Operations(Scope.READ_BOOKINGS, Scope.WRITE_BOOKINGS, Module.BOOKINGS)

_PATH = "/households/{household}/bookings"
_NO_MOMENT = say("Enter a date and a time with its zone, such as 2026-11-22T17:30:00Z")
_FURTHEST = timedelta(days=3 * 366)


@operations.get(_PATH, "listBookings", "A household's bookings, the latest first", "Bookings")
def list_bookings(call: Call) -> Answer:
    """A page of bookings. Raises NotFound."""
    return page_of_household(call, store.list_bookings, lambda each: _booking(each, call.now))


@operations.get(f"{_PATH}/{{booking}}", "getBooking", "One booking", "Booking")
def get_booking(call: Call) -> Answer:
    """A booking. Raises NotFound."""
    return _told(service.require(call.org, call.params["household"], call.params["booking"]), call.now)


@operations.change(
    "POST", _PATH, "createBooking", "Books a time that is offered, at its price and by its rules",
    takes="NewBooking", gives="Booking", status=201,
)  # fmt: skip
def create_booking(call: Call) -> Answer:
    """Books a time. Raises NotFound, Invalid, and Conflict when it is taken or something is to be signed first."""
    resource = resource_store.get(call.org, call.body["resource"])
    if resource is None:
        raise NotFound
    slot, local = _slot(call), call.local()
    agreed = service.offer(call.organisation, resource, slot, local, call.now).digest
    wish = Wish(
        resource=resource.id,
        slot=slot,
        once=call.new_id,
        agreed=agreed,
        member=call.body.get("member", ""),
        note=call.body.get("note", ""),
        participants=_participants(call, resource),
    )
    return _after(call, service.book(call.organisation, call.params["household"], wish, local, call.now))


@operations.change(
    "POST", f"{_PATH}/{{booking}}/cancel", "cancelBooking", "Gives a booking up; what it cost is credited",
    takes="Reason", gives="Booking",
)  # fmt: skip
def cancel_booking(call: Call) -> Answer:
    """Gives a booking up on the organisation's side; one that is given up stays so. Raises NotFound, Conflict."""
    named = call.organisation, call.params["household"], call.params["booking"]
    before = service.require(call.org, *named[1:])
    if before.status is BookingStatus.CANCELLED:
        return _told(before, call.now)
    step = service.cancelling(*named, Side.ORGANISATION, call.now)
    reason = call.body["reason"]
    return _after(call, service.cancel(*named, Side.ORGANISATION, reason, step.digest, call.now))


def _after(call: Call, done: Booking) -> Answer:
    """A booking as an act left it."""
    return _told(service.require(call.org, done.household, done.id), call.now)


def _slot(call: Call) -> Slot:
    """The time that is wished for; one far off is none of ours. Raises Invalid."""
    try:
        starts = datetime.fromisoformat(call.body["starts"])
        is_near = abs(starts - call.now) < _FURTHEST
    except (ValueError, TypeError, OverflowError) as error:
        raise Invalid({"starts": _NO_MOMENT}) from error
    if not is_near:
        raise Invalid({"starts": _NO_MOMENT})
    return Slot(starts.astimezone(UTC), call.body["minutes"])


def _participants(call: Call, resource: Resource) -> int:
    """How many come, where somebody asks. Raises Invalid."""
    told = int(call.body.get("participants", 0))
    if resource.people and not 1 <= told <= resource.people:
        raise Invalid({"participants": say("Enter a number from 1 to %(n)s", n=resource.people)})
    return told if resource.people else 0


def _told(booking: Booking, now: datetime) -> Answer:
    return versioned(_booking(booking, now))


def _booking(booking: Booking, now: datetime) -> dict[str, Any]:
    return {
        "id": booking.id,
        "version": booking.version or 1,
        "household": booking.household,
        "resource": booking.resource_id,
        "title": booking.resource,
        "starts": to_iso(booking.starts),
        "ends": to_iso(booking.ends),
        "status": booking.status_at(now).value,
        "member": booking.member,
        "participants": booking.participants,
        "note": booking.note,
        "total_minor": booking.total_minor,
        "currency": booking.currency,
        "invoice": booking.invoice,
    }
