"""Stored form of consents: the catalogue, drafts, editions, the ledger, and where each stands."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class ConsentCatalogueItem(Item, discriminator="consents"):
    """All consents of an organisation in short: one small item that pages read with others."""

    document = JSONAttribute()
    version = Version()


class ConsentItem(Item, discriminator="consent"):
    """A consent as the staff write it."""

    consent = UnicodeAttribute()
    document = JSONAttribute()
    published = NumberAttribute(default=0)
    version = Version()


class EditionItem(Item, discriminator="consent_edition"):
    """One published version of a consent; written once."""

    consent = UnicodeAttribute()
    number = NumberAttribute()
    wording = JSONAttribute()
    published_at = UnicodeAttribute()
    by = UnicodeAttribute()


class SignatureItem(Item, discriminator="signature"):
    """One entry of the ledger; written once."""

    signature = UnicodeAttribute()
    told = JSONAttribute()
    """All that was sealed (`consents.record.canonical`)."""
    digest = UnicodeAttribute()


class StandingItem(Item, discriminator="consent_standing"):
    """Where a consent stands about a member, in all homes, or about a household: the latest word of each guardian."""

    consent = UnicodeAttribute()
    person = UnicodeAttribute(null=True)
    document = JSONAttribute()
    version = Version()
