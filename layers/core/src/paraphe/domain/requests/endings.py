"""How a request ends, however it ends (P12, P14, P16, P17)."""

from datetime import datetime

from paraphe.domain.errors import ConflictError, GoneError
from paraphe.domain.evidence.audit import SYSTEM, Actor
from paraphe.domain.evidence.events.drafts import DraftAbandoned
from paraphe.domain.evidence.events.ended import RequestCompleted
from paraphe.domain.evidence.events.running import (
    RecipientDeclined,
    RequestCanceled,
    RequestExpired,
)
from paraphe.domain.requests import acting, deadlines, may_act, signing_order
from paraphe.domain.requests.decision import Decision, Edit, nothing
from paraphe.domain.requests.drafts import DRAFT_LIFETIME
from paraphe.domain.requests.model import CommandKind, RequestState, SignatureRequest
from paraphe.domain.requests.recipient import Recipient, RecipientState


def decline(request: SignatureRequest, recipient_id: str, reason: str, now: datetime) -> Decision:
    """End the request because a signer or an approver in turn declines (P12).

    Raises:
        GoneError, ConflictError: as `may_act.check_may_decline`.

    """
    may_act.check_may_decline(request, recipient_id, now)
    edit = Edit(request, now)
    edit.recipient(recipient_id, state=RecipientState.DECLINED, decline_reason=reason)
    edit.event(RecipientDeclined(reason=reason), acting.signer(request, recipient_id))
    _end(edit, RequestState.DECLINED)
    return edit.decision()


def cancel(request: SignatureRequest, now: datetime, by: Actor | None = None) -> Decision:
    """End the request because its sender takes it back; once completing it cannot be (P11).

    Raises:
        GoneError: it ended already, or its deadline has passed.
        ConflictError: `request_completing`.

    """
    if request.state is RequestState.ACTIVE:
        may_act.check_open(request, now)
    elif request.is_ended:
        raise GoneError(f"request_{request.state}", f"This request is {request.state}.")
    elif request.state is RequestState.COMPLETING or (
        request.failed_from is RequestState.COMPLETING
    ):
        raise ConflictError("request_completing", "Everybody has signed: it cannot be canceled.")
    edit = Edit(request, now)
    edit.event(RequestCanceled(), edit.asked_by(by))
    _end(edit, RequestState.CANCELED)
    return edit.decision()


def draft_ends(request: SignatureRequest) -> datetime:
    """Return when a draft is given up: 31 days after it was touched, a year after it was made."""
    return min(request.updated_at + DRAFT_LIFETIME, request.created_at + deadlines.LONGEST_LIFE)


def abandon(request: SignatureRequest, now: datetime) -> Decision:
    """Cancel a draft that nobody has touched for 31 days, so that its files are erased too.

    A draft that was touched or launched since the sweep found it is left alone.
    """
    if request.state is not RequestState.DRAFT or now < draft_ends(request):
        return nothing(request)
    edit = Edit(request, now)
    edit.event(DraftAbandoned(), SYSTEM)
    _end(edit, RequestState.CANCELED)
    return edit.decision()


def expires_at(request: SignatureRequest) -> datetime | None:
    """Return when a request ends by itself: at its deadline, whether it is active or failed (P14).

    Accepted signatures count, so a failed request that holds some is given another 31 days, in
    which it can be cured; nothing is kept for longer than that (P16).
    """
    if request.state not in {RequestState.ACTIVE, RequestState.FAILED} or not request.deadline:
        return None
    if request.state is RequestState.FAILED and _has_accepted(request):
        return request.deadline + deadlines.RETENTION
    return request.deadline


def _has_accepted(request: SignatureRequest) -> bool:
    """Tell whether signatures, or a seal that was begun, wait to be put into the documents."""
    return (
        request.failed_from is RequestState.COMPLETING
        or any(c.kind is CommandKind.SIGN for c in request.commands)
        or any(r.state is RecipientState.SIGNING for r in signing_order.parties(request))
    )


def expire(request: SignatureRequest, now: datetime) -> Decision:
    """End the request if its deadline has come; accepted signatures are applied first (P14).

    Its recipients become `expired` in the batches of `tell_end`: there may be any number of them.
    """
    at = expires_at(request)
    if at is None or not deadlines.is_over(at, now):
        return nothing(request)
    if request.state is RequestState.ACTIVE and _has_accepted(request):
        return nothing(request)  # a seal that was begun is finished first, as a signature is
    edit = Edit(request, now)
    edit.event(RequestExpired(), SYSTEM)
    _end(edit, RequestState.EXPIRED)
    return edit.decision()


def complete(request: SignatureRequest, now: datetime) -> Decision:
    """End the request because every signature is in every document (P17)."""
    if request.state is not RequestState.COMPLETING:
        return nothing(request)
    check_signed(request)
    edit = Edit(request, now)
    documents = tuple(f"{d.id}:{d.current_sha256}" for d in request.documents)
    edit.event(RequestCompleted(documents=documents), SYSTEM)
    _end(edit, RequestState.COMPLETED)
    return edit.decision()


def check_signed(request: SignatureRequest) -> None:
    """Refuse to end what is not signed, approved and sealed by everybody.

    Raises:
        ConflictError: `signatures_missing`.

    """
    if signing_order.current_order(request) is not None:
        raise ConflictError("signatures_missing", "Not every accepted signature is applied yet.")


def _end(edit: Edit, state: RequestState) -> None:
    """Write down the end; the actor does the rest: messages, evidence, copies (`after_end`)."""
    edit.become(state)
    edit.drop_commands(lambda _: True)
    edit.set(
        ended_at=edit.now,
        retention_until=deadlines.retention_end(edit.now),
        failed_from=None,
        resume_at=None,
    )


def check_downloadable(request: SignatureRequest, now: datetime) -> None:
    """Refuse downloads of what is not complete, or no longer kept (P12, P16).

    Raises:
        GoneError: `documents_erased` from the end of retention, `request_<state>` when it ended
            without all signatures.
        ConflictError: `not_completed`.

    """
    if request.retention_until is not None and now >= request.retention_until:
        raise GoneError("documents_erased", "The documents were erased at the end of retention.")
    if request.state is RequestState.COMPLETED:
        return
    if request.is_ended:
        raise GoneError(
            f"request_{request.state}", "It ended without all signatures: nothing can be had."
        )
    raise ConflictError("not_completed", "The documents can be had once everybody has signed.")


def declined_by(request: SignatureRequest) -> Recipient | None:
    """Return who declined, if somebody did."""
    return next((r for r in request.recipients if r.state is RecipientState.DECLINED), None)
