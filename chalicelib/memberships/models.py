"""Stored form of plans, subscriptions, passes, membership cards and photos."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class PlanItem(Item, discriminator="plan"):
    """A plan of the organisation."""

    plan = UnicodeAttribute()
    title = JSONAttribute()
    plan_kind = UnicodeAttribute()
    price = NumberAttribute()
    currency = UnicodeAttribute()
    period = UnicodeAttribute()
    renews = BooleanAttribute(default=True)
    allowed = JSONAttribute()
    is_offered = BooleanAttribute(default=True)
    has_card = BooleanAttribute(null=True)
    version = Version()


class SubscriptionItem(Item, discriminator="subscription"):
    """A subscription."""

    subscription = UnicodeAttribute()
    household = UnicodeAttribute()
    plan_kind = UnicodeAttribute()
    terms = JSONAttribute()
    status = UnicodeAttribute()
    starts_on = UnicodeAttribute()
    expires_on = UnicodeAttribute(null=True)
    member = UnicodeAttribute(null=True)
    allowed = JSONAttribute()
    next_terms = JSONAttribute(null=True)
    request = JSONAttribute(null=True)
    frozen_on = UnicodeAttribute(null=True)
    recurring = UnicodeAttribute(null=True)
    by_link = BooleanAttribute(null=True)
    card = UnicodeAttribute(null=True)
    licence = UnicodeAttribute(null=True)
    version = Version()


class PassItem(Item, discriminator="pass"):
    """A pass or punch card, with its uses."""

    pass_id = UnicodeAttribute()
    household = UnicodeAttribute()
    title = JSONAttribute()
    product = UnicodeAttribute()
    uses = NumberAttribute(default=0)
    days = NumberAttribute(default=0)
    bought_at = UnicodeAttribute()
    bought_on = UnicodeAttribute(null=True)
    card = UnicodeAttribute()
    member = UnicodeAttribute(null=True)
    starts_on = UnicodeAttribute(null=True)
    expires_on = UnicodeAttribute(null=True)
    from_first_use = BooleanAttribute(null=True)
    used = NumberAttribute(default=0)
    taken = JSONAttribute(null=True)
    invoice = UnicodeAttribute(null=True)
    is_cancelled = BooleanAttribute(null=True)
    version = Version()


class CardItem(Item, discriminator="card"):
    """Whose a membership card is: found by the number on it."""

    household = UnicodeAttribute()
    held = UnicodeAttribute()
    """Id of the subscription or pass."""


class PhotoItem(Item, discriminator="photo"):
    """A member's picture: which file, and of which household's files."""

    household = UnicodeAttribute()
    file = JSONAttribute()
