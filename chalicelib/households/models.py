"""Stored form of households, persons and summaries."""

from pynamodb.attributes import ListAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class HouseholdItem(Item, discriminator="household"):
    """A household's particulars."""

    household = UnicodeAttribute()
    profile = JSONAttribute()
    source = UnicodeAttribute(null=True)
    version = Version()


class MemberLinkItem(Item, discriminator="member"):
    """That a person belongs to a household."""

    person = UnicodeAttribute()


class AbsorbedItem(Item, discriminator="absorbed"):
    """That a household was merged into the one whose partition it stands in."""

    folded = UnicodeAttribute()


class PersonItem(Item, discriminator="person"):
    """A person."""

    person = UnicodeAttribute()
    profile = JSONAttribute()
    households = ListAttribute(of=UnicodeAttribute)
    source = UnicodeAttribute(null=True)
    version = Version()


class SummaryItem(Item, discriminator="summary"):
    """A household's summary: one JSON document, cheap to read and to parse."""

    household = UnicodeAttribute()
    document = JSONAttribute()
    version = Version()


class NewsItem(Item, discriminator="news"):
    """Something that came to the account, in the list of all that did."""

    news = UnicodeAttribute()
    thing = UnicodeAttribute()
    label = UnicodeAttribute()
    at = UnicodeAttribute()


class NotesItem(Item, discriminator="client_notes"):
    """What the staff noted about a household, in one item: the page of a client reads it with the rest.

    It stands here, for whatever goes through all of a household meets it.
    """

    household = UnicodeAttribute()
    notes = JSONAttribute()
    version = Version()
