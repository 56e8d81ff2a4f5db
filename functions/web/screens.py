"""Which page a link shows, read off the state alone."""

from datetime import datetime
from enum import StrEnum

from paraphe.domain.requests import deadlines, signing_order
from paraphe.domain.requests.model import MAX_CODES, ChallengeState, RequestState, SignatureRequest
from paraphe.domain.requests.recipient import Recipient, RecipientState, Role
from paraphe.domain.signing import code_attempts, codes
from paraphe.usecases.signing.sign_in_browser import Visit


class Screen(StrEnum):
    """The pages behind a link."""

    READ = "read"
    SENDING = "sending"
    CODE = "code"
    CODE_EXPIRED = "code_expired"
    CODE_VOID = "code_void"
    CODE_FAILED = "code_failed"
    NO_CODES_LEFT = "no_codes_left"
    APPROVE = "approve"
    LOOK = "look"
    APPROVED = "approved"
    SIGNING = "signing"
    SIGNED = "signed"
    COMPLETED = "completed"
    DECLINED_BY_YOU = "declined_by_you"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELED = "canceled"
    FAILED = "failed"
    NOT_YOUR_TURN = "not_your_turn"
    COPY_LATER = "copy_later"
    REPLACED = "replaced"
    ERASED = "erased"


# Of who approves, or only reads.
WITHOUT_CODE = frozenset({Screen.APPROVE, Screen.LOOK})
# Those on which the documents are shown, mostly with a form beside them.
ACTING = WITHOUT_CODE | frozenset(
    {
        Screen.READ,
        Screen.CODE,
        Screen.CODE_EXPIRED,
        Screen.CODE_VOID,
        Screen.CODE_FAILED,
        Screen.NO_CODES_LEFT,
    }
)
# Those on which who is waited for may decline: nothing is accepted yet.
DECLINABLE = (ACTING | {Screen.SENDING}) - {Screen.LOOK}
GONE = frozenset({Screen.DECLINED, Screen.EXPIRED, Screen.CANCELED, Screen.REPLACED, Screen.ERASED})
_ENDED = {
    RequestState.COMPLETED: Screen.COMPLETED,
    RequestState.DECLINED: Screen.DECLINED,
    RequestState.EXPIRED: Screen.EXPIRED,
    RequestState.CANCELED: Screen.CANCELED,
}
_DONE = {
    RecipientState.SIGNED: Screen.SIGNED,
    RecipientState.SIGNING: Screen.SIGNING,
    RecipientState.APPROVED: Screen.APPROVED,
}
_CODE = {
    ChallengeState.PENDING: Screen.SENDING,
    ChallengeState.FAILED: Screen.CODE_FAILED,
    ChallengeState.VOID: Screen.CODE_VOID,
}


def screen_of(visit: Visit, now: datetime) -> Screen:
    """Say what this link shows now. Pure; the rules are asked again when something is posted."""
    over = _over(visit.request, visit.recipient, now)
    return over or _waiting(visit.request, visit.recipient, now) or _turn(visit, now)


def _over(request: SignatureRequest, recipient: Recipient, now: datetime) -> Screen | None:
    """Return the page of what is over, for this recipient or for everybody."""
    if recipient.state is RecipientState.REPLACED:
        return Screen.REPLACED
    if request.retention_until is not None and now >= request.retention_until:
        return Screen.ERASED
    if recipient.state is RecipientState.DECLINED:
        return Screen.DECLINED_BY_YOU
    return _ENDED.get(request.state)


def _waiting(request: SignatureRequest, recipient: Recipient, now: datetime) -> Screen | None:
    """Return the page of who has nothing to do, or nothing any more."""
    if request.state is RequestState.FAILED and recipient.state not in signing_order.DONE:
        return Screen.FAILED
    if recipient.state in _DONE:
        return _DONE[recipient.state]
    if recipient.role is Role.CC:
        return Screen.COPY_LATER
    if request.deadline is not None and deadlines.is_over(request.deadline, now):
        return Screen.EXPIRED
    return _invited(request, recipient)


def _invited(request: SignatureRequest, recipient: Recipient) -> Screen | None:
    """Return the page of who is not asked to act, or not now."""
    if recipient.state is RecipientState.WAITING:
        return Screen.NOT_YOUR_TURN
    if recipient.role is Role.VIEWER:
        return Screen.LOOK
    return None if signing_order.is_turn(request, recipient) else Screen.NOT_YOUR_TURN


def _turn(visit: Visit, now: datetime) -> Screen:
    """Return the page of whose turn it is."""
    request, recipient = visit.request, visit.recipient
    if recipient.role is Role.APPROVER:
        return Screen.APPROVE
    challenge = codes.newest_challenge(request, recipient.id)
    if recipient.state is not RecipientState.CONSENTED or challenge is None:
        return Screen.READ
    if challenge.state is ChallengeState.SENT:
        alive = challenge.expires_at is not None and now < challenge.expires_at
        screen = Screen.CODE if alive else Screen.CODE_EXPIRED
        if challenge.tries >= code_attempts.MAX_TRIES:  # the fifth was counted, and not answered
            screen = Screen.CODE_VOID
    else:
        screen = _CODE.get(challenge.state, Screen.READ)
    if screen in {Screen.CODE, Screen.SENDING}:
        return screen
    return screen if codes_left(recipient) else Screen.NO_CODES_LEFT


def codes_left(recipient: Recipient) -> int:
    """Return how many codes can still be asked for (P9)."""
    return max(0, MAX_CODES - recipient.codes_requested)
