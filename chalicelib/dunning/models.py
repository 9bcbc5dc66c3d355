"""Stored form of steps that were taken, and of what is agreed with a household about reminders."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class DunningStepItem(Item, discriminator="dunning_step"):
    """That a family was reminded of a part of an invoice; written once, never changed."""

    invoice = UnicodeAttribute()
    due_on = UnicodeAttribute()
    step = NumberAttribute()
    on = UnicodeAttribute()
    minor = NumberAttribute()
    currency = UnicodeAttribute()
    fee = NumberAttribute(default=0)
    fee_invoice = UnicodeAttribute(null=True)
    message = UnicodeAttribute(null=True)


class DunningRulesItem(Item, discriminator="dunning_rules"):
    """What the staff agreed with a household about reminders."""

    paused_until = UnicodeAttribute(null=True)
    no_fees = BooleanAttribute(null=True)
    invoices = JSONAttribute()
    version = Version()
