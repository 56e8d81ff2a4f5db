"""A world to write letters about."""

import pytest

from tests.support.world import World


@pytest.fixture
def world() -> World:
    """A platform in memory."""
    return World()
