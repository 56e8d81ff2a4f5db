"""Whether a request, and a recipient of it, may still do anything (P5, P14)."""

from datetime import datetime

from paraphe.domain.errors import ConflictError, GoneError
from paraphe.domain.requests import deadlines, signing_order
from paraphe.domain.requests.decision import find_recipient
from paraphe.domain.requests.model import RequestState, SignatureRequest
from paraphe.domain.requests.recipient import Recipient, RecipientState


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


def check_may_sign(request: SignatureRequest, recipient_id: str, now: datetime) -> Recipient:
    """Return the recipient if they may act now.

    Raises:
        GoneError: the request ended, or this recipient was replaced (`recipient_replaced`).
        ConflictError: `not_your_turn`, `already_signing`, `already_signed`, `not_a_signer`.

    """
    recipient = find_recipient(request, recipient_id)
    if recipient.state is RecipientState.REPLACED:
        raise GoneError("recipient_replaced", "Somebody else was asked instead.")
    if recipient.state in {RecipientState.SIGNING, RecipientState.SIGNED}:
        raise ConflictError(f"already_{recipient.state}", "This recipient has signed already.")
    check_open(request, now)
    signing_order.check_turn(request, recipient)
    if recipient.state is RecipientState.WAITING:
        raise ConflictError("not_your_turn", "This recipient has not been invited yet.")
    return recipient
