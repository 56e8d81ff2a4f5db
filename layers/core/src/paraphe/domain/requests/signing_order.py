"""Whose turn it is, and who is due a message (P5, P14).

Equals sign in parallel. Whose accepted signature is applied first, `actor` says: the earliest.
"""

from collections.abc import Collection
from datetime import datetime

from paraphe.domain.errors import ConflictError
from paraphe.domain.evidence.audit import SYSTEM
from paraphe.domain.evidence.events.running import (
    RecipientInvited,
    RecipientNotWrittenTo,
    RecipientWrittenAgain,
)
from paraphe.domain.requests.decision import Decision, Edit
from paraphe.domain.requests.document import Document
from paraphe.domain.requests.model import NoticeKind, RequestState, SignatureRequest
from paraphe.domain.requests.recipient import (
    DECIDING,
    IN_DOCUMENTS,
    IN_ORDER,
    Recipient,
    RecipientState,
    Role,
)

DONE = frozenset({RecipientState.SIGNED, RecipientState.APPROVED, RecipientState.REPLACED})
# Whose act counts, though it may not be in the documents yet.
ACCEPTED = frozenset({RecipientState.SIGNING, RecipientState.SIGNED, RecipientState.APPROVED})
BATCH = 20


def signers(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Return the people who have to sign, replaced ones left out."""
    return _those(request, {Role.SIGNER})


def deciders(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Return the people who have to sign or to approve, replaced ones left out."""
    return _those(request, DECIDING)


def parties(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Return everybody whose signature or seal goes into the documents, replaced ones left out."""
    return _those(request, IN_DOCUMENTS)


def steps(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Return all whom the order is made of, people and seals, replaced ones left out (P5)."""
    return _those(request, IN_ORDER)


def viewers(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Return those who are only shown the documents, replaced ones left out."""
    return _those(request, {Role.VIEWER})


def _those(request: SignatureRequest, roles: Collection[Role]) -> tuple[Recipient, ...]:
    return tuple(
        r for r in request.recipients if r.role in roles and r.state is not RecipientState.REPLACED
    )


def closing_seal(request: SignatureRequest) -> Recipient | None:
    """Return the seal that comes after everybody else and so closes the documents, if any."""
    last = max(parties(request), key=lambda r: r.order, default=None)
    if last is None or last.role is not Role.SEAL:
        return None
    alone = all(r.order < last.order for r in parties(request) if r.id != last.id)
    return last if alone else None


def due_seal(request: SignatureRequest) -> Recipient | None:
    """Return the seal whose turn it is; one that was begun comes first (P21)."""
    if request.state not in {RequestState.ACTIVE, RequestState.COMPLETING}:
        return None
    order = current_order(request)
    due = (
        r
        for r in parties(request)
        if r.role is Role.SEAL and r.order == order and r.state not in DONE
        if not awaits_code(r)
    )
    return min(due, key=lambda r: (r.state is RecipientState.WAITING, r.id), default=None)


def awaits_code(recipient: Recipient) -> bool:
    """Tell whether this is the seal of a batch that its member has not confirmed yet (P22)."""
    return recipient.authorised_by is not None and recipient.state is RecipientState.WAITING


def completes(request: SignatureRequest, document: Document, recipient: Recipient) -> bool:
    """Tell whether this signature or seal is the last one that a document waits for.

    Everybody else's is in it: what comes next covers all of them, so it ends with a document
    time-stamp (PAdES-B-LTA) and the file needs nothing more to stand for years.
    """
    return all(document.signed_by(r.id) for r in parties(request) if r.id != recipient.id)


def copies(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Return those who get a copy at the end, replaced ones left out."""
    return _those(request, {Role.CC})


def current_order(request: SignatureRequest) -> int | None:
    """Return the order of the group whose turn it is, or None when all is done (P5)."""
    orders = [r.order for r in steps(request) if r.state not in DONE]
    return min(orders, default=None)


def group(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Return the people whose turn it is: who has signed or approved is not among them (P5)."""
    order = current_order(request)
    return tuple(r for r in deciders(request) if r.order == order and r.state not in DONE)


def audience(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Return the viewers whose turn has come: nobody before them is waited for any more."""
    order = current_order(request)
    return tuple(r for r in viewers(request) if order is None or r.order <= order)


def is_turn(request: SignatureRequest, recipient: Recipient) -> bool:
    """Tell whether this signer may sign now, or this approver approve (P5)."""
    return (
        recipient.role in DECIDING
        and recipient.state not in DONE
        and recipient.order == current_order(request)
    )


def check_turn(request: SignatureRequest, recipient: Recipient) -> None:
    """Refuse who is not in turn; called where the signature is accepted and where it is made (P5).

    Raises:
        ConflictError: `not_your_turn`.

    """
    if not is_turn(request, recipient):
        raise ConflictError("not_your_turn", "Others have to act before this recipient.")


def due_messages(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Return those in turn whom nobody has yet told the current deadline (P14).

    A viewer is written to once, whatever becomes of the deadline: nobody waits for them.
    """
    if request.state is not RequestState.ACTIVE:
        return ()
    asked = (
        r
        for r in group(request)
        if r.state is not RecipientState.SIGNING and r.invited_for != request.deadline
    )
    return (*asked, *(r for r in audience(request) if r.invited_for is None))


def is_reachable(recipient: Recipient) -> bool:
    """Tell whether e-mails may go to this address: none has bounced or was complained about.

    Another address makes it so again. Whoever has the link signs nevertheless (P13).
    """
    return recipient.delivery is None


def notify(request: SignatureRequest, link_hashes: dict[str, str], now: datetime) -> Decision:
    """Invite, or after a relaunch write again to, those in turn who are due a message.

    To an address that is known not to work nothing is sent; the trail says so.

    Args:
        request: as stored.
        link_hashes: SHA-256 of the link's token, by recipient id, of those to write to now
            (at most 20 at a time; the actor calls until nobody is left).
        now: the instant.

    """
    edit = Edit(request, now)
    for recipient in due_messages(request):
        if recipient.id not in link_hashes:
            continue
        first = recipient.state is RecipientState.WAITING or recipient.invited_for is None
        edit.recipient(
            recipient.id,
            state=RecipientState.NOTIFIED
            if recipient.state is RecipientState.WAITING
            else recipient.state,
            link_hash=link_hashes[recipient.id],
            invited_for=request.deadline,
            notified_at=recipient.notified_at or now,
            written_at=now if is_reachable(recipient) else recipient.written_at,
        )
        whom, link = recipient.id, recipient.link_generation
        if not is_reachable(recipient):
            edit.event(RecipientNotWrittenTo(recipient=whom, link_generation=link), SYSTEM)
            continue
        written = RecipientInvited if first else RecipientWrittenAgain
        edit.event(written(recipient=whom, link_generation=link), SYSTEM)
        kind = NoticeKind.INVITATION if first else NoticeKind.RELAUNCHED
        edit.notice(kind, recipient.id)
    return edit.decision()
