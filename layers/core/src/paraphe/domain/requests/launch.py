"""Launching a draft: freeze it and start its clock (P6, P14)."""

import hashlib
from datetime import datetime

from paraphe.domain.errors import ConflictError, InvalidError
from paraphe.domain.evidence.audit import Actor
from paraphe.domain.evidence.events.drafts import RequestLaunched
from paraphe.domain.requests import deadlines, draft_recipients, signing_order
from paraphe.domain.requests.decision import Decision, Edit
from paraphe.domain.requests.document import Document, DocumentState
from paraphe.domain.requests.model import RequestState, SignatureRequest
from paraphe.domain.requests.recipient import Recipient, Role


def documents_digest(documents: tuple[Document, ...]) -> str:
    """Return SHA-256 over every document's id and frozen hash: what a code is bound to (P9)."""
    lines = sorted(f"{d.id}:{d.sha256}\n" for d in documents)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def launch(request: SignatureRequest, now: datetime, by: Actor | None = None) -> Decision:
    """Freeze the documents and start the clock (P6, P14).

    Raises:
        ConflictError: `already_launched`, `too_old`.
        InvalidError: `no_documents`, `no_signers`, `documents_not_ready`, or a placement that the
            pages, known by now, cannot hold.

    """
    if request.state is not RequestState.DRAFT:
        raise ConflictError("already_launched", "This request was launched already.")
    check_documents(request)
    if not any(r.role is Role.SIGNER for r in request.recipients):
        raise InvalidError("no_signers", "Add at least one signer before launching.")
    edit = Edit(request, now)
    _add_closing_seal(edit)
    freeze(edit, edit.asked_by(by))
    return edit.decision()


def check_documents(request: SignatureRequest) -> None:
    """Refuse to freeze what is not there (P4, P5).

    Raises:
        InvalidError: `no_documents`, `documents_not_ready`.

    """
    if not request.documents:
        raise InvalidError("no_documents", "Add at least one PDF first.")
    if request.is_test and any(d.already_signed for d in request.documents):
        raise InvalidError(
            "test_already_signed",
            "A signed PDF cannot be marked as a test without breaking its signatures: use another.",
        )
    if any(d.state is not DocumentState.READY for d in request.documents):
        raise InvalidError(
            "documents_not_ready",
            "Every document has to be uploaded and accepted first; remove those that were refused.",
        )


def freeze(edit: Edit, actor: Actor, member: str | None = None) -> None:
    """Freeze the documents, check the recipients once more, start the clock (P6, P14).

    `member` is in whose name software has a batch sealed.

    Raises:
        ConflictError: `too_old`, a year after the draft was made.
        InvalidError: as `draft_recipients.check_recipient`, now that the pages are known.

    """
    request = edit.request
    if deadlines.is_too_old(request.created_at, edit.now):
        raise ConflictError("too_old", "It was made over a year ago: create it anew.")
    for recipient in request.recipients:
        draft_recipients.check_recipient(request, recipient)
    digest = documents_digest(request.documents)
    edit.become(RequestState.ACTIVE)
    edit.set(
        launched_at=edit.now,
        deadline_from=edit.now,
        deadline=deadlines.deadline(edit.now),
        documents_digest=digest,
        generation=1,
        generation_version=request.version,
    )
    launched = RequestLaunched(
        documents_digest=digest,
        documents=tuple(f"{d.id}:{d.sha256}" for d in request.documents),
        recipients=tuple(f"{r.order}:{r.role}:{r.id}" for r in request.recipients),
        member=member,
    )
    edit.event(launched, actor)


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
    """Put the firm's seal after everybody, if that is its setting and no seal is last yet (P21)."""
    request = edit.request
    if not request.seal_at_end or signing_order.closing_seal(request) is not None:
        return
    order = max(r.order for r in signing_order.steps(request)) + 1
    add_seal(edit, order)


def add_seal(edit: Edit, order: int) -> Recipient:
    """Make the firm's seal a recipient of its own."""
    request = edit.request
    # Derived, so that a launch that is decided again names the same recipient.
    digest = hashlib.sha256(f"seal\n{request.id}".encode()).hexdigest()
    seal = seal_recipient(request, f"rcp_{digest[:26]}", order)
    edit.set(recipients=(*request.recipients, seal))
    return seal
