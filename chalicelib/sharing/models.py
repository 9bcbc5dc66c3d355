"""Stored form of invitations and links; both lie with the household, beside its users."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute


class InvitationItem(Item, discriminator="invitation"):
    """An invitation that waits for an answer."""

    invitation = UnicodeAttribute()
    household = UnicodeAttribute()
    name = UnicodeAttribute()
    address = UnicodeAttribute()
    role = UnicodeAttribute()
    until = UnicodeAttribute(null=True)
    members = JSONAttribute()
    by = UnicodeAttribute()
    by_name = UnicodeAttribute()
    language = UnicodeAttribute()
    made_at = UnicodeAttribute()
    person = UnicodeAttribute(null=True)


class ShareItem(Item, discriminator="share"):
    """A link for somebody without an account; its sort key ends with the hash of its token."""

    token_hash = UnicodeAttribute()
    household = UnicodeAttribute()
    member = UnicodeAttribute()
    section = UnicodeAttribute()
    name = UnicodeAttribute()
    until = UnicodeAttribute()
    by = UnicodeAttribute()
    made_at = UnicodeAttribute()
    seen_at = UnicodeAttribute(null=True)
