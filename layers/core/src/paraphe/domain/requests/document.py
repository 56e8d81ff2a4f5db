"""Documents of a request and their signed revisions."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from paraphe.domain.requests.inspection import Page

NO_RECORD = "{}"


class DocumentState(StrEnum):
    """Where an uploaded document stands before launch; afterwards it is `ready` for good.

    `erased` is never stored: it is how a document is shown once its request is purged (P16).
    """

    AWAITING_UPLOAD = "awaiting_upload"
    READY = "ready"
    REFUSED = "refused"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Revision:
    """One stored signature: the document after it (bytes before pointers).

    `record` is the signature's record as the signing adapter gave it, as JSON text.
    """

    recipient_id: str
    command_id: str
    field: str
    sha256: str
    key: str
    size: int
    signed_at: datetime
    record: str = NO_RECORD


@dataclass(frozen=True, slots=True)
class Document:
    """One PDF. `sha256` and `key` are those of the normalised file, frozen at launch (P6).

    `remove_active_content`: its sender allows that scripts and actions are taken out of it;
    `removable` says which kinds a refused file has, `removed` which ones the accepted file had.

    `signers` are the recipients whose signatures it holds, oldest first; `newest` is the last of
    these signatures, without its record, and `sealed_at` the time of the firm's newest seal (P21).
    `revisions` are the signatures themselves: all of them in a request that was loaded whole, else
    only those that a decision has just added.

    `forms_from` is the first form that counts since the file was last replaced: what an older one
    brought is another file's.

    `retained_sha256` is set once the archive time-stamp of what is kept was renewed: the file at
    `retained_key` then continues the newest revision.
    """

    id: str
    name: str
    position: int
    state: DocumentState = DocumentState.AWAITING_UPLOAD
    original_sha256: str | None = None
    sha256: str | None = None
    key: str | None = None
    size: int = 0
    pages: tuple[Page, ...] = ()
    already_signed: bool = False
    certified: bool = False
    refusal: str | None = None
    refusal_detail: str | None = None
    remove_active_content: bool = False
    removable: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()
    newest: Revision | None = None
    sealed_at: datetime | None = None
    revisions: tuple[Revision, ...] = ()
    retained_key: str | None = None
    retained_sha256: str | None = None
    forms_from: str | None = None

    @property
    def current_sha256(self) -> str | None:
        """SHA-256 of the newest stored revision."""
        return self.newest.sha256 if self.newest else self.sha256

    @property
    def current_key(self) -> str | None:
        """Where the newest revision lies while the request is open."""
        return self.newest.key if self.newest else self.key

    @property
    def current_size(self) -> int:
        """Size of the newest revision, in bytes."""
        return self.newest.size if self.newest else self.size

    @property
    def held_sha256(self) -> str | None:
        """SHA-256 of what is kept after the end: the newest revision, or its renewed form."""
        return self.retained_sha256 or self.current_sha256

    def signed_by(self, recipient_id: str) -> bool:
        """Whether this recipient's signature is in the newest revision."""
        return recipient_id in self.signers

    def with_revision(self, revision: Revision, *, is_seal: bool = False) -> "Document":
        """Return the document after one more signature, or seal."""
        return replace(
            self,
            signers=(*self.signers, revision.recipient_id),
            newest=replace(revision, record=NO_RECORD),
            sealed_at=revision.signed_at if is_seal else self.sealed_at,
            revisions=(*self.revisions, revision),
        )


def signed_name(name: str) -> str:
    """Return the file name of a signed original: `letter.pdf` becomes `letter-signed.pdf`."""
    stem = name[:-4] if name.lower().endswith(".pdf") else name
    return f"{stem}-signed.pdf"
