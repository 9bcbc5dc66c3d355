"""Passes at the door: counted once however many are there at once (X-11)."""

from functools import partial

import pytest

from chalicelib.households import store as households
from chalicelib.memberships import pass_service
from chalicelib.memberships.passes import Pass, Use
from chalicelib.memberships.service import Who
from chalicelib.shared.errors import Conflict, NotFound
from tests.memberships.carding import bought_pass, stored_pass
from tests.support.race import together
from tests.support.world import World

ANN = Who("ann", "Ann Lee")


def use(world: World, each: Pass, name: str) -> Pass:
    return pass_service.use(world.organisation, each.household, each.id, Use(name, world.now), ANN, world.now)


def test_a_new_pass_is_shown_with_its_card(world: World) -> None:
    """DASH-6: the summary knows that there is one."""
    home = world.household("Tremblay", "Léa")
    bought_pass(world, home)

    assert households.get_summaries(world.org, (home.id,))[home.id].holds == {"pass", "card"}


def test_thirty_two_at_the_door_at_once_use_exactly_what_there_is(world: World) -> None:
    """X-11: a card of ten lets in ten; the others are told."""
    each = bought_pass(world, world.household("Tremblay", "Léa"))

    outcomes = together([partial(use, world, each, f"visit {number}") for number in range(32)])

    refused = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert (len(outcomes) - len(refused), len(refused)) == (10, 22)
    assert (stored_pass(world, each).used, stored_pass(world, each).left) == (10, 0)


def test_the_same_visit_sent_many_times_counts_once(world: World) -> None:
    """X-11: two people at the desk, or one who presses twice."""
    each = bought_pass(world, world.household("Tremblay", "Léa"))

    outcomes = together([partial(use, world, each, "the same") for _ in range(8)])

    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert stored_pass(world, each).used == 1
    assert stored_pass(world, each).taken[0].by == "Ann Lee"


def test_a_visit_is_taken_back_once(world: World) -> None:
    each = use(world, bought_pass(world, world.household("Tremblay", "Léa")), "a")
    back = partial(pass_service.take_back, world.organisation, each.household, each.id, "a", ANN, world.now)

    outcomes = together([back] * 6)

    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert (stored_pass(world, each).used, stored_pass(world, each).left) == (0, 10)


def test_another_households_pass_is_not_found(world: World) -> None:
    each = bought_pass(world, world.household("Tremblay", "Léa"))
    other = world.household("Roy", "Max")

    with pytest.raises(NotFound):
        pass_service.use(world.organisation, other.id, each.id, Use("a", world.now), ANN, world.now)
