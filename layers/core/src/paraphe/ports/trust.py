"""Certificate status, time-stamps and their renewal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from paraphe.domain.trust.certificate_status import StatusAnswer
from paraphe.domain.trust.evidence_verdict import Verdict
from paraphe.ports.files import Verifications


@dataclass(frozen=True, slots=True)
class PublishedEnds:
    """Until when what validators fetch is good.

    Attributes:
        revocation_list: of end certificates; None when there is none.
        responder: the OCSP responder's certificate; None when there is none.
        by_ceremony: owner and end of what only the key ceremony renews.

    """

    revocation_list: datetime | None
    responder: datetime | None
    by_ceremony: Mapping[str, datetime]


class StatusResponder(Protocol):
    """Says whether certificates are revoked (OCSP, RFC 6960)."""

    def answer(self, request: bytes, now: datetime) -> StatusAnswer:
        """Answer an OCSPRequest (DER); what is none, or not ours to answer, is an answer too.

        Raises TransientError when a service does not answer, or there is no valid certificate.
        """
        ...


class StatusPublisher(Protocol):
    """Keeps what validators fetch fresh; every method may run twice at once."""

    def renew_list(self, now: datetime) -> bool:
        """Publish the revocation list anew if it is half worn out or lacks a revocation."""
        ...

    def renew_responder(self, now: datetime) -> bool:
        """Certify the OCSP responder anew if its certificate is missing, foreign or ends soon."""
        ...

    def ends(self) -> PublishedEnds:
        """Read back what is published."""
        ...


class Archivist(Protocol):
    """Keeps archive time-stamps young (ETSI EN 319 142-1 §5.4.3)."""

    def reach(self) -> datetime:
        """Return when the first certificate behind a time-stamp made now would end.

        Raises TransientError when the service does not answer.
        """
        ...

    def reached(self, file: Path) -> datetime | None:
        """Return the same of the newest time-stamp of a PDF or an account; None without one."""
        ...

    def renew(self, file: Path, now: datetime) -> None:
        """Add a time-stamp over everything, in place. Raises TransientError."""
        ...


class Stamper(Protocol):
    """Time-stamps a file (RFC 3161)."""

    def __call__(self, content: bytes) -> bytes:
        """Return a TimeStampResp over its SHA-256, DER. Raises TransientError."""
        ...


class TrustServices(Protocol):
    """This part's place in `paraphe.services.Services`."""

    @property
    def stamper(self) -> Stamper:
        """What time-stamps a file."""
        ...

    @property
    def status_responder(self) -> StatusResponder:
        """What answers OCSP."""
        ...

    @property
    def status_publisher(self) -> StatusPublisher:
        """What renews the built-in authority's list."""
        ...

    @property
    def archivist(self) -> Archivist:
        """What renews archive time-stamps."""
        ...

    @property
    def verifications(self) -> Verifications:
        """The place of PDFs to verify."""
        ...

    @property
    def public_url(self) -> str:
        """What the addresses of pages begin with."""
        ...

    @property
    def verifier(self) -> Callable[[bytes, bytes | None, datetime], Verdict]:
        """What judges a stranger's PDF, in a child process with limits."""
        ...
