"""End a request that everybody has signed, then close it (P17)."""

from datetime import datetime

from paraphe import observe, wiring
from paraphe.contracts.steps import StepInput
from paraphe.domain.model import SignatureRequest
from paraphe.usecases.close_request import complete_request


@observe.task("complete")
def handler(step: StepInput, now: datetime) -> SignatureRequest:
    """Complete, keep the signed originals a month, send them to everybody."""
    request = complete_request(
        wiring.requests(), wiring.files(), wiring.links(), observe.ref_of(step), now
    )
    if request.closed and request.updated_at == now:
        observe.count("complete", "RequestsCompleted")
    return request
