"""EU DSS on the evidence: its pages, and the seal on its account."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from paraphe.adapters.evidence import sealing
from paraphe.adapters.evidence.maker import SealingEvidenceMaker
from paraphe.domain.evidence import account as evidence_account
from tests.judge import eu_dss
from tests.judge.kinds import LTA
from tests.support.trust import TrustWorld
from tests.unit.evidence.made_evidence import ABOUT, signed, told_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.judge.conftest import Judge
    from tests.judge.eu_dss import Answer

# Offline: all that proves the certificates is inside.
SEALED = ("CAdES_BASELINE_LTA", "TOTAL_PASSED")


@pytest.fixture(scope="module")
def said(dss: Judge, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    """Pages now and in five years, the seal with its account and with another one."""
    now, folder = datetime.now(UTC), tmp_path_factory.mktemp("evidence")
    services = TrustWorld(now - timedelta(days=2))
    pages, seal = _make(services, folder)
    assert dss.folder.is_dir()
    signers, stamps = folder / "signers.pem", folder / "stamps.pem"
    signers.write_bytes(services.authority.chain.root.public_bytes(Encoding.PEM))
    stamps.write_bytes(services.tsa.root_pem())
    later = now + timedelta(days=5 * 365)
    asked = {
        "pages": eu_dss.Question(pages, signers, stamps, now),
        "pages later": eu_dss.Question(pages, signers, stamps, later),
        "account": eu_dss.Question(seal, signers, stamps, now, folder / "account"),
        "account later": eu_dss.Question(seal, signers, stamps, later, folder / "account"),
        "renewed": eu_dss.Question(folder / "newer.p7s", signers, stamps, now, folder / "account"),
        "another": eu_dss.Question(seal, signers, stamps, now, folder / "another"),
    }
    return dict(zip(asked, eu_dss.ask(list(asked.values())), strict=True))


def _make(services: TrustWorld, folder: Path) -> tuple[Path, Path]:
    maker = SealingEvidenceMaker(
        services.authority, services.trust(), services.seal_certificate, "seal", ABOUT
    )
    told = told_of(*signed())
    data, _ = maker.seal(told, services.now)
    pages, seal = folder / "evidence.pdf", folder / "seal.p7s"
    maker.write(told, data, pages, services.now)
    whole = json.loads(data)
    seal.write_bytes(b64decode(whole["seal"]["cms"]))
    account = evidence_account.canonical(whole["evidence"])
    (folder / "account").write_bytes(account)
    services.now += timedelta(days=1)
    newer = sealing.renew(sealing.read(data), services.trust(), services.now, (services.tsa.root,))
    (folder / "newer.p7s").write_bytes(b64decode(json.loads(newer)["seal"]["cms"]))
    (folder / "another").write_bytes(account.replace(b"a", b"b", 1))
    return pages, seal


@pytest.mark.parametrize("when", ["pages", "pages later"])
def test_the_pages_are_passed_without_a_warning(said: dict[str, Answer], when: str) -> None:
    """B-LTA, years later too."""
    (one,) = said[when].signatures
    assert (one.kind, one.verdict, one.purpose) == (LTA, "TOTAL_PASSED", True)
    assert one.warnings == one.errors == ()
    assert {stamp.verdict for stamp in said[when].timestamps} == {"PASSED"}


@pytest.mark.parametrize(
    ("which", "archives"), [("account", 1), ("account later", 1), ("renewed", 2)]
)
def test_the_seal_stands_by_itself(said: dict[str, Answer], which: str, archives: int) -> None:
    """CAdES-B-LTA without a warning: today, in five years, and after a renewal (ADR 21)."""
    (one,) = said[which].signatures
    assert (one.kind, one.verdict) == SEALED, one
    assert one.purpose
    assert one.warnings == one.errors == ()
    assert {stamp.verdict for stamp in said[which].timestamps} == {"PASSED"}
    assert len(said[which].timestamps) == 1 + archives


def test_the_seal_is_over_no_other_account(said: dict[str, Answer]) -> None:
    """Detached; a changed letter breaks it."""
    (other,) = said["another"].signatures
    assert other.verdict == "TOTAL_FAILED:HASH_FAILURE"
