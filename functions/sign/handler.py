"""Put an accepted signature into one document; without a document, apply the command (P5, P11)."""

from datetime import datetime
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.workflow_steps import StepInput
from paraphe.domain.errors import InvalidError
from paraphe.domain.requests.model import SignatureRequest
from paraphe.tools import Tools
from paraphe.usecases.signing.apply_signature import finish_signature, sign_document


def sign(tools: Tools, step: StepInput, now: datetime) -> SignatureRequest:
    """Sign the named document, or the listed ones and then take the command off the queue."""
    if step.document_id is not None:
        return _one(tools, step, step.document_id, now)
    request = None
    for document_id in step.document_ids:
        request = _one(tools, step, document_id, now)
    ref, command_id = observe.ref_of(step), _command(step)
    request = finish_signature(tools.requests(), ref, command_id, now, request)
    _measure(request, now)
    return request


def _one(tools: Tools, step: StepInput, document_id: str, now: datetime) -> SignatureRequest:
    return sign_document(
        tools.requests(),
        tools.files(),
        tools.signer(),
        tools.workspace(),
        observe.ref_of(step),
        command_id=_command(step),
        document_id=document_id,
        now=now,
    )


def _command(step: StepInput) -> str:
    if step.command_id is None:
        raise InvalidError("bad_step", "The step needs commandId.", field="commandId")
    return step.command_id


def _measure(request: SignatureRequest, now: datetime) -> None:
    for recipient in request.recipients:
        if recipient.signed_at != now:
            continue
        observe.count("sign", "SignaturesMade")
        if recipient.notified_at is not None and recipient.accepted_at is not None:
            seconds = (recipient.accepted_at - recipient.notified_at).total_seconds()
            observe.count("sign", "TimeToSign", seconds, "Seconds")


handler = observe.task("sign")(partial(sign, wiring))
