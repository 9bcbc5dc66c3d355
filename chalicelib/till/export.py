"""The journal between two days as a table for the accountant: every entry of every family's ledger, as booked."""

from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from chalicelib.billing.pages import METHOD_WORDS
from chalicelib.households.store import get_summaries
from chalicelib.identity.domain import User
from chalicelib.identity.store import get_users
from chalicelib.papers.cells import amount
from chalicelib.shared.texts import say
from chalicelib.till import takings
from chalicelib.till.takings import Booked
from chalicelib.web.language import Local

_AT_ONCE = 100
Row = list[str | Decimal]

HEADER = (
    say("Booked on"), say("Day of the document"), say("Household number"), say("Household"), say("Kind"),
    say("Document"), say("Way of paying"), say("Billed"), say("Paid or credited"), say("Balance after"),
    say("Currency"), say("Booked by"), say("Household id"), say("Document id"), say("Entry"),
)  # fmt: skip
"""What is in which column."""


class _Names(NamedTuple):
    """What families and staff are called, so far as the entries name them."""

    homes: dict[str, tuple[str, str]]
    """Number and name."""
    users: dict[str, User]


def rows(org: str, first: date, last: date, local: Local) -> Iterator[Row]:
    """The head and a row for each entry booked from one day to another, both included, in the order of booking.

    A hundred are in memory at a time, and the names that they have in common are read once.
    """
    yield [local.say(words) for words in HEADER]
    known = _Names({}, {})
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    booked = ((day, each) for day in days for each in takings.journal(org, day))
    while batch := list(islice(booked, _AT_ONCE)):
        _learn(org, known, [each for _, each in batch])
        through = takings.through_staff((each for _, each in batch), known.users)
        yield from (_row(day, each, known) for (day, _), each in zip(batch, through, strict=True))


def _learn(org: str, known: _Names, booked: Sequence[Booked]) -> None:
    """Reads the names that are not known yet. Two round trips at most."""
    homes = _unknown(known.homes, (each.household for each in booked))
    for home in get_summaries(org, homes).values() if homes else ():
        known.homes[home.household] = (home.number, home.name)
    users = _unknown(known.users, (each.user for each in booked))
    known.users.update(get_users(org, set(users)) if users else {})


def _unknown(known: Container[str], ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in ids if each and each not in known))


def _row(day: date, each: Booked, known: _Names) -> Row:
    entry = each.entry
    number, name = known.homes.get(each.household, ("", ""))
    is_way = entry.number in METHOD_WORDS
    by = known.users[each.user].name if each.user else ""
    billed, paid = max(entry.minor, 0), max(-entry.minor, 0)
    return [
        day.isoformat(), entry.on.isoformat(), number, name, entry.kind.value,
        "" if is_way else entry.number, entry.number if is_way else "",
        amount(billed, entry.currency), amount(paid, entry.currency), amount(entry.balance_minor, entry.currency),
        entry.currency, by, each.household, entry.document, str(entry.sequence),
    ]  # fmt: skip
