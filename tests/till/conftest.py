"""Whom most tests of the till are about, and who looks after them."""

import pytest

from chalicelib.households.domain import Household, Person
from chalicelib.identity.domain import StaffRole
from tests.support.browser import Browser
from tests.support.world import World
from tests.till.counter import at_the_desk


@pytest.fixture
def home(world: World) -> Household:
    return world.household("Tremblay")


@pytest.fixture
def lea(world: World, home: Household) -> Person:
    return world.member(home, "Léa")


@pytest.fixture
def desk(world: World) -> Browser:
    return at_the_desk(world)


@pytest.fixture
def books(world: World) -> Browser:
    """Somebody who looks after the books."""
    return at_the_desk(world, StaffRole.FINANCE)
