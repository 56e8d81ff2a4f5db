"""End a request whose deadline has come, then close it (P14)."""

from datetime import datetime
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.steps import StepInput
from paraphe.domain.model import SignatureRequest
from paraphe.tools import Tools
from paraphe.usecases.close_request import expire_request


def expire(tools: Tools, step: StepInput, now: datetime) -> SignatureRequest:
    """Expire and close; a request that was relaunched or is being signed is left as it is."""
    request = expire_request(
        tools.requests(), tools.files(), tools.links(), observe.ref_of(step), now
    )
    if request.closed and request.updated_at == now:
        observe.count("expire", "RequestsExpired")
    return request


handler = observe.task("expire")(partial(expire, wiring))
