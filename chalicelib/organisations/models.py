"""Stored form of an organisation: keys, and its settings as one JSON document (one small read a page)."""

from pynamodb.attributes import BinaryAttribute, BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class OrganisationItem(Item, discriminator="organisation"):
    """An organisation."""

    slug = UnicodeAttribute()
    settings = UnicodeAttribute()
    """JSON, read by the store: it remembers what a text holds."""
    import_key = BinaryAttribute(legacy_encoding=False)
    link_keys = JSONAttribute(null=True)
    """Base 64, newest first."""
    link_keys_since = UnicodeAttribute(null=True)
    offers_bookings = BooleanAttribute(null=True)
    """Apart from the settings, for these are written anew from a file."""
    demo_of = UnicodeAttribute(null=True)
    ahead = NumberAttribute(null=True)
    """Of a demonstration: how many seconds its clock is ahead."""
    version = Version()


class LogoItem(Item, discriminator="logo"):
    """An organisation's logo: a small PNG."""

    digest = UnicodeAttribute()
    image = BinaryAttribute(legacy_encoding=False)
