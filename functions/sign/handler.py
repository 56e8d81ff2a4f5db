"""Put an accepted signature into one document; without a document, apply the command (P5, P11)."""

from datetime import datetime
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.steps import StepInput
from paraphe.domain.errors import InvalidError
from paraphe.domain.model import SignatureRequest
from paraphe.tools import Tools
from paraphe.usecases.apply_signature import finish_signature, sign_document


def sign(tools: Tools, step: StepInput, now: datetime) -> SignatureRequest:
    """Sign the named document, or take the command off the queue once all documents are signed."""
    if step.command_id is None:
        raise InvalidError("bad_step", "The step needs commandId.", field="commandId")
    ref = observe.ref_of(step)
    if step.document_id is not None:
        return sign_document(
            tools.requests(),
            tools.files(),
            tools.signer(),
            tools.workspace(),
            ref,
            command_id=step.command_id,
            document_id=step.document_id,
            now=now,
        )
    request = finish_signature(tools.requests(), ref, step.command_id, now)
    _measure(request, now)
    return request


def _measure(request: SignatureRequest, now: datetime) -> None:
    for recipient in request.recipients:
        if recipient.signed_at != now:
            continue
        observe.count("sign", "SignaturesMade")
        if recipient.notified_at is not None and recipient.accepted_at is not None:
            seconds = (recipient.accepted_at - recipient.notified_at).total_seconds()
            observe.count("sign", "TimeToSign", seconds, "Seconds")


handler = observe.task("sign")(partial(sign, wiring))
