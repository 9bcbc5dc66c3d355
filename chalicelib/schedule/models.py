"""Stored form of programmes, class groups and enrolments."""

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from chalicelib.data.items import Item, Version


class ProgrammeItem(Item, discriminator="programme"):
    """A programme."""

    programme = UnicodeAttribute()
    title = JSONAttribute()
    source = UnicodeAttribute(null=True)


class ClassGroupItem(Item, discriminator="class"):
    """A class group; its meetings are one JSON list, so that a family's calendar is one read a class."""

    class_group = UnicodeAttribute()
    profile = JSONAttribute()
    occurrences = UnicodeAttribute()
    """JSON, read by the store: it remembers what a text holds."""
    source = UnicodeAttribute(null=True)
    version = Version()


class EnrolmentItem(Item, discriminator="enrolment"):
    """An enrolment, in the person's partition: both homes of a child see it."""

    enrolment = UnicodeAttribute()
    person = UnicodeAttribute()
    class_group = UnicodeAttribute()
    household = UnicodeAttribute()
    status = UnicodeAttribute()
    starts_on = UnicodeAttribute()
    ends_on = UnicodeAttribute()
    enrolled_at = UnicodeAttribute()
    source = UnicodeAttribute(null=True)
