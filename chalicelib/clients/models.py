"""Stored form of the index that staff find households by."""

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class ClientItem(Item, discriminator="client"):
    """A household in the list of all, with the words that lead to it."""

    household = UnicodeAttribute()
    name = UnicodeAttribute()
    number = UnicodeAttribute()
    members = JSONAttribute()
    users = JSONAttribute()
    archived = BooleanAttribute()
    words = UnicodeAttribute()
    """Folded, with spaces between."""
    marks = JSONAttribute()
    settled = BooleanAttribute()
    """Whether the rows of all words are as this says; until then, whoever comes next writes them again."""
    version = Version()


class FoundItem(Item, discriminator="found"):
    """That a word leads to a household, with all that the list of what was found shows; or to an invoice's number."""

    household = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    number = UnicodeAttribute(null=True)
    members = JSONAttribute(null=True)
    archived = BooleanAttribute(null=True)
    words = UnicodeAttribute(null=True)
    """All words that lead to the household: what else was typed is looked for here."""
    invoice = UnicodeAttribute(null=True)


class PairItem(Item, discriminator="pair"):
    """That two households are probably one: in the list of all, or beside one of them."""

    household = UnicodeAttribute()
    other = UnicodeAttribute()
    apart = BooleanAttribute()
    """Whether somebody at the desk said that they are two families."""
