"""Statements of account: an opening balance, what happened, a closing balance, and proof that they add up (NEW-4, X-4).

A statement goes by the day of the documents, the ledger by the order of booking. An entry is never dated
after the day it was booked, so everything that belongs into a period is found among the entries booked since
its first day; those that are dated earlier still are part of the opening balance.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import Enum
from typing import NamedTuple

from chalicelib.billing import ledger
from chalicelib.billing.domain import Due
from chalicelib.billing.ledger import DoesNotAddUp, EntryKind, LedgerEntry
from chalicelib.shared.frozen import Frozen, frozen


class Switches(NamedTuple):
    """What a statement tells in detail (X-4)."""

    payments: bool = True
    """Payments and refunds, row by row; otherwise their sum."""
    credits: bool = True
    """Credit notes, row by row; otherwise their sum."""
    ageing: bool = True


ALL = Switches()
"""Everything, row by row."""


class Sum(Enum):
    """What a statement adds up; every kind of entry is in one of them."""

    BILLED = "billed"
    CREDITED = "credited"
    PAID = "paid"
    REFUNDED = "refunded"
    CORRECTED = "corrected"


SUM_OF = {
    EntryKind.INVOICE: Sum.BILLED,
    EntryKind.CREDIT_NOTE: Sum.CREDITED,
    EntryKind.PAYMENT: Sum.PAID,
    EntryKind.PAYMENT_RETURNED: Sum.PAID,
    EntryKind.DISPUTE: Sum.PAID,
    EntryKind.DISPUTE_WON: Sum.PAID,
    EntryKind.REFUND: Sum.REFUNDED,
    EntryKind.REFUND_RETURNED: Sum.REFUNDED,
    EntryKind.CORRECTION: Sum.CORRECTED,
}
"""Money that came back is taken off what was paid, refunds that came back off what was refunded."""


class Hidden(Enum):
    """What a switch folds into one line."""

    PAYMENTS = "payments"
    CREDITS = "credits"


_HIDES = {
    Sum.PAID: Hidden.PAYMENTS,
    Sum.REFUNDED: Hidden.PAYMENTS,
    Sum.CREDITED: Hidden.CREDITS,
}


class Row(NamedTuple):
    """One entry on a statement."""

    entry: LedgerEntry
    balance_minor: int
    """After this row, in the statement's own order."""


class HiddenRow(NamedTuple):
    """The line that stands for all rows which a switch left out; it comes after all others."""

    what: Hidden
    entries: int
    """How many it stands for."""
    minor: int
    balance_minor: int


class Totals(NamedTuple):
    """What happened in the period, each as people count it: money paid is above zero."""

    billed_minor: int = 0
    credited_minor: int = 0
    paid_minor: int = 0
    refunded_minor: int = 0
    corrected_minor: int = 0

    @property
    def change_minor(self) -> int:
        """By how much the balance rose."""
        raised = self.billed_minor + self.refunded_minor + self.corrected_minor
        return raised - self.credited_minor - self.paid_minor


class Ageing(NamedTuple):
    """What is still to pay by how long it has been overdue, as of a day."""

    as_of: date
    not_due_minor: int
    """Due today or later."""
    to_30_minor: int
    """One to 30 days overdue."""
    to_60_minor: int
    to_90_minor: int
    over_90_minor: int
    unapplied_minor: int
    """Credit of the family that covers nothing yet."""

    @property
    def open_minor(self) -> int:
        """What is still to pay."""
        overdue = self.to_30_minor + self.to_60_minor + self.to_90_minor + self.over_90_minor
        return self.not_due_minor + overdue

    @property
    def balance_minor(self) -> int:
        """What remains when the credit is used."""
        return self.open_minor - self.unapplied_minor


@frozen
class Statement(Frozen):
    """A period of one ledger, as it is shown. `check` says whether it adds up."""

    first_day: date
    last_day: date
    as_of: date
    """The day on which it was made."""
    opening_minor: int
    rows: tuple[Row, ...]
    """By day of the document."""
    hidden: tuple[HiddenRow, ...]
    closing_minor: int
    totals: Totals
    balance_minor: int
    """The ledger's balance when it was made: after everything booked, also what is dated after the period."""
    later_minor: int
    """What of that balance is dated after the period."""
    ageing: Ageing | None


def ageing(dues: Iterable[Due], unapplied_minor: int, as_of: date) -> Ageing:
    """Sorts what is still to pay (`Invoice.dues` of all open invoices) by days overdue."""
    parts = [0, 0, 0, 0, 0]
    for due in dues:
        overdue = (as_of - due.on).days
        parts[sum(overdue > limit for limit in _DAYS)] += due.minor
    not_due, to_30, to_60, to_90, over_90 = parts
    return Ageing(as_of, not_due, to_30, to_60, to_90, over_90, unapplied_minor)


_DAYS = (0, 30, 60, 90)
"""The last day overdue of each part of the ageing but the last."""


def statement(
    entries: Sequence[LedgerEntry],
    opening_minor: int,
    first_day: date,
    last_day: date,
    as_of: date,
    switches: Switches = ALL,
    aged: Ageing | None = None,
) -> Statement:
    """The statement from `first_day` to `last_day`, both included, made on the day `as_of`.

    `entries` are all entries of one ledger booked since `first_day`, oldest first; `opening_minor` is the ledger's
    balance before them. `aged` is what is open now; its sum must be the ledger's balance. It is proved even where
    `switches` leave it out. Raises DoesNotAddUp where anything fails to, ValueError for days in the wrong order.
    """
    if first_day > last_day:
        raise ValueError(f"{first_day} is after {last_day}")
    ledger.check(entries)
    if len({(entry.payer, entry.currency) for entry in entries}) > 1:
        raise DoesNotAddUp("entries of several ledgers")
    balance = entries[-1].balance_minor if entries else opening_minor
    if aged and aged.balance_minor != balance:
        raise DoesNotAddUp(f"open invoices and credit come to {aged.balance_minor}, the ledger to {balance}")
    opening = opening_minor + sum(entry.minor for entry in entries if entry.on < first_day)
    within = sorted((e for e in entries if first_day <= e.on <= last_day), key=lambda e: (e.on, e.sequence))
    rows, hidden = _told(within, opening, switches)
    made = Statement(
        first_day=first_day,
        last_day=last_day,
        as_of=as_of,
        opening_minor=opening,
        rows=rows,
        hidden=hidden,
        closing_minor=opening + sum(entry.minor for entry in within),
        totals=_totals(within),
        balance_minor=balance,
        later_minor=sum(entry.minor for entry in entries if entry.on > last_day),
        ageing=aged if switches.ageing else None,
    )
    check(made)
    return made


def check(made: Statement) -> None:
    """Raises DoesNotAddUp unless every figure of a statement follows from those that are shown with it."""
    running = made.opening_minor
    for row in made.rows:
        running += row.entry.minor
        _agree("a row", row.balance_minor, running)
    for line in made.hidden:
        running += line.minor
        _agree(line.what.value, line.balance_minor, running)
    _agree("the closing balance", made.closing_minor, running)
    _agree("the totals", made.opening_minor + made.totals.change_minor, running)
    _agree("the balance of the ledger", made.balance_minor, running + made.later_minor)
    if made.ageing:
        _agree("the ageing", made.ageing.balance_minor, made.balance_minor)


def _agree(what: str, told: int, reckoned: int) -> None:
    if told != reckoned:
        raise DoesNotAddUp(f"{what} says {told} and comes to {reckoned}")


def _told(
    entries: Iterable[LedgerEntry], opening: int, switches: Switches
) -> tuple[tuple[Row, ...], tuple[HiddenRow, ...]]:
    """The rows of a statement, and the lines for those that its switches leave out."""
    left_out = {what for what, shown in zip(Hidden, switches[:2], strict=True) if not shown}
    rows: list[Row] = []
    folded: dict[Hidden, list[int]] = {what: [] for what in Hidden if what in left_out}
    balance = opening
    for entry in entries:
        what = _HIDES.get(SUM_OF[entry.kind])
        if what in folded:
            folded[what].append(entry.minor)
        else:
            balance += entry.minor
            rows.append(Row(entry, balance))
    return tuple(rows), tuple(_folded(folded, balance))


def _folded(folded: dict[Hidden, list[int]], balance: int) -> Iterable[HiddenRow]:
    for what, amounts in folded.items():
        if amounts:
            balance += sum(amounts)
            yield HiddenRow(what, len(amounts), sum(amounts), balance)


def _totals(entries: Iterable[LedgerEntry]) -> Totals:
    sums = dict.fromkeys(Sum, 0)
    for entry in entries:
        sums[SUM_OF[entry.kind]] += entry.minor
    return Totals(sums[Sum.BILLED], -sums[Sum.CREDITED], -sums[Sum.PAID], sums[Sum.REFUNDED], sums[Sum.CORRECTED])
