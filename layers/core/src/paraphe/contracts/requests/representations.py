"""How the HTTP API shows the parts of a request: sender, documents, recipients."""

from typing import Literal, Self

from paraphe.contracts.fields import Instant, Locale
from paraphe.contracts.shapes import Answered
from paraphe.domain.requests import reminders
from paraphe.domain.requests.changes import is_changeable
from paraphe.domain.requests.document import Document, DocumentState
from paraphe.domain.requests.inspection import Page
from paraphe.domain.requests.model import RequestState, Sender, SignatureRequest
from paraphe.domain.requests.recipient import (
    DeliveryState,
    Placement,
    Recipient,
    RecipientState,
    Role,
)


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
    """Why an upload was refused (P4): a stable reason, and what to do about it.

    `removable` lists the kinds of active content that can be removed from it, if its sender allows
    that (`remove_active_content`): then the same file is accepted without them. Empty: it has none,
    or cannot be accepted without it either.
    """

    reason: str
    detail: str
    removable: tuple[str, ...]


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
    a PDF that was signed before), `signed_sha256` of the signed original once it is complete;
    another one when its archive time-stamp was renewed.
    `sealed_at` is when the firm's seal was put into it, each document on its own.
    `remove_active_content`: its sender allows that scripts and actions are removed from it;
    `removed`: which kinds were.
    """

    id: str
    name: str
    position: int
    state: DocumentState
    pages: int | None
    size: int | None
    original_sha256: str | None
    sha256: str | None
    signed_sha256: str | None
    sealed_at: Instant | None
    already_signed: bool
    remove_active_content: bool
    removed: tuple[str, ...]
    refusal: Refusal | None

    @classmethod
    def of(cls, document: Document, request: SignatureRequest | None) -> Self:
        """Show a document of a request."""
        return cls.model_validate(document_fields(document, request))


class DocumentDetails(DocumentOut):
    """One PDF with the sizes of its pages."""

    page_sizes: tuple[PageSize, ...]

    @classmethod
    def of(cls, document: Document, request: SignatureRequest | None) -> Self:
        """Show a document with its pages."""
        sizes = [PageSize.of(page) for page in document.pages]
        return cls.model_validate({**document_fields(document, request), "page_sizes": sizes})


def document_fields(document: Document, request: SignatureRequest | None) -> dict[str, object]:
    """Return what every shape of a document shows; `request` None: it is a new one's."""
    completed = request is not None and request.state is RequestState.COMPLETED
    erased = request is not None and request.purged_at is not None
    ready = document.state is DocumentState.READY
    refusal = None
    if document.state is DocumentState.REFUSED and document.refusal:
        refusal = Refusal(
            reason=document.refusal,
            detail=document.refusal_detail or "",
            removable=document.removable,
        )
    return {
        "id": document.id,
        "name": document.name,
        "position": document.position,
        "state": DocumentState.ERASED if erased else document.state,
        "pages": len(document.pages) if ready else None,
        "size": document.current_size if ready else None,
        "original_sha256": document.original_sha256,
        "sha256": document.sha256,
        "signed_sha256": document.held_sha256 if completed else None,
        "sealed_at": document.sealed_at,
        "already_signed": document.already_signed,
        "remove_active_content": document.remove_active_content,
        "removed": document.removed,
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


class EmailFailure(Answered):
    """That e-mails do not reach an address (`bounced`) or are not wanted there (`complained`).

    `remedy` is what helps: `correct_email` (`PATCH` the recipient), or null when it is too late.
    """

    state: DeliveryState
    at: Instant
    remedy: Literal["correct_email"] | None


class SmsFailure(Answered):
    """That the carrier refuses a phone; `remedy` as of e-mails."""

    state: Literal["refused"]
    at: Instant
    remedy: Literal["correct_phone"] | None


class DeliveryOut(Answered):
    """What is known not to reach somebody at their present address and phone, by channel.

    Each is null while nothing has failed. Correcting what failed clears it and invites them anew.
    """

    email: EmailFailure | None
    sms: SmsFailure | None

    @classmethod
    def of(cls, recipient: Recipient, *, is_over: bool) -> Self:
        """Show what failed, and what can still be done about it."""
        late = is_over or not is_changeable(recipient)
        email, sms = None, None
        if recipient.delivery is not None:
            failed = recipient.delivery
            email = EmailFailure(
                state=failed.state, at=failed.at, remedy=None if late else "correct_email"
            )
        if recipient.sms_failed_at is not None:
            remedy: Literal["correct_phone"] | None = None if late else "correct_phone"
            sms = SmsFailure(state="refused", at=recipient.sms_failed_at, remedy=remedy)
        return cls(email=email, sms=sms)


class RecipientOut(Answered):
    """Somebody who signs, approves, reads or gets a copy, and where they stand.

    `approved_at` is an approver's; `read_at` is when a viewer said that they have read.

    `last_sent_at` is when an e-mail to them was last owed; `next_resend_at` from when on `resend`
    sends the link once more, null when it would not.
    """

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
    approved_at: Instant | None
    read_at: Instant | None
    decline_reason: str | None
    placements: tuple[PlacementOut, ...]
    replaced_by: str | None
    delivery: DeliveryOut
    last_sent_at: Instant | None
    next_resend_at: Instant | None

    @classmethod
    def of(cls, recipient: Recipient, request: SignatureRequest | None) -> Self:
        """Show a recipient; `request` None: of one who was just added or changed."""
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
            approved_at=recipient.accepted_at if recipient.role is Role.APPROVER else None,
            read_at=recipient.accepted_at if recipient.role is Role.VIEWER else None,
            decline_reason=recipient.decline_reason,
            placements=tuple(PlacementOut.of(p) for p in recipient.placements),
            replaced_by=recipient.replaced_by,
            delivery=DeliveryOut.of(recipient, is_over=request is not None and request.is_ended),
            last_sent_at=recipient.written_at,
            next_resend_at=reminders.resend_possible_at(request, recipient) if request else None,
        )
