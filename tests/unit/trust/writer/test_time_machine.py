"""The long-term verdict, with the clock moved: one-time certificates, signers days apart.

pyHanko judges in a process of its own under Debian's `faketime`. It is given what the addresses in
the certificates would serve at that time: the time-stamp service's list, the root's list, and the
OCSP door's answer about every signer whose certificate lives.
"""

from __future__ import annotations

import io
import itertools
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from infra.local import tsa_authority
from paraphe.adapters.trust.authority.tsa import create
from paraphe.adapters.trust.pades.cms.revocation import HttpRevocationSource
from paraphe.adapters.trust.pades.writer import archive, signing
from paraphe.adapters.trust.pades.writer.trust import Trust
from paraphe.domain.requests.recipient import Role
from paraphe.domain.trust.identities import SignerIdentity
from paraphe.domain.trust.signatures import SignatureField
from tests.support.requested import party, sign_in_turn
from tests.support.served import fetched_at
from tests.support.trust import CRL_URL, TrustWorld, make_pdf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REPOSITORY = Path(__file__).resolve().parents[4]
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


class Renewed(NamedTuple):
    """A file without and with a newer time-stamp, and both services' roots."""

    world: TrustWorld
    roots: bytes
    neglected: bytes
    kept: bytes


@pytest.fixture(scope="module")
def renewed() -> Renewed:
    """Signed two years ago under a certificate of 300 days, not renewed, and renewed in time."""
    world = TrustWorld(datetime.now(UTC) - timedelta(days=500))
    lasting, file = world.tsa, io.BytesIO(make_pdf())
    world.tsa = tsa_authority.certified(lasting, CRL_URL, world.now, timedelta(days=300))
    world.prepare(file, [SignatureField("A-signature")])
    credential = world.authority.issue_one_time(SignerIdentity("Zoé", "cmd_01"), world.now)
    act = signing.Act("A-signature", "Zoé", credential, world.now)
    signing.sign(file, act, world.trust(), last=True)
    neglected = file.getvalue()
    world.now += timedelta(days=200)
    # Another service: pyHanko's past validation stops at lists newer than an old certificate.
    world.tsa = create("http://other.test/root.crl", world.now, "Autre")
    lists = {CRL_URL: lasting, "http://other.test/root.crl": world.tsa}
    source = HttpRevocationSource(lambda url, *_: lists[url].crl(world.now))
    trust = Trust(world.trust().timestamps, source)
    archive.renew(file, trust, world.now, (lasting.root,))
    roots = world.roots_pem() + lasting.root_pem()
    return Renewed(world, roots, neglected, file.getvalue())


def _judge_at(
    shift: str,
    pdfs: Mapping[str, bytes],
    roots: bytes,
    fetched: Sequence[Path],
    folder: Path,
) -> dict[str, list[dict[str, Any]]]:
    for name, pdf in pdfs.items():
        (folder / name).write_bytes(pdf)
    (folder / "roots.pem").write_bytes(roots)
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
    fetched = fetched_at(world, pdfs.values(), at, tmp_path)
    judged = _judge_at(shift, pdfs, world.roots_pem(), fetched, tmp_path)
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
    world, pdfs = signed
    pdf = pdfs["sealed.pdf"]
    assert b"/MediaBox [ 0 0 595 842 ]" in pdf
    forged = pdf.replace(b"/MediaBox [ 0 0 595 842 ]", b"/MediaBox [ 0 0 595 142 ]", 1)
    at = datetime.now(UTC) + LATER["8d"] - timedelta(seconds=5)
    fetched = fetched_at(world, [pdf], at, tmp_path)
    said = _judge_at("8d", {"forged.pdf": forged}, world.roots_pem(), fetched, tmp_path)[
        "forged.pdf"
    ]
    assert {one["verdict"] for one in said}.isdisjoint({"OK"}), said


@pytest.mark.parametrize("shift", ["1h", "5y"])
def test_a_renewed_time_stamp_keeps_the_proof_alive(
    renewed: Renewed, shift: str, tmp_path: Path
) -> None:
    """After the first service's certificate has ended only the renewed file is valid."""
    world = renewed.world
    at = datetime.now(UTC) + LATER[shift] - timedelta(seconds=5)
    fetched = [tmp_path / "tsa.crl", tmp_path / "root.crl"]
    fetched[0].write_bytes(world.tsa.crl(at))
    fetched[1].write_bytes(world.root_crl(at))
    pdfs = {"neglected.pdf": renewed.neglected, "kept.pdf": renewed.kept}
    judged = _judge_at(shift, pdfs, renewed.roots, fetched, tmp_path)
    assert [one["verdict"] for one in judged["kept.pdf"]] == ["OK"], judged
    assert [one["verdict"] for one in judged["neglected.pdf"]] != ["OK"], judged
