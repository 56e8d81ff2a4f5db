"""What a request's actor does next, read off the state alone (docs/ARCHITECTURE.md, "The actor").

An execution can be started anew at any moment, because nothing but the stored request decides.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from paraphe.domain.requests import (
    after_end,
    deadlines,
    endings,
    erasure,
    failures,
    reminders,
    signing_order,
)
from paraphe.domain.requests.model import CommandKind, RequestState, SignatureRequest
from paraphe.domain.requests.recipient import Recipient, RecipientState

STUCK_AFTER = failures.FIRST_PAUSE
SHARDS = 8


# Commits after which an execution hands over to a successor: its history holds 25,000 events, and a
# commit costs at most 80 (a step and the wait after it, all retries used). The largest command adds
# 51 commits, 50 documents and its end, before this is looked at again.
SPENT = 250


class Urgency(StrEnum):
    """What `sweep` does first: who waits for something at this moment comes before the rest.

    `UNSORTED` is what an earlier version filed, before there were classes.
    """

    WAKE = "wake"
    UNSORTED = "unsorted"
    END = "end"
    REMIND = "remind"
    ERASE = "erase"


class Next(StrEnum):
    """The states that the workflow's Route knows."""

    AWAIT = "await"
    LAUNCH = "launch"
    ISSUE_OTP = "issue_otp"
    SIGN = "sign"
    SEAL = "seal"
    RELAUNCH = "relaunch"
    CANCEL = "cancel"
    REFUSE = "refuse"
    EXPIRE = "expire"
    COMPLETE = "complete"
    EVIDENCE = "evidence"
    END = "end"


@dataclass(frozen=True, slots=True)
class Step:
    """The next state of the workflow, with ids only; of a seal, `command_id` is its recipient."""

    next: Next
    seconds_to_deadline: int = 1
    command_id: str | None = None
    document_ids: tuple[str, ...] = ()


_ENDING = {
    RequestState.COMPLETED: Next.COMPLETE,
    RequestState.DECLINED: Next.REFUSE,
    RequestState.EXPIRED: Next.EXPIRE,
    RequestState.CANCELED: Next.CANCEL,
}
_COMMAND = {CommandKind.ISSUE_OTP: Next.ISSUE_OTP, CommandKind.SIGN: Next.SIGN}


def next_step(request: SignatureRequest, now: datetime) -> Step:
    """Say what comes next. Pure: the same state and instant give the same step."""
    if request.is_ended:
        return _next_of_ended(request)
    if request.state in {RequestState.DRAFT, RequestState.FAILED}:
        return Step(Next.END)
    return _next_command(request) if request.commands else _next_of_open(request, now)


def step_of_execution(request: SignatureRequest, now: datetime) -> Step:
    """Say what the running execution does next: `next_step`, as long as its history lasts.

    An execution that is spent goes to its wait, where the door hands over to a successor.
    """
    step = next_step(request, now)
    if step.next is not Next.END and is_spent(request):
        return Step(Next.AWAIT)
    return step


def is_spent(request: SignatureRequest) -> bool:
    """Tell whether the newest execution has to hand over before it takes another step."""
    return request.version - request.generation_version >= SPENT


def _next_command(request: SignatureRequest) -> Step:
    """Take the earliest accepted command, ties by id (P5)."""
    command = min(request.commands, key=lambda c: (c.accepted_at, c.id))
    signs = command.kind is CommandKind.SIGN
    documents = _unsigned(request, command.recipient_id) if signs else ()
    return Step(_COMMAND[command.kind], command_id=command.id, document_ids=documents)


def _unsigned(request: SignatureRequest, recipient_id: str) -> tuple[str, ...]:
    return tuple(d.id for d in request.documents if not d.signed_by(recipient_id))


def _next_of_ended(request: SignatureRequest) -> Step:
    if request.closed or request.purged_at is not None:
        return Step(Next.END)
    # Nobody waits for the proof to hear of the end; the request is closed once it is stored.
    if after_end.owes_evidence(request) and not after_end.owes_messages(request):
        return Step(Next.EVIDENCE)
    return Step(_ENDING[request.state])


def _next_of_open(request: SignatureRequest, now: datetime) -> Step:
    seal = signing_order.due_seal(request)
    begun = seal is not None and seal.state is RecipientState.SIGNING
    if seal is not None and (begun or request.state is RequestState.COMPLETING):
        return _seal(request, seal)
    if request.state is RequestState.COMPLETING:
        return Step(Next.COMPLETE)
    if request.deadline is not None and deadlines.is_over(request.deadline, now):
        return Step(Next.EXPIRE)
    due = signing_order.due_messages(request)
    if due:
        again = any(r.state is not RecipientState.WAITING for r in due)
        return Step(Next.RELAUNCH if again else Next.LAUNCH)
    if seal is not None:
        return _seal(request, seal)
    wait = deadlines.seconds_until(request.deadline, now) if request.deadline else 1
    return Step(Next.AWAIT, seconds_to_deadline=wait)


def _seal(request: SignatureRequest, seal: Recipient) -> Step:
    return Step(Next.SEAL, command_id=seal.id, document_ids=_unsigned(request, seal.id))


@dataclass(frozen=True, slots=True)
class Due:
    """From when on `sweep` has to look at a request, and how much others wait for it."""

    urgency: Urgency
    at: datetime


def due(request: SignatureRequest) -> Due | None:
    """Say when `sweep` has to look at this request, and what for; None for never."""
    if request.state is RequestState.DRAFT:
        return Due(Urgency.ERASE, endings.draft_ends(request))
    if request.is_ended:
        return _due_of_ended(request)
    if request.state is RequestState.FAILED:
        return _first((Urgency.WAKE, request.resume_at), (Urgency.END, endings.expires_at(request)))
    coming = next_step(request, request.updated_at).next
    if coming is not Next.AWAIT:
        urgency = Urgency.END if coming is Next.EXPIRE else Urgency.WAKE
        return Due(urgency, _restart_at(request))
    reminder = reminders.next_reminder(request)
    return _first((Urgency.END, request.deadline), (Urgency.REMIND, reminder))


def due_at(request: SignatureRequest) -> datetime | None:
    """Return the instant of `due`, or None for never."""
    when = due(request)
    return when.at if when is not None else None


def _due_of_ended(request: SignatureRequest) -> Due | None:
    if request.purged_at is not None:
        return _first((Urgency.ERASE, erasure.due_at(request)))
    erase = (Urgency.ERASE, request.retention_until)
    return _first(erase) if request.closed else _first((Urgency.END, _restart_at(request)), erase)


def _restart_at(request: SignatureRequest) -> datetime:
    return request.updated_at + failures.pause(failures.restarts(request))


def _first(*moments: tuple[Urgency, datetime | None]) -> Due | None:
    known = [Due(urgency, at) for urgency, at in moments if at is not None]
    return min(known, key=lambda one: one.at, default=None)


def shard(request_id: str) -> int:
    """Return in which of the `SHARDS` parts of an index a request is found."""
    return hashlib.sha256(request_id.encode()).digest()[0] % SHARDS
