"""Adding, changing and removing recipients of a draft (P5, P8, P9)."""

from datetime import datetime

from paraphe.domain.errors import InvalidError
from paraphe.domain.evidence.audit import Actor
from paraphe.domain.evidence.events.drafts import RecipientAdded, RecipientChanged, RecipientRemoved
from paraphe.domain.requests import drafts
from paraphe.domain.requests.decision import Decision, Edit, find_recipient
from paraphe.domain.requests.document import Document, DocumentState
from paraphe.domain.requests.model import SignatureRequest
from paraphe.domain.requests.recipient import (
    DECIDING,
    IN_DOCUMENTS,
    Placement,
    Recipient,
    Role,
)

_PHONE_FOR = {
    Role.SIGNER: "A signer needs a mobile phone: the code is sent to it.",
    # P10: a scanner of mails can post a form, and does not know the number.
    Role.APPROVER: "An approver needs a mobile phone: they confirm with its last four digits.",
}


def add_recipient(
    request: SignatureRequest, recipient: Recipient, now: datetime, by: Actor | None = None
) -> Decision:
    """Add somebody who signs, approves, reads or gets a copy.

    Raises:
        ConflictError: not a draft.
        InvalidError: as `check_recipient`.

    """
    drafts.check_draft(request)
    check_recipient(request, recipient)
    edit = Edit(request, now)
    edit.set(recipients=(*request.recipients, recipient))
    edit.event(RecipientAdded(recipient=recipient.id), edit.asked_by(by))
    return edit.decision()


def change_recipient(
    request: SignatureRequest, recipient: Recipient, now: datetime, by: Actor | None = None
) -> Decision:
    """Replace a draft's recipient by another version of it (same id).

    Raises:
        ConflictError: not a draft.
        NotFoundError: no such recipient.
        InvalidError: as `add_recipient`.

    """
    drafts.check_draft(request)
    find_recipient(request, recipient.id)
    check_recipient(request, recipient)
    edit = Edit(request, now)
    edit.set(recipients=tuple(recipient if r.id == recipient.id else r for r in request.recipients))
    edit.event(RecipientChanged(recipient=recipient.id), edit.asked_by(by))
    return edit.decision()


def remove_recipient(
    request: SignatureRequest, recipient_id: str, now: datetime, by: Actor | None = None
) -> Decision:
    """Take a recipient out of a draft.

    Raises:
        ConflictError: not a draft.
        NotFoundError: no such recipient.

    """
    drafts.check_draft(request)
    find_recipient(request, recipient_id)
    edit = Edit(request, now)
    edit.set(recipients=tuple(r for r in request.recipients if r.id != recipient_id))
    edit.event(RecipientRemoved(recipient=recipient_id), edit.asked_by(by))
    return edit.decision()


def check_recipient(request: SignatureRequest, recipient: Recipient) -> None:
    """Refuse a recipient that cannot work: a signer without phone, a box off the page (P8 - P10).

    Raises:
        InvalidError: `phone_required`, `no_seal`, `order_out_of_range`, `placement_duplicate`,
            `placement_without_signature`, `placement_unknown_document`, `placement_off_page`,
            `placement_on_certified`.

    """
    if recipient.role is Role.SEAL and not request.can_seal:
        raise InvalidError("no_seal", "This firm has no seal.", field="role")
    if recipient.role in DECIDING and not recipient.phone:
        raise InvalidError("phone_required", _PHONE_FOR[recipient.role], field="phone")
    if recipient.order < 1:
        raise InvalidError("order_out_of_range", "`order` starts at 1.", field="order")
    if recipient.placements and recipient.role not in IN_DOCUMENTS:
        raise InvalidError(
            "placement_without_signature",
            "Only a signer and the firm's seal leave a visible mark: leave `placements` out.",
            field="placements",
        )
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
    check_box(document, placement)


def check_box(document: Document, placement: Placement, field: str = "placements") -> None:
    """Refuse a box that a document cannot hold, once its pages are known (P8).

    Raises:
        InvalidError: `placement_off_page`, `placement_on_certified`.

    """
    if document.state is not DocumentState.READY:
        return  # checked again at launch, when the pages are known
    if document.certified:
        raise InvalidError(
            "placement_on_certified",
            "A certified document takes further signatures, but no visible one.",
            field=field,
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
            field=field,
        )
