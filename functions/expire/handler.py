"""End a request whose deadline has come, then close it (P14)."""

from datetime import datetime

from paraphe import observe, wiring
from paraphe.contracts.steps import StepInput
from paraphe.domain.model import SignatureRequest
from paraphe.usecases.close_request import expire_request


@observe.task("expire")
def handler(step: StepInput, now: datetime) -> SignatureRequest:
    """Expire and close; a request that was relaunched or is being signed is left as it is."""
    request = expire_request(
        wiring.requests(), wiring.files(), wiring.links(), observe.ref_of(step), now
    )
    if request.closed and request.updated_at == now:
        observe.count("expire", "RequestsExpired")
    return request
