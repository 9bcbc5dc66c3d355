"""Letting mails go to an address again: by staff who know that it works by now, or by the family itself."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.data import write
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.feedback import store
from chalicelib.feedback.domain import Refusal, Standing
from chalicelib.feedback.models import KnownAddressItem
from chalicelib.feedback.taking import owner_of, tell
from chalicelib.households.domain import Household
from chalicelib.identity.domain import User
from chalicelib.shared.contacts import masked
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import DAY

BY_STAFF = frozenset({Refusal.BOUNCED})
"""What staff may lift: who complained, or said STOP, says so himself or herself."""
BY_FAMILY = frozenset({Refusal.BOUNCED})
"""What a family may lift of an address from which its own messages came back."""
BY_OWNER = frozenset({Refusal.BOUNCED, Refusal.COMPLAINED})
"""What only somebody may lift who signs in with the address, and so has proved that it is his or hers."""
_AGAIN_SECONDS = DAY
"""How often mails may be let go to one address again: so one that is wrong costs one mail a day at most."""

_OWNER = say("Only its owner can change that")
HOUSEHOLD_MAIL, HOUSEHOLD_PHONE, BILLS = say("Email for our messages"), say("Telephone"), say("Email for invoices")


class Place(NamedTuple):
    """An address that is written to, and where it stands."""

    address: str
    whose: Message | str
    """What it is to the household, or the name of who signs in with it."""
    digest: str
    standing: Standing
    is_own: bool = False
    """Whether one of these users signs in with it."""
    is_told: bool = False
    """Whether where it stands came of messages to this household, or is the user's own to know: anybody can type
    anybody's address into a household."""


def of_household(org: str, household: Household, users: Iterable[User], now: datetime) -> list[Place]:
    """Addresses of a household and of these users, each once, with where they stand. One strong round trip."""
    wanted: dict[str, tuple[Message | str, bool]] = {}
    for user in users:
        wanted |= dict.fromkeys(filter(None, (user.email, user.mobile)), (user.name, True))
    own = ((household.email, HOUSEHOLD_MAIL), (household.phone, HOUSEHOLD_PHONE), (household.bills_to, BILLS))
    wanted |= {address: (words, False) for address, words in reversed(own) if address and address not in wanted}
    found = store.of_addresses(org, wanted)
    return [_place(org, household.id, address, *words, found.get(address), now) for address, words in wanted.items()]


def _place(
    org: str, household: str, address: str, whose: Message | str, is_own: bool, item: KnownAddressItem | None,
    now: datetime,
) -> Place:  # fmt: skip
    standing = store.known_from(item).standing(now)
    is_told = is_own or (item is not None and item.household == household)
    return Place(address, whose, store.digest_of(org, address), standing, is_own, is_told)


def refused(places: Iterable[Place]) -> list[Place]:
    """Those to which nothing, or not everything, goes."""
    return [place for place in places if place.standing.refusal is not Refusal.NONE]


def find(places: Sequence[Place], digest: str) -> Place:
    """The one with this digest. Raises NotFound: whoever asks lets go only what stands on the page."""
    place = next((each for each in places if each.digest == digest), None)
    if place is None:
        raise NotFound
    return place


def lift(org: str, household: str, place: Place, allowed: frozenset[Refusal], now: datetime) -> None:
    """Lets mails go to an address of a household again, and writes it into the log of the family that it belongs to.

    Raises Conflict with a message when that is not theirs to say, or was said today already: for who may lift nothing,
    wherever the address stands.
    """
    if not allowed:
        raise Conflict(_OWNER)
    for _ in write.turns():
        item = store.get(org, place.digest)
        refusal = store.known_from(item).standing(now).refusal
        if item is None or refusal is Refusal.NONE:
            return
        if refusal not in allowed:
            raise Conflict(_OWNER)
        if _lifted_lately(item, now):
            raise Conflict(say("It was tried today already. Try again tomorrow, or correct the address"))
        transaction = Transaction()
        item.household, item.masked = item.household or household, masked(place.address)
        known = store.known_from(item).lifted(now)
        store.put(transaction, item, known, now)
        tell(transaction, org, item, owner_of(org, place.address), known.standing(now).refusal, now)
        try:
            transaction.commit()
        except ConditionFailed:
            continue
        return
    raise Conflict


def _lifted_lately(item: KnownAddressItem, now: datetime) -> bool:
    lifted = store.known_from(item).lifted_at
    return lifted is not None and (now - lifted).total_seconds() < _AGAIN_SECONDS
