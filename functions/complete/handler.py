"""End a request that everybody has signed, then close it (P17)."""

from datetime import datetime
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.steps import StepInput
from paraphe.domain.model import SignatureRequest
from paraphe.tools import Tools
from paraphe.usecases.close_request import complete_request


def complete(tools: Tools, step: StepInput, now: datetime) -> SignatureRequest:
    """Complete, keep the signed originals a month, send them to everybody."""
    request = complete_request(
        tools.requests(), tools.files(), tools.links(), observe.ref_of(step), now
    )
    if request.closed and request.updated_at == now:
        observe.count("complete", "RequestsCompleted")
    return request


handler = observe.task("complete")(partial(complete, wiring))
