"""Stored form of what an organisation's staff try the portal with."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute


class DemoItem(Item, discriminator="demo"):
    """Where an organisation's demonstration is, and what was made in it."""

    slug = UnicodeAttribute()
    household = UnicodeAttribute()
    user = UnicodeAttribute()
    people = JSONAttribute()
    classes = JSONAttribute()
    made_at = UnicodeAttribute()
