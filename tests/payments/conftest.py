"""The till of tests: one family, its organisation's account at the double."""

import pytest

from tests.payments.family import Family
from tests.payments.till import Till
from tests.support.acquirer import Acquirer
from tests.support.door import Door
from tests.support.terms import with_terms
from tests.support.world import World


@pytest.fixture
def till(world: World, acquirer: Acquirer) -> Till:
    """A family that has not been billed anything yet."""
    return Till(world, acquirer)


@pytest.fixture
def family(world: World, door: Door, acquirer: Acquirer) -> Family:
    """The Tremblays at their browser, not signed in yet; prices are without taxes, and are paid online."""
    with_terms(world, taxes=(), online=True)
    return Family(world, door, acquirer)
