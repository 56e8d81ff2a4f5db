"""What the HTTP API answers. Every shape is made from the domain's values by its `of`."""

from typing import Self

from paraphe.contracts.api_fields import Instant
from paraphe.contracts.api_parts import (
    Answered,
    DocumentOut,
    RecipientOut,
    SenderOut,
    document_fields,
)
from paraphe.domain.model import Document, RequestState, SignatureRequest
from paraphe.ports import RequestPage, Upload


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
        return cls.model_validate({**document_fields(document, completed=False), **form})


class DownloadLink(Answered):
    """Where the signed original can be fetched, for so many seconds."""

    url: str
    expires_in: int
