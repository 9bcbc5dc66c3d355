"""Which invoices a sum of money covers, which sums may be paid, and the due dates of an invoice paid in parts (X-5)."""

from collections.abc import Collection, Sequence
from datetime import date

from chalicelib.billing.domain import Allocation, Due, Invoice
from chalicelib.billing.pricing import split
from chalicelib.organisations.terms import BillingTerms
from chalicelib.shared.money import CurrencyMismatch, Money
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import months_after


def allocate(minor: int, invoices: Sequence[Invoice], first: Collection[str] = ()) -> tuple[list[Allocation], int]:
    """What `minor` units cover of open `invoices`, and what is left of them.

    What is due earliest is covered first, part by part (a deposit before the rest of the same invoice, and before
    other invoices that are due later); of parts due on one day the invoice with the lower id. Invoices whose ids
    are `first` come before all others. Raises ValueError below zero, CurrencyMismatch for invoices of several
    currencies.
    """
    if minor < 0:
        raise ValueError(f"{minor} covers nothing")
    if len(currencies := {invoice.currency for invoice in invoices}) > 1:
        raise CurrencyMismatch(" and ".join(sorted(currencies)))
    dues = sorted(
        (invoice.id not in first, due.on, invoice.id, due.minor) for invoice in invoices for due in invoice.dues
    )
    covered: dict[str, int] = {}
    for _, _, invoice_id, due_minor in dues:
        if taken := min(minor, due_minor):
            covered[invoice_id] = covered.get(invoice_id, 0) + taken
            minor -= taken
    numbers = {invoice.id: invoice.number for invoice in invoices}
    return [Allocation(invoice, part, numbers[invoice]) for invoice, part in covered.items()], minor


def check_amount(
    amount_minor: int, open_minor: int, next_due_minor: int, terms: BillingTerms, currency: str
) -> Message | None:
    """Why `amount_minor` may not be paid towards `open_minor`; None when it may (X-5).

    What is due next (`next_due_minor`: all of it without a schedule) may always be paid, or more, up to all that
    is open. Less only where the organisation takes partial payments, and then at least its minimum; more than
    all only where it takes overpayments.
    """
    least = min(next_due_minor, terms.partial_minimum_minor) if terms.partial else next_due_minor
    if amount_minor <= 0:
        return say("Enter an amount above zero")
    if amount_minor < least:
        return say("Pay at least %(amount)s", amount=Money(least, currency))
    if amount_minor <= open_minor or terms.overpayment:
        return None
    if open_minor <= 0:
        return say("Nothing is left to pay")
    return say("Pay at most %(amount)s", amount=Money(open_minor, currency))


def deposit_schedule(total: int, deposit_minor: int, deposit_on: date, due_on: date) -> tuple[Due, ...]:
    """A deposit and the rest. Raises ValueError unless it is a part of the total, and due before the rest."""
    if not 0 < deposit_minor < total or deposit_on > due_on:
        raise ValueError(f"deposit {deposit_minor} of {total} on {deposit_on}")
    return Due(deposit_on, deposit_minor), Due(due_on, total - deposit_minor)


def instalments(total: int, count: int, first_on: date, every_months: int) -> tuple[Due, ...]:
    """Equal parts, `every_months` apart; what does not divide goes to the first ones.

    Raises ValueError where a part would be empty.
    """
    if not 1 <= count <= total or every_months < 1:
        raise ValueError(f"{total} in {count} parts, {every_months} months apart")
    days = (months_after(first_on, number * every_months) for number in range(count))
    return tuple(Due(day, minor) for day, minor in zip(days, split(total, [1] * count), strict=True))
