"""Making a draft and launching it (P4, P5, P7, P8)."""

import hashlib
from datetime import datetime, timedelta

from paraphe.domain import deadline, turns
from paraphe.domain.audit import Actor
from paraphe.domain.edit import Decision, Edit, find_document, find_recipient, nothing
from paraphe.domain.errors import ConflictError, InvalidError
from paraphe.domain.inspection import Accepted, Refused
from paraphe.domain.model import (
    Document,
    DocumentState,
    Firm,
    Placement,
    Recipient,
    RequestState,
    Role,
    Sender,
    SignatureRequest,
)

MAX_DOCUMENTS = 50
MAX_TITLE = 200
MAX_PLACED = 80
DRAFT_LIFETIME = timedelta(days=31)


def create(
    firm: Firm,
    request_id: str,
    *,
    title: str,
    message: str,
    sender: Sender,
    fingerprint: str | None,
    now: datetime,
) -> Decision:
    """Make an empty draft.

    Args:
        firm: whose request it is; its settings are frozen into the request.
        request_id: its new id.
        title: what its readers see.
        message: the sender's words to the recipients, may be empty.
        sender: who prepares it and is told what becomes of it.
        fingerprint: hash of the caller's payload, to recognise a repeated creation.
        now: the instant.

    """
    draft = SignatureRequest(
        firm_id=firm.id,
        id=request_id,
        title=title,
        message=message,
        sender=sender,
        firm_name=firm.name,
        can_seal=firm.can_seal,
        seal_at_end=firm.seal_at_end and firm.can_seal,
        created_at=now,
        updated_at=now,
        otp_minutes=firm.otp_minutes,
        reminder_days=firm.reminder_days,
        fingerprint=fingerprint,
    )
    edit = Edit(draft, now)
    edit.event("request_created", Actor("sender", sender.id))
    return edit.decision()


def check_draft(request: SignatureRequest) -> None:
    """Refuse to change what was launched (P6).

    Raises:
        ConflictError: `not_a_draft`.

    """
    if request.state is not RequestState.DRAFT:
        raise ConflictError("not_a_draft", "Only a draft can be changed in this way.")


def add_document(request: SignatureRequest, document_id: str, name: str, now: datetime) -> Decision:
    """Make a place for a document; its bytes are uploaded next (P5).

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
    edit.event("document_added", Actor("sender", request.sender.id), document=document_id)
    return edit.decision()


def remove_document(request: SignatureRequest, document_id: str, now: datetime) -> Decision:
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
    edit.event("document_removed", Actor("sender", request.sender.id), document=document_id)
    return edit.decision()


def record_inspection(
    request: SignatureRequest,
    document_id: str,
    report: Accepted | Refused,
    key: str | None,
    now: datetime,
) -> Decision:
    """Write down what the inspection of an upload found (P4). A second report changes nothing.

    Args:
        request: as stored.
        document_id: whose upload it was.
        report: accepted or refused, with the reason.
        key: where the normalised file lies, when accepted.
        now: the instant.

    Raises:
        NotFoundError: the document was removed meanwhile.

    """
    document = find_document(request, document_id)
    if request.state is not RequestState.DRAFT or document.state is DocumentState.READY:
        return nothing(request)
    if isinstance(report, Refused):
        return _record_refusal(request, document, report, now)
    edit = Edit(request, now)
    edit.document(
        document_id,
        state=DocumentState.READY,
        original_sha256=report.original_sha256,
        sha256=report.sha256,
        key=key,
        size=report.size,
        pages=report.pages,
        already_signed=report.already_signed,
        certified=report.certified,
        refusal=None,
        refusal_detail=None,
    )
    edit.event(
        "document_accepted",
        Actor("system", "inspect_upload"),
        document=document_id,
        original_sha256=report.original_sha256,
        sha256=report.sha256,
        pages=len(report.pages),
    )
    return edit.decision()


def _record_refusal(
    request: SignatureRequest, document: Document, report: Refused, now: datetime
) -> Decision:
    reason = str(report.reason)
    if (document.refusal, document.refusal_detail) == (reason, report.detail):
        return nothing(request)
    edit = Edit(request, now)
    edit.document(
        document.id,
        state=DocumentState.REFUSED,
        refusal=reason,
        refusal_detail=report.detail,
    )
    inspector = Actor("system", "inspect_upload")
    edit.event("document_refused", inspector, document=document.id, reason=reason)
    return edit.decision()


def add_recipient(request: SignatureRequest, recipient: Recipient, now: datetime) -> Decision:
    """Add somebody who signs or gets a copy.

    Raises:
        ConflictError: not a draft.
        InvalidError: `phone_required` for a signer without a phone (P9), `placement_*` (P8).

    """
    check_draft(request)
    check_recipient(request, recipient)
    edit = Edit(request, now)
    edit.set(recipients=(*request.recipients, recipient))
    edit.event("recipient_added", Actor("sender", request.sender.id), recipient=recipient.id)
    return edit.decision()


def change_recipient(request: SignatureRequest, recipient: Recipient, now: datetime) -> Decision:
    """Replace a draft's recipient by another version of it (same id).

    Raises:
        ConflictError: not a draft.
        NotFoundError: no such recipient.
        InvalidError: as `add_recipient`.

    """
    check_draft(request)
    find_recipient(request, recipient.id)
    check_recipient(request, recipient)
    edit = Edit(request, now)
    edit.set(recipients=tuple(recipient if r.id == recipient.id else r for r in request.recipients))
    edit.event("recipient_changed", Actor("sender", request.sender.id), recipient=recipient.id)
    return edit.decision()


def remove_recipient(request: SignatureRequest, recipient_id: str, now: datetime) -> Decision:
    """Take a recipient out of a draft.

    Raises:
        ConflictError: not a draft.
        NotFoundError: no such recipient.

    """
    check_draft(request)
    find_recipient(request, recipient_id)
    edit = Edit(request, now)
    edit.set(recipients=tuple(r for r in request.recipients if r.id != recipient_id))
    edit.event("recipient_removed", Actor("sender", request.sender.id), recipient=recipient_id)
    return edit.decision()


def check_recipient(request: SignatureRequest, recipient: Recipient) -> None:
    """Refuse a recipient that cannot work: a signer without phone, a box off the page (P8, P9).

    Raises:
        InvalidError: `phone_required`, `no_seal`, `order_out_of_range`, `placement_duplicate`,
            `placement_unknown_document`, `placement_off_page`.

    """
    if recipient.role is Role.SEAL and not request.can_seal:
        raise InvalidError("no_seal", "This firm has no seal.", field="role")
    if recipient.role is Role.SIGNER and not recipient.phone:
        raise InvalidError(
            "phone_required",
            "A signer needs a mobile phone: the code is sent to it.",
            field="phone",
        )
    if recipient.order < 1:
        raise InvalidError("order_out_of_range", "`order` starts at 1.", field="order")
    placed = [p.document_id for p in recipient.placements]
    if len(placed) != len(set(placed)):
        raise InvalidError(
            "placement_duplicate",
            "One visible signature per recipient and document.",
            field="placements",
        )
    for placement in recipient.placements:
        _check_placement(request, placement)


def _check_placement(request: SignatureRequest, placement: Placement) -> None:
    document = next((d for d in request.documents if d.id == placement.document_id), None)
    if document is None:
        raise InvalidError(
            "placement_unknown_document",
            "A placement names a document that is not in this request.",
            field="placements",
        )
    if document.state is not DocumentState.READY:
        return  # checked again at launch, when the pages are known
    if document.certified:
        raise InvalidError(
            "placement_on_certified",
            "A certified document takes further signatures, but no visible one.",
            field="placements",
        )
    page = next((p for p in document.pages if p.number == placement.page), None)
    inside = (
        page is not None
        and placement.x >= 0
        and placement.y >= 0
        and placement.width > 0
        and placement.height > 0
        and placement.x + placement.width <= page.width + 0.5
        and placement.y + placement.height <= page.height + 0.5
    )
    if not inside:
        raise InvalidError(
            "placement_off_page",
            "A placement is not wholly on a page of its document.",
            field="placements",
        )


def documents_digest(documents: tuple[Document, ...]) -> str:
    """Give SHA-256 over every document's id and frozen hash: what a code is bound to (P9)."""
    lines = sorted(f"{d.id}:{d.sha256}\n" for d in documents)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def launch(request: SignatureRequest, now: datetime) -> Decision:
    """Freeze the documents and start the clock (P6, P14).

    Raises:
        ConflictError: `already_launched`.
        InvalidError: `no_documents`, `no_signers`, `documents_not_ready`, or a placement that the
            pages, known by now, cannot hold.

    """
    if request.state is not RequestState.DRAFT:
        raise ConflictError("already_launched", "This request was launched already.")
    if not request.documents:
        raise InvalidError("no_documents", "Add at least one PDF before launching.")
    if not any(r.role is Role.SIGNER for r in request.recipients):
        raise InvalidError("no_signers", "Add at least one signer before launching.")
    if any(d.state is not DocumentState.READY for d in request.documents):
        raise InvalidError(
            "documents_not_ready",
            "Every document has to be uploaded and accepted before launching; "
            "remove those that were refused.",
        )
    for recipient in request.recipients:
        check_recipient(request, recipient)
    digest = documents_digest(request.documents)
    edit = Edit(request, now)
    _add_closing_seal(edit)
    edit.become(RequestState.ACTIVE)
    edit.set(
        launched_at=now,
        deadline_from=now,
        deadline=deadline.deadline(now),
        documents_digest=digest,
        generation=1,
    )
    edit.event(
        "request_launched",
        Actor("sender", request.sender.id),
        documents_digest=digest,
        documents=[f"{d.id}:{d.sha256}" for d in request.documents],
        recipients=[f"{r.order}:{r.role}:{r.id}" for r in edit.request.recipients],
    )
    return edit.decision()


def seal_recipient(request: SignatureRequest, recipient_id: str, order: int) -> Recipient:
    """Make the firm's seal a recipient: it has the firm's name and nobody to write to (P21)."""
    return Recipient(
        id=recipient_id,
        slot=recipient_id,
        role=Role.SEAL,
        order=order,
        name=request.firm_name,
        email="",
        locale=request.sender.locale,
    )


def _add_closing_seal(edit: Edit) -> None:
    """Put the firm's seal last, if that is its setting and the sender has not done so (P21)."""
    request = edit.request
    if not request.seal_at_end or turns.closing_seal(request) is not None:
        return
    # Derived, so that a launch that is decided again names the same recipient.
    digest = hashlib.sha256(f"seal\n{request.id}".encode()).hexdigest()
    order = max(r.order for r in turns.parties(request)) + 1
    seal = seal_recipient(request, f"rcp_{digest[:26]}", order)
    edit.set(recipients=(*request.recipients, seal))
