"""Stored form of households, persons and summaries."""

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute

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


class AgendaItem(Item, discriminator="agenda"):
    """When a household is to be reminded of something next; in the queue `agendas` while there is anything."""

    turn = NumberAttribute(null=True)
    """How often it was written, by whomever: whoever goes by an earlier turn writes nothing."""
    told = JSONAttribute(null=True)
    """Of what it was reminded, while that is still to come: by name of the occasion, in which form of it."""
    looked_at = UnicodeAttribute(null=True)


class AgendasItem(Item, discriminator="agendas"):
    """That all agendas of an organisation are to be looked at anew; in the queue `all_agendas` until they are."""

    turn = NumberAttribute(null=True)
    cursor = UnicodeAttribute(null=True)
    """Household up to which it was done."""


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
