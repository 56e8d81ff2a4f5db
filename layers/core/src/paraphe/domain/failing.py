"""Faults made visible and taken up again, and executions that replace each other."""

from datetime import datetime

from paraphe.domain.audit import SYSTEM, Actor
from paraphe.domain.edit import Decision, Edit, nothing
from paraphe.domain.errors import ConflictError
from paraphe.domain.model import (
    NoticeKind,
    RequestState,
    SignatureRequest,
)


def fail(request: SignatureRequest, reason: str, now: datetime) -> Decision:
    """Make a fault visible that retries did not cure; nothing is lost (PRODUCT.md, "Words").

    A request that has ended stays ended: `sweep` closes it.
    """
    if request.state not in {RequestState.ACTIVE, RequestState.COMPLETING}:
        return nothing(request)
    edit = Edit(request, now)
    before = request.state
    edit.become(RequestState.FAILED)
    edit.set(failed_from=before, failure=reason)
    edit.event("request_failed", SYSTEM, reason=reason)
    edit.notice(NoticeKind.FAILED, None)
    return edit.decision()


def resume(request: SignatureRequest, now: datetime, by: Actor | None = None) -> Decision:
    """Take a failed request up where it stood, under a new execution.

    Raises:
        ConflictError: `not_failed`.

    """
    if request.state is not RequestState.FAILED or request.failed_from is None:
        raise ConflictError("not_failed", "Only a failed request can be resumed.")
    edit = Edit(request, now)
    edit.become(request.failed_from)
    edit.set(failed_from=None, failure=None, generation=request.generation + 1)
    edit.event("request_resumed", edit.asked_by(by))
    return edit.decision()


def succeed(request: SignatureRequest, generation: int, now: datetime) -> Decision:
    """Number the execution that takes over from `generation`; a second caller changes nothing."""
    if request.generation != generation:
        return nothing(request)
    edit = Edit(request, now)
    edit.set(generation=generation + 1)
    edit.event("execution_replaced", SYSTEM, generation=generation + 1)
    return edit.decision()
