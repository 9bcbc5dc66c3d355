"""Who is on file twice: households with a number, address or person in common, and members who are the same one."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from chalicelib.clients import pairs, store
from chalicelib.clients.pairs import Pair
from chalicelib.households.service import require_summary
from chalicelib.households.summary import MemberRow, Summary
from chalicelib.shared.folding import fold


class Doubles(NamedTuple):
    """What a household may be on file as besides."""

    home: Summary
    households: Sequence[Pair]
    members: Sequence[tuple[MemberRow, MemberRow]]
    """Pairs of its own members who have the same name, and no two days of birth."""


def doubles_of(org: str, household_id: str) -> Doubles:
    """Whom a household may double, what has most in common first. Raises NotFound."""
    home, entry = require_summary(org, household_id), store.get(org, household_id)
    alike = pairs.alike(org, store.client_from(entry)) if entry else []
    alike.sort(key=lambda each: (-len(each.by), each.other.name, each.other.household))
    return Doubles(home, alike, list(_members(home)))


def _members(home: Summary) -> Iterator[tuple[MemberRow, MemberRow]]:
    for one, other in combinations(home.members, 2):
        same_day = one.birth_date == other.birth_date or not (one.birth_date and other.birth_date)
        if same_day and fold(one.name) == fold(other.name):
            yield one, other
