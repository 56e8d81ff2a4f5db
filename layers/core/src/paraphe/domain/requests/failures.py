"""Faults made visible and taken up again, and executions that replace each other."""

from datetime import datetime, timedelta

from paraphe.domain.errors import ConflictError
from paraphe.domain.evidence.audit import SYSTEM, Actor
from paraphe.domain.evidence.events.running import ExecutionReplaced, RequestFailed, RequestResumed
from paraphe.domain.requests.decision import Decision, Edit, nothing
from paraphe.domain.requests.model import NoticeKind, RequestState, SignatureRequest

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
# With these pauses: about three days of trying by itself.
MOST_RESTARTS = 20
# What lasts longer than so many restarts (a quarter of an hour) is told.
LASTING = 4


def pause(restarts: int) -> timedelta:
    """Return how long to wait before the next restart: 1, 2, 4 ... minutes, at most 6 hours."""
    return min(FIRST_PAUSE * (1 << min(restarts, 20)), LONGEST_PAUSE)


def restarts(request: SignatureRequest) -> int:
    """Count the restarts since anything has moved: whatever stands in the trail is progress."""
    return request.restarts if request.audit_seq == request.restarted_seq else 0


def is_lasting(request: SignatureRequest) -> bool:
    """Tell whether its fault has outlived several restarts: somebody has to look."""
    return request.restarts >= LASTING and request.audit_seq <= request.restarted_seq + 1


def fail(
    request: SignatureRequest, reason: str, now: datetime, *, refused: bool = True
) -> Decision:
    """Make a fault visible that retries did not cure; nothing is lost (docs/RULES.md, "Words").

    A request that has ended stays ended: `sweep` closes it.

    Args:
        request: as stored.
        reason: the step, as a code.
        now: the instant.
        refused: a rule refused, so that trying again is no use before somebody has seen to it.
            Whatever else was raised may pass: the request is taken up again by itself, with
            growing pauses, and its sender is told once that has failed for a quarter of an hour.

    """
    if request.state not in {RequestState.ACTIVE, RequestState.COMPLETING}:
        return nothing(request)
    edit = Edit(request, now)
    tried = restarts(request)
    before = request.state
    again = now + pause(tried) if not refused and tried < MOST_RESTARTS else None
    edit.become(RequestState.FAILED)
    edit.event(RequestFailed(reason=reason), SYSTEM)
    edit.set(
        failed_from=before,
        failure=reason,
        resume_at=again,
        restarts=tried,
        restarted_seq=edit.request.audit_seq - 1,
    )
    if refused or tried == LASTING:
        edit.notice(NoticeKind.FAILED, None)
    return edit.decision()


def resume(request: SignatureRequest, now: datetime, by: Actor | None = None) -> Decision:
    """Take a failed request up where it stood, under a new execution.

    Raises:
        ConflictError: `not_failed`.

    """
    if request.state is not RequestState.FAILED or request.failed_from is None:
        raise ConflictError("not_failed", "Only a failed request can be resumed.")
    return _resumed(request, by or Actor("sender", request.sender.id), 0, now)


def resume_itself(request: SignatureRequest, now: datetime) -> Decision:
    """Take a failed request up by itself, when its pause is over; otherwise change nothing."""
    due = request.resume_at is not None and now >= request.resume_at
    if request.state is not RequestState.FAILED or request.failed_from is None or not due:
        return nothing(request)
    return _resumed(request, SYSTEM, request.restarts + 1, now)


def _resumed(request: SignatureRequest, by: Actor, tried: int, now: datetime) -> Decision:
    edit = Edit(request, now)
    if request.failed_from is not None:
        edit.become(request.failed_from)
    edit.event(RequestResumed(), by)
    edit.set(
        failed_from=None,
        failure=None,
        resume_at=None,
        generation=request.generation + 1,
        generation_version=request.version,
        restarts=tried,
        restarted_seq=edit.request.audit_seq,
    )
    return edit.decision()


def succeed(
    request: SignatureRequest, generation: int, now: datetime, *, lost: bool = False
) -> Decision:
    """Number the execution that takes over from `generation`; a second caller changes nothing.

    Args:
        request: as stored.
        generation: of the execution that is replaced.
        now: the instant.
        lost: it died, instead of handing over; those that die one after the other are counted.

    """
    if request.generation != generation:
        return nothing(request)
    edit = Edit(request, now)
    tried = restarts(request) + 1 if lost else 0
    edit.event(ExecutionReplaced(generation=generation + 1), SYSTEM)
    edit.set(
        generation=generation + 1,
        generation_version=request.version,
        restarts=tried,
        restarted_seq=edit.request.audit_seq,
    )
    return edit.decision()
