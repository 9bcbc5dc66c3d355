"""Stored form of how far a step is."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute


class MigrationItem(Item, discriminator="migration"):
    """How far a step is, and where the next run of it goes on."""

    name = UnicodeAttribute()
    state = UnicodeAttribute()
    cursor = JSONAttribute(null=True)
    """Key of the table after which it goes on; none: from the beginning."""
    passed = NumberAttribute(default=0)
    seen = NumberAttribute(default=0)
    changed = NumberAttribute(default=0)
    rounds = NumberAttribute(default=0)
    by = UnicodeAttribute(null=True)
    told_at = UnicodeAttribute()
    lease = UnicodeAttribute(null=True)
    """Of the run that works on it."""
    lease_until = UnicodeAttribute(null=True)
