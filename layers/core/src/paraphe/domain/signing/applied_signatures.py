"""Applying accepted signatures, and seals, to documents (P5, P11, P21)."""

from datetime import datetime

from paraphe.domain.errors import ConflictError
from paraphe.domain.evidence.audit import SYSTEM
from paraphe.domain.evidence.events.signing import (
    DocumentSealed,
    DocumentSigned,
    RecipientSealed,
    RecipientSigned,
)
from paraphe.domain.requests import signing_order
from paraphe.domain.requests.decision import (
    Decision,
    Edit,
    find_command,
    find_document,
    find_recipient,
    nothing,
)
from paraphe.domain.requests.document import Revision
from paraphe.domain.requests.model import RequestState, SignatureRequest
from paraphe.domain.requests.recipient import IN_ORDER, Recipient, RecipientState, Role

OPEN = frozenset({RequestState.ACTIVE, RequestState.COMPLETING})


def signer_of(request: SignatureRequest, command_id: str) -> Recipient | None:
    """Return whose signature this command applies; None when applied, or the request is over.

    A seal has no command: its recipient's id stands for one, while it is its turn (P21).
    """
    if request.state not in OPEN:
        return None
    command = find_command(request, command_id)
    if command is not None:
        return find_recipient(request, command.recipient_id)
    seal = signing_order.due_seal(request)
    return seal if seal is not None and seal.id == command_id else None


def check_order(request: SignatureRequest, recipient: Recipient) -> None:
    """Refuse to make a signature before those that come first are in the documents (P5).

    Raises:
        ConflictError: `out_of_order`.

    """
    for other in request.recipients:
        earlier = other.role in IN_ORDER and other.order < recipient.order
        if earlier and other.state not in signing_order.DONE:
            raise ConflictError("out_of_order", "Somebody who comes earlier has not acted yet.")


def add_revision(
    request: SignatureRequest, document_id: str, revision: Revision, now: datetime
) -> Decision:
    """Point a document to its newly stored revision. A second run changes nothing.

    Raises:
        ConflictError: `out_of_order`.

    """
    recipient = signer_of(request, revision.command_id)
    document = find_document(request, document_id)
    if recipient is None or document.signed_by(recipient.id):
        return nothing(request)
    check_order(request, recipient)
    edit = Edit(request, now)
    if recipient.role is Role.SEAL and recipient.state is RecipientState.WAITING:
        edit.recipient(recipient.id, state=RecipientState.SIGNING, accepted_at=now)
    edit.sign(document_id, revision, is_seal=recipient.role is Role.SEAL)
    applied = DocumentSealed if recipient.role is Role.SEAL else DocumentSigned
    what = applied(
        document=document_id,
        recipient=recipient.id,
        field=revision.field,
        sha256=revision.sha256,
        previous_sha256=document.current_sha256 or "",
    )
    edit.event(what, SYSTEM)
    return edit.decision()


def finish(request: SignatureRequest, command_id: str, now: datetime) -> Decision:
    """Apply a sign command, or end a seal's turn, once every document holds the signature.

    On a request that has ended or failed meanwhile nothing changes: an end drops every command, a
    failed request keeps them for when it is resumed.

    Raises:
        ConflictError: `documents_unsigned` when a document is missing its signature.

    """
    recipient = signer_of(request, command_id)
    if recipient is None:
        return nothing(request)
    if not all(d.signed_by(recipient.id) for d in request.documents):
        raise ConflictError("documents_unsigned", "Not every document holds the signature yet.")
    edit = Edit(request, now)
    edit.drop_commands(lambda c: c.id == command_id)
    edit.recipient(recipient.id, state=RecipientState.SIGNED, signed_at=now)
    done = RecipientSealed if recipient.role is Role.SEAL else RecipientSigned
    edit.event(done(recipient=recipient.id), SYSTEM)
    return edit.decision()
