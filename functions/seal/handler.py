"""Put the firm's seal on one document; without a document, end the seal's turn (P21)."""

from datetime import datetime
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.steps import StepInput
from paraphe.domain.errors import InvalidError
from paraphe.domain.model import SignatureRequest
from paraphe.tools import Tools
from paraphe.usecases.apply_signature import finish_signature, sign_document


def seal(tools: Tools, step: StepInput, now: datetime) -> SignatureRequest:
    """Seal the named document, or mark the seal as done once all documents hold it."""
    if step.command_id is None:
        raise InvalidError("bad_step", "The step needs commandId.", field="commandId")
    ref = observe.ref_of(step)
    if step.document_id is not None:
        return sign_document(
            tools.requests(),
            tools.files(),
            tools.sealer(),
            tools.workspace(),
            ref,
            command_id=step.command_id,
            document_id=step.document_id,
            now=now,
        )
    request = finish_signature(tools.requests(), ref, step.command_id, now)
    if any(r.id == step.command_id and r.signed_at == now for r in request.recipients):
        observe.count("seal", "SealsMade")
    return request


handler = observe.task("seal")(partial(seal, wiring))
