"""Stored form of rights to make up."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class RightItem(Item, discriminator="right"):
    """A right, in the person's partition: both homes of a child see it. In the queue `rights` until it is over."""

    right = UnicodeAttribute()
    person = UnicodeAttribute()
    document = JSONAttribute()
    version = Version()
