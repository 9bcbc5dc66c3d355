"""Stored form of quotes."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class QuoteItem(Item, discriminator="quote"):
    """A quote; sent ones and drafts differ by key."""

    quote = UnicodeAttribute()
    household = UnicodeAttribute()
    number = UnicodeAttribute()
    currency = UnicodeAttribute()
    status = UnicodeAttribute()
    lines = JSONAttribute()
    total = NumberAttribute()
    made_on = UnicodeAttribute()
    valid_days = NumberAttribute(default=0)
    valid_until = UnicodeAttribute(null=True)
    payer = UnicodeAttribute(null=True)
    note = UnicodeAttribute(null=True)
    sent_at = UnicodeAttribute(null=True)
    viewed_at = UnicodeAttribute(null=True)
    answer = JSONAttribute(null=True)
    invoice = UnicodeAttribute(null=True)
    version = Version()


class OpenQuoteItem(Item, discriminator="open_quote"):
    """That a quote waits for an answer, with all that a list of quotes shows."""

    quote = UnicodeAttribute()
    number = UnicodeAttribute()
    made_on = UnicodeAttribute()
    valid_until = UnicodeAttribute(null=True)
    total = NumberAttribute()
    currency = UnicodeAttribute()
