"""Which step of reminding a part of an invoice has come to, on which day, and what it costs; days of the organisation.

Each due day of an invoice counts by itself. A step never comes sooner after the one before than the organisation set
them apart, so that whoever was not reminded in time (an outage, steps that are new) hears the friendly words first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import NamedTuple

from chalicelib.billing.domain import Due, Invoice
from chalicelib.organisations.terms import DunningStep, DunningTerms
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import from_local

REMINDED_AT = time(10)
"""On the organisation's clock: when somebody can be asked about it."""
_WHOLE = 1_000_000
MOST_DAYS = 366
"""Days for which reminders may rest at the most."""


class Held(Enum):
    """Why a step waits."""

    PAUSED = "paused"
    """The staff want it to."""
    ASKED = "asked"
    """A question about the invoice waits for an answer (NEW-16)."""
    PAYING = "paying"
    """A payment is under way."""
    DISPUTED = "disputed"
    """A payment of it is contested with the bank."""
    CREDIT = "credit"
    """The family has enough in its favour."""


class Part(NamedTuple):
    """A part of an invoice with a due day of its own."""

    invoice: str
    due_on: date


class Taken(NamedTuple):
    """A step that was taken about a part of an invoice."""

    part: Part
    step: int
    """1, 2, 3 …"""
    on: date
    minor: int
    """What was overdue."""
    fee_minor: int = 0
    """The fee before taxes."""
    fee_invoice: str = ""


class Coming(NamedTuple):
    """The step that a part comes to next."""

    part: Part
    step: int
    on: date


@frozen
class Rules(Frozen):
    """What the staff agreed with one household about reminders."""

    paused_until: date | None = None
    """The last day on which nothing of it is reminded; None: it is as for everybody."""
    no_fees: bool = False
    """Whether it is charged no late fees."""
    invoices: Mapping[str, date] = field(default_factory=dict)
    """The last day of rest of single invoices, by id."""
    version: int | None = None

    def rests(self, invoice: str, today: date) -> bool:
        """Whether reminders of an invoice rest today."""
        until = (self.paused_until, self.invoices.get(invoice))
        return any(day is not None and today <= day for day in until)


def with_pause(rules: Rules, invoice: str, until: date | None, today: date) -> Rules:
    """The rules with another last day of rest for an invoice, or for all ("") of them; None ends it."""
    if not invoice:
        return replace(rules, paused_until=until)
    kept = {each: day for each, day in rules.invoices.items() if day >= today and each != invoice}
    return replace(rules, invoices=kept if until is None else {**kept, invoice: until})


def coming(steps: Sequence[DunningStep], part: Part, taken: Sequence[Taken]) -> Coming | None:
    """The step that a part comes to next, and the day on which it is due; None after the last."""
    last = max((each for each in taken if each.part == part), key=lambda each: each.step, default=None)
    number = last.step + 1 if last else 1
    if number > len(steps):
        return None
    day = part.due_on + timedelta(days=steps[number - 1].days)
    if last:
        apart = steps[number - 1].days - steps[number - 2].days
        day = max(day, last.on + timedelta(days=apart))
    return Coming(part, number, day)


def parts(invoice: Invoice) -> list[tuple[Part, Due]]:
    """What is still to pay of an invoice, part by part."""
    return [(Part(invoice.id, due.on), due) for due in invoice.dues]


def moment(day: date, zone: str) -> datetime:
    """When a step of a day is taken; a time that clocks leave out moves forward (M-10)."""
    return from_local(datetime.combine(day, REMINDED_AT), zone)


def fee(terms: DunningTerms, step: DunningStep, invoice: Invoice, minor: int) -> int:
    """The late fee of a step over what is overdue of one part, before taxes, half a unit rounded up.

    Nothing where fees are not allowed, and nothing ever for an invoice of late fees: they are not compounded.
    """
    if not terms.late_fees or invoice.late_for or minor <= 0:
        return 0
    if step.fee_minor:
        return step.fee_minor
    share = (minor * step.fee_ppm * 2 + _WHOLE) // (2 * _WHOLE)
    return min(share, step.fee_cap_minor) if step.fee_cap_minor else share


def step_name(part: Part, step: int) -> str:
    """Name of a step that was taken about a part, as the invoice of its fee tells it."""
    return f"{part.invoice}#{part.due_on.isoformat()}#{step}"


def first_step(late_for: str) -> tuple[Part, int]:
    """The first of the steps that the invoice of a fee tells: one message told of all of them."""
    invoice, day, step = late_for.split()[0].split("#")
    return Part(invoice, date.fromisoformat(day)), int(step)
