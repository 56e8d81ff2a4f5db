"""Close a request that its sender canceled."""

from datetime import datetime
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.steps import StepInput
from paraphe.domain.model import SignatureRequest
from paraphe.tools import Tools
from paraphe.usecases.close_request import close_request


def cancel(tools: Tools, step: StepInput, now: datetime) -> SignatureRequest:
    """Keep the documents a month, tell everybody who was asked. Repeatable at any point."""
    request = close_request(
        tools.requests(), tools.files(), tools.links(), observe.ref_of(step), now
    )
    if request.closed and request.updated_at == now:
        observe.count("cancel", "RequestsCanceled")
    return request


handler = observe.task("cancel")(partial(cancel, wiring))
