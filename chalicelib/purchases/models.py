"""Stored form of products and of what was sold."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class ProductItem(Item, discriminator="product"):
    """Something that families can buy, with its stock."""

    product = UnicodeAttribute()
    document = JSONAttribute()
    version = Version()


class OrderItem(Item, discriminator="order"):
    """What a household bought of a product."""

    order = UnicodeAttribute()
    household = UnicodeAttribute()
    product = UnicodeAttribute()
    product_kind = UnicodeAttribute()
    title = JSONAttribute()
    variant = UnicodeAttribute(null=True)
    quantity = NumberAttribute()
    minor = NumberAttribute()
    currency = UnicodeAttribute()
    at = UnicodeAttribute()
    member = UnicodeAttribute(null=True)
    invoice = UnicodeAttribute(null=True)
    pass_id = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    version = Version()
