"""What the HTTP API answers. Every shape is made from the domain's values by its `of`."""

from typing import Self

from pydantic import BaseModel, ConfigDict

from paraphe.contracts.api_fields import Instant, Locale
from paraphe.domain.inspection import Page
from paraphe.domain.model import (
    Document,
    DocumentState,
    Placement,
    Recipient,
    RecipientState,
    RequestState,
    Role,
    Sender,
    SignatureRequest,
)
from paraphe.ports import RequestPage, Upload


class Answered(BaseModel):
    """Common to all: made by us, so nothing is changed afterwards."""

    model_config = ConfigDict(frozen=True, defer_build=True)


class SenderOut(Answered):
    """Who asks for the signatures."""

    name: str
    email: str
    locale: Locale

    @classmethod
    def of(cls, sender: Sender) -> Self:
        """Show a sender."""
        return cls(
            name=sender.name, email=sender.email, locale="en" if sender.locale == "en" else "fr"
        )


class Refusal(Answered):
    """Why an upload was refused (P4): a stable reason, and what to do about it."""

    reason: str
    detail: str


class PageSize(Answered):
    """One page as it is displayed, in points; placements count from its top left."""

    number: int
    width: float
    height: float

    @classmethod
    def of(cls, page: Page) -> Self:
        """Show a page."""
        return cls(number=page.number, width=page.width, height=page.height)


class DocumentOut(Answered):
    """One PDF of a request.

    `original_sha256` is the digest of what was uploaded, `sha256` of what is signed (the same for
    a PDF that was signed before), `signed_sha256` of the signed original once it is complete.
    """

    id: str
    name: str
    state: DocumentState
    pages: int | None
    size: int | None
    original_sha256: str | None
    sha256: str | None
    signed_sha256: str | None
    already_signed: bool
    refusal: Refusal | None

    @classmethod
    def of(cls, document: Document, *, completed: bool) -> Self:
        """Show a document; `completed`: of a request that is."""
        return cls.model_validate(_document(document, completed=completed))


class DocumentDetails(DocumentOut):
    """One PDF with the sizes of its pages."""

    page_sizes: tuple[PageSize, ...]

    @classmethod
    def of(cls, document: Document, *, completed: bool) -> Self:
        """Show a document with its pages."""
        sizes = [PageSize.of(page) for page in document.pages]
        return cls.model_validate({**_document(document, completed=completed), "page_sizes": sizes})


def _document(document: Document, *, completed: bool) -> dict[str, object]:
    ready = document.state is DocumentState.READY
    refusal = None
    if document.state is DocumentState.REFUSED and document.refusal:
        refusal = Refusal(reason=document.refusal, detail=document.refusal_detail or "")
    return {
        "id": document.id,
        "name": document.name,
        "state": document.state,
        "pages": len(document.pages) if ready else None,
        "size": document.current_size if ready else None,
        "original_sha256": document.original_sha256,
        "sha256": document.sha256,
        "signed_sha256": document.current_sha256 if completed else None,
        "already_signed": document.already_signed,
        "refusal": refusal,
    }


class PlacementOut(Answered):
    """Where a visible signature goes, in points from the top left of the page (P8)."""

    document_id: str
    page: int
    x: float
    y: float
    width: float
    height: float

    @classmethod
    def of(cls, placement: Placement) -> Self:
        """Show a placement."""
        return cls(
            document_id=placement.document_id,
            page=placement.page,
            x=placement.x,
            y=placement.y,
            width=placement.width,
            height=placement.height,
        )


class RecipientOut(Answered):
    """Somebody who signs or gets a copy, and where they stand."""

    id: str
    role: Role
    order: int
    name: str
    email: str
    phone: str | None
    locale: Locale
    state: RecipientState
    notified_at: Instant | None
    consented_at: Instant | None
    signed_at: Instant | None
    decline_reason: str | None
    placements: tuple[PlacementOut, ...]
    replaced_by: str | None

    @classmethod
    def of(cls, recipient: Recipient) -> Self:
        """Show a recipient."""
        return cls(
            id=recipient.id,
            role=recipient.role,
            order=recipient.order,
            name=recipient.name,
            email=recipient.email,
            phone=recipient.phone,
            locale="en" if recipient.locale == "en" else "fr",
            state=recipient.state,
            notified_at=recipient.notified_at,
            consented_at=recipient.consented_at,
            signed_at=recipient.signed_at,
            decline_reason=recipient.decline_reason,
            placements=tuple(PlacementOut.of(p) for p in recipient.placements),
            replaced_by=recipient.replaced_by,
        )


class RequestSummary(Answered):
    """A signature request as lists show it. `failure` says why a `failed` one stopped."""

    id: str
    title: str
    message: str
    state: RequestState
    sender: SenderOut
    created_at: Instant
    launched_at: Instant | None
    deadline: Instant | None
    ended_at: Instant | None
    retention_until: Instant | None
    failure: str | None

    @classmethod
    def of(cls, request: SignatureRequest) -> Self:
        """Show a request without its parts."""
        return cls.model_validate(_summary(request))


class RequestOut(RequestSummary):
    """A signature request with its documents and recipients."""

    documents: tuple[DocumentOut, ...]
    recipients: tuple[RecipientOut, ...]

    @classmethod
    def of(cls, request: SignatureRequest) -> Self:
        """Show a whole request, documents and recipients in their order."""
        completed = request.state is RequestState.COMPLETED
        documents = sorted(request.documents, key=lambda d: d.position)
        recipients = sorted(request.recipients, key=lambda r: (r.order, r.id))
        parts = {
            "documents": [DocumentOut.of(d, completed=completed) for d in documents],
            "recipients": [RecipientOut.of(r) for r in recipients],
        }
        return cls.model_validate({**_summary(request), **parts})


def _summary(request: SignatureRequest) -> dict[str, object]:
    return {
        "id": request.id,
        "title": request.title,
        "message": request.message,
        "state": request.state,
        "sender": SenderOut.of(request.sender),
        "created_at": request.created_at,
        "launched_at": request.launched_at,
        "deadline": request.deadline,
        "ended_at": request.ended_at,
        "retention_until": request.retention_until,
        "failure": request.failure,
    }


class RequestList(Answered):
    """One page of a list; `next_cursor` is null on the last one."""

    items: tuple[RequestSummary, ...]
    next_cursor: str | None

    @classmethod
    def of(cls, page: RequestPage) -> Self:
        """Show a page."""
        items = tuple(RequestSummary.of(request) for request in page.requests)
        return cls(items=items, next_cursor=page.cursor)


class UploadForm(Answered):
    """Send `fields`, then the PDF as the last field `file`, as multipart/form-data to `url`."""

    url: str
    fields: dict[str, str]
    expires_at: Instant
    max_bytes: int

    @classmethod
    def of(cls, upload: Upload) -> Self:
        """Show a presigned POST."""
        return cls(
            url=upload.url,
            fields=dict(upload.fields),
            expires_at=upload.expires_at,
            max_bytes=upload.max_bytes,
        )


class AddedDocument(DocumentOut):
    """A new document with the form to upload its PDF."""

    upload: UploadForm

    @classmethod
    def made(cls, document: Document, upload: Upload) -> Self:
        """Show a new document."""
        form = {"upload": UploadForm.of(upload)}
        return cls.model_validate({**_document(document, completed=False), **form})


class DownloadLink(Answered):
    """Where the signed original can be fetched, for so many seconds."""

    url: str
    expires_in: int
