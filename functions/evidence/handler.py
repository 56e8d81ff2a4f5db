"""Make and store the evidence file of a request that has ended (P19)."""

from datetime import datetime
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.workflow_steps import StepInput
from paraphe.domain.requests.model import SignatureRequest
from paraphe.tools import Tools
from paraphe.usecases.evidence.store_evidence import store_evidence


def evidence(tools: Tools, step: StepInput, now: datetime) -> SignatureRequest:
    """Tell the whole story, seal it, keep it."""
    request = store_evidence(
        tools.requests(),
        tools.files(),
        tools.evidence_maker(),
        tools.evidence_files(),
        tools.workspace(),
        observe.ref_of(step),
        now,
    )
    if request.evidence_sha256 is not None and request.updated_at == now:
        observe.count("evidence", "EvidenceStored")
    return request


handler = observe.task("evidence")(partial(evidence, wiring))
