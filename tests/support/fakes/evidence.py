"""The making and keeping of evidence, in memory."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from paraphe.domain.evidence import About, FileProof, SignatureProof, Validation, canonical
from paraphe.domain.model import Document
from paraphe.ports import RequestRef, TransientError


class FakeEvidenceMaker:
    """Keeps `EvidenceMaker`: the seal is the account's own digest.

    Attributes:
        outages: how many of the next seals fail, as a service that does not answer.

    """

    def __init__(self) -> None:
        self.about = About({"name": "paraphe", "version": "0"}, "2.25.1")
        self.outages = 0

    def read(self, pdf: Path, document: Document, now: datetime) -> FileProof:
        """Keep `EvidenceMaker.read`: a signature is its line in the file."""
        lines = pdf.read_text(encoding="ascii").splitlines()
        found = {
            r.field: SignatureProof(
                next(line for line in lines if r.recipient_id in line), "certificate"
            )
            for r in document.revisions
        }
        judged = tuple(Validation(f, "total-passed", f"report at {now}") for f in found)
        return FileProof(found, judged, ("certificate",), ("ocsp",), ("crl",))

    def seal(self, evidence: Mapping[str, Any], now: datetime) -> tuple[bytes, str]:
        """Keep `EvidenceMaker.seal`."""
        if self.outages:
            self.outages -= 1
            raise TransientError("the time-stamp service does not answer")
        seal = hashlib.sha256(canonical(evidence)).hexdigest()
        data = json.dumps({"evidence": evidence, "seal": {"cms": seal, "at": str(now)}}).encode()
        return data, hashlib.sha256(data).hexdigest()

    def write(
        self, evidence: Mapping[str, Any], attached: bytes | None, target: Path, now: datetime
    ) -> None:
        """Keep `EvidenceMaker.write`."""
        target.write_bytes(canonical(evidence) + (attached or b"") + str(now).encode())


class FakeEvidenceFiles:
    """Keeps `EvidenceFiles`: `objects` by key; nothing is written twice."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def store(self, ref: RequestRef, folder: str, name: str, content: bytes) -> str:
        """Keep `EvidenceFiles.store`."""
        key = f"{ref.firm_id}/{ref.request_id}/{folder}/{name}"
        self.objects[key] = content
        return key

    def store_file(self, ref: RequestRef, folder: str, name: str, source: Path) -> str:
        """Keep `EvidenceFiles.store_file`."""
        return self.store(ref, folder, name, source.read_bytes())

    def presign(self, key: str, filename: str, seconds: int) -> str:
        """Keep `EvidenceFiles.presign`."""
        if key not in self.objects:
            raise AssertionError("a link to nothing")
        return f"https://evidence.test/{key}?name={filename}&seconds={seconds}"
