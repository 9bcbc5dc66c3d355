"""Stored form of registrations, of human checks that were used, and of merges."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class BegunItem(Item, discriminator="joining_begun"):
    """A registration whose address is not proved yet; it goes by itself."""

    joining = UnicodeAttribute()
    asked = JSONAttribute()
    made_at = UnicodeAttribute()
    version = Version()


class JoinRequestItem(Item, discriminator="join_request"):
    """A registration whose address is proved."""

    request = UnicodeAttribute()
    asked = JSONAttribute()
    made_at = UnicodeAttribute()
    state = UnicodeAttribute()
    household = UnicodeAttribute(null=True)
    decided_by = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    version = Version()


class HumanItem(Item, discriminator="human_check"):
    """That a human check was used: it is good once."""


class MergeItem(Item, discriminator="merge"):
    """One household or member merged into another."""

    merge = UnicodeAttribute()
    what = UnicodeAttribute()
    document = JSONAttribute()
    state = UnicodeAttribute()
    version = Version()


class MergePartItem(Item, discriminator="merge_part"):
    """Where some of what a merge moved lies now."""

    places = JSONAttribute()
