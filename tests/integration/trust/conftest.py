"""For the tests of authorities: one issued by a stand-in for AWS Private CA."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.private_ca import PrivateCa
from tests.support.private_ca_server import serving
from tests.support.trust import TrustWorld

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def world() -> TrustWorld:
    """Return time-stamps, keys and a clock; the authority in it is the built-in one."""
    return TrustWorld(datetime.now(UTC) - timedelta(seconds=20))


@pytest.fixture
def ca(world: TrustWorld) -> Iterator[PrivateCa]:
    """Return a private authority on the same clock."""
    with serving(PrivateCa(clock=lambda: world.now)) as made:
        yield made
