"""What a family decides about charges by themselves: one instalment on another day, a cap for each month (NEW-15)."""

from datetime import date, datetime
from functools import partial

from chalicelib.billing.domain import Invoice
from chalicelib.billing.items import AUTOPAY_QUEUE
from chalicelib.billing.models import InvoiceItem, UnpaidItem
from chalicelib.data import keys
from chalicelib.data.write import Transaction
from chalicelib.households import activity
from chalicelib.households.activity import Deed
from chalicelib.organisations.domain import Organisation
from chalicelib.payments import brakes, plans
from chalicelib.payments.brakes import Plan
from chalicelib.payments.models import ClaimItem
from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day, to_iso


def move(organisation: Organisation, invoice: Invoice, to: date, now: datetime) -> Plan:
    """Has what falls due next on an invoice charged on another day; the same again changes nothing.

    The family is told anew before that day. Raises Conflict where it may not, or while a charge is under way.
    """
    if not (invoice.autopay and invoice.dues):
        raise Conflict(say("This charge cannot be moved any more. Please ask us."))
    due, today = invoice.dues[0], local_day(now, organisation.zone)
    terms = organisation.billing.brakes

    def moved(plan: Plan) -> Plan:
        return brakes.moved(plan, terms, invoice, due, to, today)

    return plans.change(organisation.slug, invoice.household, moved, partial(_with_invoice, organisation, invoice, now))


def _with_invoice(organisation: Organisation, invoice: Invoice, now: datetime, transaction: Transaction) -> None:
    """Adds that the invoice is as it was read, that nobody pays it just now, and that the clock looks at it anew."""
    org, home = organisation.slug, invoice.household
    place, claim = keys.invoice(org, home, invoice.id), keys.claim(org, home, invoice.id)
    transaction.check("invoice", InvoiceItem, place.pk, place.sk, InvoiceItem.version == invoice.version)
    transaction.check("claim", ClaimItem, claim.pk, claim.sk, ClaimItem.pk.does_not_exist())
    waits = UnpaidItem(*keys.unpaid(org, home, invoice.dues[0].on.isoformat(), invoice.id))
    transaction.update("unpaid", waits, [UnpaidItem.due.set(to_iso(now))], UnpaidItem.queue == AUTOPAY_QUEUE)
    activity.note(transaction, org, home, Deed("autopay_moved", now, about={"label": invoice.number}))


def set_cap(organisation: Organisation, household: str, payer: str, minor: int | None, now: datetime) -> Plan:
    """Sets the most that is charged to a payer's methods by themselves in a month; None: no cap. Raises Conflict."""
    currency = organisation.currency

    def changed(plan: Plan) -> Plan:
        return plan if plan.cap_of(payer, currency) == minor else brakes.with_cap(plan, payer, currency, minor)

    def noted(transaction: Transaction) -> None:
        activity.note(transaction, organisation.slug, household, Deed("autopay_cap", now))

    return plans.change(organisation.slug, household, changed, noted)
