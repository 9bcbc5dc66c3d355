"""Stored form of bookings."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.data.items import Item


class BookingItem(Item, discriminator="booking"):
    """A booking."""

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
