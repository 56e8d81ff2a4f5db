"""Close a request that a signer declined (P12)."""

from datetime import datetime
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.steps import StepInput
from paraphe.domain.model import SignatureRequest
from paraphe.tools import Tools
from paraphe.usecases.close_request import close_request


def refuse(tools: Tools, step: StepInput, now: datetime) -> SignatureRequest:
    """Keep the documents a month, tell everybody who took part. Repeatable at any point."""
    request = close_request(
        tools.requests(), tools.files(), tools.links(), observe.ref_of(step), now
    )
    if request.closed and request.updated_at == now:
        observe.count("refuse", "RequestsDeclined")
    return request


handler = observe.task("refuse")(partial(refuse, wiring))
