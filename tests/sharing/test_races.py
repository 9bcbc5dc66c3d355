"""What may happen once happens once, whoever presses at the same time."""

from collections.abc import Callable
from functools import partial

import pytest

from chalicelib.households.domain import Household, Role
from chalicelib.households.store import get_summaries
from chalicelib.identity.account import Account
from chalicelib.identity.domain import User
from chalicelib.shared.errors import Fault, NotFound
from chalicelib.sharing import people
from chalicelib.sharing.domain import Grant
from chalicelib.sharing.people import Hand
from chalicelib.sharing.store import list_access
from tests.support.race import together
from tests.support.world import World


def _hand(world: World, home: Household, user: User) -> Hand:
    summary = get_summaries(world.org, (home.id,))[home.id]
    links = tuple((link.household, link.role) for link in user.households)
    me = Account(user.id, user.name, "en", "session", links, world.now, summary=summary)
    return Hand(world.organisation, me, world.now)


def test_of_holders_who_leave_at_once_one_stays(world: World) -> None:
    """C5: a household never loses its last holder, however many leave."""
    home = world.household()
    hands = [_hand(world, home, world.user(home, email=f"h{number}@example.com")) for number in range(8)]
    acts: list[Callable[[], None]] = [partial(people.leave, hand) for hand in hands for _ in range(4)]

    for _ in range(8):
        together(acts)

    assert len(list_access(world.org, home.id).users) == 1


def test_who_was_ended_meanwhile_invites_nobody(world: World) -> None:
    home = world.household()
    first, second = (world.user(home, email=f"h{number}@example.com") for number in range(2))
    late = _hand(world, home, second)
    people.end(_hand(world, home, first), second.id)
    with pytest.raises(NotFound):
        people.invite(late, "Me again", "again@example.com", Grant(Role.HOLDER))
    assert not list_access(world.org, home.id).invitations


def test_of_holders_who_end_each_other_one_stays(world: World) -> None:
    home = world.household()
    first, second = (world.user(home, email=f"h{number}@example.com") for number in range(2))
    acts: list[Callable[[], None]] = [
        partial(people.end, _hand(world, home, first), second.id),
        partial(people.end, _hand(world, home, second), first.id),
    ]

    found = together(acts * 16)

    assert len(list_access(world.org, home.id).users) == 1
    assert sum(outcome is None for outcome in found) == 1
    assert all(outcome is None or isinstance(outcome, Fault) for outcome in found)
