"""View models of recurring invoices: how often, from when, when next, how many and how much (REC-1)."""

from datetime import date
from typing import NamedTuple

from chalicelib.billing.glance import InvoiceRow
from chalicelib.billing.pages import LineView, invoice_row, line_view
from chalicelib.billing.pricing import price, total
from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.recurring.domain import Frequency, Recurring, RecurringStatus, in_force
from chalicelib.recurring.store import Made
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

FREQUENCY_WORDS: dict[Frequency, Message] = {
    Frequency.WEEKLY: say("Every week"),
    Frequency.TWO_WEEKS: say("Every 2 weeks"),
    Frequency.FOUR_WEEKS: say("Every 4 weeks"),
    Frequency.MONTHLY: say("Every month"),
    Frequency.TWO_MONTHS: say("Every 2 months"),
    Frequency.THREE_MONTHS: say("Every 3 months"),
    Frequency.SIX_MONTHS: say("Every 6 months"),
    Frequency.YEARLY: say("Every year"),
}
_STATUS_WORDS: dict[RecurringStatus, tuple[Message, str]] = {
    RecurringStatus.DRAFT: (say("Draft", context="recurring invoice"), "neutral"),
    RecurringStatus.PENDING: (say("Not begun yet", context="recurring invoice"), "info"),
    RecurringStatus.ACTIVE: (say("Active", context="recurring invoice"), "success"),
    RecurringStatus.PAUSED: (say("Paused", context="recurring invoice"), "warning"),
    RecurringStatus.COMPLETED: (say("Ended", context="recurring invoice"), "neutral"),
}


class RecurringRow(NamedTuple):
    """A recurring invoice in a list."""

    title: str
    href: str
    meta: str
    amount: str
    status: str
    tone: str


class RecurringView(NamedTuple):
    """A recurring invoice with all that is on it, and a page of what it made."""

    id: str
    row: RecurringRow
    facts: list[tuple[str, str]]
    lines: tuple[LineView, ...]
    is_autopay: bool
    may_switch: bool
    """Whether the family has a choice about autopay (X-2)."""
    invoices: list[InvoiceRow]


def recurring_row(
    recurring: Recurring, organisation: Organisation, local: Local, today: date, *, base: str = ""
) -> RecurringRow:
    """A recurring invoice as it stands today; the amount is that of its next invoice, taxes included.

    `base` begins the addresses of pages about money: empty for the family's own, the family's place at the desk there.
    """
    words, tone = _STATUS_WORDS[recurring.status_at(today)]
    amount = total(price(in_force(recurring).terms.lines, organisation.billing))
    return RecurringRow(
        title=recurring.title,
        href=urls.portal(organisation.slug, f"{base}recurring/{recurring.id}"),
        meta=dotted(*(local.say(part) for part in _parts(recurring))),
        amount=local.money(amount, recurring.currency),
        status=local.say(words),
        tone=tone,
    )


def _parts(recurring: Recurring) -> list[Message]:
    parts = [FREQUENCY_WORDS[recurring.terms.frequency], say("from %(day)s", day=recurring.starts_on)]
    if recurring.next_on:
        parts.append(say("next on %(day)s", day=recurring.next_on))
        parts.append(_left(recurring))
    return parts


def _left(recurring: Recurring) -> Message:
    if recurring.cycles_left is not None:
        return say("%(n)s invoice left", plural="%(n)s invoices left", n=recurring.cycles_left)
    return say("until %(day)s", day=recurring.ends_on) if recurring.ends_on else say("no end date")


def recurring_view(
    made: Made, organisation: Organisation, summary: Summary, local: Local, today: date, *, base: str = ""
) -> RecurringView:
    """A recurring invoice with lines for each member, and the invoices it made (REC-2)."""
    recurring = made.recurring
    lines = price(in_force(recurring).terms.lines, organisation.billing)
    return RecurringView(
        id=recurring.id,
        row=recurring_row(recurring, organisation, local, today, base=base),
        facts=[(local.say(label), value) for label, value in _facts(recurring, local)],
        lines=tuple(line_view(line, summary, local, recurring.currency) for line in lines),
        is_autopay=recurring.is_autopay,
        may_switch=recurring.autopay.is_choice and recurring.status is not RecurringStatus.COMPLETED,
        invoices=[invoice_row(invoice.listed, local, organisation.slug, today, base=base) for invoice in made.invoices],
    )


def _facts(recurring: Recurring, local: Local) -> list[tuple[Message, str]]:
    autopay = say("charged to your payment method") if recurring.is_autopay else say("you pay each invoice yourself")
    facts = [
        (say("How often"), local.say(FREQUENCY_WORDS[recurring.terms.frequency])),
        (say("Start"), local.date(recurring.starts_on, "long")),
    ]
    if recurring.next_on:
        facts.append((say("Next invoice"), local.date(recurring.next_on, "long")))
        facts.append((say("Still to come"), local.say(_left(recurring))))
    if recurring.planned:
        facts.append((say("Changes on"), local.date(recurring.planned.since, "long")))
    return [*facts, (say("Payment"), local.say(autopay))]
