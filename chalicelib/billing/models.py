"""Stored form of invoices and payments."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, Version


class InvoiceItem(Item, discriminator="invoice"):
    """An invoice; issued ones and drafts differ by key (INV-2)."""

    invoice = UnicodeAttribute()
    household = UnicodeAttribute()
    number = UnicodeAttribute()
    currency = UnicodeAttribute()
    issued_on = UnicodeAttribute()
    due_on = UnicodeAttribute()
    status = UnicodeAttribute()
    total = NumberAttribute()
    paid = NumberAttribute()
    lines = JSONAttribute()
    coverages = JSONAttribute(null=True)
    note = UnicodeAttribute(null=True)
    source = UnicodeAttribute(null=True)
    version = Version()


class MemberInvoiceItem(Item, discriminator="member_invoice"):
    """That an invoice has lines for a member (INV-6)."""

    invoice = UnicodeAttribute()


class PaymentItem(Item, discriminator="payment"):
    """A payment with what it covered."""

    payment = UnicodeAttribute()
    household = UnicodeAttribute()
    received_on = UnicodeAttribute()
    minor = NumberAttribute()
    currency = UnicodeAttribute()
    method = UnicodeAttribute()
    status = UnicodeAttribute()
    allocations = JSONAttribute()
    reference = UnicodeAttribute(null=True)
    recorded_at = UnicodeAttribute(null=True)
    source = UnicodeAttribute(null=True)
