"""The long-term verdict, with the clock moved: one-time certificates, signers days apart.

pyHanko judges in a process of its own under Debian's `faketime`. It is given what the addresses in
the certificates would serve at that time: the time-stamp service's list, the root's list, and the
seal's OCSP answer while the seal's certificate lives.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from paraphe.domain.model import Role
from tests.support.requested import party, sign_in_turn
from tests.support.trust import TrustWorld, make_pdf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REPOSITORY = Path(__file__).resolve().parents[3]
LATER = {
    "1h": timedelta(hours=1),
    "8d": timedelta(days=8),
    "200d": timedelta(days=200),
    "5y": timedelta(days=5 * 365),
}
# Nobody seals these at the end: the last signature brings the time-stamp.
UNSEALED = {
    "one.pdf": [party(1)],
    "days-apart.pdf": [party(1, order=1), party(2, order=2)],
    "parallel.pdf": [party(1), party(2)],
    "seal-first.pdf": [party(1, Role.SEAL), party(2, order=2)],
}


APART = timedelta(days=2)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrustWorld, dict[str, bytes]]:
    """Signed over the days that end now, the machine's own now: faketime moves that."""
    start = datetime.now(UTC) - timedelta(days=3, minutes=1)
    world = TrustWorld(start)
    made = {"sealed.pdf": world.sign_over_days(make_pdf())}
    file = tmp_path_factory.mktemp("signed") / "letter.pdf"
    for name, parties in UNSEALED.items():
        world.now = start
        file.write_bytes(make_pdf())
        sign_in_turn(world, parties, file, APART)
        made[name] = file.read_bytes()
    return world, made


def _fetched(world: TrustWorld, at: datetime, folder: Path) -> list[Path]:
    found = {"tsa.crl": world.tsa.crl(at), "root.crl": world.root_crl(at)}
    if at < world.seal_certificate.not_valid_after_utc:
        credential = world.authority.credential(world.seal_certificate, "seal", at)
        found["seal.ocsp"] = credential.ocsp[0]
    for name, content in found.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in found]


def _judge_at(
    shift: str,
    pdfs: Mapping[str, bytes],
    world: TrustWorld,
    fetched: Sequence[Path],
    folder: Path,
) -> dict[str, list[dict[str, Any]]]:
    for name, pdf in pdfs.items():
        (folder / name).write_bytes(pdf)
    (folder / "roots.pem").write_bytes(world.roots_pem())
    done = subprocess.run(
        [
            *("faketime", "-f", f"+{shift}", sys.executable, "-m", "tests.support.ades"),
            *(folder / name for name in pdfs),
            *(folder / "roots.pem", *fetched),
        ],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("shift", list(LATER))
def test_every_signature_is_valid_later(
    signed: tuple[TrustWorld, dict[str, bytes]], shift: str, tmp_path: Path
) -> None:
    """With and without a seal at the end, also when signers sign days apart."""
    world, pdfs = signed
    at = datetime.now(UTC) + LATER[shift] - timedelta(seconds=5)
    judged = _judge_at(shift, pdfs, world, _fetched(world, at, tmp_path), tmp_path)
    said = judged["sealed.pdf"]
    assert [one["field"] for one in said] == ["A-signature", "B-signature", "C-seal"]
    assert _apart(said) == [timedelta(days=2), timedelta(days=1)]
    for name, parties in UNSEALED.items():
        assert len(judged[name]) == len(parties), name
        assert _apart(judged[name]) == [APART] * (len(parties) - 1), name
    for name, found in judged.items():
        for one in found:
            assert one["verdict"] == "OK", (name, one)
            assert one["locks_kept"], (name, one)
            assert one["covers"] == "ENTIRE_REVISION", (name, one)


def _apart(said: Sequence[Mapping[str, Any]]) -> list[timedelta]:
    instants = [datetime.fromisoformat(one["at"]) for one in said]
    return [later - earlier for earlier, later in itertools.pairwise(instants)]


def test_a_changed_byte_is_seen_later(
    signed: tuple[TrustWorld, dict[str, bytes]], tmp_path: Path
) -> None:
    """A changed byte is seen later."""
    world, pdfs = signed
    pdf = pdfs["sealed.pdf"]
    assert b"/MediaBox [ 0 0 595 842 ]" in pdf
    forged = pdf.replace(b"/MediaBox [ 0 0 595 842 ]", b"/MediaBox [ 0 0 595 142 ]", 1)
    at = datetime.now(UTC) + LATER["8d"] - timedelta(seconds=5)
    fetched = _fetched(world, at, tmp_path)
    said = _judge_at("8d", {"forged.pdf": forged}, world, fetched, tmp_path)["forged.pdf"]
    assert {one["verdict"] for one in said}.isdisjoint({"OK"}), said
