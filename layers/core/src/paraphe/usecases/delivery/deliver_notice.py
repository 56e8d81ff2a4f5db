"""Turn a row of the outbox into a mail (P17)."""

from dataclasses import dataclass, replace
from datetime import datetime

from paraphe.domain.errors import ParapheError
from paraphe.domain.requests import endings, signing_order
from paraphe.domain.requests.decision import find_recipient
from paraphe.domain.requests.document import signed_name
from paraphe.domain.requests.model import Notice, NoticeKind, RequestState, SignatureRequest
from paraphe.domain.requests.recipient import Recipient, RecipientState
from paraphe.domain.signing import phone_check
from paraphe.ports.delivery import SENDER_TAG, Attachment, Letters, Mailer
from paraphe.ports.files import Files
from paraphe.ports.requests import RecipientRef, RequestRef, Requests
from paraphe.ports.signing import Links

_OF_FAILURES = frozenset({NoticeKind.UNREACHABLE, NoticeKind.PHONE_REFUSED})
ATTACH_AT_MOST = 7_000_000
_TURN = frozenset({NoticeKind.INVITATION, NoticeKind.RELAUNCHED, NoticeKind.REMINDER})


@dataclass(frozen=True, slots=True)
class Post:
    """What a delivery works with."""

    requests: Requests
    files: Files
    links: Links
    letters: Letters
    mailer: Mailer


@dataclass(frozen=True, slots=True)
class Delivered:
    """Whether a mail was sent, and whether its request is only a test, which counts nowhere."""

    sent: bool
    is_test: bool = False


def deliver_notice(post: Post, ref: RequestRef, notice: Notice, now: datetime) -> Delivered:
    """Write and send the mail of one notice, unless it has become untrue meanwhile."""
    request = post.requests.load(ref)
    recipient = _recipient(request, notice)
    if not _still_true(request, recipient, notice):
        return Delivered(sent=False, is_test=request.is_test)
    attachments = _originals(post.files, request, notice, now)
    link = None
    if recipient is not None:
        token_of = RecipientRef(ref.firm_id, ref.request_id, recipient.id)
        link = post.links.token(token_of, recipient.link_generation)
    mail = post.letters.mail(notice, request, recipient, link, attachments, now)
    post.mailer.send(replace(mail, tags=_tags(ref, notice, recipient)))
    return Delivered(sent=True, is_test=request.is_test)


def _tags(ref: RequestRef, notice: Notice, recipient: Recipient | None) -> dict[str, str]:
    """Return tags that lead from a bounce to its notice; `link` tells corrected addresses apart."""
    return {
        "firm": ref.firm_id,
        "request": ref.request_id,
        "recipient": recipient.id if recipient else SENDER_TAG,
        "link": str(recipient.link_generation if recipient else 0),
        "notice": notice.id,
    }


def _recipient(request: SignatureRequest, notice: Notice) -> Recipient | None:
    if notice.recipient_id is None:
        return None
    return find_recipient(request, notice.recipient_id)


def _still_true(request: SignatureRequest, recipient: Recipient | None, notice: Notice) -> bool:
    """Tell whether a delayed notice still says the truth: no invitation to who has signed."""
    if request.forgotten_at is not None:
        return False  # a month too late: nobody is known any more
    if notice.kind is NoticeKind.LINK_LOCKED:  # it may have been passed, or corrected, since
        return any(notice.about in {None, r.id} for r in phone_check.locked(request))
    if notice.kind in _OF_FAILURES:
        return any(r.id == notice.about and _fails(r, notice) for r in request.recipients)
    if notice.kind not in _TURN:
        return recipient is None or recipient.state is not RecipientState.REPLACED
    if (
        recipient is None
        or recipient.link_hash is None
        or not signing_order.is_reachable(recipient)
    ):
        return False  # corrected since: a newer invitation follows; or a mail has failed since
    waiting = {RecipientState.NOTIFIED, RecipientState.VIEWED, RecipientState.CONSENTED}
    return request.state is RequestState.ACTIVE and recipient.state in waiting


def _fails(recipient: Recipient, notice: Notice) -> bool:
    if notice.kind is NoticeKind.UNREACHABLE:
        return recipient.delivery is not None
    return recipient.sms_failed_at is not None


def _originals(
    files: Files, request: SignatureRequest, notice: Notice, now: datetime
) -> tuple[Attachment, ...]:
    """Return the signed originals if they fit into a mail together, or none of them."""
    if notice.kind is not NoticeKind.COMPLETED or not request.attach_originals:
        return ()
    try:
        endings.check_downloadable(request, now)
    except ParapheError:
        return ()
    if sum(d.current_size for d in request.documents) > ATTACH_AT_MOST:
        return ()
    found = []
    for document in request.documents:
        kept = document.retained_key
        content = files.read(kept, ATTACH_AT_MOST) if kept else None
        if content is None:
            return ()
        found.append(Attachment(signed_name(document.name), content))
    return tuple(found)
