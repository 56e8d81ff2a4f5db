"""The long-term verdict, with the clock moved: one-time certificates, signers days apart.

pyHanko judges in a process of its own under Debian's `faketime`. It is given what the addresses in
the certificates would serve at that time: the time-stamp service's list, the root's list, and the
OCSP door's answer about every signer whose certificate lives.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader

from paraphe.adapters.pki.publishing import publish_responder
from paraphe.domain.status import Outcome
from tests.support.trust import TrustWorld, make_pdf

if TYPE_CHECKING:
    from collections.abc import Sequence

REPOSITORY = Path(__file__).resolve().parents[3]
LATER = {
    "1h": timedelta(hours=1),
    "8d": timedelta(days=8),
    "200d": timedelta(days=200),
    "5y": timedelta(days=5 * 365),
}


@pytest.fixture(scope="module")
def signed() -> tuple[TrustWorld, bytes]:
    """Signed over the three days that end now, the machine's own now: faketime moves that."""
    world = TrustWorld(datetime.now(UTC) - timedelta(days=3, minutes=1))
    return world, world.sign_over_days(make_pdf())


def _fetched(world: TrustWorld, pdf: bytes, at: datetime, folder: Path) -> list[Path]:
    found = {"tsa.crl": world.tsa.crl(at), "root.crl": world.root_crl(at)}
    publish_responder(world.authority, world.files, "ocsp", at)
    for signature in PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures:
        certificate = x509.load_der_x509_certificate(signature.signer_cert.dump())
        said = world.responder().answer(world.ask(certificate), at)
        if said.outcome is not Outcome.UNAUTHORIZED:
            found[f"{signature.field_name}.ocsp"] = said.body
    for name, content in found.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in found]


def _judge_at(
    shift: str, pdf: bytes, world: TrustWorld, fetched: Sequence[Path], folder: Path
) -> list[dict[str, Any]]:
    (folder / "signed.pdf").write_bytes(pdf)
    (folder / "roots.pem").write_bytes(world.roots_pem())
    done = subprocess.run(
        [
            *("faketime", "-f", f"+{shift}", sys.executable, "-m", "tests.support.ades"),
            *(folder / "signed.pdf", folder / "roots.pem", *fetched),
        ],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("shift", list(LATER))
def test_every_signature_is_valid_later(
    signed: tuple[TrustWorld, bytes], shift: str, tmp_path: Path
) -> None:
    """Every signature is valid later."""
    world, pdf = signed
    at = datetime.now(UTC) + LATER[shift] - timedelta(seconds=5)
    said = _judge_at(shift, pdf, world, _fetched(world, pdf, at, tmp_path), tmp_path)
    assert [one["field"] for one in said] == ["A-signature", "B-signature", "C-seal"]
    for one in said:
        assert one["verdict"] == "OK", one
        assert one["locks_kept"], one
        assert one["covers"] == "ENTIRE_REVISION", one
    instants = [datetime.fromisoformat(one["at"]) for one in said]
    assert instants[1] - instants[0] == timedelta(days=2)
    assert instants[2] - instants[1] == timedelta(days=1)


def test_a_changed_byte_is_seen_later(signed: tuple[TrustWorld, bytes], tmp_path: Path) -> None:
    """A changed byte is seen later."""
    world, pdf = signed
    assert b"/MediaBox [ 0 0 595 842 ]" in pdf
    forged = pdf.replace(b"/MediaBox [ 0 0 595 842 ]", b"/MediaBox [ 0 0 595 142 ]", 1)
    at = datetime.now(UTC) + LATER["8d"] - timedelta(seconds=5)
    said = _judge_at("8d", forged, world, _fetched(world, pdf, at, tmp_path), tmp_path)
    assert {one["verdict"] for one in said}.isdisjoint({"OK"}), said
