"""After the end: evidence, messages, what is kept and what is erased (P16, P17, P19)."""

from datetime import datetime

from paraphe.domain.evidence.audit import SYSTEM
from paraphe.domain.evidence.events.ended import (
    DocumentsErased,
    DocumentsRetained,
    EvidenceStored,
    RecipientsExpired,
    RequestClosed,
)
from paraphe.domain.requests import signing_order
from paraphe.domain.requests.decision import Decision, Edit, nothing
from paraphe.domain.requests.model import NoticeKind, RequestState, SignatureRequest
from paraphe.domain.requests.recipient import IN_ORDER, Recipient, RecipientState

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


def to_tell(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Return who still has to be told the end: those who took part, and copies (P17).

    A viewer gets the signed original in any case, as a copy does. Whose address was corrected and
    who was not written to since never heard of the request. Whoever was written to is told, also
    when a correction has taken their link away.
    """
    if not request.is_ended:
        return ()
    copies: tuple[Recipient, ...] = ()
    viewers = signing_order.viewers(request)
    if request.state is RequestState.COMPLETED:
        copies, viewers = (*viewers, *signing_order.copies(request)), ()
    asked = tuple(
        r
        for r in (*signing_order.deciders(request), *viewers)
        if (r.link_hash is not None or r.notified_at is not None)
        and r.state is not RecipientState.DECLINED
    )
    return tuple(r for r in (*asked, *copies) if not r.told_end)


def to_settle(request: SignatureRequest) -> tuple[Recipient, ...]:
    """Return whom the next `tell_end` concerns: at most 20 to be told or to be `expired`."""
    told = to_tell(request)
    ids = {r.id for r in told}
    late = (r for r in signing_order.steps(request) if _has_expired(request, r) and r.id not in ids)
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


def store_evidence(
    request: SignatureRequest,
    key: str,
    sha256: str,
    now: datetime,
    *,
    proven_until: datetime | None = None,
) -> Decision:
    """Point to the evidence file; the first one that was stored stays.

    Args:
        request: as stored, ended.
        key: of the JSON file in the evidence bucket.
        sha256: its digest, hex.
        now: the instant.
        proven_until: when the first certificate behind the time-stamps of what is kept ends.

    """
    if not owes_evidence(request):
        return nothing(request)
    edit = Edit(request, now)
    edit.set(evidence_key=key, evidence_sha256=sha256, proven_until=proven_until)
    edit.event(EvidenceStored(sha256=sha256), SYSTEM)
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
    late = [r.id for r in batch if r.role in IN_ORDER and _has_expired(request, r)]
    for recipient_id in late:
        edit.recipient(recipient_id, state=RecipientState.EXPIRED)
    if late:
        edit.event(RecipientsExpired(recipients=tuple(late)), SYSTEM)
    told = {r.id for r in to_tell(request)}
    for recipient in batch:
        if recipient.id in told:
            _tell(edit, recipient, link_hashes.get(recipient.id))
    return edit.decision()


def _tell(edit: Edit, recipient: Recipient, new_link_hash: str | None) -> None:
    link_hash = recipient.link_hash or new_link_hash
    if link_hash is None:
        return
    edit.recipient(recipient.id, told_end=True, link_hash=link_hash, written_at=edit.now)
    if recipient.state is RecipientState.WAITING:  # who gets a copy is written to only now (P17)
        edit.recipient(recipient.id, state=RecipientState.NOTIFIED, notified_at=edit.now)
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
    edit.event(DocumentsRetained(documents=tuple(missing)), SYSTEM)
    return edit.decision()


def close(request: SignatureRequest, now: datetime) -> Decision:
    """Write down that everybody was told and only `retained/` is left (P16)."""
    if request.closed:
        return nothing(request)
    edit = Edit(request, now)
    edit.set(closed=True)
    edit.event(RequestClosed(), SYSTEM)
    return edit.decision()


def purge(request: SignatureRequest, now: datetime) -> Decision:
    """Write down that the documents are erased; downloads answer 410 from then on (P16)."""
    due = request.retention_until is not None and now >= request.retention_until
    if not due or request.purged_at is not None:
        return nothing(request)
    edit = Edit(request, now)
    edit.set(purged_at=now)
    edit.event(DocumentsErased(), SYSTEM)
    return edit.decision()
