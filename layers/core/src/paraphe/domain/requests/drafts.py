"""Making a draft and launching it (P4, P5, P7, P8)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from paraphe.domain.errors import ConflictError, InvalidError
from paraphe.domain.evidence.audit import Actor
from paraphe.domain.evidence.events.drafts import (
    DocumentAccepted,
    DocumentAdded,
    DocumentRefused,
    DocumentRemoved,
    RemovalAllowed,
    RemovalWithdrawn,
    RequestCreated,
)
from paraphe.domain.firms.firm import Firm
from paraphe.domain.requests.decision import Decision, Edit, find_document, nothing
from paraphe.domain.requests.document import Document, DocumentState
from paraphe.domain.requests.inspection import Accepted, Refused
from paraphe.domain.requests.model import Mode, RequestState, Sender, SignatureRequest

MAX_DOCUMENTS = 50
MAX_TITLE = 200
MAX_PLACED = 80
DRAFT_LIFETIME = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What a caller says of a new request.

    Attributes:
        title: what its readers see.
        message: the sender's words to the recipients, may be empty.
        sender: who prepares it and is told what becomes of it.
        reminder_days: how many days before the deadline to remind; None for the firm's setting.
        external_id: what the caller calls it.
        metadata: what the caller keeps with it.
        mode: whether it counts.
        parts: a digest of what else it is made with.

    """

    title: str
    message: str
    sender: Sender
    reminder_days: tuple[int, ...] | None = None
    external_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    mode: Mode = Mode.LIVE
    parts: str | None = None

    def fingerprint(self) -> str:
        """Return a hash that tells a repeated creation from another one under the same key."""
        parts: tuple[object, ...] = (
            *(self.title, self.message, self.sender.name, self.sender.email),
            *(self.reminder_days, self.external_id, sorted(self.metadata.items()), self.parts),
            *(() if self.mode is Mode.LIVE else (str(self.mode),)),
        )
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def create(
    firm: Firm, request_id: str, new: NewRequest, now: datetime, by: Actor | None = None
) -> Decision:
    """Make an empty draft.

    Args:
        firm: whose request it is; its settings are frozen into the request.
        request_id: its new id.
        new: what the caller says of it.
        now: the instant.
        by: who prepares it in the sender's name.

    """
    remind = firm.reminder_days if new.reminder_days is None else new.reminder_days
    # What is only a test never bears the firm's own seal (P21).
    can_seal = firm.can_seal and new.mode is Mode.LIVE
    draft = SignatureRequest(
        firm_id=firm.id,
        id=request_id,
        title=new.title,
        message=new.message,
        sender=new.sender,
        firm_name=firm.name,
        mode=new.mode,
        can_seal=can_seal,
        seal_at_end=firm.seal_at_end and can_seal,
        created_at=now,
        updated_at=now,
        otp_minutes=firm.otp_minutes,
        reminder_days=remind,
        sending=firm.sending,
        evidence_years=firm.evidence_years,
        attach_originals=firm.attach_originals,
        notice_hour=firm.notice_hour,
        brand_name=firm.brand_name or None,
        brand_colour=firm.brand_colour or None,
        fingerprint=new.fingerprint(),
        external_id=new.external_id,
        metadata=new.metadata,
    )
    edit = Edit(draft, now)
    mode = str(new.mode) if draft.is_test else None
    edit.event(RequestCreated(mode=mode), edit.asked_by(by))
    return edit.decision()


def check_draft(request: SignatureRequest) -> None:
    """Refuse to change what was launched (P6).

    Raises:
        ConflictError: `not_a_draft`.

    """
    if request.state is not RequestState.DRAFT:
        raise ConflictError("not_a_draft", "Only a draft can be changed in this way.")


def add_document(
    request: SignatureRequest,
    document_id: str,
    name: str,
    now: datetime,
    by: Actor | None = None,
    *,
    remove_active_content: bool = False,
) -> Decision:
    """Make a place for a document; its bytes are uploaded next (P5).

    Args:
        request: as stored.
        document_id: its new id.
        name: its file's name.
        now: the instant.
        by: the software that adds it in the sender's name.
        remove_active_content: its sender allows that scripts and actions are taken out of it.

    Raises:
        ConflictError: not a draft.
        InvalidError: `too_many_documents` (P5: 50).

    """
    check_draft(request)
    if len(request.documents) >= MAX_DOCUMENTS:
        raise InvalidError("too_many_documents", "A request holds at most 50 documents.")
    edit = Edit(request, now)
    position = max((d.position for d in request.documents), default=0) + 1
    edit.set(documents=(*request.documents, Document(document_id, name, position)))
    edit.event(DocumentAdded(document=document_id), edit.asked_by(by))
    _allow_removal(edit, document_id, by, allowed=remove_active_content)
    return edit.decision()


def allow_removal(
    request: SignatureRequest,
    document_id: str,
    now: datetime,
    by: Actor | None = None,
    *,
    allowed: bool,
) -> Decision:
    """Write down whether scripts and actions may be taken out of a document's next upload (P4).

    Saying the same again changes nothing.

    Raises:
        ConflictError: not a draft; `already_uploaded`: the document is there already.
        NotFoundError: no such document.

    """
    check_draft(request)
    if find_document(request, document_id).state is DocumentState.READY:
        raise ConflictError("already_uploaded", "This document was uploaded and accepted already.")
    edit = Edit(request, now)
    _allow_removal(edit, document_id, by, allowed=allowed)
    return edit.decision()


def _allow_removal(edit: Edit, document_id: str, by: Actor | None, *, allowed: bool) -> None:
    if find_document(edit.request, document_id).remove_active_content is allowed:
        return
    edit.document(document_id, remove_active_content=allowed)
    said = RemovalAllowed if allowed else RemovalWithdrawn
    edit.event(said(document=document_id), edit.asked_by(by))


def remove_document(
    request: SignatureRequest, document_id: str, now: datetime, by: Actor | None = None
) -> Decision:
    """Take a document out of a draft; placements on it go too.

    Raises:
        ConflictError: not a draft; `too_many_placements` when more than one commit can hold.
        NotFoundError: no such document.

    """
    check_draft(request)
    find_document(request, document_id)
    placed = [
        r for r in request.recipients if any(p.document_id == document_id for p in r.placements)
    ]
    if len(placed) > MAX_PLACED:
        raise ConflictError(
            "too_many_placements", "Take the visible signatures off this document first."
        )
    edit = Edit(request, now)
    edit.set(documents=tuple(d for d in request.documents if d.id != document_id))
    for recipient in placed:
        kept = tuple(p for p in recipient.placements if p.document_id != document_id)
        edit.recipient(recipient.id, placements=kept)
    edit.event(DocumentRemoved(document=document_id), edit.asked_by(by))
    return edit.decision()


def record_inspection(
    request: SignatureRequest,
    document_id: str,
    report: Accepted | Refused,
    key: str | None,
    now: datetime,
    form: str = "",
) -> Decision:
    """Write down what the inspection of an upload found (P4). A second report changes nothing.

    A file out of which something was taken is accepted only if its sender has allowed that.

    Args:
        request: as stored.
        document_id: whose upload it was.
        report: accepted or refused, with the reason.
        key: where the normalised file lies, when accepted; None when removal was not allowed yet.
        now: the instant.
        form: with which it was uploaded.

    Raises:
        NotFoundError: the document was removed meanwhile.

    """
    document = find_document(request, document_id)
    if not awaits(request, document, form):
        return nothing(request)
    accepted = usable(report, document)
    if accepted is None or key is None:
        assert isinstance(report, Refused)  # noqa: S101 - an accepted file was adopted
        return _record_refusal(request, document, report, now)
    removed = tuple(str(reason) for reason in accepted.removed)
    edit = Edit(request, now)
    edit.document(
        document_id,
        state=DocumentState.READY,
        original_sha256=accepted.original_sha256,
        sha256=accepted.sha256,
        key=key,
        size=accepted.size,
        pages=accepted.pages,
        already_signed=accepted.already_signed,
        certified=accepted.certified,
        refusal=None,
        refusal_detail=None,
        removable=(),
        removed=removed,
    )
    what = DocumentAccepted(
        document=document_id,
        original_sha256=accepted.original_sha256,
        sha256=accepted.sha256,
        pages=len(accepted.pages),
        judged=str(accepted.judged),
        removed=removed,
    )
    edit.event(what, Actor("system", "inspect_upload"))
    return edit.decision()


def awaits(request: SignatureRequest, document: Document, form: str) -> bool:
    """Tell whether what came with a form still counts: not twice, too late, or since replaced.

    Forms' ids sort by time, so an older one is one of a file that was replaced.
    """
    if request.state is not RequestState.DRAFT or document.state is DocumentState.READY:
        return False
    return document.forms_from is None or form >= document.forms_from


def usable(report: Accepted | Refused, document: Document) -> Accepted | None:
    """Return what of a report can become this document, as far as its sender has allowed."""
    if isinstance(report, Accepted):
        return report
    return report.without if document.remove_active_content else None


def _record_refusal(
    request: SignatureRequest, document: Document, report: Refused, now: datetime
) -> Decision:
    reason = str(report.reason)
    removable = tuple(map(str, report.without.removed)) if report.without else ()
    known = (document.refusal, document.refusal_detail, document.removable)
    if known == (reason, report.detail, removable):
        return nothing(request)
    edit = Edit(request, now)
    edit.document(
        document.id,
        state=DocumentState.REFUSED,
        refusal=reason,
        refusal_detail=report.detail,
        removable=removable,
    )
    inspector = Actor("system", "inspect_upload")
    edit.event(DocumentRefused(document=document.id, reason=reason), inspector)
    return edit.decision()
