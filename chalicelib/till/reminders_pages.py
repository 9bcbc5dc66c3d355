"""View models of reminders at the desk: which step went when, what comes next, and why it waits."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from chalicelib.billing import store as billing
from chalicelib.billing.domain import Invoice
from chalicelib.billing.items import AUTOPAY_QUEUE
from chalicelib.billing.models import UnpaidItem
from chalicelib.dunning import domain, store
from chalicelib.dunning.domain import Coming, Held, Rules, Taken
from chalicelib.shared.texts import Message, say
from chalicelib.web import paging
from chalicelib.web.http import Request
from chalicelib.web.language import dotted

_MOST = 10
"""Invoices that one page tells of; the others are on the next."""
_WHY: Mapping[str, Message] = {
    Held.ASKED.value: say("Waiting: the family asked something and has no answer yet."),
    Held.PAYING.value: say("Waiting: a payment is under way."),
    Held.DISPUTED.value: say("Waiting: a payment is contested with the bank."),
    Held.CREDIT.value: say("Waiting: the family has enough credit."),
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
    paused: str
    """That its own reminders rest, and until when; empty: they do not."""


class Unpaid(NamedTuple):
    """A household's unpaid invoices, a page of them with their steps."""

    shown: list[UnpaidView]
    choices: list[tuple[str, str]]
    """All of them, by id and number."""
    links: paging.Links


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


def unpaid_of(request: Request, path: str, household: str, rules: Rules) -> Unpaid:
    """A household's unpaid invoices, earliest due first: at `path`, a page with their steps.

    Two reads for each hundred, and one for each that is shown.
    """
    items = list(store.each_unpaid(request.org, household))
    found = {each.id: each for each in billing.get_invoices(request.org, household, [item.invoice for item in items])}
    known = [(item, found[item.invoice]) for item in items if item.invoice in found]
    part, links = paging.part(request, path, known, _MOST)
    shown = [_view(request, item, invoice, rules) for item, invoice in part]
    return Unpaid(shown, [(invoice.id, invoice.number) for _, invoice in known], links)


def _view(request: Request, item: UnpaidItem, invoice: Invoice, rules: Rules) -> UnpaidView:
    local, own = request.local, rules.invoices.get(invoice.id)
    taken = store.list_taken(request.org, invoice.household, invoice.id)
    rests = max((day for day in (own, rules.paused_until) if day and day >= request.today), default=None)
    paused = ""
    if own and own >= request.today:
        words = say("Reminders of this invoice are paused until the end of %(day)s.", day=local.date(own, "long"))
        paused = local.say(words)
    return UnpaidView(
        invoice.id,
        invoice.number,
        [_step(request, each, invoice.currency) for each in taken],
        local.say(_words(request, item, invoice, taken, rests)),
        invoice.has_autopay_ended,
        paused,
    )


def _words(request: Request, item: UnpaidItem, invoice: Invoice, taken: Sequence[Taken], rests: date | None) -> Message:
    """What comes next about an invoice, or why nothing does."""
    if item.queue == AUTOPAY_QUEUE:
        return say("It is charged automatically; no reminders go out while that is so.")
    steps = request.organisation.billing.dunning.steps
    if not steps:
        return say("No reminders go out automatically.")
    coming = [each for part, _ in domain.parts(invoice) if (each := domain.coming(steps, part, taken))]
    if not coming:
        return say("All reminders have gone out.")
    following: Coming = min(coming, key=lambda each: each.on)
    if item.held in _WHY and following.on <= request.today:
        return _WHY[item.held]
    first = rests + timedelta(days=1) if rests else request.today
    return say("Next: step %(n)s on %(day)s.", n=following.step, day=max(following.on, first))
