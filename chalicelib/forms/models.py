"""Stored form of forms and answers."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class FormsItem(Item, discriminator="forms"):
    """All forms of an organisation, as far as pages need to know which are due."""

    document = UnicodeAttribute()
    """JSON, read by the store: it remembers what a text holds."""
    version = Version()


class FormItem(Item, discriminator="form"):
    """A form as the staff write it."""

    form = UnicodeAttribute()
    content = JSONAttribute()
    rules = JSONAttribute()
    published = NumberAttribute()
    version = Version()


class FormVersionItem(Item, discriminator="form_version"):
    """A form as it was published."""

    content = JSONAttribute()


class FormAnswersItem(Item, discriminator="form_answers"):
    """What a household answered."""

    form = UnicodeAttribute()
    household = UnicodeAttribute()
    member = UnicodeAttribute(null=True)
    form_version = NumberAttribute()
    language = UnicodeAttribute()
    fields = JSONAttribute()
    files = JSONAttribute(null=True)
    answers = UnicodeAttribute(null=True)
    user = UnicodeAttribute(null=True)
    by = UnicodeAttribute(null=True)
    at = UnicodeAttribute()
    until = UnicodeAttribute(null=True)
    version = Version()


class AnsweredItem(Item, discriminator="answered_form"):
    """That a household answered a form; for the staff's list, beside the form."""

    form = UnicodeAttribute()
    household = UnicodeAttribute()
    member = UnicodeAttribute(null=True)
    name = UnicodeAttribute()
    answers = UnicodeAttribute()
    form_version = NumberAttribute()
    until = UnicodeAttribute(null=True)
