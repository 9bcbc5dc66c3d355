"""Whether an instalment may be charged yet: the family was told of it, and so many days went by since (NEW-15).

A notice is taken as gone once its message is found sent, never before: after an outage a charge waits for a late
notice, and for the days after it. The mail of an invoice that is due soon is such a notice itself.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from chalicelib.billing import issuing
from chalicelib.billing import store as billing
from chalicelib.billing.domain import Due, Invoice
from chalicelib.data import keys, outbox, read
from chalicelib.data.outbox import MessageItem, MessageState, Notice
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.organisations.domain import Organisation
from chalicelib.payments import brakes, cards, plans, store
from chalicelib.payments.brakes import Plan
from chalicelib.payments.domain import Method
from chalicelib.shared.times import DAY, HOUR, MINUTE, after, from_iso, from_local, local_day

CHARGED_AT = time(10)
"""On the organisation's clock: a refused card finds somebody awake."""
_LOOK = 30 * MINUTE
"""After which it is looked whether a notice has gone out."""
_NOTHING, _ANOTHER_DAY = "nothing to charge", "another day"
_FOR_NOW = frozenset({_NOTHING, _ANOTHER_DAY, outbox.CLOSED})
"""Why a notice was not sent, though one may be wanted again: somebody switched off, and on again."""
_MOST_ASKED = 8
"""Notices of one charge. Where none goes out for weeks because no mail does, the family is reminded instead."""


class Wait(NamedTuple):
    """Whether to charge now."""

    until: datetime | None = None
    """When to look again; None: charge."""
    is_untold: bool = False
    """Whether the family can not be told, so that it is never charged."""


def wait(organisation: Organisation, invoice: Invoice, plan: Plan, now: datetime) -> Wait:
    """Whether what falls due next on an invoice may be charged now; has the family told of it when it is time to.

    Raises Unavailable, Conflict.
    """
    due, days = invoice.dues[0], organisation.billing.brakes.notice_days
    day = plan.day_of(invoice.id, due.on)
    charged_at = moment(day, organisation.zone)
    if not days:
        return Wait(charged_at if now < charged_at else None)
    begins = moment(day - timedelta(days=days), organisation.zone)
    if now < begins:
        return Wait(begins)
    method = _method(organisation, invoice, day, now)
    if method is None:  # nothing can be charged, which is told on the day itself
        return Wait(charged_at if now < charged_at else None)
    found = _went(organisation, invoice, due, plan, method, now)
    if isinstance(found, Wait):
        return found
    charged_at = moment(brakes.earliest(day, days, found), organisation.zone)
    return Wait(charged_at if now < charged_at else None)


def moment(day: date, zone: str) -> datetime:
    """When something is charged on a day of the organisation's zone."""
    return from_local(datetime.combine(day, CHARGED_AT), zone)


def _method(organisation: Organisation, invoice: Invoice, day: date, now: datetime) -> Method | None:
    """The payer's default method, if it is good on the day of the charge; if it will not be, the family is told."""
    methods = store.list_methods(organisation.slug, invoice.household)
    method = next((each for each in methods if each.payer == invoice.payer and each.is_default), None)
    if method and method.is_expired(max(day, local_day(now, organisation.zone))):
        cards.tell(organisation, invoice.household, method, now, next_on=day)
        return None
    return method


def _went(
    organisation: Organisation, invoice: Invoice, due: Due, plan: Plan, method: Method, now: datetime
) -> date | Wait:
    """The day on which the notice of a charge went out; has it sent first, or waits until it is."""
    org, today = organisation.slug, local_day(now, organisation.zone)
    day = plan.day_of(invoice.id, due.on)
    name, mail = brakes.notice_name(invoice, due.on, day), issuing.message_of(invoice)
    if name in plan.told:
        return plan.told[name]
    names = [name, *(f"{name}-{number}" for number in range(2, _MOST_ASKED + 1))]
    found = read.many(MessageItem, [keys.outbox(org, each) for each in (*names, mail)])
    messages = {item.message: item for item in found.values()}
    asked = [messages[each] for each in names if each in messages]
    if day == due.on and _is_notice(organisation, messages.get(mail), invoice, due, day):
        asked = [messages[mail], *asked]
    if any(each.state == MessageState.SENT.value for each in asked):
        return plans.change(org, plan.household, lambda each: _noted(each, name, today)).told[name]
    waits = _waits(asked, now)
    if waits is None and len(asked) < _MOST_ASKED:
        _tell(organisation, invoice, due, plan, method, now, names[len(asked)])
        return Wait(after(now, _LOOK))
    return waits or Wait(after(now, _LOOK), is_untold=True)


def _waits(asked: Sequence[MessageItem], now: datetime) -> Wait | None:
    """How long to wait for the last of the notices, of which none has gone out; None where another is wanted.

    What was given up may go out another day, when mail does again or the staff have mended it, so that another is asked
    for a day later. Who is not to be written to, or can not be, stays untold.
    """
    if not asked:
        return None
    last = asked[-1]
    if last.state == MessageState.PARKED.value:
        again = after(from_iso(last.parked_at or last.created_at), DAY)
        return None if again <= now else Wait(min(again, after(now, HOUR)))
    if last.state == MessageState.SKIPPED.value:
        return None if last.outcome in _FOR_NOW else Wait(after(now, _LOOK), is_untold=True)
    return Wait(after(now, _LOOK))


def _is_notice(organisation: Organisation, mail: MessageItem | None, invoice: Invoice, due: Due, day: date) -> bool:
    """Whether the mail of the invoice tells of the charge, and is not longer ago than a notice would be."""
    if mail is None or not mail.facts.get("autopay") or mail.state in _LOST or invoice.autopay_ended:
        return False
    is_first = not invoice.schedule or invoice.schedule[0].on == due.on
    told_on = local_day(from_iso(mail.created_at), organisation.zone)
    return is_first and told_on >= day - timedelta(days=organisation.billing.brakes.notice_days)


_LOST = (MessageState.SKIPPED.value, MessageState.PARKED.value)


def _noted(plan: Plan, name: str, today: date) -> Plan:
    return plan if name in plan.told else brakes.with_told(plan, name, today)


def _tell(
    organisation: Organisation, invoice: Invoice, due: Due, plan: Plan, method: Method, now: datetime, message: str
) -> None:
    """Has the family told when how much is charged to what; under one name once."""
    terms, today = organisation.billing.brakes, local_day(now, organisation.zone)
    day = plan.day_of(invoice.id, due.on)
    facts = {
        "invoice": invoice.id,
        "number": invoice.number,
        "due_minor": due.minor,
        "currency": invoice.currency,
        "charge_on": brakes.earliest(day, terms.notice_days, today).isoformat(),
        "due_on": due.on.isoformat(),
        "planned_on": day.isoformat(),
        "brand": method.brand,
        "last4": method.last4,
        "can_move": brakes.days_to_choose(plan, terms, invoice, due, today) is not None,
        "can_stop": bool(invoice.recurring) and organisation.billing.autopay.is_choice,
        "path": f"invoices/{invoice.id}/autopay",
    }
    notice = Notice("autopay_notice", "", facts, household=invoice.household, thread=f"invoice-{invoice.id}")
    transaction = Transaction()
    outbox.enqueue(transaction, organisation.slug, notice, now, message=message)
    try:
        transaction.commit()
    except ConditionFailed:  # somebody else told
        return


def still_planned(item: MessageItem, _now: datetime) -> str:
    """Why a notice is not sent any more; "" where what it tells will be charged (M-09). Two strong reads.

    Charging that has ended is not begun again, be a notice of it sent from the desk or not.
    """
    facts: Mapping[str, str] = item.facts
    household = item.household or ""
    invoice = billing.get_invoice(item.org, household, facts["invoice"])
    if invoice is None or not invoice.autopay or not invoice.dues:
        return _NOTHING
    due = invoice.dues[0]
    day = plans.get(item.org, household).day_of(invoice.id, due.on)
    planned = (facts.get("due_on"), facts.get("planned_on"))
    return "" if planned == (due.on.isoformat(), day.isoformat()) else _ANOTHER_DAY
