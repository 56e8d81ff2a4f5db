"""Whether a request, and a recipient of it, may still do anything (P5, P14)."""

from collections.abc import Collection
from datetime import datetime

from paraphe.domain.errors import ConflictError, GoneError
from paraphe.domain.requests import deadlines, signing_order
from paraphe.domain.requests.decision import find_recipient
from paraphe.domain.requests.model import RequestState, SignatureRequest
from paraphe.domain.requests.recipient import DECIDING, Recipient, RecipientState, Role


def check_open(request: SignatureRequest, now: datetime) -> None:
    """Refuse whatever comes too late for this request (P14).

    Raises:
        GoneError: `request_<state>` when it ended, `request_expired` from the deadline on.
        ConflictError: `not_launched`, `request_completing`, `request_failed`.

    """
    if request.is_ended:
        raise GoneError(f"request_{request.state}", f"This request is {request.state}.")
    if request.state is RequestState.DRAFT:
        raise ConflictError("not_launched", "This request was not launched yet.")
    if request.state is not RequestState.ACTIVE:
        raise ConflictError(f"request_{request.state}", f"This request is {request.state}.")
    if request.deadline is not None and deadlines.is_over(request.deadline, now):
        raise GoneError("request_expired", "The deadline of this request has passed.")


def check_may_act(request: SignatureRequest, recipient_id: str, now: datetime) -> Recipient:
    """Return the recipient if whoever holds their link may do something now.

    Raises:
        GoneError: the request ended, or this recipient was replaced (`recipient_replaced`).
        ConflictError: `not_your_turn`, `already_signing`, `already_signed`, `already_approved`.

    """
    recipient = find_recipient(request, recipient_id)
    if recipient.state is RecipientState.REPLACED:
        raise GoneError("recipient_replaced", "Somebody else was asked instead.")
    if recipient.state in signing_order.ACCEPTED:
        raise ConflictError(f"already_{recipient.state}", "This recipient has acted already.")
    check_open(request, now)
    if recipient.role is not Role.VIEWER:
        signing_order.check_turn(request, recipient)
    if recipient.state is RecipientState.WAITING:
        raise ConflictError("not_your_turn", "This recipient has not been invited yet.")
    return recipient


def check_may_sign(request: SignatureRequest, recipient_id: str, now: datetime) -> Recipient:
    """Return the recipient if they may sign now.

    Raises:
        GoneError, ConflictError: as `check_may_act`.
        ConflictError: `not_asked_for`: they are asked for something else.

    """
    return _check_role(check_may_act(request, recipient_id, now), {Role.SIGNER})


def check_may_approve(request: SignatureRequest, recipient_id: str, now: datetime) -> Recipient:
    """Return the recipient if they may approve now.

    Raises:
        GoneError, ConflictError: as `check_may_sign`.

    """
    return _check_role(check_may_act(request, recipient_id, now), {Role.APPROVER})


def check_may_decline(request: SignatureRequest, recipient_id: str, now: datetime) -> Recipient:
    """Return the recipient if they may decline now: who is waited for (P12).

    Raises:
        GoneError, ConflictError: as `check_may_sign`.

    """
    return _check_role(check_may_act(request, recipient_id, now), DECIDING)


def check_may_read(request: SignatureRequest, recipient_id: str, now: datetime) -> Recipient:
    """Return the recipient if they may say that they have read: a viewer who was invited.

    Raises:
        GoneError, ConflictError: as `check_may_sign`; `not_asked_for` without a phone, too: a
            scanner of mails could say it as well (P10).

    """
    viewer = _check_role(check_may_act(request, recipient_id, now), {Role.VIEWER})
    if viewer.phone is None:
        raise ConflictError("not_asked_for", "Without their phone nobody can tell who reads.")
    return viewer


def _check_role(recipient: Recipient, roles: Collection[Role]) -> Recipient:
    if recipient.role not in roles:
        raise ConflictError("not_asked_for", "This recipient is asked for something else.")
    return recipient
