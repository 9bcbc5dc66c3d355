"""A merge of two households, or of two members of one: what it is, and how it is stored."""

from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any, NamedTuple

from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.households.domain import Role
from chalicelib.identity.domain import HouseholdLink
from chalicelib.joining.models import MergeItem, MergePartItem
from chalicelib.shared.errors import NotFound
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import DAY, after, day_or_none, from_iso, to_iso

KEPT_SECONDS = 30 * DAY
"""For how long a merge can be undone, and is kept (L-10): the families' own logs go on telling of it."""


class What(Enum):
    """What was merged."""

    HOUSEHOLDS = "households"
    MEMBERS = "members"


class MergeState(Enum):
    """How far it is. What was cut short goes on where it was."""

    MOVING = "moving"
    DONE = "done"
    GOING_BACK = "going_back"
    UNDONE = "undone"


class Access(NamedTuple):
    """What a user was to the folded household, or that a user was the folded member."""

    user: str
    had: bool = False
    """Whether he or she had access to the kept household before."""
    role: str = ""
    until: str = ""
    members: tuple[str, ...] = ()

    def link(self, household: str) -> HouseholdLink:
        """The same to a household."""
        return HouseholdLink(household, Role(self.role), day_or_none(self.until), self.members)


class Carried(NamedTuple):
    """A balance that went from the ledger of one household to the other's; what `Books.post` books it by."""

    id: str
    payer: str
    currency: str
    minor: int


@frozen
class Merge(Frozen):
    """One household or member merged into another."""

    id: str
    what: What
    household: str
    """The household that is kept, or that both members belong to."""
    kept: str
    folded: str
    """Id of what was merged into the other."""
    kept_name: str
    folded_name: str
    by: str
    at: datetime
    state: MergeState = MergeState.MOVING
    number: str = ""
    """The folded household's own number, for the ledgers."""
    users: tuple[Access, ...] = ()
    carried: tuple[Carried, ...] = ()
    versions: tuple[tuple[str, int], ...] = ()
    """Of the summaries when it was done: while they are the same, nothing was changed since."""
    version: int | None = None

    def is_kept(self, now: datetime) -> bool:
        """Whether it may still be undone: by the clock, not by whether it is still there."""
        return (now - self.at).total_seconds() < KEPT_SECONDS


def get(org: str, merge_id: str) -> Merge | None:
    """A merge, or None. One strong read."""
    item = read.one(MergeItem, keys.merge(org, merge_id))
    return _merge(item) if item else None


def require(org: str, merge_id: str) -> Merge:
    """The same. Raises NotFound."""
    found = get(org, merge_id)
    if found is None:
        raise NotFound
    return found


def page(org: str, beyond: str = "") -> read.Page[Merge]:
    """Merges, the latest first, 25 at a time. One round trip."""
    found = read.listed(MergeItem, partial(keys.merge, org), after=beyond)
    return read.Page([_merge(item) for item in found.rows], found.next)


def save(transaction: Transaction, org: str, merge: Merge) -> None:
    """Adds the write of a merge; refused when it went on meanwhile."""
    pk, sk = keys.merge(org, merge.id)
    named = ("household", "kept", "folded", "kept_name", "folded_name", "by", "number")
    document = {
        **{name: getattr(merge, name) for name in named},
        "at": to_iso(merge.at),
        "users": [list(each) for each in merge.users],
        "carried": [list(each) for each in merge.carried],
        "versions": [list(each) for each in merge.versions],
    }
    item = MergeItem(
        pk,
        sk,
        merge=merge.id,
        what=merge.what.value,
        document=document,
        state=merge.state.value,
        expires=after(merge.at, KEPT_SECONDS),
        version=merge.version,
    )
    transaction.put("merge", item)


def _merge(item: MergeItem) -> Merge:
    told: dict[str, Any] = item.document
    lists = {
        "users": tuple(
            Access(user, bool(had), role, until, tuple(members)) for user, had, role, until, members in told["users"]
        ),
        "carried": tuple(Carried(*each) for each in told["carried"]),
        "versions": tuple((household, int(version)) for household, version in told["versions"]),
    }
    return Merge(
        **{**told, **lists, "at": from_iso(told["at"])},
        id=item.merge,
        what=What(item.what),
        state=MergeState(item.state),
        version=item.version,
    )


def parts(org: str, merge_id: str) -> list[MergePartItem]:
    """Notes of where what was moved lies."""
    return list(read.each(MergePartItem, *keys.merge_part(org, merge_id, 0)._replace(sk=keys.MERGE_PARTS)))


def check_state(transaction: Transaction, org: str, merge: Merge) -> None:
    """Adds that a merge is as far as whoever works on it believes: one who comes late moves nothing."""
    transaction.check("state", MergeItem, *keys.merge(org, merge.id), MergeItem.state == merge.state.value)


def note_part(transaction: Transaction, org: str, merge: Merge, number: int, places: list[Key]) -> None:
    """Adds the note where what is moved in this transaction lies then; refused when the number was noted already, or
    the merge went on meanwhile.
    """
    check_state(transaction, org, merge)
    pk, sk = keys.merge_part(org, merge.id, number)
    expires = after(merge.at, 2 * KEPT_SECONDS)
    transaction.create("part", MergePartItem(pk, sk, places=[list(place) for place in places], expires=expires))
