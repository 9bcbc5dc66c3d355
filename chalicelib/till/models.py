"""Stored form of what the billing desk writes down for itself."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class TillCloseItem(Item, discriminator="till_close"):
    """That somebody counted a day's takings; never changed."""

    closed_at = UnicodeAttribute()
    user = UnicodeAttribute()
    name = UnicodeAttribute()
    """As he or she was called then."""
    counts = JSONAttribute()
    """Rows of method, currency, expected and counted minor units."""
    note = UnicodeAttribute(null=True)


class StatementRunItem(Item, discriminator="statement_run"):
    """That statements are sent to many families, and how far that is; in the queue `statements` while it goes on."""

    org = UnicodeAttribute()
    began_at = UnicodeAttribute()
    ended_at = UnicodeAttribute(null=True)
    whom = UnicodeAttribute()
    class_group = UnicodeAttribute(null=True)
    first_day = UnicodeAttribute()
    last_day = UnicodeAttribute()
    after = UnicodeAttribute(null=True)
    """Where it goes on; nothing at the beginning."""
    seen = NumberAttribute(default=0)
    """Families that were gone through."""
    sent = NumberAttribute(default=0)
    """Statements that families were told of."""
    failed = NumberAttribute(default=0)
    """Families whose account does not add up, and who were told nothing."""
    user = UnicodeAttribute()
    by = UnicodeAttribute()
    """As he or she was called then."""
    version = Version()
