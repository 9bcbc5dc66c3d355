"""Stored form of attempts to pay, claims, payment methods, customers, and what Stripe told."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class CheckoutItem(Item, discriminator="checkout"):
    """An attempt to pay."""

    checkout = UnicodeAttribute()
    household = UnicodeAttribute()
    state = UnicodeAttribute()
    attempt = NumberAttribute()
    order = JSONAttribute()
    """What is asked of the gateway."""
    session = UnicodeAttribute(null=True)
    url = UnicodeAttribute(null=True)
    intent = UnicodeAttribute(null=True)
    problem = UnicodeAttribute(null=True)
    version = Version()


class ClaimItem(Item, discriminator="claim"):
    """Which attempt to pay an invoice is under way."""

    invoice = UnicodeAttribute()
    checkout = UnicodeAttribute()
    attempt = NumberAttribute()


class MethodItem(Item, discriminator="payment_method"):
    """A payment method on file, as far as people may know it."""

    method = UnicodeAttribute()
    method_kind = UnicodeAttribute()
    brand = UnicodeAttribute()
    last4 = UnicodeAttribute()
    valid_until = UnicodeAttribute(null=True)
    is_default = BooleanAttribute()
    payer = UnicodeAttribute(null=True)


class CustomerItem(Item, discriminator="customer"):
    """Stripe's customer for a payer of a household."""

    customer = UnicodeAttribute()
    payer = UnicodeAttribute(null=True)


class CustomerOwnerItem(Item, discriminator="customer_owner"):
    """Whose Stripe's customer is."""

    household = UnicodeAttribute()
    payer = UnicodeAttribute(null=True)


class StripeEventItem(Item, discriminator="stripe_event"):
    """Something Stripe told: where to look, and what became of it (P-03)."""

    org = UnicodeAttribute()
    event = UnicodeAttribute()
    type = UnicodeAttribute()
    told = JSONAttribute()
    state = UnicodeAttribute()
    received_at = UnicodeAttribute()
    tries = NumberAttribute(default=0)
    outcome = UnicodeAttribute(null=True)
    note = UnicodeAttribute(null=True)
    """What a person did about it, when it had been parked."""


class ReconcileItem(Item, discriminator="reconcile"):
    """When an organisation's payments are next compared with Stripe's."""

    org = UnicodeAttribute()
    whole_on = UnicodeAttribute(null=True)
    """Day of the last comparison over a month."""
