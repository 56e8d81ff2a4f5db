"""Secrets of signers (links, codes) and what makes signatures."""

from datetime import datetime
from pathlib import Path
from typing import Protocol

from paraphe.domain.requests.document import Document, Revision
from paraphe.domain.requests.model import SignatureRequest
from paraphe.domain.requests.recipient import Recipient
from paraphe.domain.trust.signatures import Look
from paraphe.ports.requests import RecipientRef


class Links(Protocol):
    """Link tokens: derived by a KMS key, 256 bits, stored nowhere."""

    def token(self, ref: RecipientRef, generation: int) -> str:
        """Compute the token of a recipient's link (needs the right to the link key)."""
        ...


class Codes(Protocol):
    """Codes by SMS: derived and checked by a KMS key (P9)."""

    def make(self, challenge_id: str) -> str:
        """Derive the six digits of a challenge; the same every time."""
        ...

    def mac(self, challenge_id: str, documents_digest: str, code: str) -> str:
        """Compute the keyed hash that is stored."""
        ...

    def matches(self, challenge_id: str, documents_digest: str, code: str, mac: str) -> bool:
        """Check a typed code against the stored keyed hash (in KMS)."""
        ...


class Issued(Protocol):
    """A certificate and what signs with it: only the `DocumentSigner` that gave it looks inside."""


class DocumentSigner(Protocol):
    """Makes one recipient's signature on one document (PAdES)."""

    def issue(
        self, request: SignatureRequest, recipient: Recipient, command_id: str, now: datetime, /
    ) -> Issued:
        """Return what signs for a recipient, once; it needs no document, so it may come first.

        May run in another thread than the rest. What is not used is dropped.
        Raises TransientError when a service (KMS) does not answer.
        """
        ...

    def sign(
        self,
        request: SignatureRequest,
        document: Document,
        recipient: Recipient,
        command_id: str,
        pdf: Path,
        now: datetime,
        look: Look | None = None,
        issued: Issued | None = None,
    ) -> Revision:
        """Sign `pdf` in place, preparing its fields first when it has no signature of ours yet.

        `look` is what stands beside name and date where the signature shows (P8); `issued` is what
        `issue` gave for this recipient and command, else it is called.
        Gives the revision without its `key` (empty): the caller stores the file.
        Raises TransientError when a service (KMS, timestamps) does not answer.
        """
        ...


class SigningServices(Protocol):
    """This part's place in `paraphe.services.Services`."""

    @property
    def links(self) -> Links:
        """The maker of link tokens."""
        ...

    @property
    def codes(self) -> Codes:
        """The maker and checker of codes."""
        ...

    @property
    def signer(self) -> DocumentSigner:
        """What makes signatures."""
        ...

    @property
    def sealer(self) -> DocumentSigner:
        """What makes the firms' seals."""
        ...
