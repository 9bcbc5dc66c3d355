"""Households that are probably one family on file twice, in a list of the organisation's that needs no search.

Whoever writes a household has it compared with those that a telephone number, an address, or a name with a day of birth
leads to. A pair is one row of the list; beside it each of the two has a row that names the other, so that the pair goes
when either changes.
"""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from chalicelib.clients import store
from chalicelib.clients.domain import Client, word_of
from chalicelib.clients.models import PairItem
from chalicelib.data import keys, read, write
from chalicelib.data.write import Transaction
from chalicelib.shared.errors import NotFound

_MOST = 10
"""A telephone number or address that so many households have is a school's or the desk's own, and tells nothing."""


class Pair(NamedTuple):
    """Two households that are probably one, and what both have: of `phone`, `email` and `person`."""

    one: Client
    other: Client
    by: frozenset[str]


def alike(org: str, client: Client) -> list[Pair]:
    """The pairs that a household is one of. One strong round trip for each mark, and one for the others."""
    words = {word_of(mark) for mark in client.marks} - {""}
    found = {home for word in words for home in store.homes_by(org, word, _MOST, consistent=True)}
    others = store.get_all(org, sorted(found - {client.household}), consistent=True)
    return [Pair(client, other, by) for other in others.values() if (by := client.shares(other))]


def follow(org: str, household_id: str, client: Client | None) -> None:
    """Makes a household's pairs what they are now; None stands for one that is no more. Raises Unavailable."""
    before = {item.other: item for item in _beside(org, household_id)}
    now = {pair.other.household for pair in alike(org, client)} if client else set()
    rows = [row for other in now - set(before) for row in _rows(org, household_id, other)]
    gone = [row for other in set(before) - now for row in _rows(org, household_id, other)]
    if rows or gone:
        write.batch(rows, gone)


def page(org: str, beyond: str = "") -> read.Page[Pair]:
    """Pairs of the organisation's, 25 at a time, as far as they are alike still. Two round trips."""
    found = read.listed(PairItem, partial(keys.pair, org, True), after=beyond, newest_first=False)
    homes = store.get_all(org, sorted({each for item in found.rows for each in (item.household, item.other)}))
    told = ((homes.get(item.household), homes.get(item.other)) for item in found.rows)
    pairs = [Pair(one, other, by) for one, other in told if one and other and (by := one.shares(other))]
    return read.Page(pairs, found.next)


def part(org: str, household_id: str, other_id: str) -> None:
    """Notes that a pair is two families: it leaves the list for as long as both stay as they are.

    Raises NotFound for no pair, Conflict.
    """
    listed, *beside = _rows(org, household_id, other_id)
    if read.one(PairItem, listed.key) is None:
        raise NotFound
    transaction = Transaction()
    transaction.delete("pair", listed, PairItem.pk.exists())
    for row in beside:
        row.apart = True
        transaction.put("beside", row)
    transaction.commit_or_conflict()


def _beside(org: str, household_id: str) -> Iterator[PairItem]:
    return read.each(PairItem, *keys.pair(org, False, f"{household_id}#"))


def _rows(org: str, household_id: str, other_id: str) -> list[PairItem]:
    """The row of the list, whose first household has the smaller id, and one beside each."""
    one, other = sorted((household_id, other_id))
    places = ((True, one, other), (False, one, other), (False, other, one))
    return [
        PairItem(*keys.pair(org, listed, f"{first}#{second}"), household=first, other=second, apart=False)
        for listed, first, second in places
    ]
