"""What happens to a draft: its documents, its recipients, its launch."""

from paraphe.domain.evidence.events.happening import Happening


class OfDocument(Happening):
    """Something that concerns one document."""

    document: str


class OfRecipient(Happening):
    """Something that concerns one recipient."""

    recipient: str


class RequestCreated(Happening):
    """A draft was made; `mode` is `test` of one that is only a test."""

    kind = "request_created"
    mode: str | None = None


class TemplateUsed(Happening):
    """The draft was made from a template: one event, as one commit holds only so much.

    Attributes:
        template: its id.
        documents: `<id>:<SHA-256>` of each document that came from it; they were inspected when
            they were put into the template.
        places: ids of documents that are to be uploaded.
        recipients: `<order>:<role>:<id>` of each.

    """

    kind = "template_used"
    template: str
    documents: tuple[str, ...]
    places: tuple[str, ...]
    recipients: tuple[str, ...]


class RequestChanged(Happening):
    """Its sender changed what the request says of itself; `fields` names what, never how."""

    kind = "request_changed"
    fields: tuple[str, ...]


class DraftDeleted(Happening):
    """Its sender deleted the draft."""

    kind = "draft_deleted"


class DocumentAdded(OfDocument):
    """A place for a document was made; it is uploaded next."""

    kind = "document_added"


class DocumentAccepted(OfDocument):
    """An upload passed its inspection; `removed` names what was taken out of it."""

    kind = "document_accepted"
    original_sha256: str
    sha256: str
    pages: int
    judged: str
    removed: tuple[str, ...]


class DocumentRefused(OfDocument):
    """An upload was refused, for a stable reason."""

    kind = "document_refused"
    reason: str


class DocumentChanged(OfDocument):
    """A document of the draft got another name or place; `fields` names what, never how."""

    kind = "document_changed"
    fields: tuple[str, ...]


class DocumentReplaced(OfDocument):
    """An accepted file was taken out: another one is uploaded in its place."""

    kind = "document_replaced"


class DocumentRemoved(OfDocument):
    """A document was taken out of the draft."""

    kind = "document_removed"


class OfRemoval(OfDocument):
    """Whether scripts and actions may be taken out of a document's next upload."""


class RemovalAllowed(OfRemoval):
    """From now on they may."""

    kind = "removal_allowed"


class RemovalWithdrawn(OfRemoval):
    """From now on they may not."""

    kind = "removal_withdrawn"


class RecipientAdded(OfRecipient):
    """Somebody was added to the draft."""

    kind = "recipient_added"


class RecipientChanged(OfRecipient):
    """A recipient of the draft was changed."""

    kind = "recipient_changed"


class RecipientRemoved(OfRecipient):
    """Somebody was taken out of the draft."""

    kind = "recipient_removed"


class DraftAbandoned(Happening):
    """Nobody has touched the draft for so long that it was given up."""

    kind = "draft_abandoned"


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
