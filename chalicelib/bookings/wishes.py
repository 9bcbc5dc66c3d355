"""What families wish for and agree to: times, offers, and what giving one up or moving it comes to (NEW-1)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.bookings import slots
from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.bookings.money import Parting
from chalicelib.bookings.resources import Resource
from chalicelib.forms.domain import Asked
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict, Invalid
from chalicelib.shared.ids import dated_id, derived_id, named_id
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day, to_iso
from chalicelib.web.language import Local


class Taken(Conflict):
    """Somebody else has the time."""

    def __init__(self) -> None:
        super().__init__(say("Somebody else just took this time. Please choose another one."))


class Changed(Conflict):
    """What would happen is not what was shown; it is shown anew."""

    def __init__(self) -> None:
        super().__init__(say("Something has changed since you opened this page. Please look at it once more."))


class Unsigned(Conflict):
    """Something has to be signed before whom the booking is for may come (NEW-13)."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        super().__init__(say("Please sign what is needed first. Your booking is not made yet."))
        self.asked = tuple(asked)


class Slot(NamedTuple):
    """A time of a resource."""

    starts: datetime
    minutes: int


class Wish(NamedTuple):
    """What a family wants to book."""

    resource: str
    slot: Slot
    once: str
    """Made when the form was shown; sending the same form again finds the same booking."""
    agreed: str
    """Digest of the `Offer` that was shown."""
    member: str = ""
    note: str = ""
    participants: int = 0


class Offer(NamedTuple):
    """A time with what it costs and the rules that would hold for it."""

    booking: Booking
    """As it would be."""

    @property
    def digest(self) -> str:
        """Names what the family agrees to."""
        made = self.booking
        facts = (made.resource_id, to_iso(made.starts), made.minutes, made.total_minor, made.currency)
        return named_id(repr((*facts, tuple(made.terms), made.status.value)))


class Step(NamedTuple):
    """What giving a booking up, or moving it, would come to (NEW-1)."""

    booking: Booking
    """As it stands."""
    parting: Parting
    to: Booking | None = None
    """As it would be at another time; None when it is given up."""

    @property
    def keeps_invoice(self) -> bool:
        """Whether a move changes nothing about the money."""
        return self.to is not None and bool(self.to.invoice)

    @property
    def digest(self) -> str:
        """Names what the family agrees to."""
        facts = (self.booking.status.value, to_iso(self.booking.starts), tuple(self.parting))
        return named_id(repr((*facts, Offer(self.to).digest if self.to else "")))


def id_of(organisation: Organisation, household_id: str, wish: Wish) -> str:
    """The id of the booking that a form makes, however often it is sent."""
    facts = (household_id, wish.resource, to_iso(wish.slot.starts), str(wish.slot.minutes), wish.once)
    tail = derived_id(organisation.import_key, "booking", *facts)
    return dated_id(local_day(wish.slot.starts, organisation.zone), tail)


def made_of(
    organisation: Organisation,
    resource: Resource,
    slot: Slot,
    wish: Wish,
    household_id: str,
    local: Local,
    now: datetime,
) -> Booking:
    """The booking of a time as it would be. Raises Invalid when the time is not offered."""
    if not slots.is_offered(resource, slots.minute_of(slot.starts), slot.minutes, organisation.zone, now):
        raise Invalid({"starts": say("This time can not be booked. Choose one of those offered")})
    title = local.text(resource.title)
    ends = slot.starts + timedelta(minutes=slot.minutes)
    words = f"{title}, {local.date(slot.starts)}, {local.time(slot.starts)}\u2013{local.time(ends)}"
    return Booking(
        id=id_of(organisation, household_id, wish),
        household=household_id,
        resource=title,
        starts=slot.starts,
        ends=ends,
        status=BookingStatus.REQUESTED if resource.needs_approval else BookingStatus.CONFIRMED,
        member=wish.member,
        note=wish.note,
        requested_at=now,
        resource_id=resource.id,
        kind=resource.kind.value,
        participants=wish.participants,
        lines=resource.lines(slot.minutes, words, wish.member, organisation.billing),
        currency=organisation.currency,
        terms=resource.terms,
    )
