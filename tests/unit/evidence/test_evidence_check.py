"""Evidence files: the chain recomputed, hashes matched, the seal checked."""

from __future__ import annotations

import base64
import copy
import functools
import hashlib
import io
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from paraphe.adapters.trust.pades.cms import signed_data, tsp
from paraphe.adapters.trust.pades.writer import archive
from paraphe.adapters.trust.verification.check import check
from paraphe.domain import times
from paraphe.domain.evidence.account import canonical, written
from paraphe.domain.evidence.audit import GENESIS, SYSTEM, Event, chain
from paraphe.domain.trust.evidence_verdict import EvidenceProblem
from paraphe.domain.trust.identities import SealIdentity
from paraphe.domain.trust.verdict import State
from tests.support import signed
from tests.support.tools import tool

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.domain.trust.evidence_verdict import EvidenceVerdict


@functools.cache
def made() -> tuple[signed.House, list[bytes], dict[str, Any]]:
    """A signed file with its evidence."""
    house = signed.house()
    revisions = signed.signed(house)
    events: list[Event] = []
    for seq, kind in enumerate(("created", "launched", "signed", "signed", "completed"), start=1):
        previous = events[-1].hash if events else GENESIS
        events.append(
            chain(
                "sr_1",
                seq=seq,
                previous=previous,
                at=signed.BEGIN,
                kind=kind,
                actor=SYSTEM,
                data={"n": seq, "é": None},
            )
        )
    evidence = {
        "request": {"id": "sr_1"},
        "events": [_event(event) for event in events],
        "chain": {"count": 5, "head": events[-1].hash},
        "documents": [
            {
                "id": "doc_1",
                "name": "lettre.pdf",
                "sha256": hashlib.sha256(revisions[-1]).hexdigest(),
                "revisions": [
                    {"sha256": hashlib.sha256(data).hexdigest()} for data in revisions[1:]
                ],
            }
        ],
    }
    return house, revisions, sealed(house, evidence)


def sealed(house: signed.House, evidence: dict[str, Any]) -> dict[str, Any]:
    """The evidence with the firm's time-stamped seal, as docs/EVIDENCE describes it."""
    now = house.clock.now
    house.keys.create("evidence")
    identity = SealIdentity("Cabinet Martin", signed.SIREN)
    certificate = house.authority.certify_seal(identity, "evidence", now)
    credential = house.authority.credential(certificate, "evidence", now)
    digest = hashlib.sha256(canonical(evidence)).digest()
    attributes = signed_data.signed_attributes(digest, certificate)
    signature = credential.key.sign(attributes, ec.ECDSA(hashes.SHA256()))
    token = house.trust.timestamps.stamp(tsp.sha256(signature))
    encoded = signed_data.assemble(
        attributes, signature, (certificate, *credential.chain), timestamp=token.der
    )
    proof = house.trust.revocations.proof_for(token.chain, now)
    return {
        "evidence": evidence,
        "seal": {
            "cms": base64.b64encode(encoded).decode(),
            "ocsps": [base64.b64encode(one).decode() for one in credential.ocsp],
            "crls": [base64.b64encode(one).decode() for one in (*credential.crls, *proof.crls)],
        },
    }


def judge(
    whole: dict[str, Any] | bytes, pdf: bytes | None = None, *, trusted: bool = True
) -> EvidenceVerdict:
    """What the verifier says of an evidence file next to its PDF."""
    house, revisions, _ = made()
    roots = [house.roots_pem] if trusted else []
    data = whole if isinstance(whole, bytes) else written(whole)
    now = house.clock.now + timedelta(minutes=5)
    verdict = check(revisions[-1] if pdf is None else pdf, data, roots, now)
    assert verdict.evidence is not None
    if verdict.evidence.state is State.INVALID:
        assert verdict.state is State.INVALID
    return verdict.evidence


def test_whole() -> None:
    """Chain, hashes and seal hold; the revisions are found in the PDF."""
    said = judge(made()[2])
    assert said.state is State.VALID, said
    assert (said.events, said.first_break) == (5, None)
    assert (said.document, said.revisions) == ("doc_1", 3)
    assert said.sealed_by is not None
    assert said.sealed_by.organization_id == "NTRFR-732829320"
    assert said.sealed_at == signed.BEGIN


def test_months_later(tmp_path: Path) -> None:
    """The seal's own OCSP answer is stale then; its time-stamp stands for it."""
    house, revisions, whole = made()
    faketime = tool("faketime")
    for name, data in {
        "signed.pdf": revisions[-1],
        "evidence.json": written(whole),
        "roots.pem": house.roots_pem,
    }.items():
        (tmp_path / name).write_bytes(data)
    command = [sys.executable, "-m", "paraphe", "verify", "signed.pdf", "evidence.json"]
    sources = Path(__file__).resolve().parents[3] / "layers" / "core" / "src"
    done = subprocess.run(
        [faketime, "2027-05-21 12:00:00", *command, "--trust", "roots.pem"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(sources)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_renewed_archive() -> None:
    """A time-stamp added later changes the file, not what the evidence says of it."""
    house, revisions, whole = made()
    file = io.BytesIO(revisions[-1])
    archive.renew(file, house.trust, house.clock.now)
    said = judge(whole, file.getvalue())
    assert said.state is State.VALID
    assert said.revisions == 3


def test_unknown_root() -> None:
    """Without the root the seal's trust is unknown, and said to be."""
    said = judge(made()[2], trusted=False)
    assert said.state is State.UNKNOWN_TRUST
    assert said.problems == (EvidenceProblem.SEAL_TRUST,)


def _drop(evidence: dict[str, Any]) -> None:
    del evidence["events"][2]


def _swap(evidence: dict[str, Any]) -> None:
    events = evidence["events"]
    events[1], events[2] = events[2], events[1]


def _truncate(evidence: dict[str, Any]) -> None:
    del evidence["events"][-1]


def _truncate_and_count(evidence: dict[str, Any]) -> None:
    del evidence["events"][-1]
    evidence["chain"]["count"] = 4


def _flip(evidence: dict[str, Any]) -> None:
    evidence["events"][3]["data"]["n"] = 7


def _flip_time(evidence: dict[str, Any]) -> None:
    evidence["events"][3]["at"] = "2026-11-02T09:00:01.000Z"


def _rehash(evidence: dict[str, Any]) -> None:
    evidence["events"][3]["hash"] = "0" * 64


@pytest.mark.parametrize(
    "change", [_drop, _swap, _truncate, _truncate_and_count, _flip, _flip_time, _rehash]
)
def test_audit_attacks(change: Callable[[dict[str, Any]], None]) -> None:
    """Flipped, dropped, reordered, truncated: the chain breaks even when the seal is made anew."""
    house, _, whole = made()
    evidence = copy.deepcopy(whole["evidence"])
    change(evidence)
    said = judge(sealed(house, evidence))
    assert said.state is State.INVALID
    assert EvidenceProblem.CHAIN in said.problems
    assert EvidenceProblem.SEAL in judge({**whole, "evidence": evidence}).problems


def test_rewritten_history() -> None:
    """A history rewritten with good hashes breaks the seal."""
    _, _, whole = made()
    evidence = copy.deepcopy(whole["evidence"])
    last = evidence["events"][-1]
    again = chain(
        "sr_1",
        seq=5,
        previous=last["previous"],
        at=signed.BEGIN,
        kind="declined",
        actor=SYSTEM,
        data={},
    )
    evidence["events"][-1] = _event(again)
    evidence["chain"]["head"] = again.hash
    said = judge({**whole, "evidence": evidence})
    assert said.problems == (EvidenceProblem.SEAL,)
    assert said.first_break is None


def test_another_document() -> None:
    """A PDF that the evidence does not speak of, and one whose revisions are not as recorded."""
    house, revisions, whole = made()
    other = signed.signed(signed.house())[-1]
    assert EvidenceProblem.DOCUMENT in judge(whole, other).problems
    evidence = copy.deepcopy(whole["evidence"])
    evidence["documents"][0]["revisions"][0]["sha256"] = hashlib.sha256(
        revisions[0][1:]
    ).hexdigest()
    assert EvidenceProblem.REVISION in judge(sealed(house, evidence)).problems


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"evidence": 7}', b"\xff", b'{"evidence": {}, "evidence": {}}']
)
def test_malformed(data: bytes) -> None:
    """Anything else is malformed, or has neither chain nor seal."""
    assert judge(data).state is State.INVALID


def test_unsealed() -> None:
    """Without a seal nothing vouches for it."""
    said = judge({"evidence": made()[2]["evidence"]})
    assert said.state is State.INDETERMINATE
    assert said.problems == (EvidenceProblem.SEAL_MISSING,)


def _event(event: Event) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "at": times.to_text(event.at),
        "kind": event.kind,
        "actor": {"kind": event.actor.kind, "id": event.actor.id},
        "data": dict(event.data),
        "previous": event.previous,
        "hash": event.hash,
    }
