"""What happens at the end and after it: evidence, what is kept, what is erased, renewals."""

from datetime import datetime

from paraphe.domain.evidence.events.happening import Happening


class RequestCompleted(Happening):
    """Every signature is in every document: `<id>:<SHA-256>` of each."""

    kind = "request_completed"
    documents: tuple[str, ...]


class RecipientsExpired(Happening):
    """These did not sign in time."""

    kind = "recipients_expired"
    recipients: tuple[str, ...]


class EvidenceStored(Happening):
    """The evidence file of this digest was stored."""

    kind = "evidence_stored"
    sha256: str


class DocumentsRetained(Happening):
    """These signed documents are kept for a month."""

    kind = "documents_retained"
    documents: tuple[str, ...]


class RequestClosed(Happening):
    """Everybody was told."""

    kind = "request_closed"


class DocumentsErased(Happening):
    """The documents are erased."""

    kind = "documents_erased"


class PersonalDataErased(Happening):
    """The table forgot so many people and codes; `complete` says whether these were the last."""

    kind = "personal_data_erased"
    parts: int
    complete: bool


class TitlesErased(Happening):
    """The table forgot the title and the names of files."""

    kind = "titles_erased"


class ArchiveRenewed(Happening):
    """Newer time-stamps took over.

    Attributes:
        documents: which, by id.
        sha256: of each, as it is now.
        evidence_files: how many files of the evidence.
        proven_until: how far the proof reaches now.
        late: the certificate had ended before.

    """

    kind = "archive_renewed"
    documents: tuple[str, ...]
    sha256: tuple[str, ...]
    evidence_files: int
    proven_until: datetime | None = None
    late: bool
