"""View models of reminders at the desk: which step went when, what comes next, and why it waits."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chalicelib.billing import store as billing
from chalicelib.billing.domain import Invoice
from chalicelib.billing.items import AUTOPAY_QUEUE
from chalicelib.dunning import domain, store
from chalicelib.dunning.domain import Coming, Held, Rules, Taken
from chalicelib.shared.texts import Message, say
from chalicelib.web.http import Request
from chalicelib.web.language import dotted

_MOST = 10
"""Invoices that one page tells of."""
_WHY: Mapping[str, Message] = {
    Held.PAUSED.value: say("It waits: reminders rest."),
    Held.ASKED.value: say("It waits: the family asked something and has no answer yet."),
    Held.PAYING.value: say("It waits: a payment is under way."),
    Held.DISPUTED.value: say("It waits: a payment is contested with the bank."),
    Held.CREDIT.value: say("It waits: the family has enough in its favour."),
}


class StepView(NamedTuple):
    """A step that was taken, or comes next."""

    title: str
    meta: str
    value: str
    """The fee; empty where there is none."""


class UnpaidView(NamedTuple):
    """An unpaid invoice with its steps."""

    id: str
    number: str
    steps: list[StepView]
    words: str
    """What comes next, or why nothing does."""
    is_ended: bool
    """Whether it was to be charged by itself, and is not any more."""
    until: str
    """The last day on which its reminders rest; empty: they do not."""


def reminded(request: Request, invoice: Invoice) -> list[StepView]:
    """Steps that were taken about an invoice, earliest first. One strong read."""
    found = store.list_taken(request.org, invoice.household, invoice.id)
    return [_step(request, each, invoice.currency) for each in found]


def _step(request: Request, taken: Taken, currency: str) -> StepView:
    local = request.local
    due = local.say(say("Due %(day)s", day=taken.part.due_on))
    fee = say("Late fee: %(amount)s", amount=local.money(taken.fee_minor, currency))
    return StepView(
        local.say(say("Step %(n)s, %(day)s", n=taken.step, day=taken.on)),
        dotted(due, local.money(taken.minor, currency)),
        local.say(fee) if taken.fee_minor else "",
    )


def unpaid_views(request: Request, household: str, rules: Rules) -> list[UnpaidView]:
    """A household's unpaid invoices, earliest due first, with their steps. A read for each, and two more."""
    items = []
    for item in store.each_unpaid(request.org, household):
        items.append(item)
        if len(items) == _MOST:
            break
    found = {each.id: each for each in billing.get_invoices(request.org, household, [item.invoice for item in items])}
    views = []
    for item in items:
        invoice = found.get(item.invoice)
        if invoice:
            taken = store.list_taken(request.org, household, invoice.id)
            words = _words(request, invoice, taken, item.queue == AUTOPAY_QUEUE, item.held or "")
            until = rules.invoices.get(invoice.id)
            steps = [_step(request, each, invoice.currency) for each in taken]
            views.append(
                UnpaidView(
                    invoice.id,
                    invoice.number,
                    steps,
                    request.local.say(words),
                    invoice.autopay and item.queue != AUTOPAY_QUEUE,
                    until.isoformat() if until and until >= request.today else "",
                )
            )
    return views


def _words(request: Request, invoice: Invoice, taken: Sequence[Taken], is_charged: bool, held: str) -> Message:
    """What comes next about an invoice, or why nothing does."""
    if is_charged:
        return say("It is charged by itself; nothing is reminded of as long as that goes on.")
    steps = request.organisation.billing.dunning.steps
    if not steps:
        return say("No reminders go out by themselves.")
    coming = [each for part, _ in domain.parts(invoice) if (each := domain.coming(steps, part, taken))]
    if not coming:
        return say("All reminders have gone out.")
    following: Coming = min(coming, key=lambda each: each.on)
    if held in _WHY and following.on <= request.today:
        return _WHY[held]
    return say("Next: step %(n)s on %(day)s.", n=following.step, day=max(following.on, request.today))
