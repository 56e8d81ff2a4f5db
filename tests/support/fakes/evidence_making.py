"""The making and keeping of evidence, in memory."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from paraphe.domain.errors import GoneError
from paraphe.domain.evidence.account import (
    About,
    FileProof,
    SignatureProof,
    Validation,
    canonical,
)
from paraphe.domain.requests.document import Document
from paraphe.ports.requests import RequestRef
from paraphe.ports.system import TransientError

_STAMP = b"stamped until "


class FakeEvidenceMaker:
    """Keeps `EvidenceMaker`: the seal is the account's own digest.

    Attributes:
        outages: how many of the next seals fail, as a service that does not answer.
        archivist: stamps the pages.

    """

    def __init__(self) -> None:
        self.about = About({"name": "paraphe", "version": "0"}, "2.25.1")
        self.outages = 0
        self.archivist = FakeArchivist()

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
    ) -> datetime:
        """Keep `EvidenceMaker.write`: its last line says how far the time-stamp reaches."""
        target.write_bytes(canonical(evidence) + (attached or b"") + str(now).encode())
        return self.archivist.stamp(target)


class FakeArchivist:
    """Keeps `Archivist`: a time-stamp is a line at the file's end.

    Attributes:
        ends: when the service's certificate ends.
        first: when the one ended that was behind the last signature; files without a line have it.
        outages: how many of the next questions to the service fail.
        refused: how many of the next time-stamps are refused.

    """

    def __init__(self) -> None:
        self.ends = self.first = datetime(2041, 1, 1, tzinfo=UTC)
        self.outages = 0
        self.refused = 0

    def reach(self) -> datetime:
        """Keep `Archivist.reach`."""
        if self.outages:
            self.outages -= 1
            raise TransientError("the time-stamp service does not answer")
        return self.ends

    def reached(self, file: Path) -> datetime | None:
        """Keep `Archivist.reached`."""
        last = file.read_bytes().rpartition(b"\n")[2]
        if not last.startswith(_STAMP):
            return self.first
        return datetime.fromisoformat(last.removeprefix(_STAMP).decode())

    def renew(self, file: Path, now: datetime) -> None:
        """Keep `Archivist.renew`."""
        if self.refused:
            self.refused -= 1
            raise RuntimeError(f"refused at {now}")
        self.stamp(file)

    def stamp(self, file: Path) -> datetime:
        """Append a time-stamp."""
        with file.open("ab") as opened:
            opened.write(b"\n" + _STAMP + self.ends.isoformat().encode())
        return self.ends


class FakeEvidenceFiles:
    """Keeps `EvidenceFiles`.

    Attributes:
        objects: by key; only `replace_file` writes over what is there.
        years: by key, for how many more years a file is kept.

    """

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.years: dict[str, int] = {}

    def store(self, ref: RequestRef, folder: str, name: str, content: bytes, years: int) -> str:
        """Keep `EvidenceFiles.store`."""
        key = f"{ref.firm_id}/{ref.request_id}/{folder}/{name}"
        self.years[key] = years
        self.objects[key] = content
        return key

    def store_file(self, ref: RequestRef, folder: str, name: str, source: Path, years: int) -> str:
        """Keep `EvidenceFiles.store_file`."""
        return self.store(ref, folder, name, source.read_bytes(), years)

    def fetch(self, key: str, target: Path) -> None:
        """Keep `EvidenceFiles.fetch`."""
        if key not in self.objects:
            raise GoneError("document_gone", "The stored file is gone.")
        target.write_bytes(self.objects[key])

    def read(self, key: str) -> bytes:
        """Keep `EvidenceFiles.read`."""
        if key not in self.objects:
            raise GoneError("document_gone", "The stored file is gone.")
        return self.objects[key]

    def replace_file(self, key: str, source: Path, years: int) -> None:
        """Keep `EvidenceFiles.replace_file`."""
        self.objects[key] = source.read_bytes()
        self.years[key] = years

    def presign(self, key: str, filename: str, seconds: int) -> str:
        """Keep `EvidenceFiles.presign`."""
        if key not in self.objects:
            raise AssertionError("a link to nothing")
        return f"https://evidence.test/{key}?name={filename}&seconds={seconds}"
