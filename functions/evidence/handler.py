"""Make and store the evidence file of a request that has ended (P19)."""

from datetime import datetime
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.workflow_steps import StepInput
from paraphe.domain.requests.model import SignatureRequest
from paraphe.services import Services
from paraphe.usecases import using
from paraphe.usecases.evidence.store_evidence import StoreEvidence


def evidence(services: Services, step: StepInput, now: datetime) -> SignatureRequest:
    """Tell the whole story, seal it, keep it."""
    request = using(StoreEvidence, services)(observe.ref_of(step), now)
    stored = request.evidence_sha256 is not None and request.updated_at == now
    if stored and not request.is_test:
        observe.count("evidence", "EvidenceStored")
    return request


handler = observe.task("evidence")(partial(evidence, wiring.services))
