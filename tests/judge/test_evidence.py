"""EU DSS on the evidence: its pages, and the seal on its account."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from paraphe.adapters.evidence.maker import SealingEvidenceMaker
from paraphe.domain import evidence
from tests.judge import eu_dss
from tests.judge.kinds import LTA
from tests.support.trust import TrustWorld
from tests.unit.evidence.test_maker import ABOUT, signed, told_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.judge.conftest import Judge
    from tests.judge.eu_dss import Answer

# Offline. What proves the certificates stands beside the CMS in the account until it is inside.
SEALED = {
    ("CAdES_T", "INDETERMINATE:CERTIFICATE_CHAIN_GENERAL_FAILURE"),
    ("CAdES_BASELINE_LTA", "TOTAL_PASSED"),
}


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
    account = evidence.canonical(whole["evidence"])
    (folder / "account").write_bytes(account)
    (folder / "another").write_bytes(account.replace(b"a", b"b", 1))
    return pages, seal


@pytest.mark.parametrize("when", ["pages", "pages later"])
def test_the_pages_are_passed_without_a_warning(said: dict[str, Answer], when: str) -> None:
    """B-LTA, years later too."""
    (one,) = said[when].signatures
    assert (one.kind, one.verdict, one.purpose) == (LTA, "TOTAL_PASSED", True)
    assert one.warnings == one.errors == ()
    assert {stamp.verdict for stamp in said[when].timestamps} == {"PASSED"}


def test_the_seal_is_over_the_account_and_no_other(said: dict[str, Answer]) -> None:
    """CAdES, detached; a changed letter breaks it."""
    (one,), (other,) = said["account"].signatures, said["another"].signatures
    assert (one.kind, one.verdict) in SEALED, one
    assert one.purpose
    assert one.warnings == ()
    assert other.verdict == "TOTAL_FAILED:HASH_FAILURE"
