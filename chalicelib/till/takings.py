"""What came in and went out on a day: by which way, in which currency, through whose hands; and its count.

All of it comes from the journal: the ledger's own entries of that day, whoever booked them. So the takings of all days
add up to what the ledgers of all families say was paid.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.billing.ledger import EntryKind, LedgerEntry
from chalicelib.billing.models import JournalItem
from chalicelib.billing.store import entry_from
from chalicelib.data import keys, read, write
from chalicelib.identity.domain import User
from chalicelib.shared.times import from_iso, to_iso
from chalicelib.till.models import TillCloseItem

_MONEY = (
    EntryKind.PAYMENT, EntryKind.PAYMENT_RETURNED, EntryKind.REFUND, EntryKind.REFUND_RETURNED, EntryKind.DISPUTE,
    EntryKind.DISPUTE_WON,
)  # fmt: skip
COUNTED = ("cash", "cheque")
"""What lies in the drawer and can be counted."""


class Booked(NamedTuple):
    """An entry of the journal."""

    household: str
    user: str
    """Who had it booked, of the staff or of the family; empty where nobody was signed in."""
    entry: LedgerEntry

    @property
    def minor(self) -> int:
        """What came in; below zero, what went out."""
        return -self.entry.minor


class Sum(NamedTuple):
    """What moved by one way in one currency, through one person's hands or all."""

    method: str
    currency: str
    user: str
    """Empty: everybody's, or nobody's who was signed in."""
    received_minor: int
    given_minor: int
    """What went out, above zero."""

    @property
    def net_minor(self) -> int:
        """What is there of it."""
        return self.received_minor - self.given_minor


class Count(NamedTuple):
    """What was expected of one way of paying, and what was counted."""

    method: str
    currency: str
    expected_minor: int
    counted_minor: int


class Close(NamedTuple):
    """A day's takings as somebody counted them."""

    at: datetime
    name: str
    counts: tuple[Count, ...]
    note: str


class Day(NamedTuple):
    """All that was booked on a day as money, in the order of booking, and its counts, the last one last."""

    booked: Sequence[Booked]
    closes: Sequence[Close]

    @property
    def since_count(self) -> int:
        """How many entries were booked after the last count."""
        return sum(each.entry.booked_at > self.closes[-1].at for each in self.booked) if self.closes else 0


def journal(org: str, day: date) -> Iterable[Booked]:
    """All that was booked on a day, in the order of booking, a hundred at a time."""
    found = read.each(JournalItem, keys.journal_partition(org, day.isoformat()), keys.JOURNAL_ENTRIES)
    return (Booked(item.household, item.user or "", entry_from(item)) for item in found)


def of_day(org: str, day: date) -> Day:
    """A day's money and its counts. One strong round trip for most days."""
    items = list(read.whole(keys.journal_partition(org, day.isoformat())))
    booked = [Booked(i.household, i.user or "", entry_from(i)) for i in items if isinstance(i, JournalItem)]
    closes = [_close(item) for item in items if isinstance(item, TillCloseItem)]
    return Day([each for each in booked if each.entry.kind in _MONEY], closes)


def _close(item: TillCloseItem) -> Close:
    counts = tuple(Count(*row) for row in item.counts)
    return Close(from_iso(item.closed_at), item.name, counts, item.note or "")


def through_staff(booked: Iterable[Booked], users: Mapping[str, User]) -> list[Booked]:
    """The same, with somebody of the staff where one had it booked; a family that pays for itself is nobody here."""

    def is_staff(each: Booked) -> bool:
        user = users.get(each.user)
        return user is not None and user.link(each.household) is None

    return [each if is_staff(each) else each._replace(user="") for each in booked]


def sums(booked: Iterable[Booked], *, by_user: bool = False) -> list[Sum]:
    """What moved, by way and currency, and by whose hands if that is asked for."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for each in booked:
        kind = (each.user if by_user else "", each.entry.number, each.entry.currency)
        both = found.setdefault(kind, [0, 0])
        both[each.minor < 0] += abs(each.minor)
    return [Sum(method, currency, user, *both) for (user, method, currency), both in sorted(found.items())]


def expected(day: Day, currency: str) -> list[Sum]:
    """What should lie in the drawer: what can be counted of the day, and cash in the organisation's currency always."""
    there = [each for each in sums(day.booked) if each.method in COUNTED]
    has_cash = any((each.method, each.currency) == (COUNTED[0], currency) for each in there)
    return there if has_cash else [Sum(COUNTED[0], currency, "", 0, 0), *there]


def close(org: str, day: date, counted: Close, user: str) -> None:
    """Writes a count down; a later one stands beside it. Raises Unavailable."""
    pk, sk = keys.till_close(org, day.isoformat(), to_iso(counted.at))
    item = TillCloseItem(
        pk,
        sk,
        closed_at=to_iso(counted.at),
        user=user,
        name=counted.name,
        counts=[list(count) for count in counted.counts],
        note=counted.note or None,
    )
    write.put(item)
