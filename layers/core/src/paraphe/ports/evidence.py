"""Evidence files and the days' chain heads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from paraphe.domain.evidence.account import About, FileProof
from paraphe.domain.evidence.heads import Head
from paraphe.domain.requests.document import Document
from paraphe.ports.requests import RequestRef


class EvidenceMaker(Protocol):
    """Makes the sealed account of a request, and its pages (P19)."""

    @property
    def about(self) -> About:
        """Software and certificate policy."""
        ...

    def read(self, pdf: Path, document: Document, now: datetime) -> FileProof:
        """Take the signatures and the security store out of a signed file of ours, and judge it.

        Raises TransientError when a service (time-stamps) does not answer.
        """
        ...

    def seal(self, evidence: Mapping[str, Any], now: datetime) -> tuple[bytes, str]:
        """Seal the account so that it lasts (CAdES-B-LTA): the file's bytes, and their SHA-256.

        Raises TransientError when a service (KMS, time-stamps) does not answer.
        """
        ...

    def write(
        self, evidence: Mapping[str, Any], attached: bytes | None, target: Path, now: datetime
    ) -> datetime:
        """Write the account (or one person's part of it) as a sealed PDF, `attached` inside.

        Gives when the first certificate behind its time-stamp ends. Raises as `seal`.
        """
        ...


class EvidenceFiles(Protocol):
    """Where evidence is kept, ten years or as many as its template says (P24)."""

    def store(self, ref: RequestRef, folder: str, name: str, content: bytes, years: int) -> str:
        """Store the sealed account (JSON), to be kept for so many years; return the key."""
        ...

    def store_file(self, ref: RequestRef, folder: str, name: str, source: Path, years: int) -> str:
        """Store a PDF, to be kept for so many years; return the key."""
        ...

    def fetch(self, key: str, target: Path) -> None:
        """Download a file. Raises GoneError."""
        ...

    def read(self, key: str) -> bytes:
        """Read a sealed account. Raises GoneError."""
        ...

    def replace_file(self, key: str, source: Path, years: int) -> None:
        """Store a renewed file as the newest version, to be kept for so many more years."""
        ...

    def presign(self, key: str, filename: str, seconds: int) -> str:
        """Return a URL by which `key` can be fetched as `filename` for `seconds`."""
        ...


class ChainHeads(Protocol):
    """Where the audit chains stand (P19)."""

    def moved(self, day: date) -> Iterator[RequestRef]:
        """Find requests that were changed on this day (UTC) last; an index, so it may lag."""
        ...

    def heads(self, refs: Sequence[RequestRef]) -> tuple[Head, ...]:
        """Read requests' newest event numbers and hashes, consistently; those that are gone not.

        In no particular order, each once.
        """
        ...


@dataclass(frozen=True, slots=True)
class KeptDay:
    """A day whose heads are stored; `stamped` when the time-stamp is there too."""

    day: date
    stamped: bool


class HeadFiles(Protocol):
    """Where the days' heads (`json`) and their time-stamps (`tsr`) are kept, ten years."""

    def days(
        self, firm_id: str, since: date | None = None, limit: int | None = None
    ) -> tuple[KeptDay, ...]:
        """List a firm's days, oldest first, from `since` on, at most `limit`."""
        ...

    def read(self, firm_id: str, day: date, kind: str) -> bytes:
        """Read a stored file. Raises GoneError (`document_gone`)."""
        ...

    def store(self, firm_id: str, day: date, kind: str, content: bytes) -> bytes:
        """Store a file unless there is one; return what is stored, the first writer's."""
        ...

    def presign(self, firm_id: str, day: date, kind: str, seconds: int) -> str:
        """Return a URL by which a stored file can be fetched for `seconds`."""
        ...

    def last_done(self) -> date | None:
        """Return the newest day that was marked as done for every firm."""
        ...

    def mark_done(self, day: date) -> None:
        """Write down that every firm's heads of this day are stored. Repeatable."""
        ...


class EvidenceServices(Protocol):
    """This part's place in `paraphe.services.Services`."""

    @property
    def evidence_maker(self) -> EvidenceMaker:
        """What makes evidence files."""
        ...

    @property
    def evidence_files(self) -> EvidenceFiles:
        """Where evidence is kept."""
        ...

    @property
    def chain_heads(self) -> ChainHeads:
        """Where the audit chains stand."""
        ...

    @property
    def head_files(self) -> HeadFiles:
        """Where the days' heads are kept."""
        ...
