"""Brakes of what is charged by itself: notice before, a cap for each month, and moving one instalment (NEW-15).

Days are those of the organisation's zone. A charge never comes before the day it was told for, nor before as many whole
days went by since the notice as the organisation promised.
"""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import date, timedelta
from typing import NamedTuple

from chalicelib.billing.domain import Due, Invoice
from chalicelib.organisations.terms import BrakeTerms
from chalicelib.shared.errors import Conflict
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import say

_REMEMBERED = timedelta(days=62)
"""For so long it is kept when a notice went: longer than any charge may be moved."""


class Cap(NamedTuple):
    """The most that is charged to a payer's methods by themselves within a calendar month."""

    payer: str
    currency: str
    minor: int


class Move(NamedTuple):
    """That the family had an instalment charged on another day."""

    invoice: str
    due_on: date
    to: date
    moved_on: date


class Spent(NamedTuple):
    """An attempt to charge, which counts towards the cap of its month unless it was refused."""

    checkout: str
    payer: str
    currency: str
    minor: int
    on: date


@frozen
class Plan(Frozen):
    """What a household chose about charges by themselves, and what it was told and charged."""

    household: str
    caps: tuple[Cap, ...] = ()
    moves: tuple[Move, ...] = ()
    told: Mapping[str, date] = field(default_factory=dict)
    """By name of a notice, the day on which it was found to have gone out."""
    spent: tuple[Spent, ...] = ()
    """Attempts of the current month."""
    version: int | None = None

    def day_of(self, invoice: str, due_on: date) -> date:
        """The day on which an instalment is charged, as far as the family moved it."""
        found = [each.to for each in self.moves if (each.invoice, each.due_on) == (invoice, due_on)]
        return found[-1] if found else due_on

    def cap_of(self, payer: str, currency: str) -> int | None:
        """The payer's cap for a month in minor units; None: there is none."""
        return next((cap.minor for cap in self.caps if (cap.payer, cap.currency) == (payer, currency)), None)

    def moves_in(self, year: int) -> int:
        """How many instalments were moved within a calendar year."""
        return sum(each.moved_on.year == year for each in self.moves)

    def spent_in(self, month: date, payer: str, currency: str) -> list[Spent]:
        """Attempts of a payer's within the calendar month of a day."""
        wanted = (month.year, month.month, payer, currency)
        return [each for each in self.spent if (each.on.year, each.on.month, each.payer, each.currency) == wanted]


def with_cap(plan: Plan, payer: str, currency: str, minor: int | None) -> Plan:
    """The plan with another cap for a payer; None takes it away."""
    others = tuple(cap for cap in plan.caps if (cap.payer, cap.currency) != (payer, currency))
    return replace(plan, caps=others if minor is None else (*others, Cap(payer, currency, minor)))


def with_told(plan: Plan, name: str, today: date) -> Plan:
    """The plan once a notice was found to have gone out; the first day stays. What is long over is forgotten."""
    kept = {each: day for each, day in plan.told.items() if day >= today - _REMEMBERED}
    return replace(plan, told={name: today, **kept})


def with_spent(plan: Plan, spent: Spent) -> Plan:
    """The plan with an attempt to charge, in the place of an earlier one for the same. Other months are forgotten."""
    month = (spent.on.year, spent.on.month)
    kept = (each for each in plan.spent if (each.on.year, each.on.month) == month and each.checkout != spent.checkout)
    return replace(plan, spent=(*kept, spent))


def days_to_choose(plan: Plan, terms: BrakeTerms, invoice: Invoice, due: Due, today: date) -> tuple[date, date] | None:
    """First and last day to which the family may move a charge; None where it may not.

    It may until the day before it is charged, as often a year as the organisation lets it, and never to a day before.
    """
    day = plan.day_of(invoice.id, due.on)
    last = due.on + timedelta(days=terms.move_days)
    first = max(day, today) + timedelta(days=1)
    may = invoice.autopay and plan.moves_in(today.year) < terms.moves and today < day
    return (first, last) if may and first <= last else None


def moved(plan: Plan, terms: BrakeTerms, invoice: Invoice, due: Due, to: date, today: date) -> Plan:
    """The plan with an instalment on another day. Raises Conflict where that is not within what the organisation lets
    families do."""
    if plan.day_of(invoice.id, due.on) == to != due.on:
        return plan
    days = days_to_choose(plan, terms, invoice, due, today)
    if days is None:
        raise Conflict(say("This charge cannot be moved any more. Please ask us."))
    if not days[0] <= to <= days[1]:
        raise Conflict(say("Choose a day from %(first)s to %(last)s.", first=days[0], last=days[1]))
    this_year = (each for each in plan.moves if each.moved_on.year >= today.year - 1)
    return replace(plan, moves=(*this_year, Move(invoice.id, due.on, to, today)))


def next_day(invoice: Invoice, due: Due) -> date | None:
    """The day of the instalment after `due`: whoever skips one pays it with the next."""
    later = sorted(each.on for each in invoice.schedule if each.on > due.on)
    return later[0] if later else None


def notice_name(invoice: Invoice, due_on: date, day: date) -> str:
    """Name of the message that an instalment will be charged on a day."""
    return f"autopay-notice-{invoice.id}-{due_on:%Y%m%d}-{day:%Y%m%d}{turn_of(invoice)}"


def turn_of(invoice: Invoice) -> str:
    """What tells notices and tries apart from those before charging an invoice had ended, where the family chose it
    anew since; empty while it never ended."""
    ended = invoice.autopay_ended - invoice.has_autopay_ended
    return f"-again{ended}" if ended else ""


def earliest(day: date, notice_days: int, went_on: date) -> date:
    """The day on which an instalment may be charged that was told of on another."""
    return max(day, went_on + timedelta(days=notice_days))


def total(spent: Iterable[Spent]) -> int:
    """What attempts come to."""
    return sum(each.minor for each in spent)


def month_after(day: date) -> date:
    """The first day of the calendar month after a day's."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
