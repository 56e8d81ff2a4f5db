"""For the tests of requests: a platform in memory."""

from __future__ import annotations

import pytest

from tests.support.world import World


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()
