"""What a signer does behind their link: open, consent, type the code, decline (P9 - P12)."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime

from paraphe.domain import ending, marks, otp
from paraphe.domain.audit import Value
from paraphe.domain.edit import Decision, find_recipient
from paraphe.domain.errors import (
    ConflictError,
    InvalidError,
    LockedError,
    NotFoundError,
    RaceLostError,
)
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.domain.marks import Chosen
from paraphe.domain.model import ChallengeState, Mark, Recipient, SignatureRequest
from paraphe.ports import Actors, Codes, Entropy, Files, RecipientRef, Requests
from paraphe.usecases.committing import ATTEMPTS, change
from paraphe.usecases.waking import wake

CONSENT_VERSION = "2026-11"
MAX_REASON = 1000
CODE_DIGITS = 6
PHONE_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Visit:
    """Who stands before the page: the request and the recipient whose link it is."""

    request: SignatureRequest
    recipient: Recipient

    @property
    def ref(self) -> RecipientRef:
        """The recipient's reference."""
        return RecipientRef(self.request.firm_id, self.request.id, self.recipient.id)


def link_hash(token: str) -> str:
    """Give what is stored of a link's token: SHA-256, hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_link(requests: Requests, token: str) -> Visit:
    """Find whose link this is. Changes nothing, however often it is called (P10).

    Raises:
        NotFoundError: `link_unknown`: it never existed, or was replaced by a newer one.

    """
    wanted = link_hash(token)
    ref = requests.by_link(wanted)
    if ref is None:
        raise _link_unknown()
    request = requests.load(ref.request)
    recipient = find_recipient(request, ref.recipient_id)
    if recipient.link_hash is None or not hmac.compare_digest(recipient.link_hash, wanted):
        raise _link_unknown()
    return Visit(request, recipient)


def _link_unknown() -> NotFoundError:
    return NotFoundError("link_unknown", "This link is not valid, or not any more.")


def _check_link(request: SignatureRequest, visit: Visit) -> None:
    """Refuse a visit whose link a correction has replaced since the page was opened (P6)."""
    if find_recipient(request, visit.recipient.id).link_hash != visit.recipient.link_hash:
        raise _link_unknown()


def check_person(recipient: Recipient, phone_digits: str) -> None:
    """Compare the last four digits of the signer's mobile: mail scanners do not know them (P10).

    Raises:
        InvalidError: `phone_digits_wrong`.

    """
    typed = "".join(c for c in phone_digits if c.isdigit())
    if not recipient.phone or len(typed) != PHONE_DIGITS or not recipient.phone.endswith(typed):
        raise InvalidError(
            "phone_digits_wrong",
            "These are not the last four digits of the mobile number that the sender gave.",
            field="phone_digits",
        )


def give_consent(
    requests: Requests,
    actors: Actors,
    entropy: Entropy,
    visit: Visit,
    *,
    agreed: bool,
    phone_digits: str,
    evidence: dict[str, Value],
    now: datetime,
) -> SignatureRequest:
    """Take the consent; the actor then sends the code. Also asks for another code (P9).

    Args:
        requests: the store.
        actors: the executions.
        entropy: chance for the ids.
        visit: from `open_link`.
        agreed: whether the box was ticked.
        phone_digits: the person check.
        evidence: consent version, address, agent, pages seen.
        now: the instant.

    Raises:
        InvalidError: `consent_missing`, `phone_digits_wrong`.
        GoneError, ConflictError, TooManyError: see `otp.consent`.

    """
    otp.check_may_sign(visit.request, visit.recipient.id, now)
    if not agreed:
        raise InvalidError("consent_missing", "Tick the box to go on.", field="agreed")
    check_person(visit.recipient, phone_digits)
    challenge_id = new_id("otp", now, entropy(RANDOM_BYTES))
    command_id = new_id("cmd", now, entropy(RANDOM_BYTES))

    def decide(request: SignatureRequest) -> Decision:
        _check_link(request, visit)
        return otp.consent(
            request,
            visit.recipient.id,
            challenge_id=challenge_id,
            command_id=command_id,
            evidence={"consent_version": CONSENT_VERSION, **evidence},
            now=now,
        )

    request = change(requests, visit.ref.request, decide)
    wake(requests, actors, request, now)
    return request


@dataclass(frozen=True, slots=True)
class Entered:
    """What a signer gives to sign.

    Attributes:
        code: as typed.
        evidence: address, agent, language.
        mark: how the visible mark shall look; None for name and date alone.

    """

    code: str
    evidence: dict[str, Value]
    mark: Chosen | None = None


def enter_code(
    requests: Requests,
    actors: Actors,
    codes: Codes,
    entropy: Entropy,
    files: Files,
    visit: Visit,
    entered: Entered,
    now: datetime,
) -> SignatureRequest:
    """Accept the signature if the code is right; count the try if it is not (P9, P11).

    A try is counted before its outcome is told, by the same conditional write that lets only one
    of several simultaneous tries through. How the visible mark looks is stored once the code is
    known to be right, and frozen by the write that accepts the signature.

    Raises:
        InvalidError: `code_malformed` (not counted), `code_wrong` (counted).
        LockedError: `code_void` from the fifth wrong try on.
        GoneError, ConflictError: see `otp.check_code`.

    """
    typed = read_code(entered.code)
    command_id = new_id("cmd", now, entropy(RANDOM_BYTES))
    for _ in range(ATTEMPTS):
        request = requests.load(visit.ref.request)
        _check_link(request, visit)
        trial = _Trial(request, visit, replace(entered, code=typed), command_id, now)
        decision, right = _try_code(codes, files, trial)
        try:
            stored = requests.commit(request, decision)
        except RaceLostError:
            continue
        if right:
            wake(requests, actors, stored, now)
            return stored
        tell_wrong(stored, visit.recipient.id)
    raise RaceLostError


def read_code(text: str) -> str:
    """Give the six digits that somebody typed, without spaces.

    Raises:
        InvalidError: `code_malformed`; it does not count as a try.

    """
    typed = "".join(c for c in text if not c.isspace())
    if len(typed) != CODE_DIGITS or not (typed.isascii() and typed.isdigit()):
        raise InvalidError("code_malformed", "The code has six digits.", field="code")
    return typed


@dataclass(frozen=True, slots=True)
class _Trial:
    """A code typed, against the request as it was just read."""

    request: SignatureRequest
    visit: Visit
    entered: Entered
    command_id: str
    now: datetime


def _try_code(codes: Codes, files: Files, trial: _Trial) -> tuple[Decision, bool]:
    request, visit, now, mark = trial.request, trial.visit, trial.now, trial.entered.mark
    challenge = otp.check_code(request, visit.recipient.id, now)
    mac = challenge.code_mac or ""
    if not codes.matches(challenge.id, challenge.documents_digest, trial.entered.code, mac):
        return otp.wrong_code(request, challenge.id, now), False
    kept: Mark | None = None
    if mark is not None and marks.may_choose(find_recipient(request, visit.recipient.id)):
        kept = mark.kept_as(files.store_mark(visit.ref, mark.content))
    decision = otp.accept_signature(
        request,
        visit.recipient.id,
        command_id=trial.command_id,
        evidence=trial.entered.evidence,
        now=now,
        mark=kept,
    )
    return decision, True


def tell_wrong(request: SignatureRequest, recipient_id: str) -> None:
    """Say that the try, which is counted by now, was wrong, and how many are left (P9).

    Raises:
        InvalidError: `code_wrong`. LockedError: `code_void` after the fifth.

    """
    challenge = otp.newest_challenge(request, recipient_id)
    if challenge is None:
        raise ConflictError("no_code", "No code was sent yet.")
    if challenge.state is ChallengeState.VOID:
        raise LockedError("code_void", "This code is void after too many wrong tries.")
    left = otp.MAX_TRIES - challenge.tries
    raise InvalidError("code_wrong", f"Wrong code; {left} tries left.", field="code")


def decline(
    requests: Requests,
    actors: Actors,
    visit: Visit,
    *,
    reason: str,
    phone_digits: str,
    now: datetime,
) -> SignatureRequest:
    """End the request because this signer declines, with a reason (P12).

    Raises:
        InvalidError: `reason_missing`, `reason_too_long`, `phone_digits_wrong`.
        GoneError, ConflictError: see `ending.decline`.

    """
    otp.check_may_sign(visit.request, visit.recipient.id, now)
    text = reason.strip()
    if not text:
        raise InvalidError("reason_missing", "Say why you decline.", field="reason")
    if len(text) > MAX_REASON:
        raise InvalidError("reason_too_long", "At most 1,000 characters.", field="reason")
    check_person(visit.recipient, phone_digits)

    def decide(request: SignatureRequest) -> Decision:
        _check_link(request, visit)
        return ending.decline(request, visit.recipient.id, text, now)

    request = change(requests, visit.ref.request, decide)
    wake(requests, actors, request, now)
    return request
