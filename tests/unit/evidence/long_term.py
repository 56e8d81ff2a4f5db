"""Sealed accounts, who renews them and who judges them years later."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from paraphe.adapters.evidence.archivist import KeptArchivist
from paraphe.adapters.evidence.maker import SealingEvidenceMaker
from paraphe.adapters.trust.pades.cms import cades
from paraphe.adapters.trust.pdf_archivist import PdfArchivist
from paraphe.adapters.trust.verification.check import check
from paraphe.domain.evidence import account as evidence_account
from paraphe.domain.evidence.account import About
from tests.support.world import World

if TYPE_CHECKING:
    from paraphe.domain.trust.evidence_verdict import EvidenceVerdict
    from tests.support.trust import TrustWorld

ABOUT = About({"name": "paraphe", "version": "0.1.0"}, "2.25.1")
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
LIFE = timedelta(days=300)


def account() -> dict[str, Any]:
    """What is told of a request that one person has signed, without its files' signatures."""
    world = World()
    ref = world.launched()
    world.sign_all(ref)
    request = world.load(ref)
    events = world.requests.events(ref)[: request.audit_seq]
    told = evidence_account.build(request, events, {}, ABOUT, world.now)
    return {**told, "documents": []}


def sealed(services: TrustWorld) -> bytes:
    """The sealed file."""
    maker = SealingEvidenceMaker(
        services.authority, services.trust(), services.seal_certificate, "seal", ABOUT
    )
    return maker.seal(account(), services.now)[0]


def archivist(services: TrustWorld) -> KeptArchivist:
    """What renews it."""
    return KeptArchivist(PdfArchivist(services.trust(), (services.tsa.root,)))


def judge(services: TrustWorld, data: bytes, later: timedelta = HOUR) -> EvidenceVerdict:
    """The file by itself, so long after it was made."""
    verdict = check(data, None, [services.roots_pem()], services.now + later)
    assert verdict.evidence is not None
    assert verdict.state is verdict.evidence.state
    assert not verdict.signatures
    return verdict.evidence


def seal_of(data: bytes) -> cades.Cades:
    return cades.parse(base64.b64decode(json.loads(data)["seal"]["cms"]))


def with_seal(data: bytes, seal: bytes) -> bytes:
    whole = json.loads(data)
    return data.replace(whole["seal"]["cms"].encode(), base64.b64encode(seal), 1)
