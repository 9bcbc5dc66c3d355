"""Stored form of skills."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class SkillItem(Item, discriminator="skill"):
    """A skill of an organisation, with the names of its levels."""

    skill = UnicodeAttribute()
    title = JSONAttribute()
    levels = JSONAttribute()
    source = UnicodeAttribute(null=True)


class ReachedItem(Item, discriminator="reached_skill"):
    """What a member reached of a skill, in the person's partition: both homes of a child see it."""

    skill = UnicodeAttribute()
    person = UnicodeAttribute()
    level = NumberAttribute()
    reached_on = UnicodeAttribute()
    note = UnicodeAttribute(null=True)
    by = UnicodeAttribute(null=True)
    source = UnicodeAttribute(null=True)
    version = Version()
