"""For the tests of the authority: services that are made once."""

from __future__ import annotations

import pytest

from tests.support.trust import TrustWorld


@pytest.fixture(scope="module")
def world() -> TrustWorld:
    """Return services that are made once, for tests that revoke nothing."""
    return TrustWorld()
