"""A world with one firm, and a caller that acts for it."""

import pytest

from tests.support.api import Caller
from tests.support.world import World


@pytest.fixture
def world() -> World:
    """A whole platform in memory."""
    return World()


@pytest.fixture
def caller(world: World) -> Caller:
    """A client of the firm, with every scope."""
    return Caller(world)
