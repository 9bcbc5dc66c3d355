"""Stored form of documents and of the papers that are asked for."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class DocumentItem(Item, discriminator="document"):
    """A document that is shared with a household."""

    household = UnicodeAttribute()
    document = UnicodeAttribute()
    told = JSONAttribute()
    """Title, remark and versions."""
    opened_at = UnicodeAttribute(null=True)
    opened_by = UnicodeAttribute(null=True)
    version = Version()


class ShelfItem(Item, discriminator="class_documents"):
    """The documents of a class group, together: all its families read them at once."""

    class_group = UnicodeAttribute()
    documents = JSONAttribute()
    version = Version()


class SeenItem(Item, discriminator="seen_document"):
    """That a household opened a version of a class group's document."""

    document = UnicodeAttribute()
    household = UnicodeAttribute()
    file = UnicodeAttribute()
    at = UnicodeAttribute()


class WantedItem(Item, discriminator="wanted_paper"):
    """A paper that is asked of a household."""

    household = UnicodeAttribute()
    wanted = UnicodeAttribute()
    state = UnicodeAttribute()
    told = JSONAttribute()
    version = Version()


class SentPaperItem(Item, discriminator="sent_paper"):
    """That somebody at the desk has to look at what a household sent, with all that the list shows."""

    household = UnicodeAttribute()
    wanted = UnicodeAttribute()
    household_name = UnicodeAttribute()
    title = UnicodeAttribute()
    member = UnicodeAttribute(null=True)
    sent_at = UnicodeAttribute()
