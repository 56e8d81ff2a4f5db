"""What happens to a draft: its documents, its recipients, its launch."""

from dataclasses import dataclass

from paraphe.domain.evidence.events.happening import Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class OfDocument(Happening):
    """Something that concerns one document."""

    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfRecipient(Happening):
    """Something that concerns one recipient."""

    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCreated(Happening):
    """A draft was made."""

    kind = "request_created"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentAdded(OfDocument):
    """A place for a document was made; it is uploaded next."""

    kind = "document_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentAccepted(OfDocument):
    """An upload passed its inspection; `removed` names what was taken out of it."""

    kind = "document_accepted"
    original_sha256: str
    sha256: str
    pages: int
    judged: str
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRefused(OfDocument):
    """An upload was refused, for a stable reason."""

    kind = "document_refused"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRemoved(OfDocument):
    """A document was taken out of the draft."""

    kind = "document_removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfRemoval(OfDocument):
    """Whether scripts and actions may be taken out of a document's next upload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalAllowed(OfRemoval):
    """From now on they may."""

    kind = "removal_allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalWithdrawn(OfRemoval):
    """From now on they may not."""

    kind = "removal_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientAdded(OfRecipient):
    """Somebody was added to the draft."""

    kind = "recipient_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientChanged(OfRecipient):
    """A recipient of the draft was changed."""

    kind = "recipient_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientRemoved(OfRecipient):
    """Somebody was taken out of the draft."""

    kind = "recipient_removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAbandoned(Happening):
    """Nobody has touched the draft for so long that it was given up."""

    kind = "draft_abandoned"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLaunched(Happening):
    """The documents were frozen.

    Attributes:
        documents_digest: what codes are bound to.
        documents: `<id>:<SHA-256>` of each.
        recipients: `<order>:<role>:<id>` of each.
        member: in whose name software has launched a batch to be sealed.

    """

    kind = "request_launched"
    documents_digest: str
    documents: tuple[str, ...]
    recipients: tuple[str, ...]
    member: str | None = None
