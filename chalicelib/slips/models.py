"""Stored form of slips, and of what they are made from."""

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class SlipSettingsItem(Item, discriminator="slip_settings"):
    """What an organisation set for its slips."""

    document = JSONAttribute()
    version = Version()


class SlipYearItem(Item, discriminator="slip_year"):
    """How far the work on a tax year has come; in the queue `slips` while it goes on."""

    org = UnicodeAttribute()
    year = NumberAttribute()
    work_kind = UnicodeAttribute(null=True)
    """`look` or `release`; nothing while there is nothing to do."""
    after = UnicodeAttribute(null=True)
    """Where looking through goes on."""
    done = NumberAttribute(default=0)
    """Families that were gone through."""
    user = UnicodeAttribute(null=True)
    by = UnicodeAttribute(null=True)
    """Name of who began it."""
    began_at = UnicodeAttribute(null=True)
    ended_at = UnicodeAttribute(null=True)
    version = Version()


class SlipRowItem(Item, discriminator="slip_row"):
    """A child in the staff's list of a tax year, with all that the list shows."""

    household = UnicodeAttribute()
    family = UnicodeAttribute()
    child = UnicodeAttribute()
    name = UnicodeAttribute()
    minor = NumberAttribute()
    missing = JSONAttribute()
    slips = JSONAttribute()
    """Id of each slip that holds, and of the parent whose it is."""
    to_print = NumberAttribute(default=0)
    """How many of them have to be handed over on paper."""


class SlipFileItem(Item, discriminator="slip_file"):
    """What a household told for its slips."""

    household = UnicodeAttribute()
    document = JSONAttribute()
    version = Version()


class SlipNumberItem(Item, discriminator="slip_number"):
    """A parent's number at the tax office, sealed."""

    parent = UnicodeAttribute()
    key_id = UnicodeAttribute()
    """Under which key it is sealed."""
    sealed = BinaryAttribute(legacy_encoding=False)


class SlipItem(Item, discriminator="slip"):
    """A released slip."""

    slip = UnicodeAttribute()
    household = UnicodeAttribute()
    document = JSONAttribute()
    status = UnicodeAttribute()
    viewed_at = UnicodeAttribute(null=True)
    version = Version()
