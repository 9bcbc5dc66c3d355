"""Which ways in an earlier copy of the table may bring back: none that is not open now as well (D-13, S-05).

Login addresses, roles in households and roles among the staff are items of their own that name a user. What each of
them opens is what stands with the user: when an address was changed or a role taken away since, the copy's item is
stale.
"""

from chalicelib.data import keys
from chalicelib.data.keys import Key
from chalicelib.data.versions import Stored
from chalicelib.identity import store as identity
from chalicelib.identity.domain import User
from chalicelib.identity.models import HouseholdUserItem, LoginItem, StaffItem, UserItem
from chalicelib.privacy.gathering import kind_of

_POINTERS = tuple(map(kind_of, (LoginItem, HouseholdUserItem, StaffItem)))
_WAYS_IN = frozenset({*_POINTERS, kind_of(UserItem)})


def is_way_in(item: Stored) -> bool:
    """Whether a record says who comes in, and to what: one that is there is never written over with an older one."""
    return _kind(item) in _WAYS_IN


def whose(item: Stored) -> Key | None:
    """Where the user is whom a way in names; None for any other record."""
    if _kind(item) not in _POINTERS:
        return None
    return keys.user(item["pk"]["S"].split("#")[1], item["user"]["S"])


def is_open(item: Stored, stored: Stored | None) -> bool:
    """Whether a way in stands with the user whom it names, as he or she is now."""
    if stored is None:
        return False
    org, key = item["pk"]["S"].split("#")[1], Key(item["pk"]["S"], item["sk"]["S"])
    return key in _ways(org, identity.user_from(UserItem.from_raw_data(stored)))


def _ways(org: str, user: User) -> list[Key]:
    found = [keys.login(org, each) for each in user.identifiers]
    found += [keys.household_user(org, link.household, user.id) for link in user.households]
    return found + ([keys.staff(org, user.id)] if user.staff_role else [])


def _kind(item: Stored) -> str:
    return str(item.get("kind", {}).get("S", ""))
