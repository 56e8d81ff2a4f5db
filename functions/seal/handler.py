"""Put the firm's seal on one document; without a document, end the seal's turn (P21)."""

from datetime import datetime
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.workflow_steps import StepInput
from paraphe.domain.errors import InvalidError
from paraphe.domain.requests.model import SignatureRequest
from paraphe.tools import Tools
from paraphe.usecases.signing.apply_signature import finish_signature, sign_document


def seal(tools: Tools, step: StepInput, now: datetime) -> SignatureRequest:
    """Seal the named document, or the listed ones and then mark the seal as done."""
    if step.document_id is not None:
        return _one(tools, step, step.document_id, now)
    request = None
    for document_id in step.document_ids:
        request = _one(tools, step, document_id, now)
    ref, command_id = observe.ref_of(step), _command(step)
    request = finish_signature(tools.requests(), ref, command_id, now, request)
    if any(r.id == command_id and r.signed_at == now for r in request.recipients):
        observe.count("seal", "SealsMade")
    return request


def _one(tools: Tools, step: StepInput, document_id: str, now: datetime) -> SignatureRequest:
    return sign_document(
        tools.requests(),
        tools.files(),
        tools.sealer(),
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


handler = observe.task("seal")(partial(seal, wiring))
