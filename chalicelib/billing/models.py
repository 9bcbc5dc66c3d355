"""Stored form of invoices and payments."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


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
    payer = UnicodeAttribute(null=True)
    schedule = JSONAttribute(null=True)
    reference = UnicodeAttribute(null=True)
    recurring = UnicodeAttribute(null=True)
    quote = UnicodeAttribute(null=True)
    late_for = UnicodeAttribute(null=True)
    autopay = BooleanAttribute(null=True)
    autopay_ended = NumberAttribute(null=True)
    sent_at = UnicodeAttribute(null=True)
    viewed_at = UnicodeAttribute(null=True)
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
    payer = UnicodeAttribute(null=True)
    payer_name = UnicodeAttribute(null=True)
    payer_email = UnicodeAttribute(null=True)
    refunds = JSONAttribute(null=True)
    dispute = UnicodeAttribute(null=True)
    disputed = NumberAttribute(null=True)
    freed = JSONAttribute(null=True)
    intent = UnicodeAttribute(null=True)
    version = Version()


class ReceivedItem(Item, discriminator="received"):
    """That a payment was received in a year, for whoever looks through the families of that year."""

    household = UnicodeAttribute()


class UnpaidItem(Item, discriminator="unpaid"):
    """That an invoice waits for money, with all that a list of such invoices shows.

    It stands in the work queue of what happens to it next by the clock, be it a charge or a reminder.
    """

    invoice = UnicodeAttribute()
    number = UnicodeAttribute()
    due_on = UnicodeAttribute()
    balance = NumberAttribute()
    currency = UnicodeAttribute()
    status = UnicodeAttribute()
    held = UnicodeAttribute(null=True)
    """Why a step of reminding waits, as the clock last found it."""


class CreditNoteItem(Item, discriminator="credit_note"):
    """A credit note."""

    credit_note = UnicodeAttribute()
    household = UnicodeAttribute()
    number = UnicodeAttribute()
    currency = UnicodeAttribute()
    issued_on = UnicodeAttribute()
    total = NumberAttribute()
    lines = JSONAttribute()
    invoice = UnicodeAttribute(null=True)
    invoice_number = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    allocations = JSONAttribute()
    refunded = NumberAttribute(default=0)
    payer = UnicodeAttribute(null=True)
    source = UnicodeAttribute(null=True)
    version = Version()


class CreditItem(Item, discriminator="credit"):
    """That a payment or credit note has something left, with all that a list of credits shows."""

    document = UnicodeAttribute()
    source = UnicodeAttribute()
    """`payment` or `credit_note`."""
    label = UnicodeAttribute()
    """Method of the payment, number of the credit note."""
    on = UnicodeAttribute()
    left = NumberAttribute()
    currency = UnicodeAttribute()
    payer = UnicodeAttribute(null=True)


class LedgerItem(Item, discriminator="ledger"):
    """An entry of the ledger; written once, never changed."""

    sequence = NumberAttribute()
    booked_at = UnicodeAttribute()
    on = UnicodeAttribute()
    entry = UnicodeAttribute()
    """Kind of the entry."""
    minor = NumberAttribute()
    balance = NumberAttribute()
    currency = UnicodeAttribute()
    document = UnicodeAttribute()
    number = UnicodeAttribute(null=True)
    payer = UnicodeAttribute(null=True)
    note = UnicodeAttribute(null=True)


class JournalItem(LedgerItem, discriminator="journal"):
    """The same entry among all that the organisation booked on a day; written with it, once, never changed."""

    household = UnicodeAttribute()
    user = UnicodeAttribute(null=True)
    """Who had it booked; none where nobody was signed in, as with money that Stripe tells of."""


class RecurringInvoiceItem(Item, discriminator="recurring_invoice"):
    """That a recurring invoice made an invoice (REC-2)."""

    invoice = UnicodeAttribute()


class SeriesItem(Item, discriminator="series"):
    """How far a series of numbers has come."""

    last = NumberAttribute()


class BoughtItem(Item, discriminator="bought"):
    """Something that was bought or given back, in a household's list or in a member's; never changed."""

    thing = UnicodeAttribute()
    what = UnicodeAttribute()
    title = JSONAttribute()
    at = UnicodeAttribute()
    member = UnicodeAttribute(null=True)
    minor = NumberAttribute(default=0)
    currency = UnicodeAttribute(null=True)
    invoice = UnicodeAttribute(null=True)
    is_cancelled = BooleanAttribute(null=True)
