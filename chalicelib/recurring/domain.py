"""Recurring invoices: when the next one is due, how many are left, who decides about autopay.

The n-th period begins n steps after the first day, reckoned from that day each time: a 31st falls on
the last day of shorter months and comes back on the 31st. Nothing adds up from one date to the next.
"""

from dataclasses import replace
from datetime import date, timedelta
from enum import Enum
from typing import NamedTuple

from chalicelib.billing.pricing import LineRequest
from chalicelib.organisations.terms import AutopayMode
from chalicelib.shared.errors import Conflict
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import say
from chalicelib.shared.times import months_after


class Frequency(Enum):
    """How often a period begins."""

    WEEKLY = "weekly"
    TWO_WEEKS = "two_weeks"
    FOUR_WEEKS = "four_weeks"
    MONTHLY = "monthly"
    TWO_MONTHS = "two_months"
    THREE_MONTHS = "three_months"
    SIX_MONTHS = "six_months"
    YEARLY = "yearly"

    def period(self, first: date, number: int) -> date:
        """First day of the period `number` (0, 1, 2 …) of a series that begins on `first`."""
        weeks, months = _STEPS[self]
        return months_after(first, months * number) if months else first + timedelta(weeks=weeks * number)

    def index(self, first: date, day: date) -> int:
        """Number of the first period that begins on `day` or later."""
        weeks, months = _STEPS[self]
        if months:
            number = ((day.year - first.year) * 12 + day.month - first.month) // months
        else:
            number = (day - first).days // (7 * weeks)
        number = max(number, 0)
        while self.period(first, number) < day:
            number += 1
        return number


_STEPS: dict[Frequency, tuple[int, int]] = {
    Frequency.WEEKLY: (1, 0),
    Frequency.TWO_WEEKS: (2, 0),
    Frequency.FOUR_WEEKS: (4, 0),
    Frequency.MONTHLY: (0, 1),
    Frequency.TWO_MONTHS: (0, 2),
    Frequency.THREE_MONTHS: (0, 3),
    Frequency.SIX_MONTHS: (0, 6),
    Frequency.YEARLY: (0, 12),
}
"""Weeks and months of each."""


class RecurringStatus(Enum):
    """Where a recurring invoice stands (glossary)."""

    DRAFT = "draft"
    PENDING = "pending"
    """Worked out of an active one that has not begun."""
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"


class Terms(NamedTuple):
    """What is billed how often, from a day on."""

    since: date
    """First day of the first period."""
    frequency: Frequency
    lines: tuple[LineRequest, ...]


@frozen
class Recurring(Frozen):
    """A bill that is made again and again; it is never sent itself."""

    id: str
    household: str
    title: str
    currency: str
    status: RecurringStatus
    starts_on: date
    terms: Terms
    periods: int = 0
    """Number of the period that is billed next, counted from `terms.since`."""
    cycles_left: int | None = None
    """How many invoices are still to be made; None: no end."""
    ends_on: date | None = None
    """Periods that begin later are not billed; None: no end."""
    planned: Terms | None = None
    """What will hold from a later period on."""
    autopay: AutopayMode = AutopayMode.OFF
    autopay_chosen: bool | None = None
    """What the family chose where the mode leaves it a choice (X-2); None: nothing yet."""
    payer: str = ""
    version: int | None = None

    @property
    def next_on(self) -> date | None:
        """First day of the period that is billed next; None when none is left, or while nothing is made at all."""
        if self.status is not RecurringStatus.ACTIVE:
            return None
        day = self.terms.frequency.period(self.terms.since, self.periods)
        return None if self.ends_on and day > self.ends_on else day

    @property
    def is_autopay(self) -> bool:
        """Whether its invoices are charged to the payment method on file (X-2)."""
        if self.autopay.is_choice and self.autopay_chosen is not None:
            return self.autopay_chosen
        return self.autopay.at_first

    def status_at(self, today: date) -> RecurringStatus:
        """Where it stands on the organisation's day `today`."""
        if self.status is not RecurringStatus.ACTIVE:
            return self.status
        if self.next_on is None:
            return RecurringStatus.COMPLETED
        return RecurringStatus.PENDING if self.starts_on > today else RecurringStatus.ACTIVE


def started(draft: Recurring) -> Recurring:
    """A draft once it is switched on. Raises Conflict when it is no draft."""
    if draft.status is not RecurringStatus.DRAFT:
        raise Conflict
    return replace(draft, status=RecurringStatus.ACTIVE)


def paused(recurring: Recurring) -> Recurring:
    """Nothing is made any more until it goes on; pausing twice changes nothing. Raises Conflict when it is over."""
    if recurring.status is RecurringStatus.PAUSED:
        return recurring
    if recurring.status is not RecurringStatus.ACTIVE:
        raise Conflict(say("Only an active recurring invoice can be paused."))
    return replace(recurring, status=RecurringStatus.PAUSED)


def resumed(recurring: Recurring, today: date) -> Recurring:
    """Goes on with the first period from `today` on: what lay in the pause is not billed. Raises Conflict."""
    if recurring.status is RecurringStatus.ACTIVE:
        return recurring
    if recurring.status is not RecurringStatus.PAUSED:
        raise Conflict(say("Only a paused recurring invoice can go on."))
    active, planned = replace(recurring, status=RecurringStatus.ACTIVE), recurring.planned
    if planned and planned.since <= today:
        active = replace(active, terms=planned, periods=0, planned=None)
    ahead = active.terms.frequency.index(active.terms.since, today)
    return replace(active, periods=max(active.periods, ahead))


def completed(recurring: Recurring) -> Recurring:
    """Ended for good."""
    return replace(recurring, status=RecurringStatus.COMPLETED, planned=None)


def ending(recurring: Recurring, day: date | None) -> Recurring:
    """Bills no period that begins after `day`; None takes an end back."""
    return replace(recurring, ends_on=day)


def planning(recurring: Recurring, terms: Terms | None) -> Recurring:
    """Other terms from `terms.since` on, which must be the first day of a later period; None: as it is now."""
    return replace(recurring, planned=terms)


def coming(recurring: Recurring) -> Recurring:
    """As it is when its next period is billed, also while it is paused."""
    return replace(in_force(replace(recurring, status=RecurringStatus.ACTIVE)), status=recurring.status)


def revised(recurring: Recurring, terms: Terms) -> Recurring:
    """With other terms: of a draft all of them, of one that was begun from its next period on, whose first day holds
    in place of `terms.since`. The same terms change nothing.
    """
    if recurring.status is RecurringStatus.DRAFT:
        return replace(recurring, starts_on=terms.since, terms=terms)
    ahead = coming(recurring)
    since = ahead.terms.frequency.period(ahead.terms.since, ahead.periods)
    new = terms._replace(since=since)
    return ahead if new == ahead.terms._replace(since=since) else replace(ahead, planned=new)


def switched(recurring: Recurring, *, on: bool) -> Recurring:
    """Autopay as the family wants it. Raises Conflict where the family has no choice (X-2)."""
    if not recurring.autopay.is_choice:
        raise Conflict(say("The organisation decides how this is paid. Please ask us."))
    return replace(recurring, autopay_chosen=on)


def after_one(recurring: Recurring) -> Recurring:
    """The recurring invoice once the invoice of its next period is made."""
    left = None if recurring.cycles_left is None else recurring.cycles_left - 1
    further = replace(recurring, periods=recurring.periods + 1, cycles_left=left)
    return completed(further) if left == 0 else further


def in_force(recurring: Recurring) -> Recurring:
    """As it is when its next period is billed: planned terms hold if that period is one of theirs."""
    planned, day = recurring.planned, recurring.next_on
    if planned is None or day is None or day < planned.since:
        return recurring
    periods = planned.frequency.index(planned.since, day)
    return replace(recurring, terms=planned, periods=periods, planned=None)


def period_lines(recurring: Recurring) -> tuple[LineRequest, ...]:
    """Lines of the invoice of the next period; each says for which days it is."""
    terms = recurring.terms
    first = terms.frequency.period(terms.since, recurring.periods)
    last = terms.frequency.period(terms.since, recurring.periods + 1) - timedelta(days=1)
    return tuple(line._replace(description=f"{line.description} ({first} \N{EN DASH} {last})") for line in terms.lines)
