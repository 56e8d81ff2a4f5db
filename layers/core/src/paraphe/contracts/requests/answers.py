"""What the HTTP API answers. Every shape is made from the domain's values by its `of`."""

from collections.abc import Iterable, Mapping
from typing import Self

from paraphe.contracts.fields import Instant
from paraphe.contracts.requests.representations import (
    DocumentOut,
    RecipientOut,
    SenderOut,
    document_fields,
)
from paraphe.contracts.shapes import Answered, UploadForm
from paraphe.domain.requests import reminders
from paraphe.domain.requests.document import Document
from paraphe.domain.requests.model import (
    MAX_CODES,
    ChallengeState,
    Mode,
    RequestState,
    SignatureRequest,
)
from paraphe.domain.signing import batch_seal, code_attempts, codes
from paraphe.ports.upload_forms import Upload


class RequestSummary(Answered):
    """A signature request as lists show it.

    `external_id` and `metadata` are the caller's own, `template_id` is what it was made from.
    `updated_at` is when anything about it last
    changed, also what no field shows. `failure` says why a `failed` one stopped; `resume_at` from
    when on it is taken up again by itself, null when that waits for somebody's `resume`.
    """

    id: str
    title: str
    message: str
    state: RequestState
    mode: Mode
    sender: SenderOut
    external_id: str | None
    template_id: str | None
    metadata: dict[str, str]
    reminder_days: tuple[int, ...]
    created_at: Instant
    updated_at: Instant
    launched_at: Instant | None
    deadline: Instant | None
    ended_at: Instant | None
    retention_until: Instant | None
    failure: str | None
    resume_at: Instant | None

    @classmethod
    def of(cls, request: SignatureRequest) -> Self:
        """Show a request without its parts."""
        return cls.model_validate(_summary(request))


class SealOut(Answered):
    """Where a batch stands that a member has sealed: which recipient the seal is, and the code.

    `code_state` is `pending` until the code is sent, `failed` if it could not be; `tries_left`
    and `codes_left` say how often a code can still be mistyped, and asked for.
    """

    recipient_id: str
    member: str
    name: str
    code_state: ChallengeState
    code_sent_at: Instant | None
    code_expires_at: Instant | None
    tries_left: int
    codes_left: int

    @classmethod
    def of(cls, request: SignatureRequest) -> Self | None:
        """Show it; None of a request that is no such batch."""
        seal = batch_seal.batch_seal(request)
        code = codes.newest_challenge(request, seal.id) if seal else None
        if seal is None or seal.authorised_by is None or code is None:
            return None
        return cls(
            recipient_id=seal.id,
            member=seal.authorised_by.member_id,
            name=seal.authorised_by.name,
            code_state=code.state,
            code_sent_at=code.sent_at,
            code_expires_at=code.expires_at,
            tries_left=code_attempts.MAX_TRIES - code.tries,
            codes_left=MAX_CODES - seal.codes_requested,
        )


class RequestOut(RequestSummary):
    """A signature request with its documents and recipients.

    `seal` is there of a batch that a member has sealed directly. `reminded_at` is when its sender
    last asked for reminders; `next_remind_at` from when on `remind` writes to somebody, null when
    it would not.
    """

    documents: tuple[DocumentOut, ...]
    recipients: tuple[RecipientOut, ...]
    seal: SealOut | None
    reminded_at: Instant | None
    next_remind_at: Instant | None

    @classmethod
    def of(cls, request: SignatureRequest) -> Self:
        """Show a whole request, documents and recipients in their order."""
        documents = sorted(request.documents, key=lambda d: d.position)
        recipients = sorted(request.recipients, key=lambda r: (r.order, r.id))
        parts = {
            "documents": [DocumentOut.of(d, request) for d in documents],
            "recipients": [RecipientOut.of(r, request) for r in recipients],
            "seal": SealOut.of(request),
            "reminded_at": request.reminded_at,
            "next_remind_at": reminders.possible_at(request),
        }
        return cls.model_validate({**_summary(request), **parts})


def _summary(request: SignatureRequest) -> dict[str, object]:
    return {
        "id": request.id,
        "title": request.title,
        "message": request.message,
        "state": request.state,
        "mode": request.mode,
        "sender": SenderOut.of(request.sender),
        "external_id": request.external_id,
        "template_id": request.template_id,
        "metadata": dict(request.metadata),
        "reminder_days": request.reminder_days,
        "created_at": request.created_at,
        "updated_at": request.updated_at,
        "launched_at": request.launched_at,
        "deadline": request.deadline,
        "ended_at": request.ended_at,
        "retention_until": request.retention_until,
        "failure": request.failure,
        "resume_at": request.resume_at,
    }


class RequestList(Answered):
    """One page of a list; `next_cursor` is null on the last one.

    A page may hold fewer than `limit`, even none, and have a `next_cursor`.
    """

    items: tuple[RequestSummary, ...]
    next_cursor: str | None

    @classmethod
    def of(cls, requests: Iterable[SignatureRequest], cursor: str | None) -> Self:
        """Show a page."""
        items = tuple(RequestSummary.of(request) for request in requests)
        return cls(items=items, next_cursor=cursor)


class CreatedRequest(RequestOut):
    """A new draft; `uploads` has a form for each of its documents, by the document's id."""

    uploads: dict[str, UploadForm]

    @classmethod
    def made(cls, request: SignatureRequest, uploads: Mapping[str, Upload]) -> Self:
        """Show a new draft."""
        whole = RequestOut.of(request)
        forms = {document: UploadForm.of(upload) for document, upload in uploads.items()}
        return cls.model_validate({**dict(whole), "uploads": forms})


class AddedDocument(DocumentOut):
    """A new document with the form to upload its PDF."""

    upload: UploadForm

    @classmethod
    def made(cls, document: Document, upload: Upload) -> Self:
        """Show a new document."""
        form = {"upload": UploadForm.of(upload)}
        return cls.model_validate({**document_fields(document, None), **form})


class DownloadLink(Answered):
    """Where the signed original can be fetched, for so many seconds."""

    url: str
    expires_in: int
