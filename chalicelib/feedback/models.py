"""Stored form of what is known of addresses, of the list of those that are refused, and of what was reported."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class KnownAddressItem(Item, discriminator="known_address"):
    """What came back from an address of an organisation's families or staff; its key is a digest of the address.

    Of a number also that it was texted at all: so an answer from it finds the organisation.
    """

    org = UnicodeAttribute()
    digest = UnicodeAttribute()
    masked = UnicodeAttribute()
    """As much of the address as its owner needs to know it again; "" once its family was erased."""
    hard_at = UnicodeAttribute(null=True)
    soft_at = JSONAttribute(null=True)
    complained_at = UnicodeAttribute(null=True)
    stopped_at = UnicodeAttribute(null=True)
    started_at = UnicodeAttribute(null=True)
    lifted_at = UnicodeAttribute(null=True)
    tried_at = UnicodeAttribute(null=True)
    tried_code = UnicodeAttribute(null=True)
    """Name of the code that went there then: of the challenge and its number, not of what is typed."""
    why = UnicodeAttribute(null=True)
    household = UnicodeAttribute(null=True)
    """Whose page tells of it."""
    listed = UnicodeAttribute(null=True)
    """Since when it stands in the list of refused addresses; None: it does not."""
    answered_at = JSONAttribute(null=True)
    """When texts from the number were answered, lately."""
    version = Version()


class RefusedAddressItem(Item, discriminator="refused_address"):
    """An address's place in the list of those that nothing, or not everything, is sent to."""

    digest = UnicodeAttribute()
    masked = UnicodeAttribute()
    refusal = UnicodeAttribute()
    since = UnicodeAttribute()
    until = UnicodeAttribute(null=True)
    why = UnicodeAttribute(null=True)
    household = UnicodeAttribute(null=True)


class MailReportItem(Item, discriminator="mail_report"):
    """That a notice was taken, by the id that the notification service gave it."""

    told = UnicodeAttribute()
    at = UnicodeAttribute()
