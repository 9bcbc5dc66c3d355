"""Stored form of tokens, of calls that are done once, of addresses for events and of deliveries to them."""

from pynamodb.attributes import BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute


class ApiTokenItem(Item, discriminator="api_token"):
    """A program's way in."""

    token = UnicodeAttribute()
    name = UnicodeAttribute()
    hint = UnicodeAttribute()
    scopes = ListAttribute(of=UnicodeAttribute)
    made_by = UnicodeAttribute()
    made_at = UnicodeAttribute()
    last_day = UnicodeAttribute()
    used_at = UnicodeAttribute(null=True)


class ApiCallItem(Item, discriminator="api_call"):
    """A call that is to be done once, and what it was answered with."""

    asked = UnicodeAttribute()
    """Digest of what was asked."""
    begun_at = UnicodeAttribute()
    answer = JSONAttribute(null=True)


class EndpointItem(Item, discriminator="endpoint"):
    """An address that events are told to."""

    endpoint = UnicodeAttribute()
    url = UnicodeAttribute()
    events = ListAttribute(of=UnicodeAttribute)
    secret = UnicodeAttribute()
    old_secret = UnicodeAttribute(null=True)
    """The secret before the present one, which still signs until `old_until`."""
    old_until = UnicodeAttribute(null=True)
    made_at = UnicodeAttribute()
    is_on = BooleanAttribute(default=True)
    failing_since = UnicodeAttribute(null=True)


class DeliveryItem(Item, discriminator="delivery"):
    """An event on its way to an address."""

    org = UnicodeAttribute()
    endpoint = UnicodeAttribute()
    delivery = UnicodeAttribute()
    event = UnicodeAttribute()
    """Id of the event; the same at every try and at every address."""
    type = UnicodeAttribute()
    body = UnicodeAttribute()
    state = UnicodeAttribute()
    tries = NumberAttribute(default=0)
    answered = UnicodeAttribute(null=True)
    """What came of the last try: a status, or a word for what went wrong."""
    tried_at = UnicodeAttribute(null=True)
    made_at = UnicodeAttribute()
