"""What the evidence file says of each recipient (P19): identity, consent, codes, acceptance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from paraphe.domain import times
from paraphe.domain.evidence.audit import all_of
from paraphe.domain.evidence.events.happening import UNSEEN
from paraphe.domain.evidence.events.signing import (
    ApprovalGiven,
    CodeWrong,
    ConsentGiven,
    ConsentPage,
    ReadingConfirmed,
    SealAccepted,
    SignatureAccepted,
)
from paraphe.domain.requests.model import ChallengeState
from paraphe.domain.requests.recipient import Role
from paraphe.domain.signing import visible_marks

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from paraphe.domain.evidence.audit import Event
    from paraphe.domain.requests.model import Challenge, SignatureRequest
    from paraphe.domain.requests.recipient import Recipient

Json: TypeAlias = dict[str, Any]
_WITHOUT_CODE = frozenset({Role.APPROVER, Role.VIEWER})


def text_of(at: datetime | None) -> str | None:
    """Return an instant as the account writes it."""
    return times.to_text(at) if at is not None else None


def participant(request: SignatureRequest, recipient: Recipient, trail: Iterable[Event]) -> Json:
    """Tell of one recipient: who, how reached, what they did and when."""
    events = tuple(trail)
    mine = [e for e in events if _is_by(e, recipient)]
    codes = sorted(
        (c for c in request.challenges if c.recipient_id == recipient.id),
        key=lambda c: (c.created_at, c.id),
    )
    told = {
        "id": recipient.id,
        "role": str(recipient.role),
        "order": recipient.order,
        "state": str(recipient.state),
        "identity": {"name": recipient.name, "source": "sender"},
        "email": recipient.email or None,
        "phone": recipient.phone,
        "authorised_by": _authorisation(recipient),
        "locale": recipient.locale,
        "notified_at": text_of(recipient.notified_at),
        "consented_at": text_of(recipient.consented_at),
        "accepted_at": text_of(recipient.accepted_at),
        "signed_at": text_of(recipient.signed_at),
        "decline_reason": recipient.decline_reason,
        "replaced_by": recipient.replaced_by,
        "consent": _consent(mine),
        "acceptance": _acceptance(mine),
        "mark": _mark(recipient),
        "codes": [_code(code, recipient, events, request) for code in codes],
    }
    # Of people who act without a code; files from before there were any do not have it.
    return told | {"answer": _answer(mine)} if recipient.role in _WITHOUT_CODE else told


def _is_by(event: Event, recipient: Recipient) -> bool:
    if event.actor.kind == "recipient":
        return event.actor.id == recipient.id
    sealed = event.as_a(SealAccepted)
    return sealed is not None and sealed.recipient == recipient.id


def _authorisation(recipient: Recipient) -> Json | None:
    by = recipient.authorised_by
    if by is None:
        return None
    return {
        "member": by.member_id,
        "name": by.name,
        "capability": str(by.capability),
        "phone": by.phone,
    }


def _consent(events: list[Event]) -> Json | None:
    given = all_of(events, ConsentGiven)
    if not given:
        return None
    at, what = given[-1]
    return _statement(at, what.page, what.consent_version)


def _statement(at: datetime, page: ConsentPage, version: str | None) -> Json:
    return {
        "at": times.to_text(at),
        "text": page.consent_text,
        "version": version,
        "locale": page.browser.locale,
        "ip": page.browser.ip,
        "user_agent": page.browser.user_agent,
        "pages_seen": page.pages_seen,
        "pages": page.pages,
    }


def _answer(events: list[Event]) -> Json | None:
    """What an approver or a viewer said; nothing was typed but the end of their phone's number."""
    for kind, what in (("approved", ApprovalGiven), ("read", ReadingConfirmed)):
        given = all_of(events, what)
        if given:
            at, said = given[-1]
            return {
                "kind": kind,
                **_statement(at, said.page, said.consent_version),
                "documents_digest": said.documents_digest or None,
            }
    return None


def _acceptance(events: list[Event]) -> Json | None:
    signed, sealed = all_of(events, SignatureAccepted), all_of(events, SealAccepted)
    if not signed and not sealed:
        return None
    at, accepted = signed[-1] if signed else sealed[-1]
    browser = accepted.browser if isinstance(accepted, SignatureAccepted) else UNSEEN
    return {
        "at": times.to_text(at),
        "ip": browser.ip,
        "user_agent": browser.user_agent,
        "documents_digest": accepted.documents_digest or None,
    }


def _mark(recipient: Recipient) -> Json | None:
    """Say how the visible mark looks, by kind and hash; the content is in the document (P16)."""
    if not visible_marks.may_choose(recipient) or recipient.accepted_at is None:
        return None
    chosen = recipient.mark
    kind = str(chosen.kind) if chosen else visible_marks.NAME_ONLY
    return {"kind": kind, "sha256": chosen.sha256 if chosen else None}


def _code(
    code: Challenge, recipient: Recipient, events: Iterable[Event], request: SignatureRequest
) -> Json:
    wrong = [what for _, what in all_of(events, CodeWrong) if what.challenge == code.id]
    used = code.state is ChallengeState.USED
    return {
        "id": code.id,
        "channel": "page" if request.is_test else "sms",
        "state": str(code.state),
        "requested_at": text_of(code.created_at),
        "sent_to": code.sent_to,
        "sent_at": text_of(code.sent_at),
        "expires_at": text_of(code.expires_at),
        "verified_at": text_of(recipient.accepted_at) if used else None,
        "wrong_tries": len(wrong),
        "documents_digest": code.documents_digest,
    }
