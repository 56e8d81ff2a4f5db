"""E-mails that did not reach a recipient, or that they did not want: bounces, complaints."""

from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.evidence.audit import SYSTEM
from paraphe.domain.evidence.events.running import MailBounced, MailComplained
from paraphe.domain.requests import changes
from paraphe.domain.requests.decision import Decision, Edit, nothing
from paraphe.domain.requests.model import NoticeKind, SignatureRequest
from paraphe.domain.requests.recipient import Delivery, DeliveryState, Recipient, RecipientState

# For one address; every notice beyond it fails for the same reason.
MOST_RECORDED = 20
# Mails about it that a sender gets at once; the answers of the API show everybody.
MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Failure:
    """One mail that failed for good.

    Attributes:
        recipient_id: whom it was for.
        link_generation: theirs when it was sent: a correction of the address counts it up.
        notice_id: what it was about.
        state: how it failed.
        subtype: why, in the mail service's word.

    """

    recipient_id: str
    link_generation: int
    notice_id: str
    state: DeliveryState
    subtype: str


def record(request: SignatureRequest, failure: Failure, now: datetime) -> Decision:
    """Write down that a mail failed, once per notice; tell the sender once per address.

    Nothing changes for a mail to an address that was corrected since, to somebody replaced or
    unknown, or of a request whose documents are erased.
    """
    found = (r for r in request.recipients if r.id == failure.recipient_id)
    recipient = next(found, None)
    if recipient is None or not _concerns(request, recipient, failure):
        return nothing(request)
    known = recipient.delivery.notices if recipient.delivery else ()
    if failure.notice_id in known or len(known) >= MOST_RECORDED:
        return nothing(request)
    edit = Edit(request, now)
    kept = Delivery(failure.state, now, (*known, failure.notice_id))
    edit.recipient(recipient.id, delivery=kept)
    failed = MailBounced if failure.state is DeliveryState.BOUNCED else MailComplained
    what = failed(recipient=recipient.id, notice=failure.notice_id, subtype=failure.subtype)
    edit.event(what, SYSTEM)
    unreachable = sum(r.delivery is not None for r in request.recipients)
    if recipient.delivery is None and unreachable < MOST_TOLD:
        edit.notice(NoticeKind.UNREACHABLE, None, about=recipient.id)
    return edit.decision()


def _concerns(request: SignatureRequest, recipient: Recipient, failure: Failure) -> bool:
    return (
        request.purged_at is None
        and recipient.state is not RecipientState.REPLACED
        and recipient.link_generation == failure.link_generation
    )


def can_be_corrected(request: SignatureRequest, recipient: Recipient) -> bool:
    """Tell whether another address would still help: it is written to anew (P6)."""
    return not request.is_ended and changes.is_changeable(recipient)
