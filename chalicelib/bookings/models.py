"""Stored form of bookings, of what can be booked, and of what is taken week by week."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class BookingItem(Item, discriminator="booking"):
    """A booking; while it waits for an answer it stands in the queue of what expires at its start."""

    booking = UnicodeAttribute()
    household = UnicodeAttribute()
    resource = UnicodeAttribute()
    starts = UnicodeAttribute()
    ends = UnicodeAttribute()
    status = UnicodeAttribute()
    member = UnicodeAttribute(null=True)
    note = UnicodeAttribute(null=True)
    requested_at = UnicodeAttribute(null=True)
    source = UnicodeAttribute(null=True)
    resource_id = UnicodeAttribute(null=True)
    resource_kind = UnicodeAttribute(null=True)
    participants = NumberAttribute(null=True)
    lines = JSONAttribute(null=True)
    currency = UnicodeAttribute(null=True)
    invoice = UnicodeAttribute(null=True)
    terms = JSONAttribute(null=True)
    decided_at = UnicodeAttribute(null=True)
    decided_by = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    moved_from = UnicodeAttribute(null=True)
    cancelled_by = UnicodeAttribute(null=True)
    sequence = NumberAttribute(null=True)
    version = Version()


class MovedBookingItem(Item, discriminator="moved_booking"):
    """Where a booking is that was moved to another day: links that were sent before still find it."""

    booking = UnicodeAttribute()


class BookingRequestItem(Item, discriminator="booking_request"):
    """That a booking waits for an answer, in the queue of its organisation's desk."""

    booking = UnicodeAttribute()
    household = UnicodeAttribute()


class ResourceItem(Item, discriminator="resource"):
    """A room, court, rink or appointment."""

    resource = UnicodeAttribute()
    document = JSONAttribute()
    version = Version()


class WeekSheetItem(Item, discriminator="week_sheet"):
    """What is taken of a resource in one week."""

    taken = JSONAttribute()
    version = Version()
