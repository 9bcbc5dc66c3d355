"""Households that were merged into another: what stayed with them is still that family's.

A merge moves most records and puts the rest away. Whoever asks for a copy of everything, or to be forgotten, means that
rest as well, long after the note of the merge itself is gone (NEW-12).
"""

from collections.abc import Iterator

from chalicelib.data import keys, read
from chalicelib.data.write import Transaction
from chalicelib.households import store
from chalicelib.households.domain import Status
from chalicelib.households.models import AbsorbedItem


def note(transaction: Transaction, org: str, kept: str, folded: str) -> None:
    """Adds that a household is merged into another."""
    transaction.put("absorbed", AbsorbedItem(*keys.absorbed(org, kept, folded), folded=folded))


def forget(transaction: Transaction, org: str, kept: str, folded: str) -> None:
    """Adds that it is a household of its own again."""
    transaction.delete("absorbed", AbsorbedItem(*keys.absorbed(org, kept, folded)))


def homes(org: str, household: str) -> list[str]:
    """A household and all that were merged into it, or into one of these; each after the one that it went into.

    One that the staff brought back is a family of its own again. Raises Unavailable.
    """
    found = [household]
    for home in found:
        found += [each for each in _put_away(org, home) if each not in found]
    return found


def _put_away(org: str, household: str) -> Iterator[str]:
    start = keys.absorbed(org, household, "")
    for item in list(read.each(AbsorbedItem, start.pk, start.sk)):
        folded = store.get_household(org, item.folded)
        if folded is None or folded.status is Status.ARCHIVED:
            yield str(item.folded)
