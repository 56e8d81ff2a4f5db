"""Approving, and saying that one has read: acts of the trail that leave no signature (P5, P10).

No code is asked for: whoever acts holds the link and knows the end of the phone's number, as who
declines does. Somebody whose identity has to be proven to others is asked to sign.
"""

from datetime import datetime

from paraphe.domain.evidence.events.signing import (
    ApprovalGiven,
    ConsentPage,
    LinkOpened,
    ReadingConfirmed,
)
from paraphe.domain.requests import acting, may_act
from paraphe.domain.requests.decision import Decision, Edit, nothing
from paraphe.domain.requests.model import SignatureRequest
from paraphe.domain.requests.recipient import Recipient, RecipientState
from paraphe.domain.signing import codes


def approve(
    request: SignatureRequest, recipient_id: str, *, version: str, page: ConsentPage, now: datetime
) -> Decision:
    """Take an approval: from here it counts and cannot be undone (P11).

    The last person's act makes the request `completing`; seals may still follow (P21).

    Args:
        request: as stored.
        recipient_id: who approves.
        version: of what was agreed to.
        page: what it knows of the act: the sentence, address, agent, pages seen.
        now: the instant.

    Raises:
        GoneError, ConflictError: as `may_act.check_may_approve`.

    """
    recipient = may_act.check_may_approve(request, recipient_id, now)
    edit = Edit(request, now)
    actor = acting.signer(request, recipient_id)
    _open(edit, recipient, LinkOpened(consent_version=version, page=page))
    edit.recipient(recipient_id, state=RecipientState.APPROVED, accepted_at=now, digit_tries=None)
    digest = request.documents_digest or ""
    what = ApprovalGiven(documents_digest=digest, consent_version=version, page=page)
    edit.event(what, actor)
    codes.complete_if_last(edit)
    return edit.decision()


def confirm_reading(
    request: SignatureRequest, recipient_id: str, *, version: str, page: ConsentPage, now: datetime
) -> Decision:
    """Write down that a viewer says to have read; saying it again changes nothing.

    Args:
        request: as stored.
        recipient_id: the viewer.
        version: of what was said.
        page: what it knows of the act: the sentence, address, agent, pages seen.
        now: the instant.

    Raises:
        GoneError, ConflictError: as `may_act.check_may_read`.

    """
    recipient = may_act.check_may_read(request, recipient_id, now)
    if recipient.state is RecipientState.VIEWED:
        return nothing(request)
    edit = Edit(request, now)
    edit.recipient(recipient_id, state=RecipientState.VIEWED, accepted_at=now, digit_tries=None)
    digest = request.documents_digest or ""
    what = ReadingConfirmed(documents_digest=digest, consent_version=version, page=page)
    edit.event(what, acting.signer(request, recipient_id))
    return edit.decision()


def _open(edit: Edit, recipient: Recipient, what: LinkOpened) -> None:
    if recipient.state is RecipientState.NOTIFIED:
        edit.recipient(recipient.id, state=RecipientState.VIEWED)
        edit.event(what, acting.signer(edit.request, recipient.id))
