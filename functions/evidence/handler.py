"""Make and store the evidence file of a request that has ended (P19)."""

from datetime import datetime
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.workflow_steps import StepInput
from paraphe.domain.requests.model import SignatureRequest
from paraphe.services import Services
from paraphe.usecases.evidence.store_evidence import store_evidence


def evidence(services: Services, step: StepInput, now: datetime) -> SignatureRequest:
    """Tell the whole story, seal it, keep it."""
    request = store_evidence(
        services.requests,
        services.files,
        services.evidence_maker,
        services.evidence_files,
        services.workspace,
        observe.ref_of(step),
        now,
    )
    if request.evidence_sha256 is not None and request.updated_at == now:
        observe.count("evidence", "EvidenceStored")
    return request


handler = observe.task("evidence")(partial(evidence, wiring.services))
