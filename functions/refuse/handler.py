"""Close a request that a signer declined (P12)."""

from datetime import datetime

from paraphe import observe, wiring
from paraphe.contracts.steps import StepInput
from paraphe.domain.model import SignatureRequest
from paraphe.usecases.close_request import close_request


@observe.task("refuse")
def handler(step: StepInput, now: datetime) -> SignatureRequest:
    """Keep the documents a month, tell everybody who took part. Repeatable at any point."""
    request = close_request(
        wiring.requests(), wiring.files(), wiring.links(), observe.ref_of(step), now
    )
    if request.closed and request.updated_at == now:
        observe.count("refuse", "RequestsDeclined")
    return request
