"""Stored form of recurring invoices."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class RecurringItem(Item, discriminator="recurring"):
    """A recurring invoice; while one is to be made it waits in the work queue."""

    org = UnicodeAttribute()
    recurring = UnicodeAttribute()
    household = UnicodeAttribute()
    title = UnicodeAttribute()
    currency = UnicodeAttribute()
    status = UnicodeAttribute()
    starts_on = UnicodeAttribute()
    terms = JSONAttribute()
    periods = NumberAttribute(default=0)
    cycles_left = NumberAttribute(null=True)
    ends_on = UnicodeAttribute(null=True)
    planned = JSONAttribute(null=True)
    autopay = UnicodeAttribute()
    autopay_chosen = BooleanAttribute(null=True)
    payer = UnicodeAttribute(null=True)
    version = Version()
