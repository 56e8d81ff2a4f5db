"""For the tests of the evidence: a platform in memory, and services that really sign."""

from __future__ import annotations

import pytest

from infra.local import tsa_authority
from paraphe.adapters.evidence.maker import SealingEvidenceMaker
from tests.support.trust import CRL_URL, TrustWorld
from tests.support.world import World
from tests.unit.evidence.long_term import LIFE, sealed
from tests.unit.evidence.made_evidence import ABOUT


@pytest.fixture
def world() -> World:
    """A world of its own."""
    return World()


@pytest.fixture(scope="module")
def services() -> TrustWorld:
    """One authority and one time-stamp service, certified for 15 years."""
    return TrustWorld()


@pytest.fixture(scope="module")
def made(services: TrustWorld) -> bytes:
    """A sealed file."""
    return sealed(services)


@pytest.fixture
def short() -> TrustWorld:
    """Services whose time-stamps are certified for 300 days only."""
    world = TrustWorld()
    world.tsa = tsa_authority.certified(world.tsa, CRL_URL, world.now, LIFE)
    return world


@pytest.fixture(scope="module")
def maker(services: TrustWorld) -> SealingEvidenceMaker:
    """What makes evidence, with the platform's seal."""
    return SealingEvidenceMaker(
        services.authority, services.trust(), services.seal_certificate, "seal", ABOUT
    )
