"""Put the firm's seal on one document; without a document, end the seal's turn (P21).

Which key: `paraphe.adapters.trust.firm_seal`, built in `paraphe.wiring.signing`.
"""

from datetime import datetime
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.workflow_steps import StepInput
from paraphe.domain.requests.model import SignatureRequest
from paraphe.services import Services
from paraphe.tasks import put_into_documents


def seal(services: Services, step: StepInput, now: datetime) -> SignatureRequest:
    """Seal the named document, or the listed ones and then mark the seal as done."""
    request = put_into_documents(services, lambda: services.sealer, step, now)
    done = (r for r in request.recipients if r.id == step.command_id and r.signed_at == now)
    if step.document_id is None and any(done):
        observe.count("seal", "SealsMade")
    return request


handler = observe.task("seal")(partial(seal, wiring.services))
