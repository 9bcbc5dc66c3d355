"""Stored form of programmes, class groups and enrolments."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class ProgrammeItem(Item, discriminator="programme"):
    """A programme."""

    programme = UnicodeAttribute()
    title = JSONAttribute()
    terms = JSONAttribute(null=True)
    source = UnicodeAttribute(null=True)


class ClassGroupItem(Item, discriminator="class"):
    """A class group; its meetings are one JSON list, so that a family's calendar is one read a class."""

    class_group = UnicodeAttribute()
    profile = JSONAttribute()
    occurrences = UnicodeAttribute()
    """JSON, read by the store: it remembers what a text holds."""
    source = UnicodeAttribute(null=True)
    version = Version()


class MeetingItem(Item, discriminator="meeting"):
    """A meeting in the order of time of its programme, for finding places; the class itself says what is true.

    One that can be joined online is in the queue `doors` until whoever comes was told where.
    """

    class_group = UnicodeAttribute()
    meeting = UnicodeAttribute()
    starts = UnicodeAttribute()
    ends = UnicodeAttribute()
    level = UnicodeAttribute(null=True)
    ages = JSONAttribute()


class OfferedClassItem(Item, discriminator="offered_class"):
    """That families may take places in a class; it goes by itself once the last meeting is over."""

    class_group = UnicodeAttribute()
    programme = UnicodeAttribute(null=True)


class StirredClassItem(Item, discriminator="stirred_class"):
    """That the meetings of a class are others than before; it goes once the agendas of its families know."""

    class_group = UnicodeAttribute()
    digest = UnicodeAttribute()
    """Of when and whether its meetings take place."""


class RollItem(Item, discriminator="roll"):
    """The roll of a class; in the queue `rolls` while something on it runs out."""

    class_group = UnicodeAttribute()
    document = JSONAttribute()
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
    document = JSONAttribute(null=True)
    """Everything else."""
    source = UnicodeAttribute(null=True)
    version = Version()


class MonthMeetingItem(Item, discriminator="month_meeting"):
    """A meeting in the order of time of all meetings of its month, with what a list of a day shows."""

    class_group = UnicodeAttribute()
    meeting = UnicodeAttribute()
    title = JSONAttribute()
    starts = UnicodeAttribute()
    ends = UnicodeAttribute()
    room = UnicodeAttribute(null=True)
    instructor = UnicodeAttribute(null=True)
    """Who teaches it: whoever stands in, else the class's own."""
    status = UnicodeAttribute()


class ListedClassItem(Item, discriminator="listed_class"):
    """A class group in the list of all, by when it is over."""

    class_group = UnicodeAttribute()
    title = JSONAttribute()
    instructor = UnicodeAttribute(null=True)
    first = UnicodeAttribute()
    until = UnicodeAttribute()
    is_open = BooleanAttribute()


class ClassChangeItem(Item, discriminator="class_change"):
    """What was changed of a class; in the queue `class_changes` until everybody concerned was told."""

    org = UnicodeAttribute()
    class_group = UnicodeAttribute()
    number = NumberAttribute()
    act = UnicodeAttribute()
    document = JSONAttribute()
    """The meetings as they were, why, who did it and when."""
    rows = BooleanAttribute(null=True)
    """Whether rows of its meetings are still to be written."""
    cursor = UnicodeAttribute(null=True)
    """How far telling got."""
    tries = NumberAttribute(default=0)
