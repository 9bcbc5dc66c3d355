"""Fixtures of tests of places in classes."""

import pytest

from tests.enrolments.studio import Studio
from tests.support.clock import TurnedClock
from tests.support.world import World


@pytest.fixture
def clock(clock: TurnedClock) -> TurnedClock:
    """About noon: ten minutes ago it was today, and in 24 hours it is tomorrow even where the clock is changed."""
    clock.set(clock.now().replace(hour=17))
    return clock


@pytest.fixture
def studio(world: World) -> Studio:
    """A studio with one programme."""
    return Studio(world, world.programme().id)
