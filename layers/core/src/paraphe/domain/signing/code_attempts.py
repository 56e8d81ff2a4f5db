"""Tries of a code: counted before they are compared, five at most (P9)."""

from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.errors import InvalidError, LockedError, ParapheError
from paraphe.domain.evidence.audit import Actor
from paraphe.domain.evidence.events.signing import CodeTried, CodeWrong
from paraphe.domain.requests.decision import Decision, Edit, find_challenge, nothing
from paraphe.domain.requests.model import (
    Challenge,
    ChallengeState,
    RequestState,
    SignatureRequest,
)

MAX_TRIES = 5


@dataclass(frozen=True, slots=True)
class Trial:
    """A code that was typed and counted: which one it is tried against, as the how manyeth."""

    challenge_id: str
    number: int


def is_spent(challenge: Challenge, trial: Trial | None) -> bool:
    """Tell whether a code that was sent takes no (further) try, or not this one any more."""
    if challenge.state is not ChallengeState.SENT:
        return False
    if trial is None:
        return challenge.tries >= MAX_TRIES
    return challenge.id != trial.challenge_id or trial.number > MAX_TRIES


def count_try(
    request: SignatureRequest,
    challenge: Challenge,
    now: datetime,
    by: Actor,
    member: str | None = None,
) -> Decision:
    """Count a try of a code that `codes.check_challenge` gave, before it is compared (P9)."""
    edit = Edit(request, now)
    tries = challenge.tries + 1
    edit.challenge(challenge.id, tries=tries)
    edit.event(CodeTried(challenge=challenge.id, tries=tries, member=member), by)
    return edit.decision()


def wrong_code(
    request: SignatureRequest,
    trial: Trial,
    now: datetime,
    by: Actor,
    member: str | None = None,
) -> Decision:
    """Write down that a counted try was wrong; the fifth voids the code (P9)."""
    challenge = find_challenge(request, trial.challenge_id)
    if request.state is not RequestState.ACTIVE:
        return nothing(request)  # it ended meanwhile: its trail is closed
    edit = Edit(request, now)
    void = trial.number >= MAX_TRIES
    if void and challenge.state is ChallengeState.SENT:
        edit.challenge(challenge.id, state=ChallengeState.VOID)
    wrong = CodeWrong(challenge=challenge.id, tries=trial.number, void=void, member=member)
    edit.event(wrong, by)
    return edit.decision()


def tell_wrong(trial: Trial) -> ParapheError:
    """Say that a counted try was wrong, and how many are left (P9): `code_wrong`, `code_void`."""
    left = MAX_TRIES - trial.number
    if left <= 0:
        return LockedError("code_void", "This code is void after too many wrong tries.")
    return InvalidError("code_wrong", f"Wrong code; {left} tries left.", field="code")
