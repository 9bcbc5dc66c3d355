"""What can be booked: rooms, courts, rinks and appointments, with their hours, their rules and their price."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from chalicelib.billing.domain import InvoiceLine
from chalicelib.billing.pricing import LineRequest, price, rounded
from chalicelib.bookings.domain import NO_TERMS, Terms
from chalicelib.organisations.terms import BillingTerms
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import Texts

DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES
MOST_IN_A_WEEK = 2500
"""Bookings of one resource that its week sheet has room for: an item of 400 KB, at some 120 bytes for each."""
_PER_HOUR = 60


class ResourceKind(Enum):
    """What is booked."""

    ROOM = "room"
    COURT = "court"
    RINK = "rink"
    APPOINTMENT = "appointment"
    """Time with one of the organisation's people."""


class PricePer(Enum):
    """What a price is for."""

    HOUR = "hour"
    BOOKING = "booking"


class Opening(NamedTuple):
    """Hours of one day: minutes after midnight on the wall clock of the organisation's zone."""

    opens: int
    closes: int
    """At most 1440, which is midnight."""


CLOSED: tuple[Opening, ...] = ()


@frozen
class Resource(Frozen):
    """Something that households book."""

    id: str
    kind: ResourceKind
    title: Texts
    description: Texts = field(default_factory=dict)
    hours: Sequence[tuple[Opening, ...]] = (CLOSED,) * 7
    """Of each weekday from Monday on."""
    special: Mapping[date, tuple[Opening, ...]] = field(default_factory=dict)
    """Days with other hours than their weekday's; closed ones have none."""
    step: int = 30
    """Minutes between the times at which a booking may begin."""
    shortest: int = 60
    longest: int = 60
    capacity: int = 1
    """Bookings at once; one of them has it for itself where this is 1."""
    people: int = 0
    """How many may come with a booking; 0: nobody asks."""
    notice_hours: int = 0
    """Hours before its start by which a booking must be made."""
    horizon_days: int = 60
    """Days ahead for which bookings are taken."""
    price_minor: int = 0
    """Before taxes that are added."""
    price_per: PricePer = PricePer.HOUR
    needs_approval: bool = False
    terms: Terms = NO_TERMS
    is_offered: bool = True
    version: int | None = None

    @property
    def durations(self) -> range:
        """Minutes that a booking may take."""
        return range(self.shortest, self.longest + 1, self.step)

    def openings(self, day: date) -> tuple[Opening, ...]:
        """Its hours on a day."""
        found = self.special.get(day)
        return self.hours[day.weekday()] if found is None else found

    @property
    def most_in_a_week(self) -> int:
        """Bookings that a week can hold if all are as short as can be."""
        each = self.shortest + self.terms.before + self.terms.after
        return self.capacity * -(-WEEK_MINUTES // each)

    def price_of(self, minutes: int) -> int:
        """Minor units of a booking of so many minutes, before taxes that are added; halves away from zero."""
        if self.price_per is PricePer.BOOKING:
            return self.price_minor
        return rounded(Fraction(self.price_minor * minutes, _PER_HOUR))

    def lines(self, minutes: int, description: str, member: str, billing: BillingTerms) -> tuple[InvoiceLine, ...]:
        """What a booking of so many minutes costs, with the organisation's taxes; nothing for what is free."""
        minor = self.price_of(minutes)
        return price([LineRequest(description, Decimal(1), minor, member)], billing) if minor else ()
