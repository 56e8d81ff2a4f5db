"""How a request ends, however it ends (P12, P14, P16, P17)."""

from datetime import datetime

from paraphe.domain import deadline, otp, turns
from paraphe.domain.audit import SYSTEM, Actor
from paraphe.domain.edit import Decision, Edit, find_recipient, nothing
from paraphe.domain.errors import ConflictError, GoneError
from paraphe.domain.model import (
    CommandKind,
    NoticeKind,
    Recipient,
    RecipientState,
    RequestState,
    SignatureRequest,
)
from paraphe.domain.preparing import DRAFT_LIFETIME

_NOTICE = {
    RequestState.COMPLETED: NoticeKind.COMPLETED,
    RequestState.DECLINED: NoticeKind.DECLINED,
    RequestState.EXPIRED: NoticeKind.EXPIRED,
    RequestState.CANCELED: NoticeKind.CANCELED,
}
_UNSIGNED = frozenset(
    {
        RecipientState.WAITING,
        RecipientState.NOTIFIED,
        RecipientState.VIEWED,
        RecipientState.CONSENTED,
    }
)
TOLD_BATCH = 20


def decline(request: SignatureRequest, recipient_id: str, reason: str, now: datetime) -> Decision:
    """End the request because a signer in turn declines (P12).

    Raises:
        GoneError, ConflictError: as `otp.check_may_sign`.

    """
    otp.check_may_sign(request, recipient_id, now)
    edit = Edit(request, now)
    edit.recipient(recipient_id, state=RecipientState.DECLINED, decline_reason=reason)
    edit.event("recipient_declined", Actor("recipient", recipient_id), reason=reason)
    _end(edit, RequestState.DECLINED)
    return edit.decision()


def cancel(request: SignatureRequest, now: datetime) -> Decision:
    """End the request because its sender takes it back; once completing it cannot be (P11).

    Raises:
        GoneError: it ended already, or its deadline has passed.
        ConflictError: `request_completing`.

    """
    if request.state is RequestState.ACTIVE:
        otp.check_open(request, now)
    elif request.is_ended:
        raise GoneError(f"request_{request.state}", f"This request is {request.state}.")
    elif request.state is RequestState.COMPLETING or (
        request.failed_from is RequestState.COMPLETING
    ):
        raise ConflictError("request_completing", "Everybody has signed: it cannot be canceled.")
    edit = Edit(request, now)
    edit.event("request_canceled", Actor("sender", request.sender.id))
    _end(edit, RequestState.CANCELED)
    return edit.decision()


def abandon(request: SignatureRequest, now: datetime) -> Decision:
    """Cancel a draft that nobody has touched for 31 days, so that its files are erased too.

    A draft that was touched or launched since the sweep found it is left alone.
    """
    touched = now < request.updated_at + DRAFT_LIFETIME
    if request.state is not RequestState.DRAFT or touched:
        return nothing(request)
    edit = Edit(request, now)
    edit.event("draft_abandoned", SYSTEM)
    _end(edit, RequestState.CANCELED)
    return edit.decision()


def expire(request: SignatureRequest, now: datetime) -> Decision:
    """End the request if its deadline has come; accepted signatures are applied first (P14).

    Its recipients become `expired` in the batches of `tell_end`: there may be any number of them.
    """
    over = request.deadline is not None and deadline.is_over(request.deadline, now)
    if request.state is not RequestState.ACTIVE or not over:
        return nothing(request)
    if any(c.kind is CommandKind.SIGN for c in request.commands):
        return nothing(request)
    if any(r.state is RecipientState.SIGNING for r in turns.parties(request)):
        return nothing(request)  # a seal that was begun is finished first, as a signature is
    edit = Edit(request, now)
    edit.event("request_expired", SYSTEM)
    _end(edit, RequestState.EXPIRED)
    return edit.decision()


def complete(request: SignatureRequest, now: datetime) -> Decision:
    """End the request because every signature is in every document (P17)."""
    if request.state is not RequestState.COMPLETING:
        return nothing(request)
    check_signed(request)
    edit = Edit(request, now)
    edit.event(
        "request_completed",
        SYSTEM,
        documents=[f"{d.id}:{d.current_sha256}" for d in request.documents],
    )
    _end(edit, RequestState.COMPLETED)
    return edit.decision()


def check_signed(request: SignatureRequest) -> None:
    """Refuse to end what is not signed, and sealed, by everybody.

    Raises:
        ConflictError: `signatures_missing`.

    """
    if not all(r.state is RecipientState.SIGNED for r in turns.parties(request)):
        raise ConflictError("signatures_missing", "Not every accepted signature is applied yet.")


def _end(edit: Edit, state: RequestState) -> None:
    edit.become(state)
    edit.drop_commands(lambda _: True)
    edit.set(ended_at=edit.now, retention_until=deadline.retention_end(edit.now), failed_from=None)


def to_tell(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Give who still has to be told the end: those who took part, and copies (P17)."""
    if not request.is_ended:
        return ()
    copies = turns.copies(request) if request.state is RequestState.COMPLETED else ()
    asked = tuple(
        r
        for r in turns.signers(request)
        if r.notified_at is not None and r.state is not RecipientState.DECLINED
    )
    return tuple(r for r in (*asked, *copies) if not r.told_end)


def to_settle(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Give whom the next `tell_end` concerns: at most 20 who are to be told or to be `expired`."""
    told = to_tell(request)
    ids = {r.id for r in told}
    late = (r for r in turns.parties(request) if _has_expired(request, r) and r.id not in ids)
    return (*told, *late)[:TOLD_BATCH]


def owes_messages(request: SignatureRequest) -> bool:
    """Tell whether `tell_end` has work left: somebody to tell, or to mark `expired`."""
    unaware = request.launched_at is not None and not request.sender_told_end
    return request.is_ended and (unaware or bool(to_settle(request)))


def owes_evidence(request: SignatureRequest) -> bool:
    """Tell whether an ended request still lacks its evidence file; a draft needs none (P19)."""
    return (
        request.is_ended
        and request.launched_at is not None
        and request.evidence_sha256 is None
        and not request.closed
        and request.purged_at is None
    )


def store_evidence(request: SignatureRequest, key: str, sha256: str, now: datetime) -> Decision:
    """Point to the evidence file; the first one that was stored stays.

    Args:
        request: as stored, ended.
        key: of the JSON file in the evidence bucket.
        sha256: its digest, hex.
        now: the instant.

    """
    if not owes_evidence(request):
        return nothing(request)
    edit = Edit(request, now)
    edit.set(evidence_key=key, evidence_sha256=sha256)
    edit.event("evidence_stored", SYSTEM, sha256=sha256)
    return edit.decision()


def _has_expired(request: SignatureRequest, recipient: Recipient) -> bool:
    return request.state is RequestState.EXPIRED and recipient.state in _UNSIGNED


def tell_end(request: SignatureRequest, link_hashes: dict[str, str], now: datetime) -> Decision:
    """Owe the end's message to the sender and to up to 20 more recipients.

    Args:
        request: as stored, ended.
        link_hashes: by recipient id, for those of the batch without a link so far (copies); who
            has neither waits for the next batch.
        now: the instant.

    """
    if not owes_messages(request):
        return nothing(request)
    edit = Edit(request, now)
    if request.launched_at is not None and not request.sender_told_end:
        edit.notice(_NOTICE[request.state], None)
        edit.set(sender_told_end=True)
    batch = to_settle(request)
    late = [r.id for r in batch if _has_expired(request, r)]
    for recipient_id in late:
        edit.recipient(recipient_id, state=RecipientState.EXPIRED)
    if late:
        edit.event("recipients_expired", SYSTEM, recipients=late)
    told = {r.id for r in to_tell(request)}
    for recipient in batch:
        if recipient.id in told:
            _tell(edit, recipient, link_hashes.get(recipient.id))
    return edit.decision()


def _tell(edit: Edit, recipient: Recipient, new_link_hash: str | None) -> None:
    link_hash = recipient.link_hash or new_link_hash
    if link_hash is None:
        return
    edit.recipient(recipient.id, told_end=True, link_hash=link_hash)
    edit.notice(_NOTICE[edit.request.state], recipient.id)


def retain(request: SignatureRequest, retained: dict[str, str], now: datetime) -> Decision:
    """Point to the copies in `retained/`, which are kept for a month (P16).

    Args:
        request: as stored, ended or about to.
        retained: key of each newly copied document's newest revision, by document id.
        now: the instant.

    """
    missing = [d.id for d in request.documents if d.retained_key is None and d.id in retained]
    if not missing or not (request.is_ended or request.state is RequestState.COMPLETING):
        return nothing(request)
    edit = Edit(request, now)
    for document_id in missing:
        edit.document(document_id, retained_key=retained[document_id])
    edit.event("documents_retained", SYSTEM, documents=missing)
    return edit.decision()


def close(request: SignatureRequest, now: datetime) -> Decision:
    """Write down that everybody was told and only `retained/` is left (P16)."""
    if request.closed:
        return nothing(request)
    edit = Edit(request, now)
    edit.set(closed=True)
    edit.event("request_closed", SYSTEM)
    return edit.decision()


def purge(request: SignatureRequest, now: datetime) -> Decision:
    """Write down that the documents are erased; downloads answer 410 from then on (P16)."""
    due = request.retention_until is not None and now >= request.retention_until
    if not due or request.purged_at is not None:
        return nothing(request)
    edit = Edit(request, now)
    edit.set(purged_at=now)
    edit.event("documents_erased", SYSTEM)
    return edit.decision()


def check_downloadable(request: SignatureRequest, now: datetime) -> None:
    """Refuse downloads of what is not complete, or no longer kept (P12, P16).

    Raises:
        GoneError: `documents_erased` from the end of retention, `request_<state>` when it ended
            without all signatures.
        ConflictError: `not_completed`.

    """
    if request.retention_until is not None and now >= request.retention_until:
        raise GoneError("documents_erased", "The documents were erased at the end of retention.")
    if request.state is RequestState.COMPLETED:
        return
    if request.is_ended:
        raise GoneError(
            f"request_{request.state}", "It ended without all signatures: nothing can be had."
        )
    raise ConflictError("not_completed", "The documents can be had once everybody has signed.")


def fail(request: SignatureRequest, reason: str, now: datetime) -> Decision:
    """Make a fault visible that retries did not cure; nothing is lost (PRODUCT.md, "Words").

    A request that has ended stays ended: `sweep` closes it.
    """
    if request.state not in {RequestState.ACTIVE, RequestState.COMPLETING}:
        return nothing(request)
    edit = Edit(request, now)
    before = request.state
    edit.become(RequestState.FAILED)
    edit.set(failed_from=before, failure=reason)
    edit.event("request_failed", SYSTEM, reason=reason)
    edit.notice(NoticeKind.FAILED, None)
    return edit.decision()


def resume(request: SignatureRequest, now: datetime) -> Decision:
    """Take a failed request up where it stood, under a new execution.

    Raises:
        ConflictError: `not_failed`.

    """
    if request.state is not RequestState.FAILED or request.failed_from is None:
        raise ConflictError("not_failed", "Only a failed request can be resumed.")
    edit = Edit(request, now)
    edit.become(request.failed_from)
    edit.set(failed_from=None, failure=None, generation=request.generation + 1)
    edit.event("request_resumed", Actor("sender", request.sender.id))
    return edit.decision()


def succeed(request: SignatureRequest, generation: int, now: datetime) -> Decision:
    """Number the execution that takes over from `generation`; a second caller changes nothing."""
    if request.generation != generation:
        return nothing(request)
    edit = Edit(request, now)
    edit.set(generation=generation + 1)
    edit.event("execution_replaced", SYSTEM, generation=generation + 1)
    return edit.decision()


def declined_by(request: SignatureRequest) -> Recipient | None:
    """Give who declined, if somebody did."""
    return next((r for r in request.recipients if r.state is RecipientState.DECLINED), None)


def find_taking_part(request: SignatureRequest, recipient_id: str) -> Recipient:
    """Give a recipient who was not replaced.

    Raises:
        GoneError: `recipient_replaced`.
        NotFoundError: no such recipient.

    """
    recipient = find_recipient(request, recipient_id)
    if recipient.state is RecipientState.REPLACED:
        raise GoneError("recipient_replaced", "Somebody else was asked instead.")
    return recipient
