"""The monthly cap of what is charged to a payer's methods by themselves: the family chose it, and is told what waits
(NEW-15).

Each attempt counts from the transaction that makes it, over the plan that was read, so that two runs at once can not
pass the cap together. A refused one does not count.
"""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chalicelib.billing.domain import Invoice
from chalicelib.data import keys, outbox, read
from chalicelib.data.outbox import Notice
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.organisations.domain import Organisation
from chalicelib.payments import brakes, plans
from chalicelib.payments.brakes import Plan, Spent
from chalicelib.payments.domain import Checkout, CheckoutState
from chalicelib.payments.models import CheckoutItem
from chalicelib.shared.times import local_day

_LONGEST = timedelta(days=40)
"""So long after its day a charge may come at the latest: it waits for the next month, and not for the one after that.
Where more is billed each month than the cap lets through, what is left over would wait for ever."""


class Capped(NamedTuple):
    """That a charge would pass the payer's cap."""

    until: date | None
    """The day on which it is charged instead; None: never, for it alone is more than the cap, or waited too long."""


class Counted(NamedTuple):
    """What counts an attempt to charge in the household's plan."""

    org: str
    plan: Plan
    checkout: Checkout
    today: date

    def add(self, transaction: Transaction) -> None:
        """Adds the write, which is refused when the plan was changed meanwhile."""
        made = self.checkout
        spent = Spent(made.id, made.payer, made.currency, made.minor, self.today)
        plans.save(transaction, self.org, brakes.with_spent(self.plan, spent))


def look(organisation: Organisation, invoice: Invoice, plan: Plan, checkout: str, now: datetime) -> Capped | None:
    """Whether charging what falls due next would pass the payer's cap, None where it does not; the family is told once.

    `checkout` is the attempt that would be made, which does not count twice. At most one more round trip.
    """
    cap, due, today = plan.cap_of(invoice.payer, invoice.currency), invoice.dues[0], local_day(now, organisation.zone)
    if cap is None:
        return None
    before = [each for each in plan.spent_in(today, invoice.payer, invoice.currency) if each.checkout != checkout]
    if brakes.total(_counting(organisation.slug, plan.household, before)) + due.minor <= cap:
        return None
    until = brakes.month_after(today)
    is_late = due.minor <= cap and until > plan.day_of(invoice.id, due.on) + _LONGEST
    ends = is_late or due.minor > cap
    facts = {
        "invoice": invoice.id,
        "number": invoice.number,
        "due_minor": due.minor,
        "currency": invoice.currency,
        "cap_minor": cap,
        "charge_on": "" if ends else until.isoformat(),
        "is_late": is_late,
        "path": f"invoices/{invoice.id}/autopay",
    }
    notice = Notice("autopay_waits", "", facts, household=invoice.household, thread=f"invoice-{invoice.id}")
    transaction = Transaction()
    name = f"autopay-waits-{invoice.id}-{due.on:%Y%m%d}-{'over' if ends else f'{today:%Y%m}'}{brakes.turn_of(invoice)}"
    outbox.enqueue(transaction, organisation.slug, notice, now, message=name)
    with suppress(ConditionFailed):  # told before
        transaction.commit()
    return Capped(None if ends else until)


def _counting(org: str, household: str, attempts: list[Spent]) -> list[Spent]:
    """Those that were not refused. One strong round trip, none where there are no others."""
    wanted = {each.checkout: keys.checkout(org, household, each.checkout) for each in attempts}
    found = read.many(CheckoutItem, list(wanted.values())) if wanted else {}
    refused = {item.checkout for item in found.values() if item.state == CheckoutState.CLOSED.value}
    return [each for each in attempts if each.checkout not in refused]
