"""Fixtures of tests of places in classes."""

import pytest

from tests.enrolments.studio import Studio
from tests.support.world import World


@pytest.fixture
def studio(world: World) -> Studio:
    """A studio with one programme."""
    return Studio(world, world.programme().id)
