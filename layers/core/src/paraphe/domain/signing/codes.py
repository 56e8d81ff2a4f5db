"""Consent, codes and the acceptance of a signature (P9, P10, P11, P14)."""

from datetime import datetime, timedelta

from paraphe.domain.errors import (
    ConflictError,
    GoneError,
    LockedError,
    TooManyError,
)
from paraphe.domain.evidence.audit import SYSTEM
from paraphe.domain.evidence.events.happening import Browser
from paraphe.domain.evidence.events.signing import (
    CodeNotSent,
    CodeRequested,
    CodeSent,
    ConsentGiven,
    ConsentPage,
    LinkOpened,
    SignatureAccepted,
)
from paraphe.domain.requests import acting, signing_order
from paraphe.domain.requests.decision import (
    Decision,
    Edit,
    find_challenge,
    find_command,
    find_recipient,
    nothing,
)
from paraphe.domain.requests.may_act import check_may_sign
from paraphe.domain.requests.model import (
    MAX_CODES,
    Challenge,
    ChallengeState,
    Command,
    CommandKind,
    NoticeKind,
    RequestState,
    SignatureRequest,
)
from paraphe.domain.requests.recipient import Mark, Recipient, RecipientState
from paraphe.domain.signing import visible_marks
from paraphe.domain.signing.code_attempts import Trial, is_spent

RESEND_AFTER = timedelta(seconds=30)
# Why a code was not sent: the carrier refuses the number.
PHONE_REFUSED = "phone_refused"
# Of every test: its page says so, and no SMS is sent.
TEST_CODE = "123456"


def newest_challenge(request: SignatureRequest, recipient_id: str) -> Challenge | None:
    """Return the recipient's newest code, in whatever state."""
    mine = [c for c in request.challenges if c.recipient_id == recipient_id]
    return max(mine, key=lambda c: (c.created_at, c.id), default=None)


def consent(
    request: SignatureRequest,
    recipient_id: str,
    *,
    challenge_id: str,
    command_id: str,
    version: str,
    page: ConsentPage,
    now: datetime,
) -> Decision:
    """Take the consent and ask the actor for a code; also serves "send me another code" (P9).

    A second click while the code is on its way changes nothing.

    Args:
        request: as stored.
        recipient_id: who consents.
        challenge_id: id for the new code.
        command_id: id for the actor's command.
        version: of what was consented to.
        page: what it knows of the act (address, agent, pages seen).
        now: the instant.

    Raises:
        GoneError, ConflictError: as `check_may_sign`.
        TooManyError: `too_many_codes` (P9: 5), `too_soon` (30 s between two codes).

    """
    recipient = check_may_sign(request, recipient_id, now)
    last = newest_challenge(request, recipient_id)
    if last is not None and last.state is ChallengeState.PENDING:
        return nothing(request)
    check_another_code(recipient, last, now)
    edit = Edit(request, now)
    actor = acting.signer(request, recipient_id)
    if recipient.state is RecipientState.NOTIFIED:
        edit.recipient(recipient_id, state=RecipientState.VIEWED)
        edit.event(LinkOpened(consent_version=version, page=page), actor)
    edit.recipient(recipient_id, digit_tries=None)
    if recipient.state is not RecipientState.CONSENTED:
        edit.recipient(recipient_id, state=RecipientState.CONSENTED, consented_at=now)
        edit.event(ConsentGiven(consent_version=version, page=page), actor)
    ask_for_code(edit, recipient_id, challenge_id=challenge_id, command_id=command_id)
    edit.event(CodeRequested(challenge=challenge_id), actor)
    return edit.decision()


def check_another_code(recipient: Recipient, last: Challenge | None, now: datetime) -> None:
    """Refuse a code too soon after the `last` one, or one too many (P9).

    Raises:
        TooManyError: `too_soon` (30 s between two codes), `too_many_codes` (5).

    """
    if last is not None and last.state is ChallengeState.SENT and _just_sent(last, now):
        raise TooManyError("too_soon", "A code was sent less than 30 seconds ago.")
    if recipient.codes_requested >= MAX_CODES:
        raise TooManyError("too_many_codes", "At most 5 codes can be sent for one request.")


def ask_for_code(edit: Edit, recipient_id: str, *, challenge_id: str, command_id: str) -> None:
    """Queue a code that is bound to these documents; the one before it is void (P9)."""
    last = newest_challenge(edit.request, recipient_id)
    if last is not None and last.state is ChallengeState.SENT:
        edit.challenge(last.id, state=ChallengeState.VOID)
    requested = find_recipient(edit.request, recipient_id).codes_requested + 1
    edit.recipient(recipient_id, codes_requested=requested)
    made = Challenge(challenge_id, recipient_id, edit.request.documents_digest or "", edit.now)
    edit.set(challenges=(*edit.request.challenges, made))
    kind = CommandKind.ISSUE_OTP
    edit.add_command(Command(command_id, kind, recipient_id, challenge_id, edit.now))


def _just_sent(challenge: Challenge, now: datetime) -> bool:
    return challenge.sent_at is not None and now < challenge.sent_at + RESEND_AFTER


def code_sent(
    request: SignatureRequest,
    command_id: str,
    *,
    code_mac: str,
    sent_to: str,
    sent_at: datetime,
    now: datetime,
) -> Decision:
    """Apply an `issue_otp` command: the code is on its way, and its minutes run (P9).

    30 minutes, unless the firm says otherwise (`Firm.otp_minutes`).

    Args:
        request: as stored.
        command_id: the command that this applies; unknown means applied before.
        code_mac: the keyed hash of the code.
        sent_to: the phone.
        sent_at: when the SMS was handed over; the lifetime counts from here.
        now: the instant.

    """
    command = find_command(request, command_id)
    if command is None:
        return nothing(request)
    edit = Edit(request, now)
    edit.drop_commands(lambda c: c.id == command_id)
    if find_challenge(request, command.challenge_id).state is ChallengeState.PENDING:
        edit.challenge(
            command.challenge_id,
            state=ChallengeState.SENT,
            code_mac=code_mac,
            sent_to=sent_to or None,
            sent_at=sent_at,
            expires_at=sent_at + timedelta(minutes=request.otp_minutes),
        )
    channel = "page" if request.is_test else "sms"
    edit.event(CodeSent(challenge=command.challenge_id, channel=channel), SYSTEM)
    return edit.decision()


def code_not_sent(
    request: SignatureRequest, command_id: str, reason: str, now: datetime
) -> Decision:
    """Apply an `issue_otp` command that cannot work, with a stable reason.

    `phone_refused` (the carrier's answer) or `request_over` (it ended, or the turn passed).
    """
    command = find_command(request, command_id)
    if command is None:
        return nothing(request)
    edit = Edit(request, now)
    edit.drop_commands(lambda c: c.id == command_id)
    if find_challenge(request, command.challenge_id).state is ChallengeState.PENDING:
        edit.challenge(command.challenge_id, state=ChallengeState.FAILED)
    if reason == PHONE_REFUSED:
        _note_refused_phone(edit, command.recipient_id)
    edit.event(CodeNotSent(challenge=command.challenge_id, reason=reason), SYSTEM)
    return edit.decision()


def _note_refused_phone(edit: Edit, recipient_id: str) -> None:
    """Keep that the phone does not work, and tell the sender, once for each number."""
    recipient = find_recipient(edit.request, recipient_id)
    if recipient.sms_failed_at is not None or recipient.authorised_by is not None:
        return  # whom a batch waits for is told where they have it sealed
    edit.recipient(recipient_id, sms_failed_at=edit.now)
    edit.notice(NoticeKind.PHONE_REFUSED, None, about=recipient_id)


def check_code(
    request: SignatureRequest, recipient_id: str, now: datetime, trial: Trial | None = None
) -> Challenge:
    """Return the challenge that a code typed now is tried against.

    Args:
        request: as stored.
        recipient_id: who types.
        now: the instant.
        trial: what was counted before it was compared; None before it is counted.

    Raises:
        GoneError, ConflictError: as `check_may_sign`.
        ConflictError: `no_code` when none was asked for or it is still on its way.
        LockedError: `code_void` after 5 tries (P9), or when another code was asked for meanwhile.
        GoneError: `code_expired` (P9), `code_of_other_documents`.

    """
    check_may_sign(request, recipient_id, now)
    return check_challenge(request, recipient_id, now, trial)


def check_challenge(
    request: SignatureRequest, recipient_id: str, now: datetime, trial: Trial | None = None
) -> Challenge:
    """Return the newest code of who may act, if it can still be typed (P9).

    Raises:
        ConflictError, LockedError, GoneError: as `check_code`.

    """
    challenge = newest_challenge(request, recipient_id)
    if challenge is None or challenge.state in {ChallengeState.PENDING, ChallengeState.FAILED}:
        raise ConflictError("no_code", "No code was sent yet.")
    if challenge.state is ChallengeState.VOID or is_spent(challenge, trial):
        raise LockedError("code_void", "This code is void after too many wrong tries.")
    if challenge.state is ChallengeState.USED:
        raise ConflictError("already_signing", "This code was used already.")
    if challenge.expires_at is None or now >= challenge.expires_at:
        raise GoneError("code_expired", "This code is too old; ask for another.")
    if challenge.documents_digest != request.documents_digest:
        raise GoneError("code_of_other_documents", "This code was sent for other documents.")
    return challenge


def counted(request: SignatureRequest, recipient_id: str) -> tuple[Trial, Challenge]:
    """Return the try that a commit of `code_attempts.count_try` counted, and its challenge.

    Raises:
        ConflictError: `no_code`.

    """
    challenge = newest_challenge(request, recipient_id)
    if challenge is None:
        raise ConflictError("no_code", "No code was sent yet.")
    return Trial(challenge.id, challenge.tries), challenge


def accept_signature(
    request: SignatureRequest,
    recipient_id: str,
    *,
    trial: Trial,
    command_id: str,
    browser: Browser,
    now: datetime,
    mark: Mark | None = None,
) -> Decision:
    """Accept a signature after the right code: from here it counts and cannot be undone (P11, P14).

    The last person's act makes the request `completing`; seals may still follow (P21). How the
    visible mark looks is frozen with it; who has none (P8) has nothing to choose.

    Raises:
        GoneError, ConflictError, LockedError: as `check_code`.

    """
    challenge = check_code(request, recipient_id, now, trial)
    edit = Edit(request, now)
    edit.challenge(challenge.id, state=ChallengeState.USED)
    recipient = find_recipient(request, recipient_id)
    shown: str | None = None
    if visible_marks.may_choose(recipient):
        shown = str(mark.kind) if mark else visible_marks.NAME_ONLY
    else:
        mark = None
    edit.recipient(
        recipient_id, state=RecipientState.SIGNING, accepted_at=now, mark=mark, digit_tries=None
    )
    edit.add_command(Command(command_id, CommandKind.SIGN, recipient_id, challenge.id, now))
    accepted = SignatureAccepted(
        challenge=challenge.id,
        documents_digest=challenge.documents_digest,
        tries=challenge.tries - 1,
        mark=shown,
        mark_sha256=mark.sha256 if mark else None,
        browser=browser,
    )
    edit.event(accepted, acting.signer(request, recipient_id))
    complete_if_last(edit)
    return edit.decision()


def complete_if_last(edit: Edit) -> None:
    """Make the request `completing` once everybody's act counts: nothing stops it any more."""
    if all(r.state in signing_order.ACCEPTED for r in signing_order.deciders(edit.request)):
        edit.become(RequestState.COMPLETING)
