"""Stored form of threads, their messages, their places in lists, and of mails that came in."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class ThreadItem(Item, discriminator="thread"):
    """A conversation."""

    thread = UnicodeAttribute()
    household = UnicodeAttribute()
    household_name = UnicodeAttribute()
    subject = UnicodeAttribute()
    state = UnicodeAttribute()
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    posts = NumberAttribute()
    about = JSONAttribute(null=True)
    assigned = UnicodeAttribute(null=True)
    assigned_name = UnicodeAttribute(null=True)
    unread_family = NumberAttribute(default=0)
    unread_staff = NumberAttribute(default=0)
    reply = UnicodeAttribute()
    excerpt = UnicodeAttribute(null=True)
    answered_at = UnicodeAttribute(null=True)
    version = Version()


class ThreadMessageItem(Item, discriminator="thread_message"):
    """What somebody said."""

    number = NumberAttribute()
    side = UnicodeAttribute()
    user = UnicodeAttribute(null=True)
    name = UnicodeAttribute()
    at = UnicodeAttribute()
    text = UnicodeAttribute(null=True)
    files = JSONAttribute(null=True)
    by_mail = BooleanAttribute(default=False)
    shortened = BooleanAttribute(default=False)


class DeskThreadItem(Item, discriminator="desk_thread"):
    """A thread's place in the desk's inbox, with all that the list shows."""

    thread = UnicodeAttribute()
    household = UnicodeAttribute()
    household_name = UnicodeAttribute()
    subject = UnicodeAttribute()
    excerpt = UnicodeAttribute(null=True)
    updated_at = UnicodeAttribute()
    assigned_name = UnicodeAttribute(null=True)
    unread = NumberAttribute(default=0)


class QuestionItem(Item, discriminator="question"):
    """That a thread about something waits for an answer."""

    thread = UnicodeAttribute()
    about = UnicodeAttribute()
    thing = UnicodeAttribute()
    line = NumberAttribute(default=0)


class ReplyAddressItem(Item, discriminator="reply_address"):
    """Which thread a reply address belongs to."""

    household = UnicodeAttribute()
    thread = UnicodeAttribute()


class InboundMailItem(Item, discriminator="inbound_mail"):
    """That a mail came in, and what became of it."""

    outcome = UnicodeAttribute()
