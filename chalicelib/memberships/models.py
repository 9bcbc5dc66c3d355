"""Stored form of plans and subscriptions."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, Version


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
    version = Version()
